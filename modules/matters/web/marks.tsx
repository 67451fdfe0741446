import { useQuery } from '@tanstack/react-query'
import { apiQuery } from '#kernel/web'
import { Light, Tag } from '#ui'
import { type MatterState, matterStates, type VersionState, versionStates } from '../contract.ts'
import { matters } from './client.ts'

const versionTones = {
  draft: 'plain',
  review: 'primary',
  returned: 'warn',
  approved: 'primary',
  published: 'ok',
  replaced: 'plain',
  repealed: 'over',
} as const
export const VersionTag = ({ state }: { state: VersionState }) => (
  <Tag tone={versionTones[state]}>{versionStates[state]}</Tag>
)
const matterTones = { new: 'plain', published: 'ok', repealed: 'over' } as const
export const StateTag = ({ state }: { state: MatterState }) => (
  <Tag tone={matterTones[state]}>{matterStates[state]}</Tag>
)

/** How complete, by a light and in words. */
export const Score = ({ value }: { value: number }) => (
  <Light state={value >= 90 ? 'ok' : value >= 60 ? 'warn' : 'over'}>完整 {value} 分</Light>
)

/** The names of types: rows of the server, since not all are checked against the standard. */
export function useTypes() {
  const codes = useQuery({ ...apiQuery(matters.codes), staleTime: 600_000 }).data?.rows ?? []
  const types = codes.filter(({ list }) => list === 'type')
  return {
    types,
    typeName: (code: string) => types.find((type) => type.code === code)?.name ?? code,
    unverified: codes.some(({ verified }) => !verified),
  }
}
