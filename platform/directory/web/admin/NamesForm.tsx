import { z } from 'zod'
import { useCommand } from '#kernel/web'
import { RecordForm } from '#ui'
import { type AdminUnit, DatedName, directoryApi } from '../../contract.ts'
import { directory } from '../client.ts'
import { reasonField } from './fields.ts'
import { draftOf, namesField } from './names-field.tsx'

const Name = z.object({
  ...DatedName.shape,
  validFrom: z.string().min(1, '请填写每个名称的启用日').pipe(DatedName.shape.validFrom),
  validTo: z
    .string()
    .transform((day) => day || null)
    .pipe(DatedName.shape.validTo),
})
const NamesInput = directoryApi.setUnitNames.input.extend({ names: z.array(Name).min(1, '请至少写一个全称').max(60) })

/** 更正名称沿革: the names of a unit over time as they should have been recorded; a new name is given by 修改. */
export function NamesForm({ unit, onDone }: { unit: AdminUnit; onDone: () => void }) {
  const set = useCommand(directory.setUnitNames, { quiet: true })
  return (
    <RecordForm
      id={`unit.${unit.id}.names`}
      schema={NamesInput}
      initial={{ names: unit.names.map(draftOf) }}
      extra={{ id: unit.id, revision: unit.revision }}
      groups={[
        {
          title: '名称沿革',
          sentence: '把记错的名称和日期改对。单位今天起改名，请用“修改”。',
          fields: [namesField, reasonField],
        },
      ]}
      submitLabel="保存沿革"
      onSubmit={set.mutateAsync}
      onDone={onDone}
    />
  )
}
