import { type Column, type Filter, format, Light, Tag } from '#ui'
import { FeedbackKind, type FeedbackRow, type FeedbackState, feedbackStates, type MyFeedback } from '../contract.ts'

type Entry = MyFeedback | FeedbackRow

const lights = { open: 'warn', replied: 'ok', closed: 'off' } as const

export function StateLight({ state }: { state: FeedbackState }) {
  return <Light state={lights[state]}>{feedbackStates[state]}</Light>
}

export const stateFilter: Filter = {
  name: 'state',
  label: '状态',
  kind: 'select',
  options: Object.entries(feedbackStates).map(([value, label]) => ({ value, label })),
}
export const kindFilter: Filter = {
  name: 'kind',
  label: '种类',
  kind: 'select',
  options: FeedbackKind.options.map((kind) => ({ value: kind, label: kind })),
}

/** characters of an entry that a list shows */
const SHOWN = 80

export const textColumn: Column<Entry> = {
  key: 'text',
  title: '内容',
  render: ({ text }) => (text.length > SHOWN ? `${text.slice(0, SHOWN)}…` : text),
}
export const markColumns: Column<Entry>[] = [
  { key: 'kind', title: '种类', width: 88, render: ({ kind }) => <Tag>{kind}</Tag> },
  { key: 'state', title: '状态', width: 104, render: ({ state }) => <StateLight state={state} /> },
  { key: 'sentAt', title: '提交时间', width: 144, render: ({ sentAt }) => format.moment(sentAt) },
]
