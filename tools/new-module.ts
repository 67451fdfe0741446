import { execFile } from 'node:child_process'
import { existsSync } from 'node:fs'
import { mkdir, readFile, writeFile } from 'node:fs/promises'
import path from 'node:path'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'

/**
 * `npm run new-module -- <name> <中文标题>`: a whole small module in the shape of modules/notice, listed in the app.
 * One entity that is made, read and listed within the data scope; everything in it is meant to be changed.
 */

const ROOT = path.resolve(import.meta.dirname, '..')
const TEMPLATES = path.join(import.meta.dirname, 'new-module')

/** Where each template goes. They end in `.txt` so that no check takes them for sources. */
const FILES: readonly (readonly [template: string, target: string])[] = [
  ['README.md.txt', 'README.md'],
  ['contract.ts.txt', 'contract.ts'],
  ['index.ts.txt', 'index.ts'],
  ['module.test.ts.txt', '{{name}}.test.ts'],
  ['permissions.test.ts.txt', 'permissions.test.ts'],
  ['0001_init.sql.txt', 'server/migrations/0001_init.sql'],
  ['schema.ts.txt', 'server/schema.ts'],
  ['seed.ts.txt', 'server/seed.ts'],
  ['service.ts.txt', 'server/service.ts'],
  ['client.ts.txt', 'web/client.ts'],
  ['web-index.ts.txt', 'web/index.ts'],
  ['Page.tsx.txt', 'web/{{Name}}Page.tsx'],
]

// The name is a folder, a PostgreSQL schema and a constant at once: what SQL or JavaScript keeps for itself is none.
const RESERVED = new Set(
  `all analyse analyze and any array as asc async await both break case cast catch check class collate column const constraint continue
  create debugger default defer delete desc distinct do else end enum eval except export extends false fetch finally for foreign from
  function grant group having if import in initially instanceof interface intersect into kernel lateral leading let limit new not null
  offset on only or order package placing primary private protected public references return returning select some static super switch
  symmetric system table then this throw trailing true try typeof undefined union unique user using var variadic void when where while
  window with yield`.split(/\s+/),
)

export class NewModuleError extends Error {}

const refuseBadName = (root: string, name: string, title: string): void => {
  if (!/^[a-z]{3,30}$/.test(name) || RESERVED.has(name) || name.startsWith('pg'))
    throw new NewModuleError(`“${name}”不能作模块名：请用 3 到 30 个小写英文字母，且不是 SQL 或 JavaScript 的保留字。`)
  if (!/^[\p{Script=Han}\p{L}\p{N}、（）·]{1,20}$/u.test(title))
    throw new NewModuleError('标题请用 1 到 20 个汉字、字母或数字，如：会议室预约。')
  for (const floor of ['kernel', 'platform', 'modules'])
    if (existsSync(path.join(root, floor, name))) throw new NewModuleError(`${floor}/${name} 已存在，请换一个名字。`)
}

/** Writes the files of a new module below `root`; answers its folder. */
export const generate = async (root: string, name: string, title: string): Promise<string> => {
  refuseBadName(root, name, title)
  const fill = (text: string): string =>
    text
      .replaceAll('{{name}}', name)
      .replaceAll('{{Name}}', name[0]!.toUpperCase() + name.slice(1))
      .replaceAll('{{title}}', title)
  const folder = path.join(root, 'modules', name)
  for (const [template, target] of FILES) {
    const file = path.join(folder, fill(target))
    await mkdir(path.dirname(file), { recursive: true })
    await writeFile(file, fill(await readFile(path.join(TEMPLATES, template), 'utf8')))
  }
  return folder
}

const ANCHOR = /(modules: readonly (?:ModuleDef|WebModule)\[\] = \[)/
/** A list of modules of the app (its text) with one more in it; imports are sorted by the formatter afterwards. */
export const register = (text: string, name: string, imported: string): string => {
  if (!ANCHOR.test(text))
    throw new NewModuleError('没有找到模块清单，请手工把新模块加入 app/modules.ts 和 app/web/modules.ts。')
  return `${imported}\n${text.replace(ANCHOR, `$1${name}, `)}`
}

const run = promisify(execFile)
const main = async (name = '', title = ''): Promise<void> => {
  const folder = await generate(ROOT, name, title)
  const lists = [
    ['app/modules.ts', `import { ${name} } from '#modules/${name}'`],
    ['app/web/modules.ts', `import { webModule as ${name} } from '#modules/${name}/web'`],
  ] as const
  for (const [file, imported] of lists) {
    const full = path.join(ROOT, file)
    await writeFile(full, register(await readFile(full, 'utf8'), name, imported))
  }
  const biome = path.join(ROOT, 'node_modules/@biomejs/biome/bin/biome')
  await run(process.execPath, [biome, 'check', '--write', folder, ...lists.map(([file]) => file)], { cwd: ROOT })
  await run(process.execPath, ['tools/reports.ts'], { cwd: ROOT })
  console.log(`modules/${name}（${title}）已建好，并加入 app/modules.ts 与 app/web/modules.ts。接着：
  npm run check
  npm run test:unit -- modules/${name} app
每个文件讲什么，见 docs/adding-a-module.md。`)
}

if (process.argv[1] === fileURLToPath(import.meta.url))
  main(...process.argv.slice(2)).catch((error: Error) => {
    console.error(error instanceof NewModuleError ? error.message : error)
    process.exitCode = 1
  })
