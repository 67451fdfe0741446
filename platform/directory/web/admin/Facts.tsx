import type { ComponentProps } from 'react'
import { Facts as Plain } from '#ui'

/** Names and values under each other; what is not known is said. */
export const Facts = ({ rows }: Pick<ComponentProps<typeof Plain>, 'rows'>) => (
  <Plain dense rows={rows} missing={<span className="qt-quiet">未填</span>} />
)
