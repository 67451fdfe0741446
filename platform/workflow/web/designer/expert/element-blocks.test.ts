import { describe, expect, it } from 'vitest'
import type { Block, BlockProcess } from '../../../contract/blocks.ts'
import { arbitraryBlocks, arbitraryStep, Random } from '../../../definition/arbitrary-blocks.ts'
import { blocksToXml, findProcess, parseModel, writeDefinition, xmlToBlocks } from '../../../definition/index.ts'
import { type Element, many } from '../../../definition/model.ts'
import { checkExpression } from '../../../definition/testing.ts'
import { blocksIn } from '../model.ts'
import { blockOf, conditionOf, surroundings, writeBlock, writeCondition, writeProcess } from './element-blocks.ts'
import type { Drawn, Modeler, Services } from './modeler.ts'

/** The drawing tool as far as the forms use it: a model, and properties that are put into it. */
const openIn = async (xml: string) => {
  const { root } = await parseModel(xml)
  const process = findProcess(root) as Element
  const drawn = (element: Element): Drawn => ({ id: element.id ?? '', type: element.$type, businessObject: element })
  const all = many(process, 'flowElements').map(drawn)
  const services = {
    modeling: {
      updateProperties: ({ businessObject }: Drawn, properties: Record<string, unknown>) => {
        for (const [name, value] of Object.entries(properties)) businessObject.set(name, value)
      },
    },
    elementRegistry: { get: (id: string) => all.find((one) => one.id === id), getAll: () => all },
    canvas: { getRootElement: () => drawn(process) },
  } as unknown as Services
  const modeler = { service: (name: keyof Services) => services[name] } as unknown as Modeler
  const find = (id: string): Drawn => all.find((one) => one.id === id) as Drawn
  return { modeler, find, saved: () => writeDefinition({ root }) }
}
const back = async (xml: string): Promise<BlockProcess> => {
  const answer = await xmlToBlocks(xml, { checkExpression, names: ['金额'] })
  if ('blocks' in answer) return answer.blocks
  throw new Error(answer.reasons.join('\n'))
}
const plain = <T>(value: T): T => JSON.parse(JSON.stringify(value))
const KINDS: Block['type'][] = ['approve', 'copy', 'service', 'rule', 'child', 'wait']
const settable = (process: BlockProcess): Block[] => blocksIn(process.blocks).filter(({ type }) => KINDS.includes(type))

describe("the expert's properties", () => {
  it.each(Array.from({ length: 20 }, (_, seed) => seed + 1))(
    'show every element of random process %i as the block it is, and saving them unchanged loses nothing',
    async (seed) => {
      const blocks = arbitraryBlocks(new Random(seed))
      const { modeler, find, saved } = await openIn(await blocksToXml(blocks))
      for (const block of settable(blocks)) {
        const shown = blockOf(find(block.id).businessObject) as Block
        expect(plain(shown)).toEqual(plain(block))
        writeBlock(modeler, find(block.id), shown)
      }
      writeProcess(modeler, surroundings(modeler, { key: '', name: '' }))
      expect(await back(await saved())).toEqual(plain(blocks))
    },
  )

  it('keep what is set of a step, a call that runs several times, and a wait', async () => {
    const blocks = arbitraryBlocks(new Random(7))
    const { modeler, find, saved } = await openIn(await blocksToXml(blocks))
    const changed = new Map<string, Block>()
    const random = new Random(99)
    for (const block of settable(blocks)) {
      const set = (next: Block) => {
        changed.set(next.id, next)
        writeBlock(modeler, find(next.id), next)
      }
      if (block.type === 'approve') set({ ...block, name: '改过的环节', user: arbitraryStep(random) })
      if (block.type === 'child')
        set({
          ...block,
          call: { ...block.call, process: 'another' },
          multi: {
            sequential: true,
            collection: '材料',
            element: '办理单位',
            until: '已完成 >= 1',
            collect: { from: '金额', to: '各支金额' },
          },
        })
      if (block.type === 'wait') set({ ...block, timer: { kind: 'duration', value: 'duration("P9D")' } })
    }
    expect(changed.size).toBeGreaterThan(0)
    const after = await back(await saved())
    for (const block of blocksIn(after.blocks))
      if (changed.has(block.id)) expect(block).toEqual(plain(changed.get(block.id)))
  })

  it('keep fields, decision tables, what steps ask of them, and conditions of lines', async () => {
    const rule: Block = { id: 'rank', name: '定级', type: 'rule', rule: { decision: '', input: [], output: [] } }
    const stop: Block = { id: 'end', name: '办结', type: 'stop' }
    const bare: BlockProcess = {
      format: 1,
      key: 'p',
      name: '采购',
      fields: ['金额'],
      start: { id: 'start', name: '' },
      blocks: [
        rule,
        {
          id: 'ways',
          name: '',
          type: 'choice',
          several: false,
          branches: [
            { id: 'dear', name: '大', when: '金额 > 1', blocks: [] },
            { id: 'cheap', name: '', blocks: [] },
          ],
        },
        stop,
      ],
    }
    const { modeler, find, saved } = await openIn(await blocksToXml(bare))
    const decisions: BlockProcess['decisions'] = {
      级别: {
        hitPolicy: 'first',
        inputs: [{ label: '金额', expression: '金额', type: 'number' }],
        outputs: [{ name: '等级', type: 'string' }],
        rules: [{ inputs: ['> 5000'], outputs: ['"大"'] }],
      },
    }
    const asks = {
      decision: '级别',
      input: [{ from: '金额', to: '金额' }],
      output: [{ from: '等级', to: '采购等级' }],
    }
    const around = surroundings(modeler, { key: 'p', name: '' })
    writeProcess(modeler, {
      ...around,
      name: '设备采购',
      fields: ['金额', '用途'],
      decisions,
      blocks: around.blocks.map((block) => (block.type === 'rule' ? { ...block, rule: asks } : block)),
    })
    writeCondition(modeler, find('dear'), '采购等级 = "大"')
    expect(conditionOf(find('dear').businessObject)).toBe('采购等级 = "大"')
    expect(surroundings(modeler, { key: 'p', name: '' }).decisions).toEqual(decisions)
    expect(await back(await saved())).toMatchObject({
      name: '设备采购',
      fields: ['金额', '用途'],
      decisions,
      blocks: [{ id: 'rank', rule: asks }, { branches: [{ when: '采购等级 = "大"' }, {}] }, {}],
    })
  })

  it('leave extensions of others where they are', async () => {
    const xml = await blocksToXml({
      ...arbitraryBlocks(new Random(3)),
      decisions: undefined,
      blocks: [
        { id: 'one', name: '审批', type: 'approve', user: arbitraryStep(new Random(1)) },
        { id: 'end', name: '', type: 'stop' },
      ],
    })
    const foreign = xml
      .replace('<bpmn:definitions', '<bpmn:definitions xmlns:oa="https://example.org/oa"')
      .replace('<qt:step', '<oa:mark code="7" /><qt:step')
    const { modeler, find, saved } = await openIn(foreign)
    const block = blockOf(find('one').businessObject) as Block
    writeBlock(modeler, find('one'), { ...block, name: '审核' })
    const after = await saved()
    expect(after).toContain('<oa:mark code="7"')
    expect(after).toContain('name="审核"')
  })
})
