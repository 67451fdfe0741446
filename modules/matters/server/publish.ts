import { AppError, one } from '#kernel/errors'
import type { SystemCtx } from '#kernel/module'
import { publishForm } from '#platform/forms'
import { toTsVectorText } from '#platform/search'
import { catalogueChanged, Elements, type Layer, matterPublished, matterRepealed } from '../contract.ts'
import { applicationForm } from './application-form.ts'
import { makeBundleForms } from './bundle-form.ts'
import { basicCode, basicPrefix, implementingCode, itemCode } from './codes.ts'
import { heldMaterials } from './held.ts'

export type Tx = Pick<SystemCtx, 'sql' | 'now' | 'emit'>

export interface VersionRecord {
  id: string
  matterId: string
  no: number
  purpose: 'edit' | 'repeal'
  name: string
  functionId: string | null
  elements: unknown
  completeness: number
}
interface MatterRecord {
  id: string
  code: string | null
  layer: Layer
  type: string
  unitId: string
  level: number
  basicId: string
  parentId: string | null
  creditCode: string | null
  unitNo: number
}

/** The next number under a prefix; two who ask at once get two. */
export const nextSerial = async ({ sql }: Pick<Tx, 'sql'>, prefix: string): Promise<number> => {
  const [row] = await sql<{ last: number }>(
    'insert into matters.serial (prefix, last) values ($1, 1) on conflict (prefix) do update set last = matters.serial.last + 1 returning last',
    [prefix],
    'matters.serial',
  )
  return row!.last
}

const parentCode = async (tx: Tx, matter: MatterRecord): Promise<string> => {
  const { code } = await tx
    .sql<{ code: string | null }>(
      'select code from matters.matter where id = $1',
      [matter.parentId],
      'matters.parent-code',
    )
    .then(one('上一层的事项'))
  if (code === null) throw new AppError(409, 'matters.parent', '它的上一层还没有发布，先发布上一层。')
  return code
}

/** A code is given once, when the matter is first put out. */
const codeOf = async (tx: Tx, matter: MatterRecord): Promise<string> => {
  if (matter.code) return matter.code
  if (matter.layer === 'basic') return basicCode(matter.type, await nextSerial(tx, basicPrefix(matter.type)))
  const parent = await parentCode(tx, matter)
  if (matter.layer === 'implementing')
    return implementingCode({ creditCode: matter.creditCode, no: matter.unitNo, level: matter.level }, parent)
  return itemCode(parent, await nextSerial(tx, parent))
}

/** What a search finds a basic matter by. */
export const wordsOf = (name: string, elements: Elements): string =>
  toTsVectorText([name, elements.keywords, ...elements.results.map((result) => result.name)].join(' '))

const matterOf = (tx: Tx, id: string): Promise<MatterRecord> =>
  tx
    .sql<MatterRecord>(
      `select m.id, m.code, m.layer, m.type, m.unit_id as "unitId", m.level, m.basic_id as "basicId", m.parent_id as "parentId",
         u.credit_code as "creditCode", u.no as "unitNo"
       from matters.matter m join directory.unit u on u.id = m.unit_id where m.id = $1 for update of m`,
      [id],
      'matters.for-publication',
    )
    .then(one('事项'))

/** A matter that is repealed takes with it what hangs below it, each on its own last version. */
const endMatter = async (tx: Tx, version: VersionRecord, matter: MatterRecord): Promise<void> => {
  const gone = await tx.sql<{ id: string; unit_id: string }>(
    `with recursive below as (
       select $1::uuid as id union all select m.id from matters.matter m join below on m.parent_id = below.id)
     update matters.matter m set state = 'repealed', updated_at = $2 from below
     where m.id = below.id and m.state = 'published' returning m.id, m.unit_id`,
    [matter.id, tx.now],
  )
  await tx.sql(
    `update matters.version set state = 'repealed', ended_at = $2, updated_at = $2 where matter_id = any($1::uuid[]) and state = 'published'`,
    [gone.map(({ id }) => id), tx.now],
  )
  await tx.sql(
    `update matters.version set state = 'repealed', published_at = $2, ended_at = $2, updated_at = $2 where id = $1`,
    [version.id, tx.now],
  )
  for (const { id } of gone) tx.emit(matterRepealed, { matterId: id })
  if (matter.layer === 'basic') await makeBundleForms(tx, matter.id)
  const units = [...new Set(gone.map((row) => row.unit_id))]
  for (let at = 0; at < units.length; at += 2000) tx.emit(catalogueChanged, { unitIds: units.slice(at, at + 2000) })
}

/** The form by which it is applied for, made of its elements anew with each version. */
const makeForm = async (tx: Tx, version: VersionRecord, unitId: string, code: string): Promise<void> => {
  const elements = Elements.parse(version.elements)
  const held = new Set((await heldMaterials(tx, elements.materials)).map(({ material }) => material))
  const definition = applicationForm(`matter-${code}`, version.name, elements, held)
  const form = await publishForm(tx, { definition, unitId })
  await tx.sql('update matters.version set form_id = $2 where id = $1', [version.id, form.id], 'matters.form')
}

/** Puts an approved version out: it is in force from now on, the one before it is replaced. */
export const putOut = async (tx: Tx, version: VersionRecord): Promise<void> => {
  const matter = await matterOf(tx, version.matterId)
  if (version.purpose === 'repeal') return endMatter(tx, version, matter)
  const code = await codeOf(tx, matter)
  const elements = version.elements as Elements
  const basic = matter.layer === 'basic'
  await tx.sql(
    "update matters.version set state = 'replaced', ended_at = $2, updated_at = $2 where matter_id = $1 and state = 'published'",
    [matter.id, tx.now],
    'matters.replace',
  )
  await tx.sql(
    "update matters.version set state = 'published', published_at = $2, updated_at = $2 where id = $1",
    [version.id, tx.now],
    'matters.put-out',
  )
  await tx.sql(
    `update matters.matter set code = $2, name = $3, function_id = $4, state = 'published', version_id = $5, completeness = $6, published_at = $7, updated_at = $7,
       levels = $8, life = $9, scenes = $10, own = $12, words = case when $11::text is null then null else to_tsvector('simple', $11) end where id = $1`,
    [
      matter.id,
      code,
      version.name,
      version.functionId,
      version.id,
      version.completeness,
      tx.now,
      basic ? elements.levels : [],
      basic ? elements.life : [],
      basic ? elements.scenes : [],
      basic ? wordsOf(version.name, elements) : null,
      basic && elements.own,
    ],
    'matters.in-force',
  )
  // what was claimed bears the name of the basic matter
  if (basic) {
    await makeForm(tx, version, matter.unitId, code)
    await makeBundleForms(tx, matter.id)
    await tx.sql("update matters.matter set name = $2 where basic_id = $1 and layer = 'implementing' and name <> $2", [
      matter.id,
      version.name,
    ])
  }
  tx.emit(matterPublished, { matterId: matter.id, versionId: version.id })
  tx.emit(catalogueChanged, { unitIds: [matter.unitId] })
}

/** Approved versions whose day has come. */
export const publishDue = async (tx: Tx, today: string): Promise<number> => {
  const due = await tx.sql<VersionRecord>(
    `select id, matter_id as "matterId", no, purpose, name, function_id as "functionId", elements, completeness from matters.version
     where state = 'approved' and publish_on <= $1 order by publish_on, id limit 500 for update skip locked`,
    [today],
  )
  for (const version of due) await putOut(tx, version)
  return due.length
}
