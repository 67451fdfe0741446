import { existsSync, readFileSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { fileURLToPath } from 'node:url'
import ts from 'typescript'
import { sourceFiles } from './files.ts'
import { forbiddenGlobals } from './globals.ts'
import { type Finding, sizes } from './sizes.ts'
import { looseTypes, nameOfFile, onlyTypeScript } from './style.ts'
import { wayOut } from './way-out.ts'

/** One exception: this rule does not hold for this file, and why. */
type Allowed = { rule: string; file: string; reason: string }

const ALLOW_LIST = 'tools/check/allow.json'

/** All findings of the repository at `root` that its allow-list does not excuse, entries that excuse nothing included. */
export function check(root: string): Finding[] {
  const files = sourceFiles(root)
  const program = bind(
    root,
    files.filter((path) => /\.tsx?$/.test(path)),
  )
  const found = files.flatMap((path) => {
    const source = program.getSourceFile(join(root, path))
    if (!source) return [...sizes(path, readFileSync(join(root, path), 'utf8')), ...onlyTypeScript(path)]
    const file = { path, source, checker: program.getTypeChecker() }
    return [
      ...sizes(path, source.text, source),
      ...looseTypes(file),
      ...nameOfFile(file),
      ...wayOut(file),
      ...forbiddenGlobals(file),
    ]
  })
  return excuse(found, readAllowed(root))
}

/** Parsed and bound file by file, without libraries or imports: a name that then stays unresolved is a global. */
function bind(root: string, paths: string[]): ts.Program {
  return ts.createProgram({
    rootNames: paths.map((path) => join(root, path)),
    options: {
      noResolve: true,
      noLib: true,
      types: [],
      noEmit: true,
      jsx: ts.JsxEmit.Preserve,
      moduleDetection: ts.ModuleDetectionKind.Force,
    },
  })
}

function readAllowed(root: string): Allowed[] {
  const path = join(root, ALLOW_LIST)
  return existsSync(path) ? (JSON.parse(readFileSync(path, 'utf8')) as Allowed[]) : []
}

function excuse(found: Finding[], allowed: Allowed[]): Finding[] {
  const covers = (entry: Allowed, finding: Finding) => entry.rule === finding.rule && entry.file === finding.path
  const left = found.filter((finding) => !allowed.some((entry) => covers(entry, finding)))
  const wrong = allowed.flatMap((entry): Finding[] => {
    const report = (message: string) => [{ path: ALLOW_LIST, line: 1, rule: 'allow-list', message }]
    if (!entry.reason?.trim()) return report(`${entry.rule} for ${entry.file} states no reason`)
    return found.some((finding) => covers(entry, finding))
      ? []
      : report(`${entry.rule} for ${entry.file} excuses nothing: remove it`)
  })
  return [...left, ...wrong]
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const findings = check(resolve(import.meta.dirname, '../..'))
  for (const { path, line, rule, message } of findings) console.log(`${path}:${line} ${rule} ${message}`)
  process.exitCode = findings.length > 0 ? 1 : 0
}
