import { Link } from '@tanstack/react-router'
import { useEffect, useRef } from 'react'
import { useCan } from './shell/context.ts'
import './section-nav.css'

interface SectionPage {
  to: string
  title: string
  /** only who holds it sees the page here; absent: everybody */
  permission?: string
}

/** From one page of a section to the next: the pages that the person may open, and nothing where that is one alone. */
export function SectionNav({ label, pages }: { label: string; pages: readonly SectionPage[] }) {
  const can = useCan()
  const nav = useRef<HTMLElement>(null)
  // on the phone the line is longer than the screen
  useEffect(() => {
    nav.current?.querySelector('[aria-current]')?.scrollIntoView({ inline: 'center', block: 'nearest' })
  }, [])
  const mine = pages.filter(({ permission }) => permission === undefined || can(permission))
  if (mine.length < 2) return null
  return (
    <nav ref={nav} className="qt-sections" aria-label={label}>
      {mine.map(({ to, title }) => (
        <Link
          key={to}
          to={to}
          // a page is also current below its own address, unless another page of the section begins with it
          activeOptions={{ exact: pages.some((other) => other.to.startsWith(`${to}/`)), includeSearch: false }}
          activeProps={{ 'aria-current': 'page' }}
        >
          {title}
        </Link>
      ))}
    </nav>
  )
}
