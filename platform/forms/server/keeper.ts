import type { Query } from '#kernel/db'
import type { Ctx, SystemCtx } from '#kernel/module'
import type { Access, Data, Filler, Json } from '../contract.ts'
import type { Form } from './forms.ts'

/** A reference as a field holds it: the name is the one it had then, `with` what was copied of it. */
export type Reference = { [key: string]: Json }

export interface Kept {
  id: string
  unitId: string
  data: Data
  by: Filler
}
type Tx = Pick<SystemCtx, 'sql' | 'now' | 'emit' | 'kernel'>

/**
 * A service that keeps what is filled in in tables of its own. The record stays registered here, with its revision, history, files and sealed
 * numbers; only its values lie elsewhere, and are seen in the version in which they lie there now.
 */
export interface RecordKeeper {
  /** the version of the form whose fields the tables have now */
  current(sql: Query, form: Form): Promise<Form>
  load(sql: Query, form: Form, id: string): Promise<Record<string, Json>>
  insert(tx: Tx, form: Form, kept: Kept): Promise<void>
  update(tx: Tx, form: Form, kept: Omit<Kept, 'unitId'>): Promise<void>
  /** what the caller may do with a record, where the service it belongs to says nothing */
  access(ctx: Ctx, form: Form, id: string): Promise<Access | null>
  /** those of `ids` that this person may choose in a relation, by id */
  resolve(
    reader: Pick<Tx, 'sql' | 'kernel'>,
    form: Form,
    relation: Relation,
    ids: readonly string[],
    personId: string,
  ): Promise<Map<string, Reference>>
  /** what the caller may choose in a relation */
  choices(ctx: Ctx, form: Form, relation: Relation, q: string): Promise<Reference[]>
}
export interface Relation {
  entity: string
  carries?: { key: string; type: string }[]
}

const keepers = new Map<string, RecordKeeper>()
export const registerKeeper = (name: string, keeper: RecordKeeper): void => {
  keepers.set(name, keeper)
}
export const keeperOf = ({ keeper }: Form): RecordKeeper | undefined => {
  if (keeper === null) return undefined
  const found = keepers.get(keeper)
  if (!found) throw new Error(`no keeper of records is called ${keeper}`)
  return found
}
