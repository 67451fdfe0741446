import { z } from 'zod'
import { type Endpoint, Problem } from '#kernel/contract'
import type { ModuleDef } from '#kernel/module'

type Json = Record<string, unknown>

const schemaOf = (schema: z.ZodType, io: 'input' | 'output'): Json => {
  const { $schema, ...rest } = z.toJSONSchema(schema, { io, unrepresentable: 'any' }) as Json
  return rest
}

const operation = (module: ModuleDef, name: string, endpoint: Endpoint): Json => {
  const input = schemaOf(endpoint.input, 'input') as { properties?: Record<string, Json>; required?: string[] }
  const inPath = [...endpoint.path.matchAll(/:(\w+)/g)].map((match) => match[1]!)
  const others = Object.entries(input.properties ?? {}).filter(([key]) => !inPath.includes(key))
  const asQuery = endpoint.method === 'GET' || endpoint.method === 'DELETE' || endpoint.kind === 'upload'
  const required = (key: string) => input.required?.includes(key) ?? false
  const parameters = [
    ...inPath.map((key) => ({
      name: key,
      in: 'path',
      required: true,
      schema: input.properties?.[key] ?? { type: 'string' },
    })),
    ...(asQuery ? others.map(([key, schema]) => ({ name: key, in: 'query', required: required(key), schema })) : []),
    ...(endpoint.kind === 'upload'
      ? [{ name: 'X-File-Name', in: 'header', required: true, schema: { type: 'string' } }]
      : []),
  ]
  const body = {
    content: {
      'application/json': {
        schema: {
          type: 'object',
          properties: Object.fromEntries(others),
          required: others.map(([key]) => key).filter(required),
        },
      },
    },
  }
  return {
    operationId: `${module.name}.${name}`,
    tags: [module.title],
    summary: endpoint.summary,
    'x-permission': endpoint.permission,
    ...(endpoint.audit ? { 'x-audit': endpoint.audit } : {}),
    parameters,
    ...(endpoint.kind === 'upload'
      ? { requestBody: { content: { 'application/octet-stream': { schema: { type: 'string', format: 'binary' } } } } }
      : {}),
    ...(!asQuery && others.length > 0 ? { requestBody: body } : {}),
    responses: {
      200:
        endpoint.kind === 'download'
          ? {
              description: '文件',
              content: { 'application/octet-stream': { schema: { type: 'string', format: 'binary' } } },
            }
          : { description: '成功', content: { 'application/json': { schema: schemaOf(endpoint.output, 'output') } } },
      default: { $ref: '#/components/responses/Problem' },
    },
  }
}

/** OpenAPI 3.1 of all modules, from the same schemas that parse the calls. */
export const openapi = (modules: readonly ModuleDef[], version: string): Json => {
  const paths: Record<string, Json> = {}
  for (const module of modules)
    for (const [name, endpoint] of Object.entries(module.api ?? {})) {
      const path = endpoint.path.replaceAll(/:(\w+)/g, '{$1}')
      paths[path] = { ...paths[path], [endpoint.method.toLowerCase()]: operation(module, name, endpoint) }
    }
  return {
    openapi: '3.1.0',
    info: {
      title: '齐通接口',
      version,
      description: '写操作须带请求头 X-Requested-With: qitong；重试须带同一个 Idempotency-Key。',
    },
    paths: Object.fromEntries(Object.entries(paths).sort(([a], [b]) => (a < b ? -1 : 1))),
    components: {
      responses: {
        Problem: {
          description: 'RFC 9457 出错说明',
          content: { 'application/problem+json': { schema: schemaOf(Problem, 'output') } },
        },
      },
      securitySchemes: { session: { type: 'apiKey', in: 'cookie', name: 'qt_session' } },
    },
    security: [{ session: [] }],
  }
}
