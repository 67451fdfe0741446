import { SectionNav } from '#ui'

/** The pages about cases, one beside the other. */
export const CasesNav = () => (
  <SectionNav
    label="办件"
    pages={[
      { to: '/cases', title: '我发起的' },
      { to: '/cases/delegations', title: '办理委托' },
      { to: '/cases/away', title: '我的不在岗' },
      { to: '/cases/processes', title: '流程', permission: 'workflow:design' },
      { to: '/cases/administration', title: '管理办件', permission: 'workflow:administer' },
      { to: '/cases/migrations', title: '换版', permission: 'workflow:administer' },
      { to: '/cases/handings', title: '移交', permission: 'workflow:administer' },
      { to: '/cases/absences', title: '不在岗人员', permission: 'workflow:administer' },
    ]}
  />
)
