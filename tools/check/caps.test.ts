import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { check } from './caps.ts'

const lines = (count: number, line = 'void 0') => Array.from({ length: count }, () => line).join('\n')
const body = (count: number) => `{\n${lines(count - 2)}\n}`
const SERVER = 'modules/notice/server'

let root: string
beforeAll(async () => {
  root = await mkdtemp(join(tmpdir(), 'qitong-caps-'))
})
afterAll(() => rm(root, { recursive: true, force: true }))

/** What the rules say about exactly these files: `path:line rule`. */
async function findings(files: Record<string, string>): Promise<string[]> {
  const folder = await mkdtemp(join(root, 'case-'))
  for (const [path, text] of Object.entries(files)) {
    await mkdir(dirname(join(folder, path)), { recursive: true })
    await writeFile(join(folder, path), text)
  }
  return check(folder).map(({ path, line, rule }) => `${path}:${line} ${rule}`)
}

async function expectEach(rule: string, cases: [path: string, text: string, line?: number][]): Promise<void> {
  for (const [path, text, line = 1] of cases)
    expect(await findings({ [path]: text }), text).toEqual([`${path}:${line} ${rule}`])
}

async function expectSound(cases: [path: string, text: string][]): Promise<void> {
  for (const [path, text] of cases) expect(await findings({ [path]: text }), text).toEqual([])
}

describe('sizes', () => {
  it('caps a file at 400 lines, whatever it is written in', async () => {
    await expectEach('file-lines', [
      ['kernel/long.ts', lines(401)],
      ['kernel/long.test.ts', `${lines(401)}\n`],
      ['ui/look.css', lines(401, 'a {}')],
      [`${SERVER}/migrations/0001_init.sql`, lines(401, '-- x')],
    ])
    await expectSound([['kernel/long.ts', `${lines(400)}\n`]])
  })

  it('caps a function at 60 lines and a component at 120', async () => {
    await expectEach('function-lines', [
      ['kernel/a.ts', `export function long() ${body(61)}`],
      ['kernel/a.ts', `export const long = () => ${body(61)}`],
      ['kernel/a.ts', `export class A {\n  long() ${body(61)}\n}`, 2],
      ['kernel/a.ts', `export function Upper() ${body(61)}`],
      ['kernel/a.test.ts', `const helper = () => ${body(61)}\nhelper()`],
      ['kernel/a.test.ts', `void [1].map(() => ${body(61)})`],
      ['kernel/a.ts', `const it = (f: () => void) => f()\nit(() => ${body(61)})`, 2],
      ['ui/Page.tsx', `export function Page() ${body(121)}`],
      ['ui/use-it.tsx', `export function useIt() ${body(61)}`],
    ])
    await expectSound([
      ['kernel/a.ts', `export function long() ${body(60)}`],
      ['ui/Page.tsx', `export const Page = memo(() => ${body(120)})\nimport { memo } from 'react'`],
      ['kernel/a.test.ts', `describe('x', () => ${body(80)})\nit.each([1])('x', async () => ${body(80)})`],
      ['e2e/clerk.spec.ts', `test.describe('x', () => ${body(80)})`],
    ])
  })
})

describe('types', () => {
  it('refuses any', async () => {
    await expectEach('no-any', [
      ['kernel/a.ts', 'export const a = (b: any) => b'],
      ['kernel/a.ts', "export const a = JSON.parse('1') as any"],
      ['kernel/a.ts', 'export type A = Record<string, Array<any>>'],
      ['tools/a.test.ts', 'export let a: any'],
    ])
    await expectSound([['kernel/a.ts', "export const any = 'any'\n// any"]])
  })

  it('refuses to silence the compiler without a reason', async () => {
    await expectEach('no-suppression', [
      ['kernel/a.ts', '\n// @ts-ignore\nexport const a = 1', 2],
      ['kernel/a.ts', '/* @ts-expect-error */\nexport const a = 1'],
      ['kernel/a.ts', '// @ts-expect-error -- ----------\nexport const a = 1'],
      ['kernel/a.ts', '// @ts-nocheck because we are in a hurry\nexport const a = 1'],
    ])
    await expectSound([
      ['kernel/a.ts', '// @ts-expect-error the library forgets this overload\nexport const a = 1'],
      ['kernel/a.ts', "export const a = '// @ts-ignore'"],
    ])
  })
})

describe('names', () => {
  it('refuses default exports outside configuration', async () => {
    await expectEach('no-default-export', [
      ['kernel/a.ts', 'export default 1'],
      ['kernel/a.ts', 'export default function a() {}'],
      ['kernel/a.ts', 'const a = 1\nexport { a as default }', 2],
    ])
    await expectSound([
      ['vite.config.ts', 'export default {}'],
      ['e2e/setup.ts', 'export default () => {}'],
    ])
  })

  it('wants kebab-case logic, PascalCase components and TypeScript', async () => {
    await expectEach('file-name', [
      ['kernel/runAs.ts', 'export const a = 1'],
      ['kernel/run_as.ts', 'export const a = 1'],
      ['kernel/RunAs.ts', 'export const a = 1'],
      ['ui/data-table.tsx', 'export function DataTable() {}'],
      ['ui/data-table.tsx', 'export const DataTable = memo(() => null)\nimport { memo } from "react"'],
      ['ui/error-boundary.tsx', 'export class ErrorBoundary {}'],
      ['ui/UseIt.tsx', 'export const useIt = () => 1'],
      ['ui/data_table.tsx', ''],
    ])
    await expectEach('file-kind', [
      ['kernel/a.js', 'module.exports = 1'],
      ['tools/a.mjs', 'export default 1'],
    ])
    await expectSound([
      ['kernel/run-as.ts', ''],
      ['kernel/run-as.test.ts', ''],
      ['ui/DataTable.tsx', 'export function DataTable() {}'],
      ['ui/DataTable.test.tsx', ''],
      ['ui/ErrorBoundary.tsx', 'export class ErrorBoundary {}'],
      ['ui/toast.tsx', 'export const toast = { show: 1 }\nexport const LIMIT = 3\nexport function Toasts() {}'],
      ['app/web.tsx', "document.title = '齐通'"],
      ['.dependency-cruiser.cjs', 'module.exports = {}'],
    ])
  })
})

