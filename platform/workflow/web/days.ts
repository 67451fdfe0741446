const DAY_MS = 86_400_000
/** A day in Asia/Shanghai as the moment it begins; `days` later, for a last day that counts as a whole. */
export const momentOf = (day: string, days = 0): string =>
  new Date(Date.parse(`${day}T00:00:00+08:00`) + days * DAY_MS).toISOString()
