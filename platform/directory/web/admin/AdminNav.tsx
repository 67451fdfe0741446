import { SectionNav } from '#ui'
import './admin.css'

const pages = [
  { to: '/organization', title: '人员', permission: 'directory:manage' },
  { to: '/organization/units', title: '单位', permission: 'directory:manage' },
  { to: '/organization/imports', title: '导入', permission: 'directory:import' },
  { to: '/organization/export', title: '导出', permission: 'directory:export' },
  { to: '/organization/books', title: '行业通讯录', permission: 'directory:manage' },
  { to: '/organization/duties', title: '岗位职责', permission: 'directory:configure' },
  { to: '/organization/scim', title: 'SCIM 对接', permission: 'directory:scim' },
  { to: '/structure', title: '机构改革', permission: 'directory:restructure' },
  { to: '/visibility/rules', title: '可见性规则', permission: 'directory:visibility' },
  { to: '/visibility', title: '为什么看得到', permission: 'directory:explain' },
] as const

/** From one page of the administration to the next; only pages that the person may open. */
export const AdminNav = () => <SectionNav label="组织管理" pages={pages} />
