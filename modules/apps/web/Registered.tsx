import { Link } from '@tanstack/react-router'
import { format, Light } from '#ui'
import {
  type AppDetail,
  type CheckLine,
  categories,
  directoryFields,
  environments,
  protectionLevels,
  scopeTitles,
} from '../contract.ts'
import { SecretButton } from './SecretButton.tsx'
import { StateTag } from './StateTag.tsx'

const lights = { pass: ['ok', '通过'], fail: ['over', '不通过'], skip: ['off', '不检测'] } as const

function Checks({ lines }: { lines: readonly CheckLine[] }) {
  return (
    <ul className="ap-checks" aria-label="接口检测结果">
      {lines.map(({ key, title, result, detail, ms }) => (
        <li key={key}>
          <Light state={lights[result][0]}>{lights[result][1]}</Light>
          <div className="qt-grow">
            {title}
            <p className="qt-small qt-second">
              {detail}
              {ms !== null && ` ${ms} 毫秒`}
            </p>
          </div>
        </li>
      ))}
    </ul>
  )
}

/** The registration as its owner, its reviewer and the operator read it: the change on its way, or what is in force. */
export function Registered({ app }: { app: AppDetail }) {
  const content = app.next?.content ?? app.content
  const named = (ids: readonly string[]) => ids.map((id) => app.names[id] ?? '已撤销').join('、') || '没有'
  const facts: readonly (readonly [string, string])[] = [
    ['主管单位', app.unit.name],
    ['类别', categories[content.category]],
    ['说明', content.summary || '没有填写'],
    ['联系人', named(content.contacts)],
    ['备案号', content.filingNo || '没有填写'],
    ['等保级别', protectionLevels[content.protectionLevel as keyof typeof protectionLevels]],
    ['版本', content.release || '没有填写'],
    ['申请的权限', content.scopes.map((scope) => scopeTitles[scope]).join('、') || '没有'],
    ...(content.scopes.includes('directory.read')
      ? ([
          ['通讯录范围', named(content.directoryUnits)],
          [
            '通讯录字段',
            ['姓名', '单位', ...content.directoryFields.map((field) => directoryFields[field])].join('、'),
          ],
        ] as const)
      : []),
    ['谁可以用', content.openToAll ? '全体人员' : [named(content.audienceUnits), ...content.audienceDuties].join('、')],
    ['桌面入口', content.desktopUrl ?? '没有'],
    ['手机入口', content.phoneUrl ?? '没有'],
    ['登录回调', content.production.redirectUris.join(' ') || '没有'],
  ]
  return (
    <>
      <p className="qt-row">
        <StateTag state={app.state} pending={app.pending} />
        {app.version > 0 && <span className="qt-small qt-second">现行第 {app.version} 版</span>}
      </p>
      {app.reason && <p className="ap-reason">停用原因：{app.reason}</p>}
      {app.next?.reason && <p className="ap-reason">退回原因：{app.next.reason}</p>}
      <dl className="ap-facts">
        {facts.map(([term, text]) => (
          <div key={term}>
            <dt>{term}</dt>
            <dd>{text}</dd>
          </div>
        ))}
      </dl>
      {app.next && app.next.checks.length > 0 && (
        <section>
          <h3>接口检测</h3>
          {app.next.checkedAt && <p className="qt-small qt-second">{format.moment(app.next.checkedAt)}</p>}
          <Checks lines={app.next.checks} />
        </section>
      )}
      <Clients app={app} />
    </>
  )
}

const secretsInWords = (secrets: AppDetail['clients'][number]['secrets']): string =>
  secrets
    .map(({ createdAt, until }) =>
      until ? `旧密钥用到 ${format.moment(until)}` : `现用密钥生成于 ${format.moment(createdAt)}`,
    )
    .join('；') || '还没有密钥'

function Clients({ app }: { app: AppDetail }) {
  return (
    <section>
      <h3>接入凭据</h3>
      <p className="qt-small qt-second">统一认证地址 {app.issuer}</p>
      <p className="qt-small">
        <Link to="/apps/guide">接入指南</Link>
      </p>
      {app.clients.map(({ environment, clientId, secrets, keys }) => (
        <div key={environment} className="ap-client">
          <b>{environments[environment]}</b>
          <code>{clientId}</code>
          <p className="qt-small qt-second">
            {keys.length > 0 ? `用公钥认证：${keys.join('、')}` : secretsInWords(secrets)}
          </p>
          {app.can.secret && keys.length === 0 && <SecretButton app={app} environment={environment} />}
        </div>
      ))}
    </section>
  )
}
