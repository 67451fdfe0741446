import type { Query } from '#kernel/db'
import { notFound } from '#kernel/errors'
import type { Graph } from '../contract/graph.ts'

export interface Definition {
  id: string
  key: string
  version: number
  name: string
  ownerUnit: string
  graph: Graph
}
interface DefinitionRow {
  id: string
  key: string
  version: number
  name: string
  owner_unit: string
  graph: Graph
}

/** A published version never changes: each process reads it once. */
const known = new Map<string, Definition>()
const MOST_KNOWN = 500

const remember = (row: DefinitionRow): Definition => {
  const definition = {
    id: row.id,
    key: row.key,
    version: row.version,
    name: row.name,
    ownerUnit: row.owner_unit,
    graph: row.graph,
  }
  if (known.size >= MOST_KNOWN) known.delete(known.keys().next().value as string)
  known.set(row.id, definition)
  return definition
}
const columns = 'id, key, version, name, owner_unit, graph'

export const definitionById = async (sql: Query, id: string): Promise<Definition> => {
  const before = known.get(id)
  if (before) return before
  const [row] = await sql<DefinitionRow>(
    `select ${columns} from workflow.definition where id = $1`,
    [id],
    'workflow.definition',
  )
  if (!row) throw notFound('流程定义')
  return remember(row)
}

/** Units at and above $1: what they put out reaches it. */
export const REACH = `with recursive above as (
  select id, parent_id from directory.unit where id = $1
  union all select u.id, u.parent_id from directory.unit u join above a on u.id = a.parent_id)`

/** The version that new instances of this unit start on; what another branch of the tree put out is not there. */
export const definitionByKey = async (sql: Query, key: string, unit: string): Promise<Definition> => {
  const [row] = await sql<{ id: string }>(
    `${REACH} select d.id from workflow.definition d join above a on a.id = d.owner_unit
     where d.key = $2 and d.retired_at is null order by d.version desc limit 1`,
    [unit, key],
    'workflow.definition.current',
  )
  if (!row) throw notFound('流程')
  return definitionById(sql, row.id)
}
