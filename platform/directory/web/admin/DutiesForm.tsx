import { Select } from 'antd'
import { useState } from 'react'
import { useCommand } from '#kernel/web'
import { Field, RecordForm } from '#ui'
import { type AdminPerson, directoryApi } from '../../contract.ts'
import { directory } from '../client.ts'
import { reasonField } from './fields.ts'
import { useChoices } from './use-pickers.ts'

/** Named responsibilities in one of the units the person works in; routing asks for them. */
export function DutiesForm({ person, onDone }: { person: AdminPerson; onDone: () => void }) {
  const places = person.posts
    .filter((post) => post.validTo === null && post.can.manage)
    .flatMap(({ unit, org }) => [unit, org])
  const units = [...new Map(places.map((unit) => [unit.id, unit])).values()]
  const [unitId, setUnitId] = useState(units[0]?.id)
  return (
    <>
      {units.length > 1 && (
        <Field label="在哪个单位" required>
          {({ status, ...control }) => (
            <Select
              {...control}
              status={status}
              value={unitId}
              options={units.map(({ id, name }) => ({ value: id, label: name }))}
              onChange={setUnitId}
            />
          )}
        </Field>
      )}
      {unitId && <Duties key={unitId} person={person} unitId={unitId} onDone={onDone} />}
    </>
  )
}

function Duties({ person, unitId, onDone }: { person: AdminPerson; unitId: string; onDone: () => void }) {
  const set = useCommand(directory.setDuties, { quiet: true })
  const { duties } = useChoices()
  return (
    <RecordForm
      id={`person.${person.id}.duties.${unitId}`}
      schema={directoryApi.setDuties.input}
      initial={{ duties: person.duties.filter(({ unit }) => unit.id === unitId).map(({ duty }) => duty) }}
      extra={{ id: person.id, revision: person.revision, unitId }}
      groups={[
        {
          title: '岗位职责',
          sentence: '公文、办件等流程按岗位职责找到人。',
          fields: [
            { name: 'duties', label: '承担的职责', kind: 'select', multiple: true, options: duties },
            reasonField,
          ],
        },
      ]}
      submitLabel="保存"
      onSubmit={set.mutateAsync}
      onDone={onDone}
    />
  )
}
