import ts from 'typescript'
import { isServer } from './files.ts'
import { type Finding, finder, type Source, visit } from './sizes.ts'

const NETWORK = new Set(['fetch', 'WebSocket', 'XMLHttpRequest', 'EventSource', 'WebTransport'])
const EVALUATES = new Set(['eval', 'Function'])
const GLOBAL_OBJECTS = new Set(['globalThis', 'global', 'window', 'self'])

/** outbound (globals) in server code outside kernel/outbound, and no-eval everywhere. */
export function forbiddenGlobals({ path, source, checker }: Source): Finding[] {
  const { findings, report } = finder(path, source)
  const guarded = isServer(path) && !path.startsWith('kernel/outbound/')
  const judge = (name: string, node: ts.Node) => {
    if (EVALUATES.has(name)) report('no-eval', node, `${name} runs text as code; expressions are FEEL`)
    if (guarded && NETWORK.has(name)) report('outbound', node, `${name} dials out: go through #kernel/outbound`)
  }
  visit(source, (node) => {
    if (ts.isStringLiteral(node) && /^(node:)?vm$/.test(node.text) && isModuleName(node)) {
      report('no-eval', node, 'node:vm runs text as code; expressions are FEEL')
    }
    if (isConstructorCall(node)) report('no-eval', node, 'a constructor reached by name can be Function')
    if (guarded && ts.isPropertyAccessExpression(node) && node.name.text === 'getBuiltinModule') {
      report('outbound', node, 'import built-in modules, so that the import rules see them')
    }
    const name = memberOfGlobal(node, checker)
    if (name) judge(name, node)
    if (ts.isIdentifier(node) && isGlobalValue(node, checker)) judge(node.text, node)
  })
  return findings
}

function isModuleName(node: ts.StringLiteral): boolean {
  return ts.isImportDeclaration(node.parent) || ts.isExportDeclaration(node.parent) || ts.isCallExpression(node.parent)
}

/** `x.constructor('…')`: the back door to Function. */
function isConstructorCall(node: ts.Node): boolean {
  if (!ts.isCallExpression(node) && !ts.isNewExpression(node)) return false
  return ts.isPropertyAccessExpression(node.expression) && node.expression.name.text === 'constructor'
}

/** The name taken from the global object: `globalThis.fetch`, `global['fetch']`, `const { fetch } = window`. */
function memberOfGlobal(node: ts.Node, checker: ts.TypeChecker): string | undefined {
  const ofGlobal = (object: ts.Node | undefined) =>
    object !== undefined && ts.isIdentifier(object) && GLOBAL_OBJECTS.has(object.text) && isGlobalValue(object, checker)
  if (ts.isPropertyAccessExpression(node) && ofGlobal(node.expression)) return node.name.text
  if (ts.isElementAccessExpression(node) && ofGlobal(node.expression)) {
    return ts.isStringLiteralLike(node.argumentExpression) ? node.argumentExpression.text : undefined
  }
  if (
    ts.isBindingElement(node) &&
    ts.isVariableDeclaration(node.parent.parent) &&
    ofGlobal(node.parent.parent.initializer)
  ) {
    return (node.propertyName ?? node.name).getText()
  }
  return undefined
}

/** A name used as a value that no declaration of its file stands behind. */
function isGlobalValue(node: ts.Identifier, checker: ts.TypeChecker): boolean {
  const { parent } = node
  if (ts.isPartOfTypeNode(node) || isNameOnly(node, parent)) return false
  const symbol = ts.isShorthandPropertyAssignment(parent)
    ? checker.getShorthandAssignmentValueSymbol(parent)
    : checker.getSymbolAtLocation(node)
  const declarations = symbol?.declarations ?? []
  return declarations.every((one) => (ts.getCombinedModifierFlags(one) & ts.ModifierFlags.Ambient) !== 0)
}

function isNameOnly(node: ts.Identifier, parent: ts.Node): boolean {
  if (ts.isPropertyAccessExpression(parent)) return parent.name === node
  if (
    ts.isTypeQueryNode(parent) ||
    ts.isQualifiedName(parent) ||
    ts.isJsxAttribute(parent) ||
    ts.isImportSpecifier(parent)
  )
    return true
  if (ts.isBindingElement(parent)) return parent.propertyName === node || parent.name === node
  if (ts.isShorthandPropertyAssignment(parent)) return false
  return 'name' in parent && parent.name === node
}
