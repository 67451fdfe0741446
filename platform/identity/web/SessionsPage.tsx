import { Link } from '@tanstack/react-router'
import { Page } from '#ui'
import { SessionsList } from './SessionsList.tsx'
import './identity.css'

/** 我的登录: where this account is signed in, and the end of what should not be. */
export function SessionsPage() {
  return (
    <Page
      title="我的登录"
      sentence="这个账号正在哪些设备上使用。不是您本人的，请立即结束并修改口令。"
      above={<Link to="/me">我</Link>}
    >
      <SessionsList />
      <p className="qt-small id-more">
        <Link to="/me/security">安全设置</Link>
      </p>
    </Page>
  )
}
