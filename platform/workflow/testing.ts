import type { Graph } from './contract/graph.ts'
import { graphOf, userStep } from './engine/testing.ts'

/** clerk applies, the chief of the division and the head of the office approve */
export const approval = (): Graph => {
  const chief = { ...userStep([]), handlers: [{ by: 'leader' as const, levels: 1 }] }
  const head = { ...userStep([]), handlers: [{ by: 'leader' as const, levels: 2 }] }
  return graphOf(
    {
      start: { kind: 'start' },
      chief: { kind: 'user', name: '科室负责人审批', user: chief },
      head: { kind: 'user', name: '单位负责人审批', user: head },
      end: { kind: 'end' },
    },
    ['start>chief', 'chief>head', 'head>end'],
  )
}
