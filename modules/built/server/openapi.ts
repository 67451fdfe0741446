import type { Ctx } from '#kernel/module'
import { accessTo } from '#platform/forms'
import type { Access, Json } from '#platform/forms/contract'
import type { Field } from '../core/storage.ts'
import { shownTo } from './apps.ts'
import type { LiveApp, LiveEntity } from './live.ts'

/** The interface of one application as OpenAPI 3.1: what this caller may see of it, with the names of its fields. */

type Schema = { [key: string]: Json }
const text: Schema = { type: 'string' }
const id: Schema = { type: 'string', format: 'uuid' }
const object = (properties: Record<string, Schema>): Schema => ({ type: 'object', properties })
const listOf = (items: Schema): Schema => ({ type: 'array', items })
const several = (field: Field, one: Schema): Schema => ('multiple' in field && field.multiple ? listOf(one) : one)

const schemaOf = (field: Field): Schema => {
  switch (field.type) {
    case 'number':
      return {
        type: 'number',
        ...(field.min !== undefined && { minimum: field.min }),
        ...(field.max !== undefined && { maximum: field.max }),
      }
    case 'money':
      return { type: 'string', pattern: '^-?\\d+\\.\\d{2}$' }
    case 'date':
      return { type: 'string', format: 'date' }
    case 'boolean':
      return { type: 'boolean' }
    case 'enum':
      return several(field, { type: 'string', enum: field.options.map(({ value }) => value) })
    case 'tags':
      return listOf(text)
    case 'period':
      return object({
        from: { type: 'string', format: 'date' },
        to: { type: 'string', format: 'date' },
        fromHalf: text,
        toHalf: text,
      })
    case 'person':
      return several(field, object({ id, name: text, unitName: text }))
    case 'unit':
    case 'relation':
      return several(field, object({ id, name: text }))
    case 'region':
      return object({ code: text, name: text })
    case 'file':
    case 'picture':
      return listOf(object({ id, name: text, mediaType: text, size: { type: 'integer' } }))
    case 'table':
      return listOf(object(Object.fromEntries(field.columns.map((column) => [column.key, described(column)]))))
    default:
      return text
  }
}
const described = (field: Field): Schema => ({
  ...schemaOf(field),
  title: field.title,
  ...(field.help && { description: field.help }),
})

const dataOf = ({ fields }: LiveEntity, access: Access): Schema =>
  object(
    Object.fromEntries(
      [...fields.values()]
        .filter(({ field }) => accessTo(access, field.key) !== 'hide')
        .map(({ field }) => [field.key, described(field)]),
    ),
  )
const body = (schema: Schema): Schema => ({ required: true, content: { 'application/json': { schema } } })
const answer = (schema: Schema): Schema => ({
  '200': { description: '成功', content: { 'application/json': { schema } } },
})
const inPath = (name: string): Schema => ({ name, in: 'path', required: true, schema: id })
const inQuery = (name: string, schema: Schema, description: string): Schema => ({
  name,
  in: 'query',
  schema,
  description,
})

const pathsOf = (app: LiveApp, live: LiveEntity): Record<string, Schema> => {
  const { entity } = live
  const base = `/api/built/records/${app.definition.key}/${entity.key}`
  const name = `${entity.key}`
  const data: Schema = { $ref: `#/components/schemas/${name}` }
  const saved = object({ id, revision: { type: 'integer' } })
  const row = object({ id, revision: { type: 'integer' }, label: text, state: text, data })
  const operation = (operationId: string, summary: string, more: Schema): Schema => ({
    operationId,
    summary,
    tags: [entity.name],
    ...more,
  })
  const filters = [
    inQuery('q', text, '按文字找'),
    inQuery('where', listOf(text), '筛选，可写多个：字段=值|值、字段>=值、字段~文字、字段?'),
    inQuery('sort', text, '排序的字段，前面加 - 为倒序'),
    inQuery('cursor', text, '上一页的 next'),
    inQuery('limit', { type: 'integer', maximum: 200 }, '每页条数'),
  ]
  return {
    [base]: {
      get: operation(`list-${name}`, `查询${entity.name}`, {
        parameters: filters,
        responses: answer(object({ rows: listOf(row), next: text })),
      }),
      post: operation(`create-${name}`, `新建${entity.name}`, {
        requestBody: body(object({ data })),
        responses: answer(saved),
      }),
    },
    [`${base}/batch`]: {
      post: operation(`create-many-${name}`, `批量新建${entity.name}`, {
        requestBody: body(object({ rows: listOf(data) })),
        responses: answer(object({ rows: listOf(saved) })),
      }),
    },
    [`${base}/{id}`]: {
      get: operation(`read-${name}`, `读取一条${entity.name}`, { parameters: [inPath('id')], responses: answer(row) }),
      put: operation(`save-${name}`, `修改${entity.name}`, {
        parameters: [inPath('id')],
        requestBody: body(object({ revision: { type: 'integer' }, data })),
        responses: answer(saved),
      }),
      delete: operation(`remove-${name}`, `删除${entity.name}`, {
        parameters: [inPath('id'), inQuery('revision', { type: 'integer' }, '看到的修订号')],
        responses: answer(object({})),
      }),
    },
    [`${base}/{id}/history`]: {
      get: operation(`history-${name}`, `${entity.name}的修改经过`, {
        parameters: [inPath('id')],
        responses: answer(object({ rows: listOf(object({ revision: { type: 'integer' }, at: text, name: text })) })),
      }),
    },
  }
}

export const openapiOf = (ctx: Ctx, app: LiveApp): Schema => {
  const shown = [...app.entities.values()].flatMap((live) => {
    const access = shownTo(ctx, live)
    return access ? [{ live, access }] : []
  })
  const { name, sentence } = app.definition
  return {
    openapi: '3.1.0',
    info: { title: name, version: String(app.version), ...(sentence && { description: sentence }) },
    paths: Object.assign({}, ...shown.map(({ live }) => pathsOf(app, live))) as Schema,
    components: {
      schemas: Object.fromEntries(shown.map(({ live, access }) => [live.entity.key, dataOf(live, access)])),
    },
  }
}
