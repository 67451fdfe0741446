import { useNavigate } from '@tanstack/react-router'
import { useCommand } from '#kernel/web'
import { toast } from '#ui'
import type { AccountRow } from '../contract.ts'
import { identity } from './client.ts'
import { holdSheet } from './sheet.ts'

const ids = (rows: readonly AccountRow[]) => ({ personIds: rows.map(({ personId }) => personId) })
const said = (what: string, { done, skipped }: { done: number; skipped: number }): void =>
  toast.done(skipped > 0 ? `${what} ${done} 人，另有 ${skipped} 人没有办，原因见各行` : `${what} ${done} 人`)

/** What an administrator does with accounts, of one row or of many. */
export function useAccountCommands() {
  const navigate = useNavigate()
  const open = useCommand(identity.openAccounts)
  const give = useCommand(identity.giveParts)
  const send = useCommand(identity.sendParts)
  const withdraw = useCommand(identity.withdrawParts)
  const suspend = useCommand(identity.suspendAccounts)
  const resume = useCommand(identity.resumeAccounts)
  return {
    open: async (rows: readonly AccountRow[]) => said('已开通', await open.mutateAsync(ids(rows))),
    /** the parts go to a page of their own, in memory alone */
    print: async (rows: readonly AccountRow[]) => {
      const { rows: given, skipped } = await give.mutateAsync(ids(rows))
      if (given.length === 0) return toast.failed('所选人员都不在等待激活，没有发激活码。')
      if (skipped > 0) toast.done(`另有 ${skipped} 人不在等待激活，没有发`)
      holdSheet(given)
      await navigate({ to: '/accounts/sheet' })
    },
    send: async (rows: readonly AccountRow[]) => said('已发短信给', await send.mutateAsync(ids(rows))),
    withdraw: async (rows: readonly AccountRow[]) => said('已撤回', await withdraw.mutateAsync(ids(rows))),
    suspend: async (rows: readonly AccountRow[], note: string) =>
      said('已停用', await suspend.mutateAsync({ ...ids(rows), note })),
    resume: async (rows: readonly AccountRow[]) => said('已恢复', await resume.mutateAsync(ids(rows))),
  }
}
