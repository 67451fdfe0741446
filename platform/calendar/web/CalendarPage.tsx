import { useQuery } from '@tanstack/react-query'
import { Link } from '@tanstack/react-router'
import { Button } from 'antd'
import { apiQuery } from '#kernel/web'
import { Await, format, Icon, Light, Page, useUrlState } from '#ui'
import type { CalendarYear } from '../contract.ts'
import { calendar } from './client.ts'
import { MonthGrid } from './MonthGrid.tsx'
import { thisDay } from './this-day.ts'
import { monthsOf } from './year-grid.ts'
import './calendar.css'

const DEFAULTS = { year: '' }
const FIRST = 2000
const LAST = 2100

/** 工作日历: which days of a year are worked, by the yearly notice of the State Council. */
export function CalendarPage() {
  const [state, change] = useUrlState(DEFAULTS)
  const asked = Number(state.year)
  const year = Number.isInteger(asked) && asked >= FIRST && asked <= LAST ? asked : Number(thisDay().slice(0, 4))
  const shown = useQuery(apiQuery(calendar.year, { year }))
  const go = (to: number) => change({ year: String(to) }, { push: true })
  return (
    <Page
      wide
      title="工作日历"
      sentence="各项期限里的“工作日”按这里计算，以国务院办公厅每年的放假通知为准。"
      actions={
        <>
          <Link to="/calendar/hours">
            <Button icon={<Icon name="clock" size={16} />}>办公时间</Button>
          </Link>
          <Link to="/calendar/import" search={{ year }}>
            <Button type="primary" icon={<Icon name="upload" size={16} />}>
              录入放假通知
            </Button>
          </Link>
        </>
      }
    >
      <nav className="wc-years" aria-label="年份">
        <Button
          icon={<Icon name="chevronLeft" size={16} />}
          aria-label={`看 ${year - 1} 年`}
          disabled={year === FIRST}
          onClick={() => go(year - 1)}
        />
        <h2 aria-live="polite">{year} 年</h2>
        <Button
          icon={<Icon name="chevronRight" size={16} />}
          aria-label={`看 ${year + 1} 年`}
          disabled={year === LAST}
          onClick={() => go(year + 1)}
        />
      </nav>
      <Await query={shown} lines={12}>
        {(data) => (
          <>
            <YearFacts data={data} />
            <div className="wc-months">
              {monthsOf(data).map((month) => (
                <MonthGrid key={month.month} month={month} />
              ))}
            </div>
          </>
        )}
      </Await>
    </Page>
  )
}

function YearFacts({ data }: { data: CalendarYear }) {
  const off = data.days.filter(({ working }) => !working).length
  const madeUp = data.days.length - off
  return (
    <section className="wc-facts" aria-label="全年">
      <p>
        {data.caution ? <Light state="warn">{data.caution}</Light> : <Light state="ok">已公布</Light>}
        <span>
          工作日 <b>{data.workingDays}</b> 天
        </span>
        <span>
          放假 <b>{off}</b> 天
        </span>
        <span>
          调休上班 <b>{madeUp}</b> 天
        </span>
      </p>
      <p className="qt-small qt-second">
        {data.basis
          ? `依据 ${data.basis}${data.publishedAt ? `，自${format.day(data.publishedAt)}起适用` : ''}。`
          : '放假通知一般在上一年 11 月公布。录入之前，周一至周五算工作日，周六、周日算休息日；据此算出的期限会注明“未公布”。'}
      </p>
    </section>
  )
}
