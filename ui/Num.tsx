import { number } from './format.ts'

/** A number that lines up under its neighbours; `—` when it is not known. */
export function Num({ value, unit }: { value: number | null | undefined; unit?: string }) {
  return (
    <span className="qt-num">
      {value === null || value === undefined ? '—' : number(value)}
      {unit && ` ${unit}`}
    </span>
  )
}

const yuan = new Intl.NumberFormat('zh-CN', { minimumFractionDigits: 2, maximumFractionDigits: 2 })

/** Yuan with two decimals; `value` is in fen, so that no sum is off by a rounding. */
export function Money({ fen }: { fen: number | null | undefined }) {
  return <span className="qt-num">{fen === null || fen === undefined ? '—' : `${yuan.format(fen / 100)} 元`}</span>
}
