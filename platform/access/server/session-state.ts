import { networkOf } from '#kernel/addresses'
import type { AccessRequest, Kernel } from '#kernel/module'
import type { AccessInput, ZoneRange } from '../contract.ts'
import { assess, type Place } from './risk.ts'

export interface SessionState {
  network: string
  platform: AccessInput['platform'] | null
  patchedOn: string | null
  risk: number
  reasons: string[]
}

interface PlaceRow {
  network: string
  latitude: number | null
  longitude: number | null
  last_at: Date
}

const placesOf = async (kernel: Kernel, accountId: string): Promise<Place[]> =>
  (
    await kernel.database.query<PlaceRow>(
      'select network, latitude, longitude, last_at from access.place where account_id = $1 order by last_at desc limit 50',
      [accountId],
      'access.places',
    )
  ).map(({ last_at, ...place }) => ({ ...place, lastAt: last_at }))

/** Sign-ins that failed for this account's name within the hour, as the audit log has them. */
const failuresOf = async (kernel: Kernel, accountId: string, at: Date): Promise<number> => {
  const [row] = await kernel.database.query<{ failures: number }>(
    `select count(*)::int as failures from identity.account a join kernel.audit l
       on l.target_type = 'account' and l.target_id = '' and left(l.target_label, 100) = a.login and l.action = 'identity.signIn' and l.kind = 'refused'
     where a.id = $1 and l.at > $2::timestamptz - interval '1 hour'`,
    [accountId, at],
    'access.failures',
  )
  return row!.failures
}

/** What is known of a session; assessed anew when it is first seen, and when its network has changed. */
export const readSession = async (
  kernel: Kernel,
  { actor, address, at }: AccessRequest,
  range: ZoneRange | undefined,
): Promise<SessionState> => {
  const { query } = kernel.database
  const network = networkOf(address)
  const [known] = await query<SessionState>(
    `select network, platform, patched_on as "patchedOn", risk, reasons from access.session where session_id = $1`,
    [actor.sessionId],
    'access.session',
  )
  if (known?.network === network) return known
  const here: Place = {
    network,
    latitude: range?.latitude ?? null,
    longitude: range?.longitude ?? null,
    lastAt: at,
  }
  const [places, failures] = await Promise.all([
    placesOf(kernel, actor.accountId),
    failuresOf(kernel, actor.accountId, at),
  ])
  const { score, reasons } = assess(here, places, failures)
  await Promise.all([
    query(
      `insert into access.session (session_id, account_id, network, risk, reasons, at) values ($1, $2, $3, $4, $5, $6)
       on conflict (session_id) do update set network = excluded.network, risk = excluded.risk, reasons = excluded.reasons, at = excluded.at`,
      [actor.sessionId, actor.accountId, network, score, reasons, at],
    ),
    query(
      `insert into access.place (account_id, network, latitude, longitude, first_at, last_at) values ($1, $2, $3, $4, $5, $5)
       on conflict (account_id, network) do update set latitude = excluded.latitude, longitude = excluded.longitude, last_at = excluded.last_at`,
      [actor.accountId, network, here.latitude, here.longitude, at],
    ),
  ])
  return { network, platform: known?.platform ?? null, patchedOn: known?.patchedOn ?? null, risk: score, reasons }
}
