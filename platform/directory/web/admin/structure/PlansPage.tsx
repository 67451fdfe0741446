import { Link, useNavigate } from '@tanstack/react-router'
import { Button } from 'antd'
import { type Column, DataTable, type Filter, format, Icon, Light, type LightState, Num, Page, Tag } from '#ui'
import { planStates, type StructurePlan } from '../../../contract.ts'
import { directory } from '../../client.ts'
import { AdminNav } from '../AdminNav.tsx'
import { options } from '../words.ts'

type State = StructurePlan['state']
const lights: Record<State, LightState> = { draft: 'warn', scheduled: 'warn', effective: 'ok', revoked: 'off' }
export const PlanLight = ({ state }: { state: State }) => <Light state={lights[state]}>{planStates[state]}</Light>

type Row = Pick<
  StructurePlan,
  'id' | 'title' | 'owner' | 'state' | 'effectiveOn' | 'operationCount' | 'fault' | 'createdByName' | 'createdAt'
>
const stateOf = (plan: Row) => (
  <span className="qt-row">
    <PlanLight state={plan.state} />
    {plan.fault && <Tag tone="over">未能生效</Tag>}
  </span>
)
const columns: Column<Row>[] = [
  { key: 'title', title: '方案', render: (plan) => plan.title },
  { key: 'state', title: '状态', width: 176, render: stateOf },
  { key: 'effectiveOn', title: '生效日', width: 136, render: (plan) => format.day(plan.effectiveOn) },
  { key: 'count', title: '操作', width: 72, align: 'right', render: (plan) => <Num value={plan.operationCount} /> },
  { key: 'owner', title: '维护单位', width: 176, render: (plan) => plan.owner.shortName },
  { key: 'by', title: '起草人', width: 96, render: (plan) => plan.createdByName },
  { key: 'created', title: '起草时间', width: 144, optional: true, render: (plan) => format.moment(plan.createdAt) },
]
const filters: Filter[] = [{ name: 'state', label: '状态', kind: 'select', options: options(planStates) }]

/** 机构改革: what is drafted, what waits for its day, what took effect. */
export function PlansPage() {
  const navigate = useNavigate()
  return (
    <Page
      flush
      title="机构改革"
      sentence="先写成方案，预览影响，批准后到生效日一次办完。"
      above={<AdminNav />}
      actions={
        <Link to="/structure/new">
          <Button type="primary" icon={<Icon name="plus" size={16} />}>
            起草方案
          </Button>
        </Link>
      }
    >
      <DataTable
        id="organization.structure"
        call={directory.structurePlans}
        rowKey={(plan) => plan.id}
        rowName={(plan) => plan.title}
        columns={columns}
        filters={filters}
        searchLabel="方案名称"
        measure="个方案"
        onOpen={(plan) => void navigate({ to: '/structure/$id', params: { id: plan.id } })}
        card={(plan) => (
          <>
            <b>{plan.title}</b>
            <p className="qt-row qt-small qt-second">
              {stateOf(plan)}
              {format.day(plan.effectiveOn)} 生效
            </p>
          </>
        )}
        empty={{ title: '还没有方案', detail: '只改一两个单位，可以直接在“单位”里改名、移动或撤销。' }}
      />
    </Page>
  )
}