describe('the way out', () => {
  it('refuses global network functions in server code', async () => {
    await expectEach('outbound', [
      [`${SERVER}/a.ts`, "export const a = () => fetch('http://x')"],
      [`${SERVER}/a.ts`, 'export const a = (get = fetch) => get'],
      [`${SERVER}/a.ts`, 'export const a = { fetch }'],
      [`${SERVER}/a.ts`, "export const a = globalThis.fetch('http://x')"],
      [`${SERVER}/a.ts`, "export const a = global['fetch']"],
      [`${SERVER}/a.ts`, 'const { fetch: get } = globalThis\nexport { get }'],
      [`${SERVER}/a.ts`, 'declare const fetch: () => void\nfetch()', 2],
      [`${SERVER}/a.ts`, '{ const fetch = () => 1; fetch() }\nfetch()', 2],
      ['kernel/realtime.ts', "export const a = new WebSocket('ws://x')"],
      ['platform/tasks/index.ts', 'export class A extends EventSource {}'],
      ['app/start.ts', 'export const a = new XMLHttpRequest()'],
      ['packs/leave/a.ts', "export const a = process.getBuiltinModule('node:https')"],
    ])
  })

  it('refuses the dialling half of Node network modules', async () => {
    await expectEach('outbound', [
      ['kernel/http.ts', "import { request } from 'node:http'\nrequest('http://x')"],
      ['kernel/http.ts', "import { get as take } from 'http'\ntake('http://x')"],
      ['kernel/http.ts', "import * as http from 'node:http'\nhttp.get('http://x')", 2],
      ['kernel/http.ts', "import net from 'node:net'\nnet.connect(1)", 2],
      ['kernel/http.ts', "import * as net from 'node:net'\nconst { connect } = net\nconnect(1)", 2],
      ['kernel/http.ts', "export { request } from 'node:http'"],
    ])
  })

  it('leaves alone the gateway, browsers, tests, tools and what only shares the name', async () => {
    const call = "export const a = () => fetch('/api')"
    await expectSound([
      ['kernel/outbound/index.ts', call],
      ['modules/notice/web/a.ts', call],
      ['kernel/web/a.ts', call],
      ['ui/a.ts', call],
      ['app/web.tsx', call],
      ['tools/a.ts', call],
      ['e2e/a.spec.ts', call],
      [`${SERVER}/a.test.ts`, call],
      [`${SERVER}/a.ts`, 'export const a = (outbound: { fetch(): void }) => outbound.fetch()'],
      [`${SERVER}/a.ts`, "import { fetch } from '#kernel/outbound'\nfetch()"],
      [`${SERVER}/a.ts`, 'export type A = typeof fetch'],
      [
        'kernel/http.ts',
        "import { createServer, type Agent } from 'node:http'\nexport const a = createServer() as unknown as Agent",
      ],
      ['kernel/postgres/port.ts', "import net from 'node:net'\nexport const a = net.createServer()"],
    ])
  })
})

it('refuses to run text as code, anywhere', async () => {
  await expectEach('no-eval', [
    ['ui/a.ts', "eval('1')"],
    ['kernel/a.ts', "export const a = new Function('return 1')"],
    ['kernel/a.ts', "export const a = Function('return 1')"],
    ['kernel/a.ts', "globalThis.eval('1')"],
    ['kernel/a.ts', "import 'node:vm'"],
    ['kernel/a.ts', "export const a = () => import('vm')"],
    ['kernel/a.ts', "export const a = (() => 1).constructor('return 1')"],
  ])
  await expectSound([['kernel/a.ts', 'export type A = Function\nexport const a = { eval: 1 }']])
})

describe('allow.json', () => {
  const allow = (...entries: object[]) => ({ 'tools/check/allow.json': JSON.stringify(entries) })
  const long = { 'kernel/long.ts': lines(401) }

  it('excuses one rule in one file, with a reason', async () => {
    const entry = { rule: 'file-lines', file: 'kernel/long.ts', reason: 'a table of the standard' }
    expect(await findings({ ...long, ...allow(entry) })).toEqual([])
    expect(await findings({ ...long, 'kernel/too.ts': lines(401), ...allow(entry) })).toEqual([
      'kernel/too.ts:1 file-lines',
    ])
  })

  it('fails on an entry without a reason or without use', async () => {
    const file = 'kernel/long.ts'
    expect(await findings({ ...long, ...allow({ rule: 'file-lines', file, reason: ' ' }) })).toEqual([
      'tools/check/allow.json:1 allow-list',
    ])
    expect(await findings(allow({ rule: 'file-lines', file, reason: 'gone' }))).toEqual([
      'tools/check/allow.json:1 allow-list',
    ])
  })
})

it('skips what is installed, generated or data', async () => {
  const text = 'export default 1'
  await expectSound([
    ['node_modules/x/a.ts', text],
    ['data/a.ts', text],
    ['.cache/a.ts', text],
    ['dist/a.ts', text],
    ['reports/a.ts', text],
  ])
  await expectEach('no-default-export', [[`${SERVER}/data/a.ts`, text]])
})
