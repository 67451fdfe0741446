import { useEffect } from 'react'

export const titleOf = (title: string): string => `${title} · 齐通`

/** Sets the document's title while the component is shown. */
export function useTitle(title: string | undefined): void {
  useEffect(() => {
    if (title) document.title = titleOf(title)
  }, [title])
}
