import { Link } from '@tanstack/react-router'
import { Button } from 'antd'
import { useState } from 'react'
import { EmptyState, format, Page, useLeaveGuard } from '#ui'
import type { SheetRow } from '../contract.ts'
import { AccountsNav } from './AccountsNav.tsx'
import { heldSheet, nameOf, sheetCsv } from './sheet.ts'
import './accounts.css'

const page = () => `${location.origin}/activate`

const save = (rows: readonly SheetRow[]): void => {
  // the mark tells spreadsheets that it is UTF-8
  const file = new Blob(['\ufeff', sheetCsv(rows, page(), format.moment)], { type: 'text/csv;charset=utf-8' })
  const link = document.createElement('a')
  link.href = URL.createObjectURL(file)
  link.download = `激活码-${rows.length}人.csv`
  link.click()
  setTimeout(() => URL.revokeObjectURL(link.href), 60_000)
}

/** 激活码: one slip a person, to be cut apart. Shown this once: nobody can ask for these parts again, only for new ones. */
export function SheetPage() {
  const [rows] = useState(heldSheet)
  const [kept, setKept] = useState(false)
  const guard = useLeaveGuard(rows.length > 0 && !kept, '激活码离开后不再显示。还没有打印或存下的，只能重新发。')
  return (
    <Page
      watermark
      wide
      title={rows.length > 0 ? `激活码，${rows.length} 人` : '激活码'}
      sentence="只显示这一次。请打印后裁开，分别当面交给本人；已发给他们的旧激活码作废。"
      above={<AccountsNav />}
      actions={
        rows.length > 0 && (
          <>
            <Button
              onClick={() => {
                save(rows)
                setKept(true)
              }}
            >
              存为表格
            </Button>
            <Button
              type="primary"
              onClick={() => {
                print()
                setKept(true)
              }}
            >
              打印
            </Button>
          </>
        )
      }
    >
      {guard}
      {rows.length === 0 ? (
        <EmptyState
          icon="lock"
          title="激活码只在发的当时显示一次"
          detail="没有交到本人手里的，请在账号列表里重新发，旧的随之作废。"
          action={<Link to="/accounts">回到账号</Link>}
        />
      ) : (
        <ul className="ac-slips" aria-label="激活码">
          {rows.map((row) => (
            <Slip key={row.personId} row={row} />
          ))}
        </ul>
      )}
    </Page>
  )
}

function Slip({ row }: { row: SheetRow }) {
  return (
    <li>
      <p>
        <b>{row.name}</b> <span className="qt-second">{row.unit}</span>
      </p>
      <dl>
        <dt>登录名</dt>
        <dd>{nameOf(row)}</dd>
        <dt>激活码</dt>
        <dd>
          <code>{row.part}</code>
        </dd>
      </dl>
      <p className="qt-small">
        {format.moment(row.expiresAt)} 前打开 {page()}，填登录名和激活码，自己设一个口令。激活码只能用一次，不要给别人。
      </p>
    </li>
  )
}
