import { Button } from 'antd'
import { z } from 'zod'
import { useCommand } from '#kernel/web'
import { type FormField, RecordForm } from '#ui'
import { type AdminBook, EntryInput } from '../../../contract.ts'
import { directory } from '../../client.ts'
import { searchPeople } from '../../pickers.ts'
import { useUnitSource } from '../use-pickers.ts'

/** The lines of a book as they are sent: a book is always written whole. */
export const entriesOf = (lines: AdminBook['lines']): EntryInput[] =>
  lines.map(({ section, note, unit, person }) => ({
    section,
    note,
    unitId: unit?.id ?? null,
    personId: person?.id ?? null,
  }))

const { section, note } = EntryInput.shape
const Entry = z.object({ ofId: z.uuid(), section, note })
const words = { unit: '单位', person: '人员' } as const

interface Props {
  book: AdminBook
  kind: keyof typeof words
  onClose: () => void
}
/** One more line, after the others of its section. */
export function AddEntry({ book, kind, onClose }: Props) {
  const units = useUnitSource()
  const save = useCommand(directory.setBookEntries, { quiet: true })
  const of = { name: 'ofId', label: words[kind] } as const
  const who: FormField<'ofId'> =
    kind === 'unit' ? { ...of, kind: 'unit', ...units } : { ...of, kind: 'person', search: searchPeople }
  const add = ({ ofId, ...rest }: z.output<typeof Entry>) => {
    const entries = entriesOf(book.lines)
    const last = entries.findLastIndex((entry) => entry.section === rest.section)
    const entry: EntryInput = {
      ...rest,
      unitId: kind === 'unit' ? ofId : null,
      personId: kind === 'person' ? ofId : null,
    }
    entries.splice(last === -1 ? entries.length : last + 1, 0, entry)
    return save.mutateAsync({ id: book.id, revision: book.revision, entries })
  }
  return (
    <RecordForm
      id={`book.${book.id}.${kind}`}
      schema={Entry}
      groups={[
        {
          title: `添${words[kind]}`,
          fields: [
            who,
            { name: 'section', label: '分组', help: '相同分组的条目排在一起', kind: 'text', maxLength: 60 },
            { name: 'note', label: '备注', kind: 'text', maxLength: 100 },
          ],
        },
      ]}
      submitLabel={`添加${words[kind]}`}
      secondary={<Button onClick={onClose}>先不添</Button>}
      onSubmit={add}
      onDone={onClose}
    />
  )
}
