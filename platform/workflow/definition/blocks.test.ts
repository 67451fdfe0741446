import { describe, expect, it } from 'vitest'
import type { Block, BlockProcess } from '../contract/blocks.ts'
import { arbitraryBlocks, arbitraryStep, Random } from './arbitrary-blocks.ts'
import { blocksToXml, xmlToBlocks } from './index.ts'
import { checkExpression, flows, graphOf, processOf, user } from './testing.ts'

const back = async (xml: string) => {
  const answer = await xmlToBlocks(xml, { checkExpression, names: ['金额'] })
  if ('blocks' in answer) return answer.blocks
  throw new Error(answer.reasons.join('\n'))
}
const reasons = async (xml: string) => {
  const answer = await xmlToBlocks(xml, { checkExpression, names: ['金额'] })
  return 'reasons' in answer ? answer.reasons : []
}
const seeds = Array.from({ length: 40 }, (_, seed) => seed + 1)

describe('blocks', () => {
  it.each(seeds)('random blocks %i → BPMN → the same blocks', async (seed) => {
    const blocks = arbitraryBlocks(new Random(seed))
    expect(await back(await blocksToXml(blocks))).toEqual(JSON.parse(JSON.stringify(blocks)))
  })

  it('decision tables are not lost without a word', async () => {
    const dmn = `<definitions xmlns="https://www.omg.org/spec/DMN/20191111/MODEL/" id="d" name="d" namespace="n"><decision id="level" name="定级"><decisionTable hitPolicy="UNIQUE">
      <input id="i"><inputExpression id="e"><text>金额</text></inputExpression></input><output id="o" name="级别"/>
      <rule id="r"><inputEntry id="ie"><text>-</text></inputEntry><outputEntry id="oe"><text>"大额"</text></outputEntry></rule>
    </decisionTable></decision></definitions>`
    const xml = await blocksToXml({
      ...arbitraryBlocks(new Random(1)),
      fields: ['金额'],
      decisions: undefined,
      blocks: [{ id: 'end', name: '', type: 'stop' }],
    })
    const carrying = xml.replace('<qt:field', `<qt:decisions><![CDATA[${dmn}]]></qt:decisions><qt:field`)
    expect(carrying).not.toBe(xml)
    expect((await back(carrying)).decisions).toMatchObject({
      定级: { hitPolicy: 'unique', rules: [{ outputs: ['"大额"'] }] },
    })
    const noted = carrying.replace('<rule id="r">', '<rule id="r"><description>按 2026 年标准</description>')
    expect(await reasons(noted)).toEqual(['决策表里有说明文字，简易设计器保存不了，请用专业设计器改。'])
    const annotated = carrying.replace(
      '</outputEntry></rule>',
      '</outputEntry><annotationEntry><text>见批复</text></annotationEntry></rule>',
    )
    expect(await reasons(annotated)).toEqual(['决策表里有批注，简易设计器保存不了，请用专业设计器改。'])
  })

  it('everything is drawn, nothing on top of anything else', async () => {
    for (const seed of seeds.slice(0, 20)) {
      const xml = await blocksToXml(arbitraryBlocks(new Random(seed)))
      const boxes = [...xml.matchAll(/<dc:Bounds x="(-?\d+)" y="(-?\d+)" width="(\d+)" height="(\d+)"/g)].map((found) =>
        found.slice(1).map(Number),
      ) as [number, number, number, number][]
      const graph = await graphOf(xml)
      expect(boxes.length).toBe(Object.keys(graph.nodes).length)
      for (const [index, [x, y, width, height]] of boxes.entries()) {
        expect(Math.min(x, y)).toBeGreaterThanOrEqual(0)
        for (const [otherX, otherY, otherWidth, otherHeight] of boxes.slice(index + 1))
          expect(
            x + width <= otherX || otherX + otherWidth <= x || y + height <= otherY || otherY + otherHeight <= y,
          ).toBe(true)
      }
    }
  })

  it('every line begins at the foot of one element and ends at the head of another', async () => {
    const process: BlockProcess = {
      format: 1,
      key: 'p',
      name: '流程',
      fields: [],
      start: { id: 's', name: '' },
      blocks: [
        {
          id: 'g',
          name: '',
          type: 'parallel',
          branches: [
            {
              id: 'f1',
              name: '',
              blocks: [{ id: 'a', name: '审批', type: 'approve', user: arbitraryStep(new Random(1)) }],
            },
            { id: 'f2', name: '', blocks: [] },
          ],
        },
        { id: 'e', name: '', type: 'stop' },
      ],
    }
    const xml = await blocksToXml(process)
    const lines = [...xml.matchAll(/<bpmndi:BPMNEdge id="([^"]+)_di"[\s\S]*?<\/bpmndi:BPMNEdge>/g)].map(
      ([text, id]) => [id, [...text.matchAll(/x="(\d+)" y="(\d+)"/g)].map(([, x, y]) => [Number(x), Number(y)])],
    )
    const boxes = Object.fromEntries(
      [
        ...xml.matchAll(
          /<bpmndi:BPMNShape id="([^"]+)_di"[\s\S]*?<dc:Bounds x="(\d+)" y="(\d+)" width="(\d+)" height="(\d+)"/g,
        ),
      ].map(([, id, ...numbers]) => [id, numbers.map(Number)]),
    ) as Record<string, [x: number, y: number, width: number, height: number]>
    expect(Object.keys(boxes)).toEqual(['s', 'g', 'a', 'g_join', 'e'])
    for (const { id, from, to } of Object.values((await graphOf(xml)).flows)) {
      const points = (lines.find(([line]) => line === id)?.[1] ?? []) as [number, number][]
      const [x, y, width, height] = boxes[from] as [number, number, number, number]
      expect({ id, point: points[0] }).toEqual({ id, point: [x + width / 2, y + height] })
      const [toX, toY, toWidth] = boxes[to] as [number, number, number, number]
      expect({ id, point: points.at(-1) }).toEqual({ id, point: [toX + toWidth / 2, toY] })
    }
    for (const [, points] of lines as [string, [number, number][]][])
      for (const [index, [x, y]] of points.slice(1).entries())
        expect(x === points[index]?.[0] || y === points[index]?.[1]).toBe(true)
  })

  it('alternatives that meet in a task or in one end are nested too', async () => {
    const xml = processOf(
      `<startEvent id="s"/><exclusiveGateway id="g" default="g-c"/><exclusiveGateway id="h" default="h-c"/>${user('a')}${user('b')}${user('c')}<endEvent id="e"/>${flows('s > g', 'g > a ? 金额 > 1', 'g > h ? 金额 > 2', 'g > c', 'h > b ? 金额 > 3', 'h > c', 'a > c', 'b > c', 'c > e')}`,
    )
    const shape = (blocks: Block[]): unknown[] =>
      blocks.map((block) =>
        'branches' in block ? { [block.id]: block.branches.map((branch) => shape(branch.blocks)) } : block.id,
      )
    expect(shape((await back(xml)).blocks)).toEqual([{ g: [['a'], [{ h: [['b'], []] }], []] }, 'c', 'e'])
  })
})

