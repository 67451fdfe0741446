import type { Timer } from '../contract/graph.ts'
import { type Element, expression, one } from './model.ts'
import type { Reading } from './reading.ts'
import { yes } from './values.ts'

const DURATION = /^P(?=.)(\d+Y)?(\d+M)?(\d+W)?(\d+D)?(T(?=\d)(\d+H)?(\d+M)?(\d+(\.\d+)?S)?)?$/
const DATE = /^\d{4}-\d{2}-\d{2}(T\d{2}:\d{2}(:\d{2}(\.\d+)?)?(Z|[+-]\d{2}:\d{2})?)?$/
const CYCLE = /^R(\d*)\/(P.*)$/
const MOST_TIMES = 1000
/** what looks like a literal of ISO 8601 (or cron) and not like an expression */
const LITERAL = /^(R\d*\/|P[\dT]|-P|\d{4}-\d{2}|[\d*?/,\- ]+$)/

type Wrong = (message: string) => undefined

/** A timer event definition: ISO 8601 literals become FEEL, anything else is taken as FEEL. */
export function readTimer(at: Reading, definition: Element): Timer | undefined {
  const written = (['timeDate', 'timeDuration', 'timeCycle'] as const).filter((name) => one(definition, name))
  const [property] = written
  const value = property && expression(one(definition, property))
  const wrong: Wrong = (message) => {
    at.notes.refuse('bad-timer', at.element, (called) => `${called}的定时${message}`)
    return undefined
  }
  if (!property || !value || written.length > 1) return wrong('没有写时间，或写了不止一个。请写一个时刻、时长或周期。')
  const working = yes(at, definition, 'working')
  const timer = TIMERS[property](value, wrong)
  if (!timer) return undefined
  at.expressions.add(at.element, '定时', timer.value, 'timer', at.locals)
  return working ? { ...timer, working } : timer
}

const TIMERS: Record<'timeDate' | 'timeDuration' | 'timeCycle', (value: string, wrong: Wrong) => Timer | undefined> = {
  timeDate: (value, wrong) => {
    if (!LITERAL.test(value)) return { kind: 'date', value }
    if (!DATE.test(value) || Number.isNaN(Date.parse(value)))
      return wrong(`“${value}”不是有效的时刻。请写成 2026-01-31T09:00:00+08:00。`)
    return { kind: 'date', value: `${value.includes('T') ? 'date and time' : 'date'}("${value}")` }
  },
  timeDuration: (value, wrong) => {
    if (!LITERAL.test(value)) return { kind: 'duration', value }
    const feel = duration(value)
    return feel
      ? { kind: 'duration', value: feel }
      : wrong(`“${value}”不是有效的时长，年月与天、时也不能混写。请写成 P3D（三天）或 PT2H（两小时）。`)
  },
  timeCycle: (value, wrong) => {
    if (!LITERAL.test(value)) return { kind: 'cycle', value }
    const [, times, every] = CYCLE.exec(value) ?? []
    const feel = duration(every ?? '')
    if (!every || !feel) return wrong(`“${value}”不是有效的周期。请写成 R3/P1D（每天一次，共三次）。`)
    if (times === '' && shorterThanADay(every))
      return wrong(`“${value}”没有次数，又短于一天。请写次数，例如 R3/${every}。`)
    if (times !== '' && (Number(times) < 1 || Number(times) > MOST_TIMES))
      return wrong(`“${value}”的次数应当在 1 与 ${MOST_TIMES} 之间。请改正。`)
    return { kind: 'cycle', value: feel, ...(times === '' ? {} : { times: Number(times) }) }
  },
}

/** The literal in FEEL, which has no weeks and does not mix years and months with days and time; undefined when it is none. */
function duration(iso: string): string | undefined {
  const [found, years, months, weeks, days, time] = DURATION.exec(iso) ?? []
  if (!found || ((years || months) && (weeks || days || time))) return undefined
  if (years || months) return `duration("${iso}")`
  const inDays = 7 * Number.parseInt(weeks ?? '0', 10) + Number.parseInt(days ?? '0', 10)
  return `duration("P${inDays > 0 || !time ? `${inDays}D` : ''}${time ?? ''}")`
}

function shorterThanADay(iso: string): boolean {
  const [, years, months, weeks, days, , hours] = DURATION.exec(iso) ?? []
  const whole = [years, months, weeks, days].some((part) => part !== undefined && Number.parseInt(part, 10) > 0)
  return !whole && Number.parseInt(hours ?? '0', 10) < 24
}
