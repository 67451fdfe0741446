import { buffer } from 'node:stream/consumers'
import { dayOf } from '#kernel/clock'
import type { FileAnswer } from '#kernel/contract'
import type { Ctx } from '#kernel/module'
import { sayValue } from '#platform/forms'
import type { RecordView } from '#platform/forms/contract'
import { approvalSheet, facesOf, fitted, pngSize, type Sheet, writeDocx, writePdf, type Zone } from '#platform/layout'
import { opinionInk } from '#platform/tasks'
import type { CaseEvent, CaseFile } from '../contract.ts'
import { caseFile } from './case-file.ts'
import { definitionById } from './definitions.ts'

type Format = 'pdf' | 'docx'
type Fields = Pick<Sheet, 'fields' | 'tables'>

/** 2026年11月20日: no zero before a digit (GB/T 9704-2012 §7.3.5.4). */
const dayWords = (moment: string): string => {
  const [year, month, day] = dayOf(new Date(moment)).split('-').map(Number)
  return `${year}年${month}月${day}日`
}

const LONG = 18
const ofForm = ({ definition, data }: RecordView): Fields => {
  const all = definition.groups.flatMap(({ fields }) => fields)
  const fields = all.flatMap((field) => {
    if (field.type === 'table') return []
    const value = sayValue(field, data[field.key])
    return [{ label: field.title, value, wide: [...value].length > LONG || field.type === 'longText' }]
  })
  const tables = all.flatMap((field) => {
    const rows = data[field.key]
    if (field.type !== 'table' || !Array.isArray(rows) || rows.length === 0) return []
    const { columns } = field
    const said = (rows as Record<string, never>[]).map((row) =>
      columns.map((column) => sayValue(column, row[column.key])),
    )
    return [{ title: field.title, columns: columns.map(({ title }) => title), rows: said }]
  })
  return { fields, tables }
}

const ofValues = (values: CaseFile['values']): Fields => ({
  fields: Object.entries(values).map(([label, value]) => {
    const said = typeof value === 'string' ? value : JSON.stringify(value)
    return { label, value: said, wide: [...said].length > LONG }
  }),
})

/** Room of a signature on paper, in points. */
const INK = { width: 180, height: 54 }
const inkOf = async (ctx: Ctx, { kept }: CaseEvent) => {
  if (!kept?.handwritten) return undefined
  const { stream } = await opinionInk(ctx, { id: kept.id })
  const bytes = await buffer(stream)
  const size = pngSize(bytes)
  return size && { bytes, ...fitted(size, INK) }
}

const opinionOf = async (ctx: Ctx, event: CaseEvent): Promise<Zone['opinions'][number]> => {
  const ink = await inkOf(ctx, event)
  const text = event.opinion ?? (ink ? '' : `${event.outcome ?? '已办理'}。`)
  return {
    text,
    name: event.name ?? '',
    day: dayWords(event.at),
    ...(ink && { ink }),
    ...(event.ownerName && { owner: event.ownerName }),
  }
}

/** What each person said last at each step, in the order of the process; a step nobody has answered keeps its room for the pen. */
const zonesOf = async (ctx: Ctx, file: CaseFile, names: readonly string[]): Promise<Zone[]> => {
  const said = file.history.filter(({ what, step }) => what === 'complete' && step !== null)
  const last = new Map(said.map((event) => [`${event.step}/${event.name}/${event.ownerName}`, event]))
  const steps = [...new Set([...names, ...said.map(({ step }) => step as string)])]
  return Promise.all(
    steps.map(async (title) => {
      const own = [...last.values()].filter(({ step }) => step === title).sort((a, b) => a.no - b.no)
      return { title, opinions: await Promise.all(own.map((event) => opinionOf(ctx, event))) }
    }),
  )
}

const titleOf = (process: string): string => (/(审批|申请|呈批)$/.test(process) ? `${process}表` : `${process}签批单`)

const MEDIA: Readonly<Record<Format, string>> = {
  pdf: 'application/pdf',
  docx: 'application/vnd.openxmlformats-officedocument.wordprocessingml.document',
}

/** 签批单: the case as a sheet of paper, with what the caller may see of it and nothing else; PDF to print, DOCX to go on with. */
export const caseSheet = async (ctx: Ctx, { id, format }: { id: string; format: Format }): Promise<FileAnswer> => {
  const file = await caseFile(ctx, id)
  const [row] = await ctx.sql<{ definition_id: string }>('select definition_id from workflow.instance where id = $1', [
    id,
  ])
  const { graph } = await definitionById(ctx.sql, row?.definition_id ?? '')
  const names = Object.values(graph.nodes).flatMap(({ kind, name, id: node }) =>
    kind === 'user' ? [name || node] : [],
  )
  const { fields, tables } = file.form ? ofForm(file.form) : ofValues(file.values)
  const title = titleOf(file.processName)
  const sheet = approvalSheet({
    title,
    unit: file.starter.unitName,
    right: `${dayWords(file.startedAt)}发起`,
    fields: [
      { label: '标题', value: file.title, wide: true },
      { label: '申请人', value: file.starter.name },
      { label: '单位', value: file.starter.unitName },
      ...fields,
    ],
    zones: await zonesOf(ctx, file, names),
    tables,
    at: new Date(file.endedAt ?? file.history.at(-1)?.at ?? file.startedAt),
  })
  const bytes = format === 'pdf' ? await writePdf(sheet, await facesOf(ctx.kernel)) : await writeDocx(sheet)
  ctx.audit({ type: 'instance', id, label: file.title })
  return {
    stream: (async function* () {
      yield bytes
    })(),
    name: `${file.title}（${title}）.${format}`,
    mediaType: MEDIA[format],
    size: bytes.length,
    inline: false,
  }
}
