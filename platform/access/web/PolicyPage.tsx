import { useQuery } from '@tanstack/react-query'
import { Link, useParams } from '@tanstack/react-router'
import { Button, Modal } from 'antd'
import { useState } from 'react'
import { apiQuery, useCommand } from '#kernel/web'
import { Await, ConfirmButton, Facts, format, Light, Page, ReasonButton, toast, useBackCloses, useCan } from '#ui'
import type { PolicyVersion } from '../contract.ts'
import { CodeArea } from './CodeArea.tsx'
import { access } from './client.ts'
import { PolicyDiff } from './PolicyDiff.tsx'
import { Simulation } from './Simulation.tsx'
import { useActive } from './use-active.ts'
import { stateLights, states } from './words.ts'
import './access.css'

/** One version: what it changes of the one in force, what it would have changed of real calls, and the decision. */
export function PolicyPage() {
  const { id } = useParams({ strict: false }) as { id: string }
  const version = useQuery(apiQuery(access.version, { id }))
  const active = useActive()
  const can = useCan()
  const deciding = can('access:propose') || can('access:approve')
  return (
    <Page
      title={version.data ? `访问策略第 ${version.data.no} 版` : '访问策略'}
      above={<Link to="/access">访问策略</Link>}
      actions={version.data && <Decide version={version.data} activeNo={active.data?.no} />}
    >
      <Await query={version}>
        {(data) => (
          <>
            <VersionFacts version={data} />
            {data.state !== 'active' && (
              <section className="qt-block" aria-label="与现行版本的差别">
                <div className="qt-section">
                  <h2>与现行版本的差别</h2>
                </div>
                <Await query={active}>{(now) => <PolicyDiff before={now.text} after={data.text} />}</Await>
              </section>
            )}
            {deciding && data.state !== 'active' && <Simulation text={data.text} />}
            <section className="qt-block" aria-label="全文">
              <div className="qt-section">
                <h2>全文</h2>
                {can('access:propose') && (
                  <Link to="/access/new" search={{ from: data.id }}>
                    以此为底稿提出新版本
                  </Link>
                )}
              </div>
              <CodeArea label="策略全文" value={data.text} />
            </section>
          </>
        )}
      </Await>
    </Page>
  )
}

function VersionFacts({ version }: { version: PolicyVersion }) {
  return (
    <Facts
      rows={[
        [
          '状态',
          <Light key="state" state={stateLights[version.state]}>
            {states[version.state]}
          </Light>,
        ],
        ['改了什么', version.note],
        ['条数', `${version.policies} 条`],
        ['提出', `${version.proposedBy}，${format.moment(version.proposedAt)}`],
        ['决定', version.decidedAt && [version.decidedBy, format.moment(version.decidedAt)].filter(Boolean).join('，')],
        ['未采用的理由', version.reason],
      ]}
    />
  )
}

function Decide({ version, activeNo }: { version: PolicyVersion; activeNo?: number }) {
  const [asked, setAsked] = useState(false)
  const name = `第 ${version.no} 版`
  const activate = useCommand(access.activate)
  const refuse = useCommand(access.refuse)
  const withdraw = useCommand(access.withdraw)
  const close = () => setAsked(false)
  useBackCloses(asked, close)
  const put = () =>
    activate.mutate(
      { id: version.id },
      { onSuccess: () => toast.done(`${name}已启用，一秒内在每台服务器生效`), onSettled: close },
    )
  return (
    <>
      {version.can.decide && (
        <>
          <Button type="primary" onClick={() => setAsked(true)}>
            批准启用
          </Button>
          <ReasonButton
            verb="不采用"
            name={name}
            help="提出人会看到"
            onConfirm={(reason) => refuse.mutateAsync({ id: version.id, reason })}
          />
        </>
      )}
      {version.can.withdraw && (
        <ConfirmButton
          verb="撤回"
          name={name}
          consequence="撤回后这个版本不再等待批准；可以另提新版本。"
          onConfirm={() => withdraw.mutateAsync({ id: version.id })}
        />
      )}
      <Modal
        open={asked}
        title={`启用${name}？`}
        okText={`启用${name}`}
        okButtonProps={{ loading: activate.isPending }}
        cancelText="先不"
        onOk={put}
        onCancel={close}
      >
        <p>
          一秒内在每台服务器生效，{activeNo === undefined ? '' : `现行的第 ${activeNo} 版停用，`}
          正打开的页面也按新策略判断。启用前请先看差别和模拟结果。
        </p>
      </Modal>
    </>
  )
}
