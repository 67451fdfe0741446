import { SectionNav } from '#ui'

export const ServicesNav = () => (
  <SectionNav
    label="办事"
    pages={[
      { to: '/services', title: '找事项', permission: 'matters:apply' },
      { to: '/services/cases', title: '我的办件', permission: 'matters:apply' },
      { to: '/services/to-handle', title: '待我办理', permission: 'matters:apply' },
      { to: '/services/complaints', title: '投诉', permission: 'matters:approve' },
    ]}
  />
)
