import { Link } from '@tanstack/react-router'
import { Button, Switch } from 'antd'
import { Avatar, Page, useDensity, useLargePrint, useShell } from '#ui'
import './me.css'

/** 我: what the top bar holds on a desk, for the thumb. */
export function MePage() {
  const { session, openFeedback, openKeys, signOut } = useShell()
  const [large, setLarge] = useLargePrint()
  const [density, setDensity] = useDensity()
  return (
    <Page title="我">
      <div className="qt-row" style={{ gap: 'var(--s-16)' }}>
        <Avatar name={session.name} tone="own" large />
        <div>
          <b>{session.name}</b>
          <p className="qt-second">{[...new Set([session.orgName, session.unitName])].filter(Boolean).join('，')}</p>
        </div>
      </div>
      <div className="qt-settings">
        <label htmlFor="qt-large-print">
          <span>
            大字版<small>字号和按钮都放大，对比更强</small>
          </span>
          <Switch id="qt-large-print" checked={large} onChange={setLarge} />
        </label>
        <label htmlFor="qt-compact">
          <span>
            紧凑列表<small>一屏多看几行，字号不变</small>
          </span>
          <Switch
            id="qt-compact"
            checked={density === 'compact'}
            onChange={(on) => setDensity(on ? 'compact' : 'regular')}
          />
        </label>
        <Link to="/me/sessions">我的登录</Link>
        <Link to="/me/security">安全设置</Link>
        <Link to="/delegations">授权委托</Link>
        <Link to="/me/access">我的访问环境</Link>
        <button type="button" className="qt-plain" onClick={openKeys}>
          键盘操作
        </button>
        <button type="button" className="qt-plain" onClick={openFeedback}>
          投诉建议
        </button>
      </div>
      <Button block onClick={signOut}>
        退出
      </Button>
      <p className="qt-tiny qt-quiet qt-version">版本 {session.version}</p>
    </Page>
  )
}
