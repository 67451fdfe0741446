import { useQuery } from '@tanstack/react-query'
import { Link } from '@tanstack/react-router'
import { Button } from 'antd'
import { apiQuery, useCommand } from '#kernel/web'
import { Await, ConfirmButton, EmptyState, format, Light, Page, ReasonButton, Tag, useCan } from '#ui'
import type { Anchor } from '../contract.ts'
import { CertificatesNav } from './CertificatesNav.tsx'
import { certificates } from './client.ts'
import { anchorLights } from './words.ts'

/** 信任的根: whom the platform believes, and who decided so. */
export function AnchorsPage() {
  const anchors = useQuery(apiQuery(certificates.anchors))
  const propose = useCan()('certificates:propose')
  return (
    <Page
      title="信任的根"
      sentence="只有一直查到这里的证书才有效。系统管理员提出，安全管理员核对指纹后同意。"
      above={<CertificatesNav />}
      actions={
        propose && (
          <Link to="/certificates/anchors/new">
            <Button type="primary">提出信任的根</Button>
          </Link>
        )
      }
    >
      <Await query={anchors}>
        {({ rows }) =>
          rows.length === 0 ? (
            <EmptyState title="还没有信任的根" detail="没有它，任何证书都不能通过核验。请系统管理员提出。" />
          ) : (
            <ul className="ce-anchors" aria-label="信任的根">
              {rows.map((anchor) => (
                <AnchorItem key={anchor.id} anchor={anchor} />
              ))}
            </ul>
          )
        }
      </Await>
    </Page>
  )
}

const listOf = ({ list, needsList }: Anchor): string => {
  if (list) return `吊销列表第 ${list.number} 份，吊销 ${list.revoked} 张，${format.moment(list.nextUpdate)} 前要换新的`
  return needsList ? '还没有吊销列表，它签发的证书暂时不能通过核验' : '不要求吊销列表'
}

function AnchorItem({ anchor }: { anchor: Anchor }) {
  const [light, text] = anchorLights[anchor.state]
  const decided = anchor.decidedBy ? `，${anchor.decidedBy}决定` : ''
  return (
    <li>
      <div className="head">
        <b>{anchor.name}</b>
        <Light state={light}>{text}</Light>
        {anchor.builtIn && <Tag>内置，演示用</Tag>}
      </div>
      <p>{anchor.note}</p>
      <p className="qt-small qt-second">
        {!anchor.builtIn && `${anchor.proposedBy}于 ${format.moment(anchor.proposedAt)} 提出${decided}；`}
        {format.day(anchor.notAfter.slice(0, 10))}
        到期{anchor.reason && `；理由：${anchor.reason}`}
      </p>
      {anchor.state === 'trusted' && <p className="qt-small qt-second">{listOf(anchor)}</p>}
      <p className="qt-small">
        SM3 指纹 <code className="ce-code">{anchor.fingerprint}</code>
      </p>
      <Actions anchor={anchor} />
    </li>
  )
}

function Actions({ anchor: { id, name, can } }: { anchor: Anchor }) {
  const trust = useCommand(certificates.trustAnchor)
  const refuse = useCommand(certificates.refuseAnchor)
  const withdraw = useCommand(certificates.withdrawAnchor)
  const retire = useCommand(certificates.retireAnchor)
  if (!can.decide && !can.withdraw && !can.retire) return null
  return (
    <div className="ce-actions qt-noprint">
      {can.decide && (
        <>
          <Button type="primary" loading={trust.isPending} onClick={() => trust.mutate({ id })}>
            指纹核对无误，同意信任
          </Button>
          <ReasonButton
            verb="不同意"
            name={name}
            ok="不同意这个根"
            help="记录在案，提出人会看到"
            onConfirm={(reason) => refuse.mutateAsync({ id, reason })}
          />
        </>
      )}
      {can.withdraw && <ConfirmButton verb="撤回" name={name} onConfirm={() => withdraw.mutateAsync({ id })} />}
      {can.retire && (
        <ReasonButton
          verb="不再信任"
          name={name}
          ok="不再信任这个根"
          help="记录在案，提出人会看到"
          consequence="它下面的所有证书马上不能通过核验。要恢复须重新提出、重新同意。"
          onConfirm={(reason) => retire.mutateAsync({ id, reason })}
        />
      )}
    </div>
  )
}
