import type { InboxParts } from '#ui'
import type { InstanceRow } from '../contract.ts'
import { instanceStates } from '../contract.ts'
import { CaseBody } from './CaseBody.tsx'
import { cases } from './client.ts'

const lights = { running: 'ok', suspended: 'warn', completed: 'off', terminated: 'off' } as const

/** 我发起, in the inbox. */
export const started: InboxParts = {
  call: cases.mine,
  line: (row: InstanceRow) => ({
    id: row.id,
    title: row.title,
    meta: [row.processName, row.steps.join('、')].filter(Boolean).join('，'),
    light: { state: lights[row.status], words: instanceStates[row.status] },
    at: row.startedAt,
  }),
  Body: StartedBody,
  empty: { title: '还没有发起过办件', detail: '在“办件”里选“发起办件”，进展就会出现在这里。' },
}

function StartedBody({ id }: { id: string }) {
  return <CaseBody reference={id} onDone={() => undefined} />
}
