import { useQuery, useQueryClient } from '@tanstack/react-query'
import { Button, Input } from 'antd'
import { useState } from 'react'
import { ApiError, apiQuery, useCommand } from '#kernel/web'
import { Await, EmptyState, Page, toast, useCan, useLeaveGuard } from '#ui'
import type { ZoneRange } from '../contract.ts'
import { AccessNav } from './AccessNav.tsx'
import { access } from './client.ts'
import { zones as zoneNames } from './words.ts'
import { ZoneDialog } from './ZoneDialog.tsx'
import './access.css'

/** 网络区域: which addresses are the office, which the government network; the rest is the internet. */
export function ZonesPage() {
  const zones = useQuery(apiQuery(access.zones))
  return (
    <Page
      title="网络区域"
      sentence="哪些地址是办公网络，哪些是政务外网；没有列出的都是互联网。几段都包含同一个地址时，以最小的一段为准。"
      above={<AccessNav />}
    >
      <Await query={zones}>{(data) => <Ranges revision={data.revision} ranges={data.ranges} />}</Await>
    </Page>
  )
}

interface Saved {
  revision: number
  ranges: readonly ZoneRange[]
}

function Ranges(saved: Saved) {
  const queries = useQueryClient()
  const can = useCan()('access:approve')
  const [base, setBase] = useState<Saved>(saved)
  const [ranges, setRanges] = useState<readonly ZoneRange[]>(saved.ranges)
  const [q, setQ] = useState('')
  const [open, setOpen] = useState<ZoneRange | 'new'>()
  const save = useCommand(access.setZones, { invalidates: [], quiet: true })
  const dirty = JSON.stringify(ranges) !== JSON.stringify(base.ranges)
  const guard = useLeaveGuard(dirty, '网络区域的改动还没有保存。')
  const begin = (fresh: Saved) => {
    setBase(fresh)
    setRanges(fresh.ranges)
    save.reset()
  }
  const reread = async () => begin(await queries.fetchQuery({ ...apiQuery(access.zones), staleTime: 0 }))
  const submit = () =>
    save.mutate(
      { revision: base.revision, ranges: [...ranges] },
      {
        onSuccess: () => {
          toast.done('网络区域已保存，一秒内在每台服务器生效')
          void reread()
        },
      },
    )
  const stale = save.error instanceof ApiError && save.error.code === 'stale'
  const found = ranges.filter(({ range, name }) => `${range} ${name}`.includes(q.trim()))
  return (
    <div className="ac-form">
      <div className="ac-actions">
        <Input
          aria-label="搜地址段或名称"
          placeholder="搜地址段或名称"
          allowClear
          style={{ maxWidth: 280 }}
          value={q}
          onChange={(event) => setQ(event.target.value)}
        />
        {can && <Button onClick={() => setOpen('new')}>增加地址段</Button>}
        {!can && <span className="qt-small qt-second">由安全管理员维护。</span>}
      </div>
      {save.error && (
        <div className="ac-note" role="alert">
          <p>
            {stale
              ? '别人刚刚保存过网络区域，您的改动没有保存。重新读取会放弃您的改动；请记下要改的，读取后再改一次。'
              : save.error instanceof ApiError
                ? save.error.detail
                : '没有保存，请再试一次。'}
          </p>
          {stale && <Button onClick={() => void reread()}>放弃改动，重新读取</Button>}
        </div>
      )}
      {found.length === 0 && <EmptyState title={q.trim() ? '没有符合的地址段' : '还没有地址段'} />}
      <ul className="ac-list" aria-label="地址段">
        {found.map((one) => (
          <li key={one.range} className="ac-zone">
            <div className="qt-grow">
              <b className="range">{one.range}</b>
              <p className="qt-small qt-second">
                {zoneNames[one.zone]}，{one.name}
              </p>
            </div>
            {can && (
              <>
                <Button size="small" aria-label={`修改 ${one.range}`} onClick={() => setOpen(one)}>
                  修改
                </Button>
                <Button
                  size="small"
                  danger
                  aria-label={`去掉 ${one.range}`}
                  onClick={() => setRanges(ranges.filter((other) => other !== one))}
                >
                  去掉
                </Button>
              </>
            )}
          </li>
        ))}
      </ul>
      {can && (
        <div className="ac-actions">
          <Button type="primary" disabled={!dirty} loading={save.isPending} onClick={submit}>
            保存网络区域
          </Button>
          {dirty ? (
            <Button onClick={() => begin(base)}>放弃改动</Button>
          ) : (
            <span className="qt-small qt-second">没有要保存的改动。</span>
          )}
        </div>
      )}
      {open && (
        <ZoneDialog
          start={open === 'new' ? undefined : open}
          taken={ranges.filter((one) => one !== open).map(({ range }) => range)}
          onClose={() => setOpen(undefined)}
          onDone={(done) => {
            setRanges(open === 'new' ? [...ranges, done] : ranges.map((one) => (one === open ? done : one)))
            setOpen(undefined)
          }}
        />
      )}
      {guard}
    </div>
  )
}
