import { lazy, type ReactNode, Suspense } from 'react'
import { Icon } from './Icon.tsx'
import { usePhone } from './preferences.ts'
import { useShellIfAny } from './shell/context.ts'
import { useTitle } from './use-title.ts'
import './page.css'

// a canvas of its own, fetched with the first page that needs it
const Watermark = lazy(() => import('./Watermark.tsx').then((m) => ({ default: m.Watermark })))

interface Props {
  title: string
  /** one line, when the title does not say it all */
  sentence?: ReactNode
  /** buttons at the right of the title, at most one of them primary; on the phone they stand under it */
  actions?: ReactNode
  /** above the title: breadcrumbs, the way back */
  above?: ReactNode
  /** the content brings its own side padding (tables, panes) */
  flush?: boolean
  /** wider reading than 960 px: boards and tables */
  wide?: boolean
  /** the page shows personal or sensitive data: the reader's name stands across it */
  watermark?: boolean
  children: ReactNode
}

/** Every page: a title that says what it is, a sentence when it is not obvious, the work, and nothing else. */
export function Page({ title, sentence, actions, above, flush, wide, watermark, children }: Props) {
  useTitle(title)
  const phone = usePhone()
  const shell = useShellIfAny()
  return (
    <div className={`qt-page${flush ? ' flush' : ''}${wide || flush ? ' wide' : ''}`}>
      <header className="qt-pagehead">
        {above && <div className="qt-pageabove">{above}</div>}
        <div className="qt-pagetitle">
          <div className="qt-grow">
            <h1>{title}</h1>
            {sentence && <p>{sentence}</p>}
          </div>
          {phone && shell && (
            <button type="button" className="qt-ib qt-noprint" aria-label="搜索" onClick={shell.openSearch}>
              <Icon name="search" size={24} />
            </button>
          )}
          {actions && <div className="qt-pageactions qt-noprint">{actions}</div>}
        </div>
      </header>
      {children}
      {watermark && shell && (
        <Suspense fallback={null}>
          <Watermark text={shell.session.watermark} />
        </Suspense>
      )}
    </div>
  )
}
