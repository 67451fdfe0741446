import { type AuditKind, type AuditRecord, writeAudit } from '#kernel/audit'
import type { Method } from '#kernel/contract'
import type { Kernel, RawRequest, RawRoute } from '#kernel/module'
import { toAppError } from '#kernel/problems'
import { asSystem } from '#kernel/system'
import { baseOf, clientOf, type ScimCall } from './scim-call.ts'
import { bad, ScimError } from './scim-error.ts'
import { projection, readListQuery } from './scim-list.ts'
import { applyPatch, isObject, type Json } from './scim-patch.ts'
import { groupResource, type Resource, userResource } from './scim-resources.ts'
import { providerAt, resourceTypesAt, schemasAt } from './scim-schema.ts'
import { type Change, changeDirectory } from './write.ts'

interface Answer {
  status: number
  headers?: Record<string, string>
  body?: unknown
}
const ERROR = 'urn:ietf:params:scim:api:messages:2.0:Error'
const LIST = 'urn:ietf:params:scim:api:messages:2.0:ListResponse'
const ROOT = '/api/scim/v2'
const type = { 'content-type': 'application/scim+json; charset=utf-8' }
const LIMIT_MS = 10_000

const scimErrorOf = (error: unknown): ScimError => {
  if (error instanceof ScimError) return error
  const known = toAppError(error)
  if (known.code === 'internal') throw error
  if (known.code === 'timeout') return bad('tooMany', '符合条件的太多。请缩小范围后再查。')
  if (known.code === 'duplicate' || known.code === 'same-person') return new ScimError(409, known.message, 'uniqueness')
  return known.status === 400 ? bad('invalidValue', known.message) : new ScimError(known.status, known.message)
}
const errorAnswer = (error: ScimError): Answer => ({
  status: error.status,
  headers: { ...type, ...(error.status === 401 ? { 'www-authenticate': 'Bearer' } : {}) },
  body: {
    schemas: [ERROR],
    status: String(error.status),
    detail: error.message,
    ...(error.scimType ? { scimType: error.scimType } : {}),
  },
})

const withoutValues = (path: unknown): string =>
  String(path)
    .slice(0, 300)
    .replace(/\[.*\]/s, '[…]')
/** Which attributes a call spoke of, never their values: telephone numbers have no place in the audit log, the history keeps them. */
const spokenOf = ({ query, body }: RawRequest): Json => {
  const json = isObject(body) ? body : {}
  const operations = (Array.isArray(json.Operations) ? json.Operations : [])
    .filter(isObject)
    .map(({ op, path, value }) => ({
      op: String(op),
      attributes: path === undefined ? (isObject(value) ? Object.keys(value) : []) : [withoutValues(path)],
    }))
  return { query: Object.keys(query), attributes: Object.keys(json), ...(operations.length > 0 ? { operations } : {}) }
}

// Whoever knocks without a token must not be able to fill the audit log.
const NOTED_A_MINUTE = 30
const knocks = new WeakMap<Kernel, { minute: number; times: Map<string, number> }>()
const mayNote = (kernel: Kernel, address: string): boolean => {
  const minute = Math.floor(kernel.clock.now().getTime() / 60_000)
  const before = knocks.get(kernel)
  const now = before?.minute === minute ? before : { minute, times: new Map<string, number>() }
  knocks.set(kernel, now)
  const times = (now.times.get(address) ?? 0) + 1
  now.times.set(address, times)
  return times <= NOTED_A_MINUTE
}

interface Done {
  answer: Answer
  target?: { type: string; id: string; label?: string }
}
type Work = (call: ScimCall, request: RawRequest) => Promise<Done>

