import { SectionNav } from '#ui'

export const MattersNav = () => (
  <SectionNav
    label="事项"
    pages={[
      { to: '/matters', title: '目录', permission: 'matters:read' },
      { to: '/matters/work', title: '编制中', permission: 'matters:edit' },
      { to: '/matters/review', title: '待审核', permission: 'matters:approve' },
      { to: '/matters/claim', title: '认领', permission: 'matters:edit' },
      { to: '/matters/imports', title: '导入导出', permission: 'matters:edit' },
      { to: '/matters/held', title: '不得要求提供', permission: 'matters:read' },
    ]}
  />
)
