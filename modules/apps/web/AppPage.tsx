import { useQuery } from '@tanstack/react-query'
import { Link, useParams } from '@tanstack/react-router'
import { apiQuery, useCommand } from '#kernel/web'
import { Await, ConfirmButton, format, Page } from '#ui'
import { type AppCard, categories } from '../contract.ts'
import { apps } from './client.ts'
import { OpenButton } from './OpenButton.tsx'
import './apps.css'

/** What an application is for, who answers for it, and what it learns about whoever signs in. */
export function AppPage() {
  const { id } = useParams({ strict: false }) as { id: string }
  const card = useQuery(apiQuery(apps.card, { id }))
  return <Await query={card}>{(app) => <Card app={app} />}</Await>
}

function Card({ app }: { app: AppCard }) {
  const withdraw = useCommand(apps.withdrawConsent)
  return (
    <Page
      title={app.name}
      sentence={app.summary}
      above={<Link to="/apps">我的应用</Link>}
      actions={<OpenButton app={app} primary />}
    >
      <dl className="ap-facts">
        <dt>类别</dt>
        <dd>{categories[app.category]}</dd>
        <dt>主管单位</dt>
        <dd>{app.unitName}</dd>
        <dt>联系人</dt>
        <dd>
          {app.contact ? (
            <Link to="/contacts/people/$id" params={{ id: app.contact.personId }}>
              {app.contact.name}
            </Link>
          ) : (
            '没有登记'
          )}
        </dd>
        <dt>版本</dt>
        <dd>{app.release || '没有登记'}</dd>
        <dt>入口</dt>
        <dd>{[app.desktopUrl && '电脑', app.phoneUrl && '手机'].filter(Boolean).join('、')}</dd>
        <dt>登录时会知道</dt>
        <dd>{app.learns.length > 0 ? app.learns.join('、') : '只知道是同一个人，不知道是谁'}</dd>
        {app.consentedAt && (
          <>
            <dt>您的同意</dt>
            <dd className="qt-row">
              {format.moment(app.consentedAt)}
              <ConfirmButton
                size="small"
                verb="撤回同意"
                name={app.name}
                consequence="应用会立即退出登录，不能再读取您的信息；下次登录会重新征求同意。"
                onConfirm={() => withdraw.mutateAsync({ id: app.id })}
              />
            </dd>
          </>
        )}
      </dl>
    </Page>
  )
}
