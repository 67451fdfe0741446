import type { Job, PermissionDef } from '#kernel/module'

const readers = ['unit-admin', 'system-admin', 'security-admin', 'auditor'] as const

export const accessPermissions: readonly PermissionDef[] = [
  { name: 'role:read', title: '查看角色与权限', roles: readers },
  { name: 'grant:read', title: '查看授权', roles: readers },
  { name: 'grant:propose', title: '提出授权与角色变更', roles: ['system-admin'] },
  { name: 'grant:approve', title: '审批授权与角色变更', roles: ['security-admin'] },
  { name: 'grant:give', title: '在本单位授予角色', roles: ['unit-admin'] },
  { name: 'grant:revoke', title: '撤销授权', roles: ['unit-admin', 'system-admin', 'security-admin'] },
  { name: 'delegation:lend', title: '委托权限给他人', roles: ['clerk'] },
]

/** Grants begin and end with the day: at its turn every process drops what it remembered of the day before. */
export const accessJob: Job = {
  name: 'identity.day',
  daily: '00:00',
  run: async ({ sql }) => void (await sql('update identity.revision set no = no + 1')),
}