/** One call in one transaction: who, what, and its row in the audit log; a refused one leaves its row too. */
const route = (method: Method, path: string, title: string, work: Work): RawRoute => {
  const recordOf = (
    request: RawRequest,
    who: string,
    kind: AuditKind,
    detail: Json,
    target?: Done['target'],
  ): AuditRecord => ({
    at: request.kernel.clock.now(),
    homeNode: request.kernel.config.HOME_NODE,
    actor: { accountId: '', personId: '', name: `SCIM：${who}`, sessionId: '' },
    requestId: request.requestId,
    address: request.address,
    action: `directory.scim ${method} ${path}`,
    title,
    kind,
    target,
    detail,
  })
  const refusal = async (request: RawRequest, who: string | undefined, refused: ScimError): Promise<Answer> => {
    const { kernel, address, params } = request
    if ((who !== undefined && refused.status !== 401) || mayNote(kernel, address)) {
      const detail = { ...spokenOf(request), status: refused.status, reason: refused.message }
      const target = params.id === undefined ? undefined : { type: 'scim', id: params.id.slice(0, 100) }
      await writeAudit(kernel.database.query, recordOf(request, who ?? '未知客户端', 'refused', detail, target))
    }
    return errorAnswer(refused)
  }
  return {
    method,
    path: ROOT + path,
    async handle(request) {
      const { kernel } = request
      let who: string | undefined
      try {
        return await asSystem(kernel, async (ctx) => {
          await ctx.sql(`set local statement_timeout = ${LIMIT_MS}`)
          const client = await clientOf(ctx, request, (title) => {
            who = title
          })
          const noted: Json = {}
          const { answer, target } = await work({ ...ctx, client, base: baseOf(request), noted }, request)
          const kind = method === 'GET' || path.endsWith('.search') ? 'read' : 'command'
          await writeAudit(ctx.sql, recordOf(request, client.title, kind, { ...spokenOf(request), ...noted }, target))
          return answer
        })
      } catch (error) {
        return refusal(request, who, scimErrorOf(error))
      }
    },
    // Nobody was asked for a token yet: what the body should have been is no secret, RFC 7644 §3.12 has a word for it.
    refuse: (request, { status, message }) =>
      refusal(
        request,
        undefined,
        status === 400 ? bad('invalidSyntax', '内容不是合法的 JSON。') : new ScimError(status, message),
      ),
  }
}