describe('what is not nested says why', () => {
  const start = '<startEvent id="s"/>'
  const end = '<endEvent id="e"/>'
  const timer =
    '<timerEventDefinition><timeDuration xsi:type="tFormalExpression">P1D</timeDuration></timerEventDefinition>'
  it.each<[string, string, RegExp]>([
    [
      'a way back',
      `${start}<exclusiveGateway id="m"/>${user('a')}<exclusiveGateway id="g" name="通过吗" default="g-e"/>${end}${flows('s > m', 'm > a', 'a > g', 'g > m ? 金额 > 1', 'g > e')}`,
      /排他网关（m）有来自别处的连线/,
    ],
    [
      'ways that cross',
      `${start}<exclusiveGateway id="g" name="分" default="g-b"/>${user('a')}${user('b')}<exclusiveGateway id="h" default="h-c"/>${user('c')}${user('d')}<endEvent id="e"/>${flows('s > g', 'g > a ? 金额 > 1', 'g > b', 'a > h', 'b > d', 'h > c ? 金额 > 2'.replace('c ?', 'd ?'), 'h > c', 'c > e', 'd > e')}`,
      /排他网关（h）的各个分支不在同一处汇合，而是到了“d”/,
    ],
    [
      'a boundary event',
      `${start}${user('a', '办理')}<boundaryEvent id="b" name="超时" attachedToRef="a">${timer}</boundaryEvent>${end}${flows('s > a', 'a > e', 'b > e')}`,
      /“超时”（边界事件 b）是边界事件/,
    ],
    [
      'a message start',
      `<startEvent id="s"><signalEventDefinition signalRef="sig"/></startEvent>${user('a')}${end}${flows('s > a', 'a > e')}`,
      /不是普通的开始/,
    ],
    [
      'a task that splits',
      `${start}${user('a')}${user('b')}${end}${flows('s > a', 'a > b', 'a > e', 'b > e')}`,
      /“a”（用户任务 a）后面直接分出几条连线/,
    ],
    [
      'a manual task',
      `${start}<manualTask id="a" name="跑一趟"/>${end}${flows('s > a', 'a > e')}`,
      /“跑一趟”（手工任务 a）是简易设计器没有的环节/,
    ],
    [
      'an annotation',
      `${start}${user('a')}${end}${flows('s > a', 'a > e')}<textAnnotation id="n"><text>注</text></textAnnotation>`,
      /注释（n）是图上的注释/,
    ],
    [
      'a name on a plain flow',
      `${start}${user('a')}${end}${flows('s > a')}<sequenceFlow id="f" name="送审" sourceRef="a" targetRef="e"/>`,
      /“送审”（连线 f）是用户任务后面的连线/,
    ],
    [
      'extensions of others',
      `${start}${user('a').replace('<userTask', '<userTask xmlns:o="http://o" o:x="1"')}${end}${flows('s > a', 'a > e')}`,
      /“a”（用户任务 a）带有其他系统的扩展/,
    ],
    ['a bad definition', `${start}${end}`, /后面没有连线/],
  ])('%s', async (_, inside, words) => {
    expect((await reasons(processOf(inside, '<signal id="sig" name="信号"/>'))).join('\n')).toMatch(words)
  })
})
