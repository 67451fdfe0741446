import { useQuery } from '@tanstack/react-query'
import { Link } from '@tanstack/react-router'
import { Button } from 'antd'
import { useState } from 'react'
import { apiQuery, useCommand } from '#kernel/web'
import { Await, ConfirmButton, format, Icon, Page, SidePanel, Tag } from '#ui'
import type { OfficeHours } from '../contract.ts'
import { calendar } from './client.ts'
import { HoursForm } from './HoursForm.tsx'
import './calendar.css'

const dayWords = (day: string): string => `${Number(day.slice(0, 2))} 月 ${Number(day.slice(3))} 日`
const seasonWords = ({ fromDay, toDay }: OfficeHours): string =>
  fromDay === '01-01' && toDay === '12-31' ? '全年' : `每年 ${dayWords(fromDay)} 至 ${dayWords(toDay)}`
const hoursWords = ({ spans }: OfficeHours): string => spans.map(({ from, to }) => `${from}–${to}`).join('、')
const sinceWords = ({ validFrom, validTo }: OfficeHours): string =>
  validTo ? `${format.day(validFrom)}起，${format.day(validTo)}前` : `${format.day(validFrom)}起`

/** 办公时间: when offices are open; limits in working hours run only then. */
export function OfficeHoursPage() {
  const query = useQuery(apiQuery(calendar.officeHours))
  const [open, setOpen] = useState<OfficeHours | 'new'>()
  const close = () => setOpen(undefined)
  return (
    <Page
      flush
      title="办公时间"
      sentence="按工作小时算的时限只在办公时间里走。单位有自己的，用自己的；没有的，用上级的。改动以后，办理中的时限会重算。"
      above={<Link to="/calendar">工作日历</Link>}
      actions={
        <Button type="primary" icon={<Icon name="plus" size={16} />} onClick={() => setOpen('new')}>
          新增办公时间
        </Button>
      }
    >
      <div className="wc-hourspage">
        <Await query={query}>
          {({ rows }) => (
            <ul className="wc-hours">
              {rows.map((row) => (
                <li key={row.id}>
                  <div className="qt-grow">
                    <p className="qt-row">
                      <b>{row.unitName ?? '所有单位'}</b>
                      <Tag>{row.name}</Tag>
                    </p>
                    <p>{hoursWords(row)}</p>
                    <p className="qt-small qt-second">
                      {seasonWords(row)}，{sinceWords(row)}实行，依据：{row.basis}
                    </p>
                  </div>
                  <Button size="small" onClick={() => setOpen(row)}>
                    修改
                  </Button>
                  <Remove row={row} />
                </li>
              ))}
            </ul>
          )}
        </Await>
        {open && (
          <SidePanel
            key={open === 'new' ? 'new' : open.id}
            title={open === 'new' ? '新增办公时间' : `修改“${open.name}”`}
            onClose={close}
          >
            <HoursForm row={open === 'new' ? undefined : open} close={close} />
          </SidePanel>
        )}
      </div>
    </Page>
  )
}

function Remove({ row }: { row: OfficeHours }) {
  const remove = useCommand(calendar.removeOfficeHours)
  return (
    <ConfirmButton
      size="small"
      verb="删除"
      name={`${row.unitName ?? '所有单位'}的${row.name}办公时间`}
      consequence="删除以后按上级单位的办公时间算，办理中的时限会重算。"
      onConfirm={() => remove.mutateAsync({ id: row.id, revision: row.revision })}
    />
  )
}
