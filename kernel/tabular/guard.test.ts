import { describe, expect, it } from 'vitest'
import { guardFormula, unguardFormula } from './guard.ts'

/** After OWASP "CSV Injection" and its public payload lists. */
const ATTACKS = [
  '=1+1',
  '+1',
  '-1',
  '@SUM(A1)',
  '\t=1',
  '\r=1',
  '\n=1',
  ' =1',
  '\u3000=1',
  '＝1',
  '＋1',
  '－1',
  '＠1',
  "=cmd|' /C calc'!A0",
  '=HYPERLINK("http://x","y")',
  '+86 138',
  '-',
  '@',
  '=',
  "'=1",
  "''=1",
  "'\t",
  '\ufeff=1',
]

describe('formula guard', () => {
  it.each(ATTACKS)('defuses %j and gives it back', (text) => {
    expect(guardFormula(text)).toBe(`'${text}`)
    expect(unguardFormula(guardFormula(text))).toBe(text)
  })

  it.each(['', '张三', '1-1', "'", "''", "'张三", "O'Neil", 'a=b', '3.5'])('leaves %j alone both ways', (text) => {
    expect(guardFormula(text)).toBe(text)
    expect(unguardFormula(text)).toBe(text)
  })
})
