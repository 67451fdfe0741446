import ts from 'typescript'
import { isServer } from './files.ts'
import { type Finding, finder, type Source, visit } from './sizes.ts'

const NETWORK = /^(node:)?(http|https|http2|net|tls|dgram)$/
const DIALS = /^(request|get|connect|createConnection|createSocket|Agent|Socket|ClientRequest|default)$/

/** outbound (imports): the dialling half of node:http and node:net belongs to kernel/outbound; listening is free. */
export function wayOut({ path, source, checker }: Source): Finding[] {
  const { findings, report } = finder(path, source)
  if (!isServer(path) || path.startsWith('kernel/outbound/')) return findings
  const whole = new Set<ts.Symbol>()
  const tell = (node: ts.Node, name: string) =>
    report('outbound', node, `${name} dials out: go through #kernel/outbound`)
  for (const statement of source.statements) {
    if (!ts.isImportDeclaration(statement) && !ts.isExportDeclaration(statement)) continue
    const from = statement.moduleSpecifier
    if (!from || !ts.isStringLiteral(from) || !NETWORK.test(from.text)) continue
    if (ts.isExportDeclaration(statement)) tell(statement, `${from.text} handed on`)
    else
      for (const name of valuesOf(statement)) {
        if (ts.isImportSpecifier(name)) {
          const imported = (name.propertyName ?? name.name).text
          if (DIALS.test(imported)) tell(name, imported)
        } else if (name.name) whole.add(checker.getSymbolAtLocation(name.name) as ts.Symbol)
      }
  }
  if (whole.size > 0)
    visit(source, (node) => {
      if (!ts.isIdentifier(node) || ts.isImportClause(node.parent) || ts.isNamespaceImport(node.parent)) return
      const symbol = checker.getSymbolAtLocation(node)
      if (!symbol || !whole.has(symbol) || ts.isPartOfTypeNode(node)) return
      const member = ts.isPropertyAccessExpression(node.parent) ? node.parent.name.text : ''
      if (!member || DIALS.test(member)) tell(node, member || node.text)
    })
  return findings
}

function valuesOf({
  importClause,
}: ts.ImportDeclaration): (ts.ImportSpecifier | ts.NamespaceImport | ts.ImportClause)[] {
  if (!importClause || importClause.isTypeOnly) return []
  const bindings = importClause.namedBindings
  const named = bindings
    ? ts.isNamedImports(bindings)
      ? bindings.elements.filter((one) => !one.isTypeOnly)
      : [bindings]
    : []
  return importClause.name ? [importClause, ...named] : [...named]
}
