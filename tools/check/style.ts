import ts from 'typescript'
import { type Finding, finder, type Source, visit } from './sizes.ts'

/** Vite, Vitest and Playwright load the default export of these. */
const DEFAULT_EXPORTS = /(\.config\.ts|^e2e\/setup\.ts)$/

/** no-any, no-suppression, no-default-export. */
export function looseTypes({ path, source }: Source): Finding[] {
  const { findings, report } = finder(path, source)
  visit(source, (node) => {
    if (node.kind === ts.SyntaxKind.AnyKeyword)
      report('no-any', node, 'any switches the compiler off; use unknown or the real type')
    if (!DEFAULT_EXPORTS.test(path) && isDefaultExport(node)) {
      report('no-default-export', node, 'export by name, so that one thing has one name')
    }
  })
  for (const { at, text } of suppressions(source)) {
    report('no-suppression', at, `${text} without a reason behind it`)
  }
  return findings
}

function isDefaultExport(node: ts.Node): boolean {
  if (ts.isExportAssignment(node)) return true
  if (ts.isExportSpecifier(node)) return node.name.text === 'default'
  if (!ts.canHaveModifiers(node)) return false
  return ts.getModifiers(node)?.some((modifier) => modifier.kind === ts.SyntaxKind.DefaultKeyword) ?? false
}

/** What the parser notes about comments; TypeScript keeps it out of its public types. */
type Noted = ts.SourceFile & {
  commentDirectives?: { range: ts.TextRange }[]
  checkJsDirective?: ts.TextRange & { enabled: boolean }
}

function suppressions(source: ts.SourceFile): { at: number; text: string }[] {
  const { commentDirectives, checkJsDirective } = source as Noted
  const found = (commentDirectives ?? []).map(({ range }) => {
    const [, text = '@ts-ignore', reason = ''] =
      /(@ts-[a-z-]+)(.*)/s.exec(source.text.slice(range.pos, range.end)) ?? []
    return { at: range.pos, text, excused: reason.replace(/[^\p{L}]/gu, '').length >= 10 }
  })
  const whole = checkJsDirective && !checkJsDirective.enabled ? [{ at: checkJsDirective.pos, text: '@ts-nocheck' }] : []
  return [...found.filter((directive) => !directive.excused), ...whole]
}

/** file-kind: JavaScript would slip past the compiler and past these rules; tools that read only .cjs have it in the root. */
export function onlyTypeScript(path: string): Finding[] {
  const stray = /\.(jsx?|mjs|cjs|mts|cts)$/.test(path) && !/^[^/]+\.cjs$/.test(path)
  return stray ? [{ path, line: 1, rule: 'file-kind', message: 'write TypeScript' }] : []
}

/** file-name: kebab-case.ts; PascalCase.tsx for components; a .tsx that exports both kinds may have either name. */
export function nameOfFile({ path, source }: Source): Finding[] {
  const { findings, report } = finder(path, source)
  const base = path.slice(path.lastIndexOf('/') + 1)
  const stem = base.replace(/(\.(test|spec|config|d))?\.tsx?$/, '')
  const kebab = /^[a-z0-9]+(-[a-z0-9]+)*$/.test(stem)
  const pascal = base.endsWith('.tsx') && /^[A-Z][A-Za-z0-9]*$/.test(stem)
  const names = base.endsWith('.tsx') ? exportedValues(source) : []
  const components = names.filter((name) => /^[A-Z]/.test(name)).length
  if (components > 0 && components === names.length && !pascal)
    report('file-name', 0, 'a component stands in PascalCase.tsx')
  else if (components === 0 && names.length > 0 && !kebab) report('file-name', 0, 'logic stands in kebab-case')
  else if (!kebab && !pascal) report('file-name', 0, 'name it in kebab-case, a component in PascalCase.tsx')
  return findings
}

/** Names of the exported functions, classes and lower-case values; a constant such as PHONE_BELOW names no file. */
function exportedValues(source: ts.SourceFile): string[] {
  return source.statements.flatMap((statement) => {
    if (!ts.canHaveModifiers(statement)) return []
    if (!ts.getModifiers(statement)?.some((modifier) => modifier.kind === ts.SyntaxKind.ExportKeyword)) return []
    if (ts.isFunctionDeclaration(statement) || ts.isClassDeclaration(statement)) return [statement.name?.text ?? '']
    if (!ts.isVariableStatement(statement)) return []
    const { declarations } = statement.declarationList
    return declarations
      .filter((one) => isFunctionValue(one) || /^[a-z]/.test(one.name.getText(source)))
      .map(({ name }) => name.getText(source))
  })
}

function isFunctionValue({ initializer }: ts.VariableDeclaration): boolean {
  if (!initializer) return false
  if (ts.isCallExpression(initializer))
    return initializer.arguments.some((argument) => ts.isArrowFunction(argument) || ts.isFunctionExpression(argument))
  return ts.isArrowFunction(initializer) || ts.isFunctionExpression(initializer)
}
