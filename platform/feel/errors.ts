/** The expression is refused when it is compiled; `position` counts UTF-16 units from 0, `message` says in Chinese what to change. */
export class FeelSyntaxError extends Error {
  readonly code: string
  readonly position: number
  readonly length: number
  constructor(code: string, message: string, position: number, length = 1) {
    super(message)
    this.name = 'FeelSyntaxError'
    this.code = code
    this.position = position
    this.length = length
  }
}

/** A decision table cannot decide: its rules or values contradict its policy. `rules` are counted from 1. */
export class FeelTableError extends Error {
  readonly code: 'overlap' | 'conflict' | 'input-not-allowed' | 'output-not-allowed'
  readonly rules: readonly number[]
  constructor(code: FeelTableError['code'], message: string, rules: readonly number[] = []) {
    super(message)
    this.name = 'FeelTableError'
    this.code = code
    this.rules = rules
  }
}

const OVERDRAWN = {
  steps: '表达式计算的步骤太多，已停止。请缩小列表或循环的范围。',
  time: '表达式计算的时间太长，已停止。请简化表达式。',
  depth: '表达式里的函数互相调用太深，已停止。',
  size: '表达式得到的文字或列表太长，已停止。',
} as const

/** Evaluation was stopped before it could stall the server: too many steps, too long, too deep or too big a value. */
export class FeelBudgetError extends Error {
  readonly code: keyof typeof OVERDRAWN
  constructor(code: keyof typeof OVERDRAWN) {
    super(OVERDRAWN[code])
    this.name = 'FeelBudgetError'
    this.code = code
  }
}
