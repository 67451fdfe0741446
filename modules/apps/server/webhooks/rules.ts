/** Pauses between tries: ten tries over a little more than a day. */
const PAUSES_MIN = [1, 5, 15, 30, 60, 120, 240, 480, 600]
const MINUTE_MS = 60_000
/** Nothing accepted for so long: the subscription is switched off. */
export const PATIENCE_DAYS = 5

/** When a delivery that has failed `attempts` times is tried again; null when it is given up. */
export const nextTry = (attempts: number, now: Date): Date | null => {
  const pause = PAUSES_MIN[attempts - 1]
  return pause === undefined ? null : new Date(now.getTime() + pause * MINUTE_MS)
}

export const isAccepted = (status: number): boolean => status >= 200 && status < 300

export const isPatienceOver = (failingSince: Date | null, now: Date): boolean =>
  failingSince !== null && now.getTime() - failingSince.getTime() >= PATIENCE_DAYS * 24 * 60 * MINUTE_MS
