import type { Local, Node } from '../parse/ast.ts'
import type { Run } from '../run.ts'
import type { FeelValue } from '../values/value.ts'

/** Values bound inside the expression, the innermost first; never changed, so that a function keeps what it saw. */
export interface Env {
  readonly value: FeelValue
  readonly up: Env
}
export const bind = (value: FeelValue, up: Env): Env => ({ value, up })
const outermost: { value: FeelValue; up: Env | null } = { value: null, up: null }
outermost.up = outermost as Env
export const NOTHING = outermost as Env

/** A compiled expression. */
export type Code = (run: Run, env: Env) => FeelValue

/** What stands in the environment where an expression is compiled. */
export interface Frame {
  readonly local: Local
  readonly up: Frame | null
}

/** Compiles a part; the compilers of the single kinds get it handed in, since they need each other. */
export type Compile = (node: Node, frame: Frame | null) => Code

export const depthOf = (frame: Frame | null, local: Local): number => {
  let depth = 0
  for (let here = frame; here; here = here.up) {
    if (here.local === local) return depth
    depth++
  }
  throw new Error(`not in scope: ${local.name}`)
}

/** Reads the value bound so many steps up. */
export const lookUp = (depth: number): Code => {
  if (depth === 0) return (_run, env) => env.value
  if (depth === 1) return (_run, env) => env.up.value
  return (_run, env) => {
    let here = env
    for (let at = 0; at < depth; at++) here = here.up
    return here.value
  }
}
