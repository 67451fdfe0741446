import { useQuery } from '@tanstack/react-query'
import { apiQuery } from '#kernel/web'
import { Await, type FormField, Tag } from '#ui'
import { directory } from '../client.ts'
import { searchPeople } from '../pickers.ts'

/** What is still open in somebody's hands, before they go. */
export function Handover({ personId }: { personId: string }) {
  const open = useQuery(apiQuery(directory.handover, { id: personId }))
  return (
    <Await query={open} lines={2}>
      {({ items }) =>
        items.length === 0 ? (
          <p className="oa-notice">没有待交接的事项。</p>
        ) : (
          <section className="oa-notice" aria-label="待交接事项">
            <b>待交接事项</b>
            <ul>
              {items.map((item) => (
                <li key={item.name}>
                  {item.title} {item.count} 项 {item.required && <Tag tone="warn">必须交接</Tag>}
                  <p className="qt-small qt-second">{item.samples.join('、')}</p>
                </li>
              ))}
            </ul>
          </section>
        )
      }
    </Await>
  )
}

export const successorFields = [
  { name: 'successorId', label: '接手人', help: '待交接的事项都转给此人', kind: 'person', search: searchPeople },
  {
    name: 'acknowledged',
    label: '没有接手人时',
    kind: 'switch',
    on: '已知道有事项没有交接，仍然办理',
    off: '有事项没有交接就不办理',
  },
] as const satisfies FormField[]
