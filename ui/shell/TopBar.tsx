import { Link } from '@tanstack/react-router'
import { Dropdown } from 'antd'
import { Avatar } from '../Avatar.tsx'
import { Dot } from '../Dot.tsx'
import { Icon } from '../Icon.tsx'
import { Logo } from '../Logo.tsx'
import { useDensity, useLargePrint } from '../preferences.ts'
import { useShell } from './context.ts'

/** Mark, search box, large print, help and the person: the same on every page. */
export function TopBar() {
  const shell = useShell()
  const [large, setLarge] = useLargePrint()
  return (
    <header className="qt-top">
      <Link to="/" className="qt-brand" aria-label="齐通，回工作台">
        <Logo />
        <b>齐通</b>
      </Link>
      <button type="button" className="qt-searchbox" onClick={shell.openSearch} aria-haspopup="dialog">
        <Icon name="search" />
        <span className="qt-ellipsis">搜人员、单位、应用</span>
        <kbd>/</kbd>
      </button>
      <div className="qt-topright">
        <button type="button" className="qt-plain" aria-pressed={large} onClick={() => setLarge(!large)}>
          <Icon name="largePrint" />
          <span className="word">大字版</span>
        </button>
        <HelpMenu />
        <MeMenu />
      </div>
    </header>
  )
}

function HelpMenu() {
  const shell = useShell()
  const items = [
    { key: 'keys', label: '键盘操作', onClick: shell.openKeys },
    { key: 'feedback', label: '投诉建议', onClick: shell.openFeedback },
    { type: 'divider' as const },
    { key: 'version', label: `版本 ${shell.session.version}`, disabled: true },
  ]
  return (
    <Dropdown menu={{ items }} trigger={['click']} placement="bottomRight">
      <button type="button" className="qt-plain" aria-haspopup="menu">
        <Icon name="help" />
        <span className="word">帮助</span>
      </button>
    </Dropdown>
  )
}

function MeMenu() {
  const { session, signOut } = useShell()
  const [density, setDensity] = useDensity()
  const items = [
    {
      key: 'density',
      label: density === 'compact' ? '切换到常规密度' : '切换到紧凑密度',
      onClick: () => setDensity(density === 'compact' ? 'regular' : 'compact'),
    },
    { key: 'sessions', label: <Link to="/me/sessions">我的登录</Link> },
    { key: 'security', label: <Link to="/me/security">安全设置</Link> },
    { key: 'delegations', label: <Link to="/delegations">授权委托</Link> },
    { type: 'divider' as const },
    { key: 'out', label: '退出', onClick: signOut },
  ]
  return (
    <Dropdown menu={{ items }} trigger={['click']} placement="bottomRight">
      <button type="button" className="qt-plain qt-me" aria-haspopup="menu">
        <Avatar name={session.name} tone="own" />
        <span className="qt-hidden">我的菜单</span>
        <span className="who">
          <b>{session.name}</b>
          <small className="qt-ellipsis">
            {session.orgName !== session.unitName && session.orgName && (
              <>
                {session.orgName}
                <Dot />
              </>
            )}
            {session.unitName}
          </small>
        </span>
        <Icon name="chevronDown" size={16} />
      </button>
    </Dropdown>
  )
}
