import { Link } from '@tanstack/react-router'
import { Button } from 'antd'
import { useCommand } from '#kernel/web'
import { type Column, ConfirmButton, DataTable, type Filter, format, Icon, Light, Page, SidePanel, Tag } from '#ui'
import { maskableFields, type VisibilityRule } from '../../contract.ts'
import { directory } from '../client.ts'
import { AdminNav } from './AdminNav.tsx'
import { Facts } from './Facts.tsx'
import { RulePreview } from './RulePreview.tsx'
import { useChoices } from './use-pickers.ts'

const effectOf = (rule: VisibilityRule): string =>
  rule.effect === 'hide' ? '整条隐藏' : `遮盖${rule.fields.map((field) => maskableFields[field]).join('、')}`
const stateOf = (rule: VisibilityRule) => (
  <Light state={rule.enabled ? 'ok' : 'off'}>{rule.enabled ? '启用' : '停用'}</Light>
)

const columns: Column<VisibilityRule>[] = [
  { key: 'title', title: '规则', width: 240, render: (rule) => rule.title },
  { key: 'state', title: '状态', width: 88, render: stateOf },
  { key: 'effect', title: '作用', render: effectOf },
  { key: 'target', title: '单位', width: 200, render: (rule) => rule.targetUnit?.shortName ?? '—' },
  { key: 'owner', title: '维护单位', width: 160, render: (rule) => rule.ownerUnit.shortName },
  { key: 'created', title: '建立时间', width: 144, optional: true, render: (rule) => format.moment(rule.createdAt) },
]
const filters: Filter[] = [
  {
    name: 'enabled',
    label: '状态',
    kind: 'select',
    options: [
      { value: 'true', label: '启用' },
      { value: 'false', label: '停用' },
    ],
  },
]

/** 可见性规则: whom the contacts hide or mask, and from whom. */
export function RulesPage() {
  return (
    <Page
      flush
      title="可见性规则"
      sentence="谁的信息要隐藏或遮盖，谁例外可以看。立即对通讯录、搜索和导出生效。"
      above={<AdminNav />}
      actions={
        <Link to="/visibility/rules/new">
          <Button type="primary" icon={<Icon name="plus" size={16} />}>
            新建规则
          </Button>
        </Link>
      }
    >
      <DataTable
        id="visibility.rules"
        call={directory.rules}
        rowKey={(rule) => rule.id}
        rowName={(rule) => rule.title}
        columns={columns}
        filters={filters}
        searchLabel="规则名称"
        measure="条规则"
        card={(rule) => (
          <>
            <b>{rule.title}</b>
            <p className="qt-row qt-small qt-second">
              {stateOf(rule)}
              {[effectOf(rule), rule.targetUnit?.shortName].filter(Boolean).join('，')}
            </p>
          </>
        )}
        panel={(rule, close) => <RulePanel key={rule.id} rule={rule} onClose={close} />}
        empty={{ title: '管理范围内没有规则', detail: '没有规则时，通讯录里的人员和字段对全省工作人员可见。' }}
      />
    </Page>
  )
}

function RulePanel({ rule, onClose }: { rule: VisibilityRule; onClose: () => void }) {
  const { ranks } = useChoices()
  const enable = useCommand(directory.enableRule)
  const remove = useCommand(directory.deleteRule)
  const { id, revision, enabled, title } = rule
  const rankName = (order: number | null) =>
    order === null ? null : `${ranks.find(({ sort }) => sort === order)?.label ?? order}及以上`
  return (
    <SidePanel
      title={title}
      onClose={onClose}
      actions={
        <>
          <Link to="/visibility/rules/$id" params={{ id }}>
            <Button>修改</Button>
          </Link>
          <Button loading={enable.isPending} onClick={() => enable.mutate({ id, revision, enabled: !enabled })}>
            {enabled ? '停用' : '启用'}
          </Button>
          <ConfirmButton
            verb="删除"
            name={title}
            consequence="删除后，规则遮盖和隐藏的内容立即可见。"
            onConfirm={() => remove.mutateAsync({ id })}
          />
        </>
      }
    >
      <p className="qt-row">
        {stateOf(rule)}
        <Tag>{effectOf(rule)}</Tag>
      </p>
      <section className="qt-block" aria-label="对象">
        <h3>对谁的信息</h3>
        <Facts
          rows={[
            ['单位', rule.targetUnit?.name ?? '不限'],
            ['职级', rankName(rule.targetRankOrder) ?? '不限'],
            ['人员', rule.targetPerson?.name ?? '不限'],
          ]}
        />
      </section>
      <section className="qt-block" aria-label="例外">
        <h3>谁例外，看得到</h3>
        <Facts
          rows={[
            ['本单位', rule.ownUnit ? '本单位的人看得到' : '本单位的人也看不到'],
            ['职级', rankName(rule.viewerRankOrder) ?? '没有'],
            ['单位', rule.viewerUnits.map(({ name }) => name).join('、') || '没有'],
            ['人员', rule.viewerPersons.map(({ name }) => name).join('、') || '没有'],
          ]}
        />
      </section>
      <section className="qt-block" aria-label="涉及的人员">
        <h3>涉及的人员</h3>
        <RulePreview
          target={{
            targetUnitId: rule.targetUnit?.id ?? null,
            targetRankOrder: rule.targetRankOrder,
            targetPersonId: rule.targetPerson?.id ?? null,
          }}
        />
      </section>
    </SidePanel>
  )
}
