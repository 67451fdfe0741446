import { z } from 'zod'
import { defineApi, del, Empty, get, Id, put } from '#kernel/contract'

/** Where a card stands: the whole width, half of it, the column at the right, or nowhere. */
export const places = { full: '整行', half: '半行', side: '右栏', hidden: '不显示' } as const
const Card = z.object({
  /** as the web module that brings it names it */
  key: z.string().regex(/^[a-z][a-z.-]{0,39}$/),
  place: z.enum(Object.keys(places) as [keyof typeof places]),
})
export type ArrangedCard = z.infer<typeof Card>
/** In the order they are shown. Cards it does not name come behind them, where their module puts them. */
const Cards = z
  .array(Card)
  .max(60)
  .refine(
    (cards) => new Set(cards.map(({ key }) => key)).size === cards.length,
    '同一张卡片出现了两次，请刷新后再调整。',
  )

const Owner = z.object({ unitId: z.uuid(), unitName: z.string() })
/** The arrangement of the nearest unit at or above one, with whose it is. */
const FromUnit = Owner.extend({ cards: Cards })

export const workbenchApi = defineApi({
  mine: get('/api/workbench', {
    summary: '我的工作台',
    permission: 'workbench:read',
    input: Empty,
    output: z.object({
      /** adjusted by the person; null when not */
      own: Cards.nullable(),
      /** arranged by the nearest unit; null when no unit above has arranged any */
      unit: FromUnit.nullable(),
    }),
  }),
  setMine: put('/api/workbench/mine', {
    summary: '调整我的工作台',
    permission: 'workbench:read',
    input: z.object({ cards: Cards }),
    output: Empty,
  }),
  resetMine: del('/api/workbench/mine', {
    summary: '恢复我的工作台',
    permission: 'workbench:read',
    input: Empty,
    output: Empty,
  }),
  unit: get('/api/workbench/units/:id', {
    summary: '一个单位的工作台安排',
    permission: 'workbench:arrange',
    input: Id,
    output: Owner.extend({
      own: Cards.nullable(),
      revision: z.number().int(),
      /** what holds here while the unit arranges nothing itself */
      above: FromUnit.nullable(),
      /** units below that arrange for themselves: nothing of this one reaches them */
      exceptions: z.number().int(),
    }),
  }),
  setUnit: put('/api/workbench/units/:id', {
    summary: '安排单位的工作台',
    permission: 'workbench:arrange',
    input: Id.extend({ cards: Cards, revision: z.number().int() }),
    output: Empty,
  }),
  resetUnit: del('/api/workbench/units/:id', {
    summary: '取消单位的工作台安排',
    permission: 'workbench:arrange',
    input: Id,
    output: Empty,
  }),
})
