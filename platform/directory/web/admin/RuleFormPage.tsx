import { useQuery } from '@tanstack/react-query'
import { useNavigate, useParams } from '@tanstack/react-router'
import { Button, Select } from 'antd'
import { useState } from 'react'
import { apiPages, useCommand } from '#kernel/web'
import { ErrorState, type FormField, Page, RecordForm, Skeleton300 } from '#ui'
import { maskableFields, RuleInput, type VisibilityRule } from '../../contract.ts'
import { directory } from '../client.ts'
import { searchPeople } from '../pickers.ts'
import { AdminNav } from './AdminNav.tsx'
import { RulePreview } from './RulePreview.tsx'
import { useChoices, useUnitSource } from './use-pickers.ts'
import { options } from './words.ts'

export const NewRulePage = () => <Editor />

/** The rule comes from the list: it has no endpoint of its own, and there are few. */
export function EditRulePage() {
  const { id } = useParams({ strict: false }) as { id: string }
  const { queryKey } = apiPages(directory.rules, { limit: 200 })
  const rules = useQuery({ queryKey: [...queryKey, id], queryFn: ({ signal }) => findRule(id, signal) })
  if (rules.isPending) return <Skeleton300 />
  if (rules.isError) return <ErrorState error={rules.error} onRetry={() => void rules.refetch()} />
  return <Editor rule={rules.data} />
}

async function findRule(id: string, signal: AbortSignal): Promise<VisibilityRule> {
  let cursor: string | undefined
  do {
    const page = await directory.rules({ limit: 200, cursor }, { signal })
    const found = page.rows.find((rule) => rule.id === id)
    if (found) return found
    cursor = page.next ?? undefined
  } while (cursor)
  throw new Error(`rule ${id} is not in the list`)
}

const chosen = (one: { id: string; name: string } | null) => (one ? [{ id: one.id, name: one.name }] : [])

/** What the rule does is filled in, then whom it touches is looked at, then it holds. */
function Editor({ rule }: { rule?: VisibilityRule }) {
  const navigate = useNavigate()
  const groups = useGroups()
  const create = useCommand(directory.createRule)
  const update = useCommand(directory.updateRule)
  const [input, setInput] = useState<RuleInput>()
  const save = async () => {
    if (!input) return
    const saved = rule
      ? await update.mutateAsync({ ...input, id: rule.id, revision: rule.revision })
      : await create.mutateAsync(input)
    await navigate({ to: '/visibility/rules', search: { row: saved.id } })
  }
  return (
    <Page
      title={rule ? `修改规则：${rule.title}` : '新建可见性规则'}
      sentence="先看影响到谁，再生效。"
      above={<AdminNav />}
    >
      <div hidden={input !== undefined}>
        <RecordForm
          id={rule ? `rule.${rule.id}` : 'rule.new'}
          schema={RuleInput}
          initial={
            rule
              ? {
                  ...rule,
                  ownerUnitId: chosen(rule.ownerUnit),
                  targetUnitId: chosen(rule.targetUnit),
                  targetPersonId: chosen(rule.targetPerson),
                  viewerUnitIds: rule.viewerUnits.map(({ id, name }) => ({ id, name })),
                  viewerPersonIds: rule.viewerPersons,
                }
              : { effect: 'mask', ownUnit: true }
          }
          groups={groups}
          submitLabel="看影响到谁"
          onSubmit={async (parsed) => setInput(parsed)}
        />
      </div>
      {input && (
        <section aria-label="影响">
          <h2>“{input.title}”影响到</h2>
          <RulePreview
            target={{
              targetUnitId: input.targetUnitId,
              targetRankOrder: input.targetRankOrder,
              targetPersonId: input.targetPersonId,
            }}
          />
          <div className="qt-row qt-block">
            <Button
              type="primary"
              size="large"
              loading={create.isPending || update.isPending}
              onClick={() => void save().catch(() => undefined)}
            >
              {rule ? '保存规则' : '建立并启用规则'}
            </Button>
            <Button size="large" onClick={() => setInput(undefined)}>
              回去修改
            </Button>
          </div>
        </section>
      )}
    </Page>
  )
}

/** A field that picks a rank; its value is the rank's order. */
function useRankField() {
  const { ranks } = useChoices()
  return <N extends string>(name: N, label: string) =>
    ({
      name,
      label,
      kind: 'custom',
      render: (value, change, { status, ...control }) => (
        <Select
          {...control}
          status={status}
          allowClear
          placeholder="不限"
          value={typeof value === 'number' ? value : undefined}
          options={ranks.map((one) => ({ value: one.sort, label: `${one.label}及以上` }))}
          onChange={(next) => change(next ?? null)}
        />
      ),
      say: (value) => (typeof value === 'number' ? `${ranks.find(({ sort }) => sort === value)?.label}及以上` : '不限'),
    }) as const satisfies FormField
}

function useGroups() {
  const units = useUnitSource()
  const rank = useRankField()
  return [
    {
      title: '规则',
      fields: [
        { name: 'title', label: '规则名称', kind: 'text', maxLength: 100 },
        { name: 'ownerUnitId', label: '维护单位', help: '这个单位的管理员可以修改', kind: 'unit', ...units },
        {
          name: 'effect',
          label: '作用',
          kind: 'select',
          options: [
            { value: 'mask', label: '遮盖部分字段' },
            { value: 'hide', label: '整条隐藏' },
          ],
        },
        {
          name: 'fields',
          label: '遮盖的字段',
          kind: 'select',
          multiple: true,
          options: options(maskableFields),
          visible: (values) => values.effect === 'mask',
        },
      ],
    },
    {
      title: '对谁的信息',
      sentence: '至少选一项；选了几项就要同时符合。',
      fields: [
        { name: 'targetUnitId', label: '单位及其下级', kind: 'unit', ...units },
        rank('targetRankOrder', '职级'),
        { name: 'targetPersonId', label: '人员', kind: 'person', search: searchPeople },
      ],
    },
    {
      title: '谁例外，看得到',
      sentence: '符合任何一项就看得到。',
      fields: [
        { name: 'ownUnit', label: '本单位', kind: 'switch', on: '本单位的人看得到', off: '本单位的人也看不到' },
        rank('viewerRankOrder', '职级'),
        { name: 'viewerUnitIds', label: '单位', kind: 'units', ...units },
        { name: 'viewerPersonIds', label: '人员', kind: 'people', search: searchPeople },
      ],
    },
  ] as const satisfies { title: string; sentence?: string; fields: readonly FormField[] }[]
}
