import type { Handlers } from '#kernel/module'
import type { accountsApi } from '../contract.ts'
import * as commands from './account-commands.ts'
import { accountCounts, accounts, exportAccounts } from './account-list.ts'
import { accountRule, dropAccountRule, setAccountRule } from './account-rules.ts'
import { opening, openings, startOpening, stopOpening } from './openings.ts'

export const accountHandlers: Handlers<typeof accountsApi> = {
  accounts,
  accountCounts,
  exportAccounts,
  openAccounts: commands.openAccounts,
  giveParts: commands.giveParts,
  sendParts: commands.sendParts,
  withdrawParts: commands.withdrawParts,
  suspendAccounts: commands.suspendAccounts,
  resumeAccounts: commands.resumeAccounts,
  openings,
  opening,
  startOpening,
  stopOpening,
  accountRule,
  setAccountRule,
  dropAccountRule,
}
