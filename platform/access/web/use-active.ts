import { useQuery } from '@tanstack/react-query'
import { access } from './client.ts'

/** The version in force, with its text. There always is one. */
export const useActive = () =>
  useQuery({
    queryKey: [access.version.key[0], 'active'],
    queryFn: async ({ signal }) => {
      const { rows } = await access.versions({ state: 'active', limit: 1 }, { signal })
      return access.version({ id: rows[0]!.id }, { signal })
    },
  })
