import { useCommand } from '#kernel/web'
import { RecordForm } from '#ui'
import { type AdminUnit, directoryApi } from '../../contract.ts'
import { directory } from '../client.ts'
import { reasonField } from './fields.ts'
import { useUnitSource } from './use-pickers.ts'

export function MoveUnitForm({ unit, onDone }: { unit: AdminUnit; onDone: () => void }) {
  const move = useCommand(directory.moveUnit, { quiet: true })
  const units = useUnitSource()
  return (
    <RecordForm
      id={`unit.${unit.id}.move`}
      schema={directoryApi.moveUnit.input}
      extra={{ id: unit.id, revision: unit.revision }}
      groups={[
        {
          title: '新的上级',
          sentence: '下级单位和人员一起过去。',
          fields: [{ name: 'parentId', label: '移到哪个单位之下', kind: 'unit', ...units }, reasonField],
        },
      ]}
      submitLabel="移动单位"
      onSubmit={move.mutateAsync}
      onDone={onDone}
    />
  )
}
