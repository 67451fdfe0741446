import type { FeelType, FeelValue } from '../values/value.ts'

/** A name bound inside the expression: a loop variable, a parameter, a context entry, the item of a filter. */
export interface Local {
  readonly name: string
  readonly type?: FeelType
}

export type Binding =
  | { readonly from: 'input'; readonly slot: number }
  | { readonly from: 'local'; readonly local: Local }
  | { readonly from: 'builtin' }
  /** only inside a filter: a key of the item, or null */
  | { readonly from: 'item' }

export type CompareOperator = '=' | '!=' | '<' | '<=' | '>' | '>='
export type ArithmeticOperator = '+' | '-' | '*' | '/' | '**'

export interface Iterator {
  readonly local: Local
  readonly from: Node
  /** `for i in 1..5`, without brackets */
  readonly to?: Node
}

/** One positive unary test. `usesInput`: it mentions `?` and so answers by itself. */
export type Test =
  | {
      readonly kind: 'compare'
      readonly operator: CompareOperator
      readonly value: Node
      readonly at: number
      readonly end: number
    }
  | {
      readonly kind: 'value'
      readonly value: Node
      readonly usesInput: boolean
      readonly at: number
      readonly end: number
    }

interface Span {
  readonly at: number
  readonly end: number
  /** what is known of the result before it is worked out */
  readonly type?: FeelType
}

export type Node = Span &
  (
    | { readonly kind: 'literal'; readonly value: FeelValue }
    /** `filters`: enclosing filters whose items may have a key of this name, the innermost first */
    | { readonly kind: 'name'; readonly name: string; readonly binding: Binding; readonly filters: readonly Local[] }
    | { readonly kind: 'path'; readonly from: Node; readonly name: string }
    | { readonly kind: 'filter'; readonly list: Node; readonly item: Local; readonly condition: Node }
    | {
        readonly kind: 'call'
        readonly callee: Node
        readonly values: readonly Node[]
        readonly names: readonly string[] | null
      }
    | {
        readonly kind: 'arithmetic'
        readonly first: Node
        readonly rest: readonly { readonly operator: ArithmeticOperator; readonly value: Node }[]
      }
    | { readonly kind: 'negate'; readonly value: Node }
    | { readonly kind: 'compare'; readonly operator: CompareOperator; readonly left: Node; readonly right: Node }
    | { readonly kind: 'logic'; readonly operator: 'and' | 'or'; readonly items: readonly Node[] }
    | { readonly kind: 'between'; readonly value: Node; readonly low: Node; readonly high: Node }
    | { readonly kind: 'in'; readonly value: Node; readonly input: Local; readonly tests: readonly Test[] }
    | { readonly kind: 'instance'; readonly value: Node; readonly of: FeelType }
    | { readonly kind: 'if'; readonly condition: Node; readonly yes: Node; readonly no: Node }
    | { readonly kind: 'for'; readonly iterators: readonly Iterator[]; readonly partial: Local; readonly body: Node }
    | {
        readonly kind: 'quantified'
        readonly every: boolean
        readonly iterators: readonly Iterator[]
        readonly body: Node
      }
    | { readonly kind: 'list'; readonly items: readonly Node[] }
    | { readonly kind: 'context'; readonly entries: readonly { readonly local: Local; readonly value: Node }[] }
    | {
        readonly kind: 'range'
        readonly low: Node | null
        readonly high: Node | null
        readonly lowIncluded: boolean
        readonly highIncluded: boolean
      }
    | { readonly kind: 'function'; readonly parameters: readonly Local[]; readonly body: Node }
  )

export type NodeOf<K extends Node['kind']> = Extract<Node, { kind: K }>

/** A whole cell of a decision table. */
export interface UnaryTests {
  readonly any: boolean
  readonly negated: boolean
  readonly input: Local
  readonly tests: readonly Test[]
}
