import { Link } from '@tanstack/react-router'
import { Facts, format, Light } from '#ui'
import { type AppDetail, type CheckLine, environments } from '../contract.ts'
import { AppIcon } from './AppIcon.tsx'
import { factsOf } from './facts.ts'
import { IconButton } from './IconButton.tsx'
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

/** A line of the registration; what a change would alter says what it is now. */
const line = (text: string, before: string | undefined) =>
  before === undefined || before === text ? (
    text
  ) : (
    <>
      {text}
      <span className="ap-was">现行：{before || '没有'}</span>
    </>
  )

/** The registration as its owner, its reviewer and the operator read it: the change on its way, or what is in force. */
export function Registered({ app }: { app: AppDetail }) {
  const { next, names } = app
  const changing = app.version > 0 && next !== null
  const inForce = changing ? new Map(factsOf(app.content, names)) : undefined
  const rows = factsOf(next?.content ?? app.content, names).map(
    ([name, text]) => [name, line(text, inForce?.get(name))] as const,
  )
  return (
    <>
      <div className="ap-top">
        <AppIcon id={app.id} name={app.content.name} hasIcon={app.iconId !== null} version={app.iconId} />
        <StateTag state={app.state} pending={app.pending} />
        {app.version > 0 && <span className="qt-small qt-second">现行第 {app.version} 版</span>}
        {app.can.secret && <IconButton app={app} />}
      </div>
      {app.reason && <p className="ap-reason">停用原因：{app.reason}</p>}
      {next?.reason && <p className="ap-reason">退回原因：{next.reason}</p>}
      <section className="qt-block">
        <h3>{changing ? '申请的变更' : '登记内容'}</h3>
        <Facts rows={[['主管单位', app.unit.name], ...rows]} missing="没有填写" />
      </section>
      {next && next.checks.length > 0 && (
        <section className="qt-block">
          <h3>接口检测</h3>
          {next.checkedAt && <p className="qt-small qt-second">{format.moment(next.checkedAt)}</p>}
          <Checks lines={next.checks} />
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
    <section className="qt-block">
      <h3>接入凭据</h3>
      <p className="qt-small qt-second">
        统一认证地址 {app.issuer}，怎么用见 <Link to="/apps/guide">接入指南</Link>
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
