import { Link } from '@tanstack/react-router'
import { Button } from 'antd'
import { useState } from 'react'
import { ConfirmButton, Facts, format, ReasonButton, SidePanel } from '#ui'
import type { AccountRow } from '../contract.ts'
import { AccountLight, partWords, placeOf } from './account-words.tsx'
import { useAccountCommands } from './use-account-commands.ts'

const closedWords = ({ closed }: AccountRow): string | null => {
  if (!closed) return null
  const at = closed.at ? `${format.moment(closed.at)}，` : ''
  return closed.why === 'left' ? `${at}离职或退休` : `${at}管理员停用${closed.note ? `：${closed.note}` : ''}`
}

/** One person's account. */
export function AccountPanel({ row, onClose }: { row: AccountRow; onClose: () => void }) {
  const facts: readonly (readonly [string, string | null])[] = [
    ['单位', placeOf(row)],
    ['职务', row.title || null],
    ['登录名', row.login && (row.byMobile ? `${row.login}，也可用通讯录里的手机号` : row.login)],
    ['激活码', partWords(row) || null],
    ['锁定到', row.restsUntil && format.moment(row.restsUntil)],
    ['关闭', closedWords(row)],
    ['开通', row.openedAt && [row.openedBy, format.moment(row.openedAt)].filter(Boolean).join('，')],
  ]
  return (
    <SidePanel title={`${row.name}的账号`} onClose={onClose} actions={<Actions row={row} />}>
      <p className="qt-block">
        <AccountLight state={row.state} />
      </p>
      <Facts rows={facts} />
      {row.state === 'locked' && (
        <p className="qt-small qt-second qt-block">输错次数过多，到时自动解除；忘记口令的请走账号找回。</p>
      )}
      {row.administrator && (
        <p className="qt-small qt-second qt-block">
          三员的账号不在这里办理：授权由系统管理员提出、安全管理员批准，口令走<Link to="/recoveries">账号找回</Link>。
        </p>
      )}
    </SidePanel>
  )
}

function Actions({ row }: { row: AccountRow }) {
  const commands = useAccountCommands()
  const [busy, setBusy] = useState('')
  const { can, name } = row
  const button = (verb: string, work: (rows: readonly AccountRow[]) => Promise<unknown>, primary = false) => (
    <Button
      type={primary ? 'primary' : 'default'}
      loading={busy === verb}
      onClick={() => {
        setBusy(verb)
        // the command has told what went wrong
        void work([row])
          .catch(() => undefined)
          .finally(() => setBusy(''))
      }}
    >
      {verb}
    </Button>
  )
  if (!Object.values(can).some(Boolean)) return null
  return (
    <div className="qt-row" style={{ flexWrap: 'wrap' }}>
      {can.open && button('开通账号', commands.open, true)}
      {can.tell && button(row.part ? '重发激活码' : '打印激活码', commands.print, true)}
      {can.tell && button('短信发激活码', commands.send)}
      {can.withdraw && (
        <ConfirmButton
          verb="撤回激活码"
          name={name}
          consequence="已交给本人的激活码立即作废，以后可以重新发。"
          onConfirm={() => commands.withdraw([row])}
        />
      )}
      {can.resume && button('恢复账号', commands.resume, true)}
      {can.suspend && (
        <ReasonButton
          verb="停用账号"
          name={name}
          label="停用的原因"
          least={2}
          most={200}
          consequence="此人正在使用的登录立即结束，激活码作废；以后可以恢复。"
          onConfirm={(note) => commands.suspend([row], note)}
        />
      )}
    </div>
  )
}