const versionOf = (resource: Json): string => (resource.meta as { version: string }).version
const bare = (tag: string): string => tag.trim().replace(/^W\//, '')
/** Whether a condition header names the version; weakly, RFC 9110 §8.8.3.2. */
const names = (header: RawRequest['headers'][string], version: string): boolean =>
  String(header)
    .split(',')
    .some((tag) => tag.trim() === '*' || bare(tag) === bare(version))
const requireVersion = (request: RawRequest, resource: Json): void => {
  const header = request.headers['if-match']
  if (header !== undefined && !names(header, versionOf(resource)))
    throw new ScimError(412, '资源已被修改。请重新读取后再提交。')
}

const answerOf = (status: number, resource: Json, shown: Json): Answer => ({
  status,
  headers: {
    ...type,
    etag: versionOf(resource),
    location: (resource.meta as { location: string }).location,
  },
  body: shown,
})
const bodyOf = ({ body }: RawRequest): Json => {
  if (!isObject(body)) throw bad('invalidSyntax', '内容须是一个 JSON 对象。')
  return body
}
const targetOf = ({ target }: Resource, json: Json) => ({
  type: target,
  id: String(json.id),
  label: String(json.displayName),
})

const listing =
  (resource: Resource, asked: (request: RawRequest) => Json): Work =>
  async (call, request) => {
    const input = asked(request)
    const query = readListQuery(input)
    const shown = projection(resource.shape, input)
    const { total, resources } = await resource.list(call, query, shown)
    const body = {
      schemas: [LIST],
      totalResults: total,
      startIndex: query.startIndex,
      itemsPerPage: resources.length,
      Resources: resources.map(shown.of),
    }
    return { answer: { status: 200, headers: type, body } }
  }

const reading =
  (resource: Resource): Work =>
  async (call, request) => {
    const json = await resource.read(call, request.params.id!)
    const same = request.headers['if-none-match']
    const target = targetOf(resource, json)
    if (same !== undefined && names(same, versionOf(json)))
      return { answer: { status: 304, headers: { etag: versionOf(json) } }, target }
    return { answer: answerOf(200, json, projection(resource.shape, request.query).of(json)), target }
  }

const change = <T>(call: ScimCall, work: (change: Change) => Promise<T>): Promise<T> =>
  changeDirectory(call, { id: null, name: `SCIM：${call.client.title}` }, work)

const creating =
  (resource: Resource): Work =>
  async (call, request) => {
    const id = await change(call, (one) => resource.create(call, one, bodyOf(request)))
    const json = await resource.read(call, id)
    const shown = projection(resource.shape, request.query).of(json)
    return { answer: answerOf(201, json, shown), target: targetOf(resource, json) }
  }

const writing =
  (resource: Resource, next: (before: Json, request: RawRequest) => Json): Work =>
  async (call, request) => {
    const id = request.params.id!
    await change(call, async (one) => {
      const before = await resource.read(call, id)
      requireVersion(request, before)
      await resource.replace(call, one, id, next(before, request))
    })
    const json = await resource.read(call, id)
    const shown = projection(resource.shape, request.query).of(json)
    return { answer: answerOf(200, json, shown), target: targetOf(resource, json) }
  }

const removing =
  (resource: Resource): Work =>
  async (call, request) => {
    const before = await change(call, async (one) => {
      const json = await resource.read(call, request.params.id!)
      requireVersion(request, json)
      await resource.remove(call, one, request.params.id!)
      return json
    })
    return { answer: { status: 204 }, target: targetOf(resource, before) }
  }

const routesOf = (resource: Resource): RawRoute[] => {
  const { endpoint } = resource.shape
  const { title } = resource
  const one = `${endpoint}/:id`
  const patched = (before: Json, request: RawRequest) => applyPatch(before, resource.shape, request.body)
  return [
    route(
      'GET',
      endpoint,
      `SCIM 查询${title}`,
      listing(resource, (request) => request.query),
    ),
    route('POST', `${endpoint}/.search`, `SCIM 查询${title}`, listing(resource, bodyOf)),
    route('POST', endpoint, `SCIM 新建${title}`, creating(resource)),
    route('GET', one, `SCIM 读取${title}`, reading(resource)),
    route(
      'PUT',
      one,
      `SCIM 替换${title}`,
      writing(resource, (_, request) => bodyOf(request)),
    ),
    route('PATCH', one, `SCIM 修改${title}`, writing(resource, patched)),
    route('DELETE', one, `SCIM 删除${title}`, removing(resource)),
  ]
}

const fixed = (path: string, body: (base: string, request: RawRequest) => unknown): RawRoute =>
  route('GET', path, 'SCIM 自述', async (call, request) => ({
    answer: { status: 200, headers: type, body: body(call.base, request) },
  }))
const listed = (all: (base: string) => { id: string }[]) => (base: string) => {
  const rows = all(base)
  return { schemas: [LIST], totalResults: rows.length, startIndex: 1, itemsPerPage: rows.length, Resources: rows }
}
const oneOf = (all: (base: string) => { id: string }[]) => (base: string, request: RawRequest) => {
  const found = all(base).find((row) => row.id === request.params.id)
  if (!found) throw new ScimError(404, '没有这一项。')
  return found
}

/** SCIM 2.0 (RFC 7643, RFC 7644) for personnel systems. */
export const scimRoutes: readonly RawRoute[] = [
  ...routesOf(userResource),
  ...routesOf(groupResource),
  fixed('/ServiceProviderConfig', providerAt),
  fixed('/ResourceTypes', listed(resourceTypesAt)),
  fixed('/ResourceTypes/:id', oneOf(resourceTypesAt)),
  fixed('/Schemas', listed(schemasAt)),
  fixed('/Schemas/:id', oneOf(schemasAt)),
]
