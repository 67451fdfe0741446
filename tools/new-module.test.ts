import { randomInt } from 'node:crypto'
import { cp, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { check } from './check/caps.ts'
import { runAll } from './check/run.ts'
import { generate, NewModuleError, register } from './new-module.ts'

const CRUISER = 'node_modules/dependency-cruiser/bin/dependency-cruiser.mjs'
const root = path.resolve(import.meta.dirname, '..')
const letters = Array.from({ length: 8 }, () => String.fromCharCode(97 + randomInt(26))).join('')
const name = `zz${letters}`
let temporary: string
let folder: string
beforeAll(async () => {
  temporary = await mkdtemp(path.join(tmpdir(), 'qitong-new-module-'))
  folder = await generate(root, name, '会议室预约')
})
afterAll(async () => {
  await rm(path.join(root, 'modules', name), { recursive: true, force: true })
  await rm(temporary, { recursive: true, force: true })
})

describe('a new module', () => {
  it('is formatted, passes types, layers and its own tests as it is', { timeout: 240_000 }, async () => {
    const biome = {
      name: 'format and lint',
      args: ['node_modules/@biomejs/biome/bin/biome', 'check', '--write', folder],
    }
    expect(await runAll([biome], root)).toMatchObject([{ passed: true }])
    const tsconfig = path.join(temporary, 'tsconfig.json')
    const include = [`${folder}/**/*`, path.join(root, 'ui/css.d.ts')]
    const typeRoots = [path.join(root, 'node_modules/@types')]
    await writeFile(
      tsconfig,
      JSON.stringify({ extends: path.join(root, 'tsconfig.json'), compilerOptions: { typeRoots }, include }),
    )
    const outcomes = await runAll(
      [
        { name: 'types', args: ['node_modules/typescript/bin/tsc', '-p', tsconfig] },
        { name: 'tests', args: ['node_modules/vitest/vitest.mjs', 'run', `modules/${name}/`] },
        {
          name: 'layers',
          args: [CRUISER, `modules/${name}`, '--config', '--do-not-follow', '^(node_modules|kernel|platform|ui)/'],
        },
      ],
      root,
    )
    for (const outcome of outcomes) expect(outcome.passed, `${outcome.name}: ${outcome.output}`).toBe(true)
  })

  it('keeps to the caps', async () => {
    await cp(folder, path.join(temporary, 'modules', name), { recursive: true })
    expect(check(temporary)).toEqual([])
  })

  it.each([
    ['ab', '标题'],
    ['Meeting', '标题'],
    ['user', '标题'],
    ['pgroom', '标题'],
    ['../evil', '标题'],
    ['notice', '已有的'],
    ['directory', '已有的'],
    ['rooms', "it's"],
    ['rooms', ''],
  ])('refuses %s %s', async (wrong, title) => {
    await expect(generate(root, wrong, title)).rejects.toBeInstanceOf(NewModuleError)
  })
})

describe('the lists of the app', () => {
  it('get one more', () => {
    const text =
      "import type { ModuleDef } from '#kernel/module'\nexport const modules: readonly ModuleDef[] = [notice]\n"
    expect(register(text, 'rooms', "import { rooms } from '#modules/rooms'")).toBe(
      `import { rooms } from '#modules/rooms'\n${text.replace('[notice]', '[rooms, notice]')}`,
    )
    expect(() => register('export const list = []', 'rooms', '')).toThrow(NewModuleError)
  })
})
