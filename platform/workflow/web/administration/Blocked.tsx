import { Link } from '@tanstack/react-router'

interface Props {
  rows: readonly { id: string; title: string; unitName: string; blockers: readonly { message: string }[] }[]
}
/** Cases that cannot be moved, each with the reasons. */
export const Blocked = ({ rows }: Props) => (
  <ul className="wf-blocked">
    {rows.map(({ id, title, unitName, blockers }) => (
      <li key={id}>
        <p>
          <Link to="/cases/$id" params={{ id }}>
            {title}
          </Link>
          <span className="qt-small qt-second"> {unitName}</span>
        </p>
        {blockers.map(({ message }) => (
          <p key={message} className="qt-small wf-fault">
            {message}
          </p>
        ))}
      </li>
    ))}
  </ul>
)
