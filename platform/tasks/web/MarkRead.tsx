import { Button, Checkbox } from 'antd'
import { useCommand } from '#kernel/web'
import { toast } from '#ui'
import { tasks } from './client.ts'

interface Props {
  /** of the rows that are shown */
  ids: readonly string[]
  chosen: ReadonlySet<string>
  setChosen: (ids: ReadonlySet<string>) => void
}
// what one call takes
const MOST = 200

/** Marks many at once; only what is on the screen can be chosen. */
export function MarkRead({ ids, chosen, setChosen }: Props) {
  const mark = useCommand(tasks.markRead)
  const shown = ids.filter((id) => chosen.has(id))
  const markAll = async () => {
    let read = 0
    try {
      for (let from = 0; from < shown.length; from += MOST)
        read += (await mark.mutateAsync({ ids: shown.slice(from, from + MOST) })).read
    } catch {
      // the command has told why; what is left stays chosen
      return
    }
    setChosen(new Set())
    toast.done(`${read} 份已标为已阅`)
  }
  return (
    <div className="tk-bulk">
      <div className="line">
        <Checkbox
          checked={shown.length === ids.length}
          indeterminate={shown.length > 0 && shown.length < ids.length}
          onChange={() => setChosen(new Set(shown.length === ids.length ? [] : ids))}
        >
          {shown.length === 0 ? '全选' : `已选 ${shown.length} 份`}
        </Checkbox>
        <Button size="small" disabled={shown.length === 0} loading={mark.isPending} onClick={() => void markAll()}>
          标为已阅
        </Button>
      </div>
    </div>
  )
}
