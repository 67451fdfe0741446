import { useQuery } from '@tanstack/react-query'
import { Button } from 'antd'
import { Fragment } from 'react'
import { apiQuery } from '#kernel/web'
import { Await, format, Icon, Light, SidePanel } from '#ui'
import { type CertificateDetail, type CertificateRow, certificateKinds, uses } from '../contract.ts'
import { certificates } from './client.ts'
import { downloadText } from './download.ts'
import { RevokeButton } from './RevokeButton.tsx'

/** One certificate: what it says, whether it holds, and the way to the root in words. */
export function CertificatePanel({ row, close }: { row: CertificateRow; close: () => void }) {
  const detail = useQuery(apiQuery(certificates.open, { id: row.id }))
  return (
    <SidePanel title={row.holderName} onClose={close} actions={detail.data && <Actions it={detail.data} />}>
      <Await query={detail}>{(it) => <Detail it={it} />}</Await>
    </SidePanel>
  )
}

function Actions({ it }: { it: CertificateDetail }) {
  return (
    <div className="ce-actions">
      <Button icon={<Icon name="download" size={16} />} onClick={() => downloadText(`${it.serial}.pem`, it.pem)}>
        下载证书
      </Button>
      <RevokeButton it={it} />
    </div>
  )
}

function Detail({ it }: { it: CertificateDetail }) {
  return (
    <>
      <p>
        <Light state={it.verdict.valid ? 'ok' : 'over'}>{it.verdict.reason}</Light>
      </p>
      {it.revokedAt && (
        <p className="qt-second">
          {it.revokedBy}于 {format.moment(it.revokedAt)} 吊销，原因：{it.revokedReason}。
        </p>
      )}
      <Chain it={it} />
      <Facts
        facts={[
          ['发给', certificateKinds[it.kind]],
          ['用途', `${uses[it.use]}（${it.keyUsage.join('、') || '不限'}）`],
          ['有效期', `${format.moment(it.notBefore)} 至 ${format.moment(it.notAfter)}`],
          ['主体', it.subject],
          ['签发者', it.issuer],
          ['域名', it.dnsNames.join('、')],
          ['来源', `${it.addedBy}于 ${format.moment(it.addedAt)} ${it.source === 'issued' ? '签发' : '导入'}`],
        ]}
        codes={[
          ['序列号', it.serial],
          ['SM3 指纹', it.fingerprint],
          ['公钥', it.publicKey],
        ]}
      />
    </>
  )
}

function Chain({ it: { chain, verdict } }: { it: CertificateDetail }) {
  return (
    <section aria-label="证书链" className="ce-block">
      <h3 className="qt-section">证书链</h3>
      <ol className="ce-chain">
        {chain.map((each, place) => (
          <li key={`${each.name} ${each.notAfter}`}>
            <b>{each.name}</b>
            <span className="qt-small qt-second">
              {place === 0 ? '这张证书，' : '由它签发；'}
              {format.day(each.notAfter.slice(0, 10))}到期
              {each.trusted && '；受信任的根'}
            </span>
          </li>
        ))}
        {!verdict.valid && !chain.at(-1)?.trusted && (
          <li className="qt-second">没有查到受信任的根，或其中一环不成立</li>
        )}
      </ol>
    </section>
  )
}

type Fact = readonly [name: string, value: string]
function Facts({ facts, codes }: { facts: readonly Fact[]; codes: readonly Fact[] }) {
  const item = (name: string, value: string, code: boolean) => (
    <Fragment key={name}>
      <dt>{name}</dt>
      <dd>{code ? <code className="ce-code">{value}</code> : value}</dd>
    </Fragment>
  )
  return (
    <section aria-label="内容" className="ce-block">
      <h3 className="qt-section">内容</h3>
      <dl className="ce-facts">
        {facts.filter(([, value]) => value !== '').map(([name, value]) => item(name, value, false))}
        {codes.map(([name, value]) => item(name, value, true))}
      </dl>
    </section>
  )
}
