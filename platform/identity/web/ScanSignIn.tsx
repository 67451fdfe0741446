import { useQuery } from '@tanstack/react-query'
import { Button } from 'antd'
import { useEffect, useRef, useState } from 'react'
import { Await } from '#ui'
import type { Session } from '../contract.ts'
import { identity } from './client.ts'
import { QrCode } from './QrCode.tsx'
import { faultOf } from './ways.ts'
import './sign-in.css'

const POLL_MS = 2000
const words = {
  waiting: '用已登录齐通的手机扫一扫，在手机上确认。',
  seen: '已扫到，请在手机上确认。',
  confirmed: '手机已确认，正在登录。',
  refused: '手机上拒绝了这次登录。',
  gone: '图案已过期。',
} as const

/** By a phone that is signed in: this page shows a ticket and waits; the secret that takes the session never leaves it. */
export function ScanSignIn({ onDone }: { onDone: (session: Session) => Promise<unknown> }) {
  const begun = useQuery({
    queryKey: ['session', 'scan'],
    queryFn: () => identity.startScan({}),
    staleTime: Number.POSITIVE_INFINITY,
    gcTime: 0,
  })
  const ticket = begun.data?.ticket
  const state = useQuery({
    queryKey: ['session', 'scan-state', ticket],
    queryFn: () => identity.scanState({ ticket: ticket! }),
    enabled: ticket !== undefined,
    refetchInterval: ({ state: { data } }) => (data?.state === 'refused' || data?.state === 'gone' ? false : POLL_MS),
    gcTime: 0,
  }).data?.state
  const [fault, setFault] = useState('')
  const taken = useRef('')
  useEffect(() => {
    if (state !== 'confirmed' || !begun.data || taken.current === begun.data.ticket) return
    taken.current = begun.data.ticket
    const { secret } = begun.data
    identity
      .finishScan({ ticket: begun.data.ticket, secret })
      .then(onDone)
      .catch((error: unknown) => setFault(faultOf(error)))
  }, [state, begun.data, onDone])
  const over = state === 'refused' || state === 'gone' || fault !== ''
  return (
    <Await query={begun}>
      {(data) => (
        <div className="id-scan">
          <div className={over ? 'over' : undefined}>
            <QrCode text={`${location.origin}/scan/${data.ticket}`} label="登录图案，用手机扫描" />
          </div>
          <p className="qt-second" role="status">
            {fault || words[state ?? 'waiting']}
          </p>
          {over && (
            <Button
              onClick={() => {
                setFault('')
                void begun.refetch()
              }}
            >
              换一个图案
            </Button>
          )}
        </div>
      )}
    </Await>
  )
}
