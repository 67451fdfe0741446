import type { AuditRow } from '../contract.ts'

export const kinds: Record<AuditRow['kind'], string> = {
  command: '办理',
  read: '查看',
  export: '导出',
  refused: '被拒绝',
  system: '系统',
  row: '行变更',
}
export const actorOf = (row: Pick<AuditRow, 'actorName'>): string => row.actorName ?? '（姓名已清除）'
