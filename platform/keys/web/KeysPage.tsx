import { useQuery } from '@tanstack/react-query'
import { Button, Modal, Progress } from 'antd'
import { useState } from 'react'
import { apiQuery, useCommand } from '#kernel/web'
import { Await, format, Light, type LightState, Page, useBackCloses, useCan } from '#ui'
import type { DataKey, ResealProgress } from '../contract.ts'
import { keys } from './client.ts'
import './keys.css'

const states: Readonly<Record<DataKey['state'], readonly [LightState, string]>> = {
  pending: ['warn', '正在分发'],
  active: ['ok', '使用中'],
  retired: ['off', '只用来解密'],
}
const providers: Readonly<Record<string, string>> = { passphrase: '主口令' }
const POLL_MS = 3000

type Keys = Awaited<ReturnType<typeof keys.keys>>
/** A step of the rotation is still ahead: look again in a while. */
const underWay = (data: Keys | undefined): boolean =>
  data?.keys.some(({ state, resealedAt }) => state === 'pending' || (state === 'active' && resealedAt === null)) ??
  false

/** 数据密钥: what seals identity numbers and secrets, and how far a rotation is. */
export function KeysPage() {
  const query = useQuery({
    ...apiQuery(keys.keys),
    refetchInterval: ({ state }) => (underWay(state.data) ? POLL_MS : false),
  })
  return (
    <Page
      title="数据密钥"
      sentence="公民身份号码、动态口令和签名私钥都用数据密钥加密保存。密钥本身再用主口令或密码机加密，页面上看不到。"
      actions={query.data && <Rotate data={query.data} />}
    >
      <Await query={query}>
        {(data) => (
          <>
            <Work data={data} />
            <ul className="ke-list" aria-label="数据密钥">
              {data.keys.map((key) => (
                <li key={key.id}>
                  <b>第 {key.id} 把</b>
                  <Light state={states[key.state][0]}>{states[key.state][1]}</Light>
                  <span className="qt-small qt-second">{historyOf(key)}</span>
                </li>
              ))}
            </ul>
          </>
        )}
      </Await>
    </Page>
  )
}

const historyOf = (key: DataKey): string =>
  [
    `${format.moment(key.createdAt)} 生成`,
    key.activatedAt && `${format.moment(key.activatedAt)} 启用`,
    // the first key has nothing older to seal anew
    key.id > 1 && key.resealedAt && `${format.moment(key.resealedAt)} 全部重新加密`,
    `由${providers[key.provider] ?? `密码设备 ${key.provider} `}保护`,
  ]
    .filter(Boolean)
    .join('，')

/** What the rotation is doing now; nothing when none is under way. */
function Work({ data }: { data: Keys }) {
  const pending = data.keys.find(({ state }) => state === 'pending')
  if (!underWay(data)) return null
  return (
    <section className="ke-work" aria-label="轮换进度" role="status">
      <b>
        {pending
          ? `第 ${pending.id} 把密钥正在分发给每台服务器，约两分钟后启用。`
          : '已换用新密钥，正在把以前的内容重新加密。'}
      </b>
      <p className="qt-small qt-second">不影响使用；可以离开这个页面，停机后会从断开的地方接着做。</p>
      {!pending && data.progress.map((one) => <Bar key={`${one.table}.${one.column}`} one={one} />)}
    </section>
  )
}

const columns: Readonly<Record<string, string>> = {
  'directory.person.identity_box': '公民身份号码',
  'identity.totp.secret_box': '动态口令的密钥',
  'kernel.audit_key.sealed': '审计日志的密钥',
  'apps.signing_key.box': '应用登录的签名私钥',
  'apps.webhook.secret_box': '事件订阅的密钥',
  'apps.webhook.old_secret_box': '事件订阅换下的密钥',
  'certificates.authority.sealed_key': '签发机构的私钥',
}

function Bar({ one }: { one: ResealProgress }) {
  const name = columns[`${one.table}.${one.column}`] ?? `${one.table} ${one.column}`
  const percent = one.finished ? 100 : one.rows === 0 ? 0 : Math.min(99, Math.floor((one.done / one.rows) * 100))
  return (
    <div className="ke-bar">
      <span>{name}</span>
      <Progress percent={percent} aria-label={`${name}重新加密`} />
      <span className="qt-small qt-second">
        {one.finished
          ? `${format.number(one.done)} 行，完成`
          : `${format.number(one.done)} 行，共约 ${format.number(one.rows)} 行`}
      </span>
    </div>
  )
}

function Rotate({ data }: { data: Keys }) {
  const mayRotate = useCan()('keys:rotate')
  const [open, setOpen] = useState(false)
  const rotate = useCommand(keys.rotate)
  const close = () => setOpen(false)
  useBackCloses(open, close)
  if (!mayRotate) return null
  return (
    <>
      <Button type="primary" disabled={!data.can.rotate} onClick={() => setOpen(true)}>
        轮换密钥
      </Button>
      {!data.can.rotate && <span className="qt-small qt-second">这次轮换完成后才能再次轮换</span>}
      <Modal
        open={open}
        title="生成一把新的数据密钥？"
        okText="生成并轮换"
        okButtonProps={{ loading: rotate.isPending }}
        cancelText="先不"
        onOk={() => rotate.mutate({}, { onSettled: close })}
        onCancel={close}
      >
        <ol className="ke-steps">
          <li>新密钥先分发给每台服务器，约两分钟后启用，此后的内容都用它加密。</li>
          <li>再过两分钟，开始把以前的内容一批一批地重新加密；人多时要几十分钟。</li>
          <li>旧密钥留着，只用来解开以前的备份。</li>
        </ol>
        <p className="qt-second">全程不停机，不影响使用，也不能撤销。</p>
      </Modal>
    </>
  )
}
