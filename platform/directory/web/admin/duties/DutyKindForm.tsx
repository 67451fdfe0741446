import type { z } from 'zod'
import { useCommand } from '#kernel/web'
import { type FormField, RecordForm } from '#ui'
import { type DutyKind, directoryApi } from '../../../contract.ts'
import { directory } from '../../client.ts'

const nameField = {
  name: 'name',
  label: '名称',
  help: '建立后不能改名，流程和任职都按名称找',
  kind: 'text',
  maxLength: 40,
} as const satisfies FormField
const fields = [
  { name: 'note', label: '说明', help: '流程用它找谁', kind: 'text', maxLength: 200 },
  { name: 'sort', label: '次序', help: '小的在前', kind: 'number', min: 0, max: 10_000 },
  { name: 'enabled', label: '状态', kind: 'switch', on: '在用', off: '停用，不能再定给人；已定的保留' },
] as const satisfies FormField[]

const Input = directoryApi.saveDutyKind.input
// saving under a name that exists would change that kind instead
const newInput = (known: readonly Kind[]) =>
  Input.extend({
    name: Input.shape.name.refine((name) => known.every((one) => one.name !== name), '已有这个种类，请直接修改它'),
  })

type Kind = z.infer<typeof DutyKind>
interface Props {
  /** undefined for a new one */
  kind: Kind | undefined
  known: readonly Kind[]
  onDone: () => void
}

/** One kind of duty; the name is its key and stays. */
export function DutyKindForm({ kind, known, onDone }: Props) {
  const save = useCommand(directory.saveDutyKind, { quiet: true })
  return (
    <RecordForm
      id={`duty-kind.${kind?.name ?? 'new'}`}
      schema={kind ? Input : newInput(known)}
      initial={kind ?? { enabled: true, sort: 100 }}
      extra={kind && { name: kind.name }}
      groups={[{ title: '岗位职责', fields: kind ? fields : [nameField, ...fields] }]}
      submitLabel={kind ? '保存' : '建立种类'}
      onSubmit={save.mutateAsync}
      onDone={onDone}
    />
  )
}
