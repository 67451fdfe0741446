import { useQuery } from '@tanstack/react-query'
import { Link, useNavigate, useParams } from '@tanstack/react-router'
import { useState } from 'react'
import { apiQuery, useCommand } from '#kernel/web'
import { Await, type FormField, Page, RecordForm } from '#ui'
import { directoryApi, NewStructurePlan, type StructurePlan } from '../../../contract.ts'
import { directory } from '../../client.ts'
import { AdminNav } from '../AdminNav.tsx'
import { useUnitSource } from '../use-pickers.ts'
import { OperationDrafts, toDraft } from './operation-model.ts'
import { operationsField } from './operations-field.tsx'
import { namesOf } from './plan-names.ts'

const operations = OperationDrafts
const NewForm = NewStructurePlan.extend({ operations })
const EditForm = directoryApi.updateStructurePlan.input.extend({ operations })

const planFields = [
  { name: 'title', label: '方案名称', kind: 'text', maxLength: 100 },
  { name: 'basis', label: '依据', help: '文件名称和文号，写进各单位的沿革', kind: 'text', maxLength: 300 },
  { name: 'effectiveOn', label: '生效日', help: '批准后到这一天自动施行', kind: 'date' },
] as const satisfies FormField[]
const operationGroup = {
  title: '改革操作',
  sentence: '保存后预览影响，没有错误才能批准。',
  fields: [operationsField],
} as const

/** 起草方案: nothing changes before it is approved and its day has come. */
export function NewPlanPage() {
  const navigate = useNavigate()
  const units = useUnitSource()
  const create = useCommand(directory.createStructurePlan, { quiet: true })
  return (
    <Page title="起草机构改革方案" above={<Above />}>
      <RecordForm
        id="structure.new"
        schema={NewForm}
        groups={[
          {
            title: '方案',
            fields: [
              ...planFields,
              { name: 'ownerId', label: '维护单位', help: '这个单位的管理员可以修改和批准', kind: 'unit', ...units },
            ],
          },
          operationGroup,
        ]}
        submitLabel="保存方案"
        onSubmit={create.mutateAsync}
        onDone={({ id }) => void navigate({ to: '/structure/$id', params: { id } })}
      />
    </Page>
  )
}

export function EditPlanPage() {
  const { id } = useParams({ strict: false }) as { id: string }
  const plan = useQuery(apiQuery(directory.structurePlan, { id }))
  return (
    <Page title={plan.data ? `修改方案：${plan.data.title}` : '修改方案'} above={<Above />}>
      <Await query={plan}>{(data) => <Named key={data.id} opened={data} />}</Await>
    </Page>
  )
}

/** A plan keeps ids; the form needs the names that belong to them. */
function Named({ opened }: { opened: StructurePlan }) {
  // the plan is read again while it is saved; the form must stay the one that is open until it has left the page
  const [plan] = useState(opened)
  const names = useQuery({
    queryKey: ['directory', 'structurePlanNames', plan.id, plan.revision],
    queryFn: ({ signal }) => namesOf(plan, signal),
  })
  return <Await query={names}>{(found) => <Editor plan={plan} names={found} />}</Await>
}

function Editor({ plan, names }: { plan: StructurePlan; names: ReadonlyMap<string, string> }) {
  const navigate = useNavigate()
  const update = useCommand(directory.updateStructurePlan, { quiet: true })
  const nameOf = (id: string) => names.get(id) ?? '（已不在原单位）'
  return (
    <>
      {plan.state === 'scheduled' && <p className="oa-notice warn">方案已批准。修改后回到草稿，要重新批准。</p>}
      <RecordForm
        id={`structure.${plan.id}.${plan.revision}`}
        schema={EditForm}
        initial={{
          title: plan.title,
          basis: plan.basis,
          effectiveOn: plan.effectiveOn,
          operations: plan.operations.map((one, at) => toDraft(one, at, nameOf)),
        }}
        extra={{ id: plan.id, revision: plan.revision }}
        groups={[{ title: '方案', fields: planFields }, operationGroup]}
        submitLabel="保存方案"
        onSubmit={update.mutateAsync}
        onDone={({ id }) => void navigate({ to: '/structure/$id', params: { id } })}
      />
    </>
  )
}

const Above = () => (
  <>
    <AdminNav />
    <Link to="/structure">全部方案</Link>
  </>
)
