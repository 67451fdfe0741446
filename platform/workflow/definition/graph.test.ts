import { describe, expect, it } from 'vitest'
import { parseModel, writeDefinition } from './model.ts'
import { flows, graphOf, processOf, read, STEP, user } from './testing.ts'

const start = '<startEvent id="s"/>'
const end = '<endEvent id="e"/>'
const formula = (tag: string, text: string) => `<${tag} xsi:type="tFormalExpression">${text}</${tag}>`
const timer = (inside: string, attributes = '') => `<timerEventDefinition${attributes}>${inside}</timerEventDefinition>`
const shape = (graph: Awaited<ReturnType<typeof graphOf>>) =>
  Object.fromEntries(Object.values(graph.nodes).map(({ id, kind, forks }) => [id, `${kind} ${forks.join(' ')}`.trim()]))

describe('the graph', () => {
  it('is plain JSON, and the same however often the definition is written', async () => {
    const xml = processOf(`${start}${user('a', '审批')}${end}${flows('s > a', 'a > e')}`)
    const graph = await graphOf(xml)
    expect(graph).toEqual(JSON.parse(JSON.stringify(graph)))
    expect(await graphOf(await writeDefinition(await parseModel(xml)))).toEqual(graph)
    expect(graph).toMatchObject({
      format: 1,
      key: 'p',
      name: '测试流程',
      root: 'p',
      scopes: { p: { id: 'p', kind: 'process', starts: ['s'], handlers: [] } },
      flows: { 's-a': { id: 's-a', name: '', from: 's', to: 'a' }, 'a-e': { id: 'a-e', name: '', from: 'a', to: 'e' } },
      reads: [],
    })
    expect(graph.nodes.s).toEqual({
      id: 's',
      kind: 'start',
      name: '',
      scope: 'p',
      in: [],
      out: ['s-a'],
      forks: [],
      event: { type: 'none' },
    })
    expect(graph.nodes.a?.user).toEqual({
      handlers: [{ by: 'starter' }],
      way: 'single',
      outcomes: [{ key: 'done', name: '办理', counts: 'agree', opinion: 'optional' }],
      operations: [],
      nobody: 'administrator',
      starter: 'keep',
      again: 'keep',
      absent: 'keep',
      withdraw: 'until-opened',
    })
  })

  it('names the forks of each node, outermost first; whatever closes a fork lies outside of it', async () => {
    const graph = await graphOf(
      processOf(
        `${start}<parallelGateway id="g"/><inclusiveGateway id="i" default="i-c"/><inclusiveGateway id="k"/><parallelGateway id="j"/>${user('a')}${user('b')}${user('c')}${user('d')}${end}${flows('s > g', 'g > a', 'g > i', 'i > b ? 通过', 'i > c', 'b > k', 'c > k', 'k > d', 'a > j', 'd > j', 'j > e')}`,
      ),
    )
    expect(shape(graph)).toMatchObject({
      g: 'parallel',
      a: 'user g',
      i: 'inclusive g',
      b: 'user g i',
      c: 'user g i',
      k: 'inclusive g',
      d: 'user g',
      j: 'parallel',
      e: 'end',
    })
  })

  it('a join of some branches lies inside, branches that end belong to it, and the way back is free behind the join', async () => {
    const graph = await graphOf(
      processOf(
        `${start}<exclusiveGateway id="m"/>${user('w')}<parallelGateway id="g"/><inclusiveGateway id="i"/><inclusiveGateway id="j"/><exclusiveGateway id="x" default="x-e"/>${['a', 'b', 'c', 'd'].map((id) => user(id)).join('')}<endEvent id="over"/>${end}${flows('s > m', 'm > w', 'w > g', 'g > a', 'g > b', 'g > c', 'g > d', 'a > i', 'b > i', 'i > j', 'c > j', 'd > over', 'j > x', 'x > m ? 通过', 'x > e')}`,
      ),
    )
    expect(shape(graph)).toMatchObject({
      a: 'user g',
      b: 'user g',
      i: 'inclusive g',
      d: 'user g',
      over: 'end',
      j: 'inclusive',
      x: 'exclusive',
      w: 'user',
    })
  })

  it('one branch that goes on while the others end stands in no fork', async () => {
    const graph = await graphOf(
      processOf(
        `${start}<exclusiveGateway id="m"/>${user('w')}<parallelGateway id="g"/>${user('a')}${user('b')}<exclusiveGateway id="x" default="x-e"/><endEvent id="over"/>${end}${flows('s > m', 'm > w', 'w > g', 'g > a', 'a > over', 'g > b', 'b > x', 'x > m ? 通过', 'x > e')}`,
      ),
    )
    expect(shape(graph)).toMatchObject({ a: 'user g', b: 'user', x: 'exclusive' })
  })

  it('an activity with several ways out gets a gateway behind it', async () => {
    const graph = await graphOf(
      processOf(
        `${start}<userTask id="a" name="核" default="a-c">${STEP}</userTask><inclusiveGateway id="j"/>${user('b')}${user('c')}${end}${flows('s > a', 'a > b ? 通过', 'a > c', 'b > j', 'c > j', 'j > e')}`,
      ),
    )
    expect(graph.nodes.a).toMatchObject({ out: ['a__split_in'] })
    expect(graph.nodes.a?.fallback).toBeUndefined()
    expect(graph.nodes.a__split).toMatchObject({
      kind: 'inclusive',
      in: ['a__split_in'],
      out: ['a-b', 'a-c'],
      fallback: 'a-c',
      name: '核',
    })
    expect(graph.flows['a-b']).toMatchObject({ from: 'a__split', condition: '通过' })
    expect(graph.nodes.b?.forks).toEqual(['a__split'])
  })

  it('boundary events, event sub-processes and embedded ones have their places', async () => {
    const graph = await graphOf(
      processOf(
        `${start}<subProcess id="x"><startEvent id="xs"/>${user('xa')}<endEvent id="xe"><errorEventDefinition errorRef="er"/></endEvent>${flows('xs > xa', 'xa > xe')}</subProcess>
         <boundaryEvent id="b" attachedToRef="x"><errorEventDefinition errorRef="er"/></boundaryEvent>
         <boundaryEvent id="c" attachedToRef="x" cancelActivity="false">${timer(formula('timeCycle', 'R3/PT12H'))}</boundaryEvent>
         <subProcess id="h" triggeredByEvent="true"><startEvent id="hs" isInterrupting="false"><messageEventDefinition messageRef="m"/><extensionElements/></startEvent><endEvent id="he"/>${flows('hs > he')}</subProcess>
         ${end}<endEvent id="e2"/><endEvent id="e3"/>${flows('s > x', 'x > e', 'b > e2', 'c > e3')}`.replace(
          '<messageEventDefinition messageRef="m"/><extensionElements/>',
          '<extensionElements><qt:result to="材料">金额</qt:result></extensionElements><messageEventDefinition messageRef="m"/>',
        ),
        '<error id="er" errorCode="E1"/><message id="m" name="材料" qt:correlation="编号"/>',
      ),
    )
    expect(graph.scopes).toEqual({
      p: { id: 'p', kind: 'process', starts: ['s'], handlers: ['h'] },
      x: { id: 'x', kind: 'subprocess', parent: 'p', starts: ['xs'], handlers: [] },
      h: { id: 'h', kind: 'event-subprocess', parent: 'p', starts: ['hs'], handlers: [] },
    })
    expect(graph.nodes.x).toMatchObject({ inner: 'x', boundary: ['b', 'c'] })
    expect(graph.nodes.b).toMatchObject({ host: 'x', interrupting: true, event: { type: 'error', code: 'E1' } })
    expect(graph.nodes.c).toMatchObject({
      interrupting: false,
      event: { type: 'timer', timer: { kind: 'cycle', value: 'duration("PT12H")', times: 3 } },
    })
    expect(graph.nodes.hs).toMatchObject({
      interrupting: false,
      event: { type: 'message', name: '材料', correlation: '编号' },
      result: [{ from: '金额', to: '材料' }],
    })
    expect(graph.nodes.h).toBeUndefined()
    expect(graph.reads).toEqual(['编号', '金额'])
  })

  it.each([
    ['timeDuration', 'P2W', { kind: 'duration', value: 'duration("P14D")' }],
    ['timeDuration', 'P1DT2H', { kind: 'duration', value: 'duration("P1DT2H")' }],
    ['timeDuration', 'P1Y2M', { kind: 'duration', value: 'duration("P1Y2M")' }],
    ['timeDuration', '= duration("P1D")', { kind: 'duration', value: 'duration("P1D")' }],
    ['timeDate', '2026-01-31T09:00:00+08:00', { kind: 'date', value: 'date and time("2026-01-31T09:00:00+08:00")' }],
    ['timeDate', '截止时间', { kind: 'date', value: '截止时间' }],
    ['timeCycle', 'R/P1D', { kind: 'cycle', value: 'duration("P1D")' }],
  ])('%s %s', async (tag, text, expected) => {
    const xml = processOf(
      `${start}<intermediateCatchEvent id="x">${timer(formula(tag, text), ' qt:working="true"')}</intermediateCatchEvent>${end}${flows('s > x', 'x > e')}`,
    )
    expect((await graphOf(xml)).nodes.x?.event).toEqual({ type: 'timer', timer: { ...expected, working: true } })
  })

  it('repeated activities, mappings and what is read of the form', async () => {
    const graph = await graphOf(
      processOf(
        `${start}<callActivity id="x" calledElement="other"><extensionElements><qt:call><qt:input to="家">单位一</qt:input><qt:output to="得">结论</qt:output></qt:call></extensionElements>
         <multiInstanceLoopCharacteristics isSequential="true"><extensionElements><qt:multi collection="材料" element="单位一"><qt:collect to="全部">得</qt:collect></qt:multi></extensionElements>${formula('completionCondition', '已完成 / 总数 &gt; 0.5')}</multiInstanceLoopCharacteristics></callActivity>
         ${end}${flows('s > x', 'x > e')}`.replace('>结论<', '>金额<'),
      ),
    )
    expect(graph.nodes.x).toMatchObject({
      call: { process: 'other', input: [{ from: '单位一', to: '家' }], output: [{ from: '金额', to: '得' }] },
      multi: {
        sequential: true,
        collection: '材料',
        element: '单位一',
        until: '已完成 / 总数 > 0.5',
        collect: { from: '得', to: '全部' },
      },
    })
    expect(graph.reads).toEqual(['单位一', '得', '材料', '金额'].sort())
  })

  it('what others wrote is kept, does not run, and is said once', async () => {
    const reading = await read(
      processOf(
        `${start}<userTask id="a" name="审批" xmlns:o="http://o" o:assignee="x">${STEP.replace('</extensionElements>', '<o:thing/></extensionElements>')}</userTask>${end}${flows('s > a', 'a > e')}`,
      ),
    )
    expect('graph' in reading && reading.warnings.map(({ code }) => code)).toEqual(['foreign-extension'])
  })

  it('too many courses to look at are admitted as such', async () => {
    // every branch may go back in its own way: nothing of it can be left out beforehand
    const branches = Array.from({ length: 9 }, (_, n) => n)
    const inside = branches
      .map(
        (n) =>
          `<exclusiveGateway id="m${n}"/>${user(`a${n}`)}${user(`b${n}`)}<exclusiveGateway id="x${n}" default="x${n}-y${n}"/><exclusiveGateway id="y${n}" default="y${n}-j"/><exclusiveGateway id="n${n}"/>`,
      )
      .join('')
    const ways = branches.flatMap((n) => [
      ...[`g > m${n}`, `m${n} > a${n}`, `a${n} > n${n}`, `n${n} > b${n}`, `b${n} > x${n}`],
      ...[`x${n} > y${n}`, `x${n} > m${n} ? 通过`, `y${n} > j`, `y${n} > n${n} ? 通过`],
    ])
    const reading = await read(
      processOf(
        `${start}<parallelGateway id="g"/><parallelGateway id="j"/>${inside}${end}${flows('s > g', ...ways, 'j > e')}`,
      ),
    )
    expect('graph' in reading).toBe(true)
  })
})
