import type { ReactNode } from 'react'

/** A part of the editor under its own heading. */
export function Section({ title, children }: { title: string; children: ReactNode }) {
  return (
    <section className="mt-section" aria-label={title}>
      <h2>{title}</h2>
      {children}
    </section>
  )
}
