import { mkdir, readFile, writeFile } from 'node:fs/promises'
import path from 'node:path'
import { z } from 'zod'
import { readClasses } from '#kernel/classify'
import { ConfigSchema } from '#kernel/config'
import { queryOn } from '#kernel/db'
import { inOrder, kernelModule, migrate } from '#kernel/migrate'
import { openapi } from '#kernel/openapi'
import { AppDefinition } from '#modules/built/contract'
import { FormDefinition } from '#platform/forms/contract'
import { modules } from '../app/modules.ts'
import { version } from '../app/version.ts'
import { withThrowawayDatabase } from './throwaway.ts'

/**
 * `npm run reports`: what the platform is, as generated text: the API, the tables with their data classes, the permissions, the events,
 * the variables. With `--check` it changes nothing and fails when the committed text is not what the code says.
 */

const root = path.resolve(import.meta.dirname, '..')
const row = (cells: readonly unknown[]): string =>
  `| ${cells
    .map((cell) =>
      String(cell ?? '')
        .replaceAll('|', '\\|')
        .replaceAll('\n', ' '),
    )
    .join(' | ')} |`
const table = (head: readonly string[], rows: readonly (readonly unknown[])[]): string =>
  [row(head), row(head.map(() => '---')), ...rows.map(row)].join('\n')

const tables = (): Promise<string> =>
  withThrowawayDatabase(async (client, url) => {
    await migrate(url, modules)
    const { columns, missing } = await readClasses(queryOn(client), [
      kernelModule.name,
      ...modules.map(({ name }) => name),
    ])
    if (missing.length > 0)
      throw new Error(
        `no data class, purpose or retention on:\n${missing.map(({ schema, table: name, column }) => `  ${schema}.${name}.${column}`).join('\n')}`,
      )
    const names = [...new Set(columns.map((column) => `${column.schema}.${column.table}`))]
    const parts = names.map((name) => {
      const own = columns.filter((column) => `${column.schema}.${column.table}` === name)
      return `## ${name}\n\n${table(
        ['column', 'type', 'null', '说明', 'class', 'purpose', 'retention'],
        own.map((column) => [
          column.column,
          column.type,
          column.nullable ? 'yes' : '',
          column.title,
          column.dataClass,
          column.purpose,
          column.retention,
        ]),
      )}`
    })
    return `# Tables\n\n${parts.join('\n\n')}\n`
  })

const sorted = inOrder(modules)
const permissions = (): string =>
  `# Permissions\n\n${table(
    ['permission', '说明', 'default roles'],
    sorted.flatMap((module) =>
      (module.permissions ?? []).map(({ name, title, roles }) => [name, title, roles.join(', ')]),
    ),
  )}\n\n## Endpoints\n\n${table(
    ['endpoint', 'method', 'path', 'permission', '说明', 'audit'],
    sorted.flatMap((module) =>
      Object.entries(module.api ?? {}).map(([name, endpoint]) => [
        `${module.name}.${name}`,
        endpoint.method,
        endpoint.path,
        endpoint.permission,
        endpoint.summary,
        endpoint.method === 'GET' ? (endpoint.audit ?? '') : 'command',
      ]),
    ),
  )}\n`

const events = (): string =>
  `# Events\n\n${table(
    ['event', 'payload', 'consumers'],
    sorted.flatMap((module) =>
      (module.events ?? []).map((event) => [
        event.name,
        Object.keys(
          (z.toJSONSchema(event.schema, { unrepresentable: 'any' }) as { properties?: object }).properties ?? {},
        ).join(', '),
        sorted
          .flatMap((other) =>
            (other.on ?? []).filter((consumer) => consumer.event.name === event.name).map((consumer) => consumer.name),
          )
          .join(', '),
      ]),
    ),
  )}\n`

const variables = (): string =>
  `# 环境变量\n\n由 \`kernel/config.ts\` 生成。未设与设为空等价。\n\n${table(
    ['变量', '默认', '说明'],
    Object.entries(ConfigSchema.shape).map(([name, schema]) => {
      const json = z.toJSONSchema(schema, { io: 'input', unrepresentable: 'any' }) as { default?: unknown }
      return [name, json.default ?? '', schema.description]
    }),
  )}\n`

const reports = async (): Promise<Record<string, string>> => ({
  'reports/openapi.json': `${JSON.stringify(openapi(sorted, version), null, 1)}\n`,
  'reports/form-definition.schema.json': `${JSON.stringify(z.toJSONSchema(FormDefinition, { io: 'input' }), null, 1)}\n`,
  'reports/app-definition.schema.json': `${JSON.stringify(z.toJSONSchema(AppDefinition, { io: 'input' }), null, 1)}\n`,
  'reports/tables.md': await tables(),
  'reports/permissions.md': permissions(),
  'reports/events.md': events(),
  'docs/operate/config.md': variables(),
})

const check = process.argv.includes('--check')
const changed: string[] = []
for (const [file, text] of Object.entries(await reports())) {
  const full = path.join(root, file)
  if ((await readFile(full, 'utf8').catch(() => '')) === text) continue
  changed.push(file)
  if (!check) {
    await mkdir(path.dirname(full), { recursive: true })
    await writeFile(full, text)
  }
}
console.log(
  changed.length === 0
    ? 'reports are what the code says'
    : `${check ? 'out of date' : 'written'}: ${changed.join(', ')}`,
)
if (check && changed.length > 0) {
  console.log('run `npm run reports` and commit what it changed')
  process.exitCode = 1
}
