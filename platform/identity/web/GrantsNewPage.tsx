import { useQuery } from '@tanstack/react-query'
import { useNavigate } from '@tanstack/react-router'
import { Select } from 'antd'
import { useState } from 'react'
import { z } from 'zod'
import { apiQuery, useCommand } from '#kernel/web'
import { searchPeople, useUnits } from '#platform/directory/web'
import { Field, type FormField, format, Page, RecordForm, toast, useCan } from '#ui'
import { GrantInput, Scope, scopeKinds } from '../contract.ts'
import { identity } from './client.ts'
import { GrantsNav } from './GrantsNav.tsx'
import { usePlaces } from './use-places.ts'

type Kind = keyof typeof scopeKinds

/** One field each: a scope is put together when the form is sent. */
const Flat = GrantInput.omit({ scope: true, validTo: true }).extend({
  unitId: z.uuid().optional(),
  regionCode: z.string().optional(),
  line: z.string().optional(),
  bookId: z.uuid().optional(),
  validTo: z.iso.date().optional(),
})
const needs: Record<Kind, { unitId?: true; regionCode?: true; line?: true; bookId?: true }> = {
  self: {},
  unit: { unitId: true },
  subtree: { unitId: true },
  region: { regionCode: true },
  line: { line: true },
  book: { bookId: true },
  all: {},
}
/** What the kind of scope asks for is required; what comes out is the same but for that. */
const schemaFor = (kind: Kind) => Flat.required(needs[kind]) as unknown as typeof Flat

const scopeOf = (kind: Kind, { unitId, regionCode, line, bookId }: z.infer<typeof Flat>): Scope =>
  Scope.parse({ kind, unitId, regionCode, line, bookId })

/** 授予角色, 提出授权: a unit administrator gives at once, a system administrator proposes. */
export function GrantsNewPage() {
  const navigate = useNavigate()
  const gives = useCan()('grant:give')
  const give = useCommand(identity.giveRole, { quiet: true })
  const propose = useCommand(identity.proposeGrant, { quiet: true })
  const [kind, setKind] = useState<Kind>('subtree')
  const groups = useGroups(gives, kind)
  const kinds: readonly Kind[] = gives ? ['self', 'unit', 'subtree'] : (Object.keys(scopeKinds) as Kind[])
  return (
    <Page
      title={gives ? '授予角色' : '提出授权'}
      sentence={gives ? '在您管理的单位里，马上生效。其他角色和范围请系统管理员提出。' : '安全管理员批准后生效。'}
      above={<GrantsNav />}
    >
      <div className="qt-form">
        <Field label="按什么定范围" required>
          {({ status, ...control }) => (
            <Select
              {...control}
              status={status}
              value={kind}
              options={kinds.map((value) => ({ value, label: scopeKinds[value] }))}
              onChange={setKind}
            />
          )}
        </Field>
      </div>
      <RecordForm
        id="grants.new"
        schema={schemaFor(kind)}
        groups={groups}
        initial={{ validFrom: format.today() }}
        submitLabel={gives ? '授予' : '提出，等待批准'}
        onSubmit={(input) => {
          const { personId, role, validFrom, reason } = input
          const scope = scopeOf(kind, input)
          const content = { personId, role, validFrom, reason, scope, validTo: input.validTo ?? null }
          return gives ? give.mutateAsync(content) : propose.mutateAsync(content)
        }}
        onDone={({ id }) => {
          toast.done(gives ? '已授予，马上生效' : '已提出，等安全管理员批准')
          void navigate({ to: gives ? '/grants' : '/grants/proposals', search: { row: id } })
        }}
      />
    </Page>
  )
}

function useGroups(gives: boolean, scope: Kind) {
  const units = useUnits()
  const { lines, books } = usePlaces()
  const roles = useQuery(apiQuery(identity.roles))
  const offered = (roles.data?.rows ?? []).filter((role) => !role.retired && (!gives || role.delegable))
  const is =
    (...kinds: Kind[]) =>
    () =>
      kinds.includes(scope)
  return [
    {
      title: '授权给谁',
      fields: [
        { name: 'personId', label: '人员', kind: 'person', search: searchPeople },
        {
          name: 'role',
          label: '角色',
          kind: 'select',
          options: offered.map(({ name, title }) => ({ value: name, label: title })),
        },
      ],
    },
    {
      title: '范围',
      fields: [
        {
          name: 'regionCode',
          label: '行政区划',
          help: '这个区划里的单位，垂直管理的也算',
          kind: 'custom',
          visible: is('region'),
          render: (value, change, { status, ...control }) => (
            <RegionSelect control={control} status={status} value={value} onChange={change} />
          ),
          say: (value) => String(value ?? '未填'),
        },
        { name: 'line', label: '条线', kind: 'select', options: lines, visible: is('line') },
        {
          name: 'unitId',
          label: scope === 'line' ? '限于单位及其下级' : '单位',
          kind: 'unit',
          visible: is('unit', 'subtree', 'line'),
          ...units,
        },
        { name: 'bookId', label: '行业通讯录', kind: 'select', options: books, visible: is('book') },
      ],
    },
    {
      title: '期限与理由',
      fields: [
        { name: 'validFrom', label: '开始日期', kind: 'date' },
        { name: 'validTo', label: '到哪一天失效', help: '这一天起不再有效；不填为长期', kind: 'date' },
        { name: 'reason', label: '理由', kind: 'longText', rows: 3, maxLength: 500 },
      ],
    },
  ] as const satisfies { title: string; fields: readonly FormField[] }[]
}

interface RegionProps {
  control: object
  status: '' | 'error'
  value: unknown
  onChange: (value: unknown) => void
}
/** Found by name or by the beginning of the code. */
function RegionSelect({ control, status, value, onChange }: RegionProps) {
  const [q, setQ] = useState('')
  const found = useQuery({ ...apiQuery(identity.grantRegions, { q }), enabled: q !== '' })
  return (
    <Select
      {...control}
      status={status}
      showSearch={{ filterOption: false, onSearch: (text) => setQ(text.trim()) }}
      placeholder="打区划名称，如 博兴县"
      notFoundContent={q === '' ? '打几个字来找' : '没有找到'}
      value={typeof value === 'string' ? value : undefined}
      options={(found.data?.rows ?? []).map(({ code, name }) => ({ value: code, label: name }))}
      onChange={onChange}
    />
  )
}
