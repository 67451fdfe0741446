import { Modal, Radio } from 'antd'
import { useState } from 'react'
import { searchPeople } from '#platform/directory/web'
import { Field, PersonPicker, type PersonRef, useBackCloses } from '#ui'
import type { Act } from '../contract.ts'

export interface PeopleOperation {
  key: 'transfer' | 'delegate' | 'add-signer' | 'assist' | 'circulate'
  label: string
  help: string
  several: boolean
}
/** What one may do by naming people, in the order of the menu. */
export const peopleOperations: readonly PeopleOperation[] = [
  { key: 'transfer', label: '转办', help: '改由所选的人办理，您不再办理。', several: false },
  { key: 'delegate', label: '委派', help: '请所选的人先办，办完回到您这里。', several: false },
  { key: 'add-signer', label: '加签', help: '请所选的人也签意见。', several: true },
  { key: 'assist', label: '协办', help: '请所选的人协助提意见，结果仍由您定。', several: true },
  { key: 'circulate', label: '传阅', help: '送给所选的人看，不影响办理。', several: true },
]
type Place = 'before' | 'after' | 'parallel'
const placeOptions = [
  { value: 'before', label: '先于我' },
  { value: 'parallel', label: '与我一起' },
  { value: 'after', label: '在我之后' },
]

interface Props {
  operation: PeopleOperation
  name: string
  slot: string
  give: (act: Act) => Promise<unknown>
  close: () => void
}

const actOf = ({ key }: PeopleOperation, slot: string, ids: string[], place: Place): Act => {
  if (key === 'transfer' || key === 'delegate') return { do: key, slot, to: ids[0] ?? '' }
  if (key === 'add-signer') return { do: key, slot, place, people: ids }
  return { do: key, slot, people: ids }
}

/** Chooses the people for 转办, 委派, 加签, 协办, 传阅. */
export function PeopleDialog({ operation, name, slot, give, close }: Props) {
  const [people, setPeople] = useState<PersonRef[]>([])
  const [place, setPlace] = useState<Place>('before')
  const [missing, setMissing] = useState(false)
  const [busy, setBusy] = useState(false)
  useBackCloses(true, close)
  const confirm = async () => {
    setMissing(people.length === 0)
    if (people.length === 0) return
    setBusy(true)
    try {
      await give(
        actOf(
          operation,
          slot,
          people.map(({ id }) => id),
          place,
        ),
      )
      close()
    } catch {
      // the command has told why; what was chosen stays
    } finally {
      setBusy(false)
    }
  }
  return (
    <Modal
      open
      title={`${operation.label}“${name}”`}
      okText={`确认${operation.label}`}
      okButtonProps={{ loading: busy }}
      cancelText="先不"
      onOk={() => void confirm()}
      onCancel={close}
    >
      <p className="qt-second">{operation.help}</p>
      <Field label="人员" required error={missing ? '请选择人员。' : undefined}>
        {(control) => (
          <PersonPicker
            control={control}
            value={people}
            onChange={setPeople}
            search={searchPeople}
            multiple={operation.several}
          />
        )}
      </Field>
      {operation.key === 'add-signer' && (
        <Field label="次序">
          {(control) => (
            <Radio.Group
              {...control}
              value={place}
              options={placeOptions}
              onChange={(event) => setPlace(event.target.value as Place)}
            />
          )}
        </Field>
      )}
    </Modal>
  )
}
