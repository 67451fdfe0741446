import { Icon } from '../Icon.tsx'
import type { SavedView } from './model.ts'
import type { Views } from './use-views.ts'

/** Views by name, each to be shown or deleted. */
export function ViewList({ saved, onShow }: { saved: Views; onShow: (view: SavedView) => void }) {
  return (
    <ul>
      {saved.views.map((view) => (
        <li key={view.name}>
          <button
            type="button"
            className="qt-plain choice"
            aria-current={view === saved.current ? 'true' : undefined}
            onClick={() => onShow(view)}
          >
            <span className="qt-ellipsis">{view.name}</span>
          </button>
          <button
            type="button"
            className="qt-ib"
            aria-label={`删除视图${view.name}`}
            onClick={() => saved.remove(view)}
          >
            <Icon name="trash" size={16} />
          </button>
        </li>
      ))}
    </ul>
  )
}
