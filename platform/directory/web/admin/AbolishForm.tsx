import { useCommand } from '#kernel/web'
import { RecordForm } from '#ui'
import { type AdminUnit, directoryApi } from '../../contract.ts'
import { directory } from '../client.ts'
import { reasonField } from './fields.ts'
import { useUnitSource } from './use-pickers.ts'

/** A unit ends today; who is in it goes somewhere first. */
export function AbolishForm({ unit, onDone }: { unit: AdminUnit; onDone: () => void }) {
  const abolish = useCommand(directory.abolishUnit, { quiet: true })
  const units = useUnitSource()
  return (
    <RecordForm
      id={`unit.${unit.id}.abolish`}
      schema={directoryApi.abolishUnit.input}
      extra={{ id: unit.id, revision: unit.revision }}
      groups={[
        {
          title: '撤销',
          sentence: `现有 ${unit.peopleTotal} 人、下级 ${unit.children} 个。撤销后可以恢复，接收走的人员和下级不会自动回来。`,
          fields: [
            { name: 'peopleTo', label: '人员转到', kind: 'unit', visible: () => unit.peopleDirect > 0, ...units },
            { name: 'childrenTo', label: '下级转到', kind: 'unit', visible: () => unit.children > 0, ...units },
            reasonField,
          ],
        },
      ]}
      submitLabel="撤销单位"
      onSubmit={abolish.mutateAsync}
      onDone={onDone}
    />
  )
}
