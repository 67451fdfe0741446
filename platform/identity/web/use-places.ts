import { useQuery } from '@tanstack/react-query'
import { apiQuery, createClient } from '#kernel/web'
import { directoryApi } from '#platform/directory/contract'

const directory = createClient({ lines: directoryApi.lines, books: directoryApi.books })

/** Lines of work and address books to choose from. */
export function usePlaces(): Record<'lines' | 'books', { value: string; label: string }[]> {
  const lines = useQuery({ ...apiQuery(directory.lines), staleTime: Number.POSITIVE_INFINITY })
  const books = useQuery(apiQuery(directory.books, { limit: 200 }))
  return {
    lines: (lines.data?.rows ?? []).map((name) => ({ value: name, label: name })),
    books: (books.data?.rows ?? []).map(({ id, title }) => ({ value: id, label: title })),
  }
}
