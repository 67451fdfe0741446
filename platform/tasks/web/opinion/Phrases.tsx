import { useQuery } from '@tanstack/react-query'
import { Link } from '@tanstack/react-router'
import { apiQuery } from '#kernel/web'
import { tasks } from '../client.ts'

/** The person's own phrases, one press each. */
export function Phrases({ onChoose }: { onChoose: (phrase: string) => void }) {
  const texts = useQuery(apiQuery(tasks.phrases)).data?.texts ?? []
  return (
    <div className="op-phrases">
      <span className="qt-small qt-quiet">常用</span>
      <span className="row">
        {texts.map((phrase) => (
          <button key={phrase} type="button" className="qt-plain" onClick={() => onChoose(phrase)}>
            {phrase}
          </button>
        ))}
        <Link to="/tasks/phrases" className="qt-small">
          管理常用意见
        </Link>
      </span>
    </div>
  )
}
