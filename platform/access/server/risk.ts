/** Where an account was seen: a network, and its place on the map when the zone table knows it. */
export interface Place {
  network: string
  latitude: number | null
  longitude: number | null
  lastAt: Date
}

export interface Risk {
  /** 0–100 */
  score: number
  reasons: string[]
}

// A passenger aircraft; nobody signs in from two places further apart than that.
const FASTEST_KM_H = 900
// Networks of one town are one place for this purpose.
const NEAR_KM = 100
const EARTH_KM = 6371

const radians = (degrees: number): number => (degrees * Math.PI) / 180

/** Great-circle distance in km by the haversine formula. */
export const distanceKm = (
  a: Pick<Place, 'latitude' | 'longitude'>,
  b: Pick<Place, 'latitude' | 'longitude'>,
): number | null => {
  if (a.latitude === null || a.longitude === null || b.latitude === null || b.longitude === null) return null
  const [north, east] = [radians(b.latitude - a.latitude), radians(b.longitude - a.longitude)]
  const h =
    Math.sin(north / 2) ** 2 + Math.cos(radians(a.latitude)) * Math.cos(radians(b.latitude)) * Math.sin(east / 2) ** 2
  return 2 * EARTH_KM * Math.asin(Math.min(1, Math.sqrt(h)))
}

/** How unusual it is that the account is seen here now. `before`: the places it was seen in, the latest first. */
export const assess = (here: Place, before: readonly Place[], failures: number): Risk => {
  const reasons: string[] = []
  let score = 0
  const add = (points: number, reason: string): void => {
    score += points
    reasons.push(reason)
  }
  // The first place of a new account says nothing.
  if (before.length > 0 && !before.some(({ network }) => network === here.network)) add(20, '在新的地点访问')
  const last = before[0]
  const km = last ? distanceKm(last, here) : null
  const hours = last ? (here.lastAt.getTime() - last.lastAt.getTime()) / 3_600_000 : 0
  if (km !== null && km > NEAR_KM && km > hours * FASTEST_KM_H) add(60, '短时间内换了很远的地方')
  if (failures >= 5) add(30, '近一小时多次登录失败')
  return { score: Math.min(100, score), reasons }
}
