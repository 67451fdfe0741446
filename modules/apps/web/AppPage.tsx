import { useQuery } from '@tanstack/react-query'
import { Link, useParams } from '@tanstack/react-router'
import { apiQuery, useCommand } from '#kernel/web'
import { Await, ConfirmButton, Facts, format, Page } from '#ui'
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
  const contact = app.contact && (
    <Link to="/contacts/people/$id" params={{ id: app.contact.personId }}>
      {app.contact.name}
    </Link>
  )
  const consent = (at: string) => (
    <span className="qt-row">
      {format.moment(at)}
      <ConfirmButton
        size="small"
        verb="撤回同意"
        name={app.name}
        consequence="应用会立即退出登录，不能再读取您的信息；下次登录会重新征求同意。"
        onConfirm={() => withdraw.mutateAsync({ id: app.id })}
      />
    </span>
  )
  return (
    <Page
      title={app.name}
      sentence={app.summary}
      above={<Link to="/apps">我的应用</Link>}
      actions={<OpenButton app={app} primary />}
    >
      <Facts
        rows={[
          ['类别', categories[app.category]],
          ['主管单位', app.unitName],
          ['联系人', contact],
          ['版本', app.release],
          ['入口', [app.desktopUrl && '电脑', app.phoneUrl && '手机'].filter(Boolean).join('、')],
          ['登录时会知道', app.learns.length > 0 ? app.learns.join('、') : '只知道是同一个人，不知道是谁'],
          ...(app.consentedAt ? [['您的同意', consent(app.consentedAt)] as const] : []),
        ]}
        missing="没有登记"
      />
    </Page>
  )
}
