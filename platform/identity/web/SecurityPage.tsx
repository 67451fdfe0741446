import { useQuery, useQueryClient } from '@tanstack/react-query'
import { Link } from '@tanstack/react-router'
import { apiQuery, useRealtime } from '#kernel/web'
import { Await, format, Page } from '#ui'
import { identity } from './client.ts'
import { DevicesSection } from './DevicesSection.tsx'
import { PasskeysSection } from './PasskeysSection.tsx'
import { RecoveryCodesSection } from './RecoveryCodesSection.tsx'
import { SessionsList } from './SessionsList.tsx'
import { Setting } from './Setting.tsx'
import { SmsSection } from './SmsSection.tsx'
import { TotpSection } from './TotpSection.tsx'
import './identity.css'

/** 安全设置: how one signs in, and from where. */
export function SecurityPage() {
  const security = useQuery(apiQuery(identity.security))
  const queries = useQueryClient()
  useRealtime('security', () => {
    void queries.invalidateQueries({ queryKey: ['security'] })
    void queries.invalidateQueries({ queryKey: ['sessions'] })
  })
  return (
    <Page
      title="安全设置"
      sentence="用什么登录，在哪些设备上登录。加一种第二步验证，别人知道口令也进不来。"
      above={<Link to="/me">我</Link>}
      actions={<Link to="/me/access">我的访问环境</Link>}
    >
      <Await query={security}>
        {(data) => (
          <div className="id-security">
            <DevicesSection devices={data.devices} onlyNew />
            <section aria-label="登录方式">
              <div className="qt-section">
                <h2>登录方式</h2>
              </div>
              <Setting
                title="口令"
                state={data.passwordAt ? `${format.day(data.passwordAt)} 修改` : '从未修改'}
                action={<Link to="/me/password">修改口令</Link>}
              />
              <TotpSection since={data.totpSince} />
              <PasskeysSection passkeys={data.passkeys} host={data.passkeyHost} />
              <SmsSection sms={data.sms} />
              <RecoveryCodesSection
                left={data.recoveryCodes}
                useful={data.totpSince !== null || data.passkeys.length > 0 || data.sms.on}
              />
            </section>
            <DevicesSection devices={data.devices} />
          </div>
        )}
      </Await>
      <section className="id-security" aria-label="正在登录">
        <div className="qt-section">
          <h2>正在登录</h2>
        </div>
        <SessionsList />
      </section>
    </Page>
  )
}
