import { useNavigate } from '@tanstack/react-router'
import { z } from 'zod'
import { useCommand } from '#kernel/web'
import { type FormField, Page, RecordForm, toast } from '#ui'
import { type AdminUnit, directoryApi } from '../../contract.ts'
import { directory } from '../client.ts'
import { AdminNav } from './AdminNav.tsx'
import { reasonField } from './fields.ts'
import { functionsField, platesField } from './pairs-field.tsx'
import { useChoices, useUnitSource } from './use-pickers.ts'
import { emptied, levelOptions, unitKindOptions } from './words.ts'

const level = z.coerce.number().pipe(directoryApi.createUnit.input.shape.level)
const plates = z
  .array(z.string())
  .transform((names) => names.map((name) => name.trim()).filter(Boolean))
  .pipe(z.array(z.string().max(100, '每个牌子最多 100 个字')).max(10, '最多 10 个牌子'))
  .optional()
const NewForm = directoryApi.createUnit.input.extend({ level, plates })
const { name, kind } = directoryApi.createUnit.input.shape
const EditForm = directoryApi.updateUnit.input.extend({ name, kind, level, plates })

type Units = ReturnType<typeof useUnitSource>
type Lines = { value: string; label: string }[]

const nameFields = [
  { name: 'name', label: '全称', kind: 'text', maxLength: 100 },
  { name: 'shortName', label: '简称', kind: 'text', maxLength: 100 },
  { name: 'documentMark', label: '机关代字', help: '发文字号的前几个字', kind: 'text', maxLength: 40 },
  platesField,
] as const satisfies FormField[]
const placeFields = (units: Units, lines: Lines) =>
  [
    { name: 'kind', label: '性质', kind: 'select', options: unitKindOptions },
    { name: 'level', label: '层级', kind: 'select', options: levelOptions },
    { name: 'line', label: '条线', kind: 'select', options: lines },
    { name: 'superiorId', label: '业务主管单位', kind: 'unit', ...units },
    { name: 'establishment', label: '编制数', kind: 'number', unit: '名', min: 0, max: 1_000_000 },
    { name: 'creditCode', label: '统一社会信用代码', kind: 'text', maxLength: 30 },
    { name: 'sort', label: '次序', help: '小的在前', kind: 'number', min: 0, max: 1_000_000_000 },
  ] as const satisfies FormField[]
const reachFields = [
  { name: 'phone', label: '办公电话', kind: 'text', inputMode: 'tel', maxLength: 40 },
  { name: 'address', label: '办公地点', kind: 'text', maxLength: 200 },
  { name: 'closed', label: '通讯录', kind: 'switch', on: '不公开，只有本单位能看到', off: '公开' },
] as const satisfies FormField[]

/** 新建单位: under a unit of the scope. */
export function NewUnitPage() {
  const navigate = useNavigate()
  const create = useCommand(directory.createUnit, { quiet: true })
  const units = useUnitSource()
  const { lines } = useChoices()
  return (
    <Page title="新建单位" above={<AdminNav />}>
      <RecordForm
        id="unit.new"
        schema={NewForm}
        groups={[
          { title: '名称', fields: [{ name: 'parentId', label: '上级单位', kind: 'unit', ...units }, ...nameFields] },
          { title: '归类', fields: placeFields(units, lines) },
          { title: '联系和职责', fields: [...reachFields, functionsField] },
          {
            title: '生效',
            fields: [{ name: 'validFrom', label: '成立日', help: '不填就是今天', kind: 'date' }, reasonField],
          },
        ]}
        submitLabel="建立单位"
        onSubmit={create.mutateAsync}
        onDone={(unit) => {
          toast.done(`已建立${unit.name}`)
          void navigate({ to: '/organization/units', search: { q: unit.name, row: unit.id } })
        }}
      />
    </Page>
  )
}

const clearable = ['documentMark', 'line', 'superiorId', 'establishment', 'creditCode', 'phone', 'address'] as const

export function EditUnitForm({ unit, onDone }: { unit: AdminUnit; onDone: () => void }) {
  const update = useCommand(directory.updateUnit, { quiet: true })
  const units = useUnitSource()
  const { lines } = useChoices()
  return (
    <RecordForm
      id={`unit.${unit.id}.edit`}
      schema={EditForm}
      initial={{
        ...unit,
        level: String(unit.level),
        superiorId: unit.superior ? [{ id: unit.superior.id, name: unit.superior.name }] : [],
        plates: unit.names.filter((dated) => dated.kind === 'plate' && dated.validTo === null).map(({ name }) => name),
      }}
      extra={{ id: unit.id, revision: unit.revision }}
      groups={[
        { title: '名称', fields: nameFields },
        { title: '归类', fields: placeFields(units, lines) },
        { title: '联系和职责', fields: [...reachFields, functionsField] },
        {
          title: '生效',
          fields: [
            {
              name: 'effective',
              label: '名称和职责自哪天起',
              help: '不填就是今天，以前的名称留在沿革里',
              kind: 'date',
            },
            reasonField,
          ],
        },
      ]}
      submitLabel="保存"
      onSubmit={(input) => update.mutateAsync(emptied(input, clearable))}
      onDone={onDone}
    />
  )
}
