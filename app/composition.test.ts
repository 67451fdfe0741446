import { glob, readFile } from 'node:fs/promises'
import path from 'node:path'
import { getTableConfig, PgTable } from 'drizzle-orm/pg-core'
import { describe, expect, it } from 'vitest'
import { readClasses } from '#kernel/classify'
import { queryOn } from '#kernel/db'
import { migrate } from '#kernel/migrate'
import { withThrowawayDatabase } from '../tools/throwaway.ts'
import { modules } from './modules.ts'

/** Only app sees everyone: these tests compare what modules say of themselves with what they do. */

const sources = async (folder: string): Promise<{ file: string; text: string }[]> => {
  const found: { file: string; text: string }[] = []
  for await (const file of glob('**/*.{ts,sql}', { cwd: folder }))
    if (!/\.test\.ts$|testing\.ts$|(^|\/)web\//.test(file))
      found.push({ file, text: await readFile(path.join(folder, file), 'utf8') })
  return found
}
const schemas = ['kernel', ...modules.map((module) => module.name)]

describe.each(modules.map((module) => [module.name, module] as const))('%s', (name, module) => {
  it('names only its own tables in SQL, and those of the schemas it declares', async () => {
    const allowed = new Set([name, ...(module.reads ?? [])])
    const faults: string[] = []
    for (const { file, text } of await sources(module.folder))
      for (const match of text.matchAll(
        /\b(?:from|join|into|update|table|delete\s+from|references|on)\s+(?:only\s+)?([a-z_]+)\.[a-z_]+/gi,
      )) {
        const schema = match[1]!.toLowerCase()
        if (schemas.includes(schema) && !allowed.has(schema)) faults.push(`${file}: ${match[0]}`)
      }
    expect(faults).toEqual([])
  })

  it('depends on exactly what it imports', async () => {
    const imported = new Set<string>()
    for (const { text } of await sources(module.folder))
      for (const match of text.matchAll(/from '#(?:platform|modules)\/([a-z-]+)(?:\/[a-z]+)?'/g))
        imported.add(match[1]!)
    // SQL alone may need another's tables to be there: a foreign key, a join.
    const needed = new Set([...imported, ...(module.reads ?? []).filter((schema) => schema !== 'kernel')])
    // What is no module (a language, a library of the platform) has nothing to migrate or start.
    for (const each of needed) if (!modules.some((one) => one.name === each)) needed.delete(each)
    needed.delete(name)
    expect([...needed].sort()).toEqual([...module.dependsOn].sort())
  })

  it('gives each permission of its endpoints a title and a holder', () => {
    const declared = new Set(
      modules.flatMap((each) => (each.permissions ?? []).map((permission) => permission.name as string)),
    )
    const used = Object.values(module.api ?? {}).map((endpoint) => endpoint.permission as string)
    expect(used.filter((permission) => permission.includes(':') && !declared.has(permission))).toEqual([])
  })
})

describe('the whole', () => {
  it('uses each path once and each event name once', () => {
    const paths = modules.flatMap((module) =>
      Object.values(module.api ?? {}).map(({ method, path: route }) => `${method} ${route.replaceAll(/:\w+/g, ':x')}`),
    )
    expect(paths.filter((each, at) => paths.indexOf(each) !== at)).toEqual([])
    const events = modules.flatMap((module) => (module.events ?? []).map((event) => event.name as string))
    expect(events.filter((each, at) => events.indexOf(each) !== at)).toEqual([])
  })

  it('has table values that equal what the migrations built, and a data class on every column', async () => {
    await withThrowawayDatabase(async (client, url) => {
      await migrate(url, modules)
      const { columns, missing } = await readClasses(queryOn(client), schemas)
      expect(missing).toEqual([])
      for (const module of modules) {
        const tables = Object.values(
          (await import(path.join(module.folder, 'server/schema.ts')).catch(() => ({}))) as object,
        ).filter((value) => value instanceof PgTable)
        for (const table of tables) {
          const { name, schema, columns: declared } = getTableConfig(table)
          const built = columns.filter((column) => column.schema === schema && column.table === name)
          const shape = (list: { name: string; notNull: boolean }[]) =>
            list.map((column) => `${column.name}${column.notNull ? '' : '?'}`).sort()
          expect(
            shape(declared.map((column) => ({ name: column.name, notNull: column.notNull }))),
            `${schema}.${name}`,
          ).toEqual(shape(built.map((column) => ({ name: column.column, notNull: !column.nullable }))))
        }
      }
    })
  })
})
