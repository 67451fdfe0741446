/** Time is injected: a test sets it, production reads the machine's. */
export interface Clock {
  now(): Date
}
export const systemClock: Clock = { now: () => new Date() }

/** A clock that stands still until told to move. */
export const fixedClock = (
  start: Date | string,
): Clock & { set(to: Date | string): void; advance(ms: number): void } => {
  let at = new Date(start)
  return {
    now: () => new Date(at),
    set: (to) => {
      at = new Date(to)
    },
    advance: (ms) => {
      at = new Date(at.getTime() + ms)
    },
  }
}

const shanghaiDay = new Intl.DateTimeFormat('en-CA', { timeZone: 'Asia/Shanghai' })
/** The calendar day of a moment in Asia/Shanghai, `YYYY-MM-DD`: offices work by that day whatever the server's zone. */
export const dayOf = (moment: Date): string => shanghaiDay.format(moment)
