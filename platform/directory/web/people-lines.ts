import type { PersonRow, UnitDetail, UnitNode } from '../contract.ts'

export type PeopleLine =
  | { kind: 'group'; key: string; title: string; count?: number }
  | { kind: 'person'; key: string; row: PersonRow }

type Unit = Pick<UnitDetail, 'id' | 'kind'> & { divisions: readonly Pick<UnitNode, 'id' | 'peopleTotal'>[] }

/** 单位领导 first, then the unit's own people, then each division, in the order the server gives. `complete`: no page follows. */
export function peopleLines(rows: readonly PersonRow[], unit: Unit, complete: boolean): PeopleLine[] {
  const groups: { key: string; rows: PersonRow[] }[] = []
  for (const row of rows) {
    const key = row.unitId !== unit.id ? row.unitId : row.leader ? 'leaders' : 'staff'
    const last = groups.at(-1)
    if (last?.key === key) last.rows.push(row)
    else groups.push({ key, rows: [row] })
  }
  return groups.flatMap((group, index) => {
    const whole = complete || index < groups.length - 1
    const count = whole ? group.rows.length : unit.divisions.find(({ id }) => id === group.key)?.peopleTotal
    const title = titleOf(group.key, group.rows, unit.kind)
    return [
      { kind: 'group', key: `${group.key}-${index}`, title, count } as const,
      ...group.rows.map((row) => ({ kind: 'person', key: row.postId, row }) as const),
    ]
  })
}

function titleOf(key: string, [first]: readonly PersonRow[], kind: Unit['kind']): string {
  if (key !== 'leaders' && key !== 'staff') return first?.unitName ?? ''
  if (kind === 'village') return key === 'leaders' ? '村干部' : '其他人员'
  if (kind === 'division') return key === 'leaders' ? '负责人' : '工作人员'
  return key === 'leaders' ? '单位领导' : '工作人员'
}
