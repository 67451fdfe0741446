import ts from 'typescript'
import { isTest } from './files.ts'

export type Finding = { path: string; line: number; rule: string; message: string }
/** A TypeScript file, and the checker that knows which of its names are its own. */
export type Source = { path: string; source: ts.SourceFile; checker: ts.TypeChecker }

const FILE_LINES = 400
const FUNCTION_LINES = 60
const COMPONENT_LINES = 120
const TEST_BLOCKS = /^(describe|it|test|suite|bench|beforeAll|beforeEach|afterAll|afterEach)$/

const lineOf = (source: ts.SourceFile, position: number) => source.getLineAndCharacterOfPosition(position).line + 1

/** Visits a node and everything below it. */
export function visit(node: ts.Node, see: (node: ts.Node) => void): void {
  see(node)
  ts.forEachChild(node, (child) => visit(child, see))
}

export function finder(path: string, source: ts.SourceFile) {
  const findings: Finding[] = []
  const report = (rule: string, node: ts.Node | number, message: string) => {
    const position = typeof node === 'number' ? node : node.getStart(source)
    findings.push({ path, line: lineOf(source, position), rule, message })
  }
  return { findings, report }
}

/** file-lines and function-lines: 400 lines a file, 60 a function, 120 a component; callbacks of tests are exempt. */
export function sizes(path: string, text: string, source?: ts.SourceFile): Finding[] {
  const lines = text.replace(/\n$/, '').split('\n').length
  const found: Finding[] = []
  if (lines > FILE_LINES) {
    found.push({ path, line: 1, rule: 'file-lines', message: `${lines} lines, at most ${FILE_LINES}` })
  }
  if (!source) return found
  const { findings, report } = finder(path, source)
  visit(source, (node) => {
    if (!ts.isFunctionLike(node) || !('body' in node) || !node.body) return
    if (isTest(path) && isTestCallback(node)) return
    const name = nameOfFunction(node)
    const cap = path.endsWith('.tsx') && /^[A-Z]/.test(name) ? COMPONENT_LINES : FUNCTION_LINES
    const size = lineOf(source, node.end) - lineOf(source, node.getStart(source)) + 1
    if (size > cap) report('function-lines', node, `${name || 'function'} has ${size} lines, at most ${cap}`)
  })
  return [...found, ...findings]
}

/** The name a function is known by, looked for through wrappers such as `memo(() => …)`. */
function nameOfFunction(node: ts.SignatureDeclaration): string {
  if (node.name) return node.name.getText()
  let parent: ts.Node = node.parent
  while (ts.isCallExpression(parent) || ts.isParenthesizedExpression(parent)) parent = parent.parent
  return ts.isVariableDeclaration(parent) || ts.isPropertyAssignment(parent) ? parent.name.getText() : ''
}

function isTestCallback(node: ts.Node): boolean {
  if (!ts.isFunctionExpression(node) && !ts.isArrowFunction(node)) return false
  if (!ts.isCallExpression(node.parent)) return false
  let called: ts.Expression = node.parent.expression
  while (!ts.isIdentifier(called)) {
    if (ts.isCallExpression(called) || ts.isPropertyAccessExpression(called)) called = called.expression
    else if (ts.isTaggedTemplateExpression(called)) called = called.tag
    else return false
  }
  return TEST_BLOCKS.test(called.text)
}
