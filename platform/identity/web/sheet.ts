import type { SheetRow } from '../contract.ts'

/** The parts that were just given: in the memory of this page alone, and gone with it. */
let held: readonly SheetRow[] = []
export const holdSheet = (rows: readonly SheetRow[]): void => {
  held = rows
}
export const heldSheet = (): readonly SheetRow[] => held

// A spreadsheet takes what begins so for a formula (OWASP, CSV Injection).
const guarded = (cell: string): string => (/^[=+\-@\t\r]/.test(cell) ? `'${cell}` : cell)
const quoted = (cell: string): string => `"${guarded(cell).replaceAll('"', '""')}"`

export const sheetCsv = (rows: readonly SheetRow[], page: string, until: (at: string) => string): string =>
  [
    ['姓名', '单位', '登录名', '激活码', '有效到', '激活页面'],
    ...rows.map((row) => [row.name, row.unit, nameOf(row), row.part, until(row.expiresAt), page]),
  ]
    .map((cells) => cells.map(quoted).join(','))
    .join('\r\n')

export const nameOf = ({ login, byMobile }: SheetRow): string => (byMobile ? `${login}，或本人手机号` : login)
