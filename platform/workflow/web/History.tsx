import { OpinionView } from '#platform/tasks/web'
import { Avatar, format } from '#ui'
import type { CaseEvent } from '../contract.ts'
import { phraseOf } from './words.ts'

/** 办理经过: what happened, the latest last, each with who, when and the opinion. */
export const History = ({ events }: { events: readonly CaseEvent[] }) => (
  <ol className="wf-history">
    {events.map((event) => (
      <li key={event.no} className="wf-event">
        <Avatar name={event.name ?? '系统'} />
        <div>
          <p className="head">
            <b>{event.name ?? '系统'}</b>
            {event.ownerName && <span className="qt-second">（代{event.ownerName}）</span>}
            <span className="qt-small qt-second qt-grow">
              {[event.unitName, event.step].filter(Boolean).join('，')}
            </span>
            <time className="qt-small qt-second" dateTime={event.at}>
              {format.moment(event.at)}
            </time>
          </p>
          <p>
            {phraseOf(event)}
            {event.opinion && <span className="opinion">{event.opinion}</span>}
          </p>
          {event.kept && <OpinionView opinion={event.kept} />}
        </div>
      </li>
    ))}
  </ol>
)
