import { useQueryClient } from '@tanstack/react-query'
import { Button, Modal } from 'antd'
import { useEffect, useEffectEvent, useState } from 'react'
import { payAttention, untold } from '#kernel/web'
import { endsOf, type Limits, stepMs, type Why, warnMs } from './idle.ts'
import { sessionQuery } from './session.ts'

const TICK_MS = 5000
const SHORT_TICK_MS = 1000

const say = (ms: number): string => {
  const seconds = Math.max(0, Math.ceil(ms / 1000))
  return seconds >= 60 ? `${Math.floor(seconds / 60)} 分 ${seconds % 60} 秒` : `${seconds} 秒`
}

/** Tells the server of a person who types without asking for anything, and the person of a session about to end. */
export function IdleWatch({ limits, readAt }: { limits: Limits; readAt: number }) {
  const queries = useQueryClient()
  const [left, setLeft] = useState<number>()
  const [why, setWhy] = useState<Why>('idle')
  const [seen, setSeen] = useState(false)
  const read = () => queries.fetchQuery({ ...sessionQuery, staleTime: 0 })
  const look = useEffectEvent(() => {
    const { idle, last } = endsOf(limits, readAt)
    const end = Math.min(idle, last)
    const ms = end - Date.now()
    setWhy(idle < last ? 'idle' : 'last')
    setLeft(ms < warnMs(limits) ? ms : undefined)
    if (ms <= 0 || untold() > stepMs(limits)) void read()
  })
  const warning = left !== undefined
  useEffect(() => {
    const timer = setInterval(look, warning ? SHORT_TICK_MS : TICK_MS)
    return () => clearInterval(timer)
  }, [warning])
  const stay = () => {
    payAttention()
    void read()
    setLeft(undefined)
    if (why === 'last') setSeen(true)
  }
  return (
    <Modal
      open={warning && !(why === 'last' && seen)}
      title={why === 'idle' ? '很久没有操作了' : '本次登录的时间快到了'}
      closable={false}
      mask={{ closable: false }}
      keyboard={false}
      width={440}
      footer={
        <Button type="primary" onClick={stay}>
          {why === 'idle' ? '继续使用' : '知道了'}
        </Button>
      }
    >
      <p role="timer">
        {why === 'idle'
          ? `为防他人使用，${say(left ?? 0)}后将结束登录。您还在的话，请点“继续使用”。`
          : `${say(left ?? 0)}后需要重新登录。可以先提交手头的内容；不提交也会留在这一页，登录后接着办。`}
      </p>
    </Modal>
  )
}
