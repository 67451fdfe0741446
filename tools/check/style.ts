import ts from 'typescript'
import { isTest } from './files.ts'
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

/** file-name: kebab-case.ts, and PascalCase.tsx when the file exports a component. */
export function nameOfFile({ path, source }: Source): Finding[] {
  const { findings, report } = finder(path, source)
  const base = path.slice(path.lastIndexOf('/') + 1)
  const stem = base.replace(/^\.|(\.(test|spec|config|d|css))?\.tsx?$/g, '')
  const component = base.endsWith('.tsx') && (exportsComponent(source) || (isTest(path) && /^[A-Z]/.test(base)))
  const sound = component ? /^[A-Z][A-Za-z0-9]*$/ : /^[a-z0-9]+(-[a-z0-9]+)*$/
  if (!sound.test(stem))
    report('file-name', 0, component ? 'a component stands in PascalCase.tsx' : 'logic stands in kebab-case')
  return findings
}

function exportsComponent(source: ts.SourceFile): boolean {
  return source.statements.some((statement) => {
    if (!ts.canHaveModifiers(statement)) return false
    if (!ts.getModifiers(statement)?.some((modifier) => modifier.kind === ts.SyntaxKind.ExportKeyword)) return false
    const names = ts.isFunctionDeclaration(statement)
      ? [statement.name?.text ?? '']
      : ts.isVariableStatement(statement)
        ? statement.declarationList.declarations
            .filter(isFunctionValue)
            .map((declaration) => declaration.name.getText(source))
        : []
    return names.some((name) => /^[A-Z]/.test(name) && name !== name.toUpperCase())
  })
}

function isFunctionValue({ initializer }: ts.VariableDeclaration): boolean {
  if (!initializer) return false
  if (ts.isCallExpression(initializer))
    return initializer.arguments.some((argument) => ts.isArrowFunction(argument) || ts.isFunctionExpression(argument))
  return ts.isArrowFunction(initializer) || ts.isFunctionExpression(initializer)
}
