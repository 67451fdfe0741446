import { useQuery } from '@tanstack/react-query'
import { Link, useParams } from '@tanstack/react-router'
import { Button } from 'antd'
import { apiQuery, useCommand } from '#kernel/web'
import { Await, format, Page } from '#ui'
import type { StructurePlan } from '../../../contract.ts'
import { directory } from '../../client.ts'
import { AdminNav } from '../AdminNav.tsx'
import { Facts } from '../Facts.tsx'
import { ApplyPlan, RevokePlan } from './PlanActions.tsx'
import { PlanOperations, PlanReport } from './PlanReport.tsx'
import { PlanLight } from './PlansPage.tsx'
import { ReversePlan } from './ReversePlan.tsx'

/** One plan: what it does, what it touches, and the way on. */
export function PlanPage() {
  const { id } = useParams({ strict: false }) as { id: string }
  const plan = useQuery(apiQuery(directory.structurePlan, { id }))
  return (
    <Page
      wide
      title={plan.data?.title ?? '机构改革方案'}
      sentence={plan.data && `${plan.data.owner.name}，${format.day(plan.data.effectiveOn)} 生效`}
      above={
        <>
          <AdminNav />
          <Link to="/structure">全部方案</Link>
        </>
      }
    >
      <Await query={plan}>
        {/* another revision is another plan: what was previewed of the last one says nothing of it */}
        {(data) => <Plan key={`${data.id}.${data.revision}`} plan={data} />}
      </Await>
    </Page>
  )
}

function Plan({ plan }: { plan: StructurePlan }) {
  const { id, revision, state } = plan
  const preview = useCommand(directory.previewStructurePlan, { invalidates: [] })
  const approve = useCommand(directory.approveStructurePlan)
  const open = state === 'draft' || state === 'scheduled'
  const seen = preview.data
  const mayApprove = seen?.ok === true && (state === 'draft' || plan.drift.length > 0)
  const report = seen ?? plan.report
  return (
    <div className="oa-run">
      <p className="qt-row" role="status">
        <PlanLight state={state} />
        <span className="qt-second">{saidOf(plan)}</span>
      </p>
      {plan.fault && <p className="oa-notice warn">没有能够生效：{plan.fault}</p>}
      {plan.drift.length > 0 && <Drift drift={plan.drift} />}
      {open && (
        <div className="qt-row" style={{ flexWrap: 'wrap' }}>
          {mayApprove && plan.can.approve ? (
            <Button type="primary" loading={approve.isPending} onClick={() => approve.mutate({ id, revision })}>
              批准，{format.day(plan.effectiveOn)}生效
            </Button>
          ) : (
            <Button
              type={state === 'draft' ? 'primary' : 'default'}
              loading={preview.isPending}
              onClick={() => preview.mutate({ id })}
            >
              预览影响
            </Button>
          )}
          <Link to="/structure/$id/edit" params={{ id }}>
            <Button>修改方案</Button>
          </Link>
          {state === 'scheduled' && <ApplyPlan plan={plan} />}
          <RevokePlan plan={plan} />
        </div>
      )}
      {seen && (
        <div role="status" className={seen.ok ? 'oa-notice' : 'oa-notice warn'}>
          <b>{seen.ok ? '预览没有发现错误' : '预览发现错误，改正后才能批准'}</b>
          {mayApprove && !plan.can.approve && <p>方案由您起草或修改，须由另一位管理员批准。请把本页网址发给对方。</p>}
          {seen.faults.map((fault) => (
            <p key={fault}>{fault}</p>
          ))}
        </div>
      )}
      <section aria-label="改革操作">
        <h2>改革操作</h2>
        <PlanOperations rows={seen?.operations ?? plan.texts.map((text) => ({ text, fault: null }))} />
      </section>
      {report && <PlanReport report={report} />}
      <section className="qt-block" aria-label="经过">
        <h3>经过</h3>
        <Facts rows={storyOf(plan)} />
      </section>
      {state === 'effective' && <ReversePlan plan={plan} />}
    </div>
  )
}

function Drift({ drift }: { drift: StructurePlan['drift'] }) {
  return (
    <section className="oa-notice warn" aria-label="批准之后的变动">
      <b>
        {drift.some(({ blocks }) => blocks)
          ? '批准之后单位有变动，不会自动生效。请重新预览并批准，或撤回方案。'
          : '批准之后单位有变动，不影响生效。'}
      </b>
      <ul>
        {drift.map(({ unitId, text }) => (
          <li key={unitId}>{text}</li>
        ))}
      </ul>
    </section>
  )
}

const saidOf = ({ state, effectiveOn }: StructurePlan): string =>
  ({
    draft: '还没有批准，什么也不会改变',
    scheduled: `到 ${format.day(effectiveOn)} 自动施行`,
    effective: '已写进组织目录',
    revoked: '不会施行',
  })[state]

const storyOf = (plan: StructurePlan): [string, string | null][] => {
  const by = (at: string | null, name?: string | null) => at && [format.moment(at), name].filter(Boolean).join('，')
  const rows: [string, string | null][] = [
    ['依据', plan.basis || null],
    ['起草', by(plan.createdAt, plan.createdByName)],
    ['批准', by(plan.approvedAt, plan.approvedByName)],
    ['生效', by(plan.appliedAt)],
    ['撤回', by(plan.revokedAt)],
  ]
  return rows.filter(([name, value]) => name === '依据' || value !== null)
}
