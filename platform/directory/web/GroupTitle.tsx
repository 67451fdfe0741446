import type { ReactNode } from 'react'
import { usePhone } from '#ui'

interface Props {
  title: string
  /** how many, at the right of the title */
  note?: ReactNode
  /** the group stands right under the title of the page */
  top?: boolean
}

/** The title of a group of people or units. A phone's page has no title between this one and its own. */
export function GroupTitle({ title, note, top = false }: Props) {
  const phone = usePhone()
  const Heading = phone || top ? 'h2' : 'h3'
  return (
    <Heading className="ct-group">
      {title} <span>{note}</span>
    </Heading>
  )
}
