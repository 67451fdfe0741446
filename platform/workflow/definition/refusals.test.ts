import { describe, expect, it } from 'vitest'
import { flows, problemsOf, processOf, read, STEP, user } from './testing.ts'

const start = '<startEvent id="s"/>'
const end = '<endEvent id="e"/>'
const line = (inside: string, ...ways: string[]) => processOf(`${start}${inside}${end}${flows(...ways)}`)
/** s → x → e, where x is given */
const around = (inside: string, roots = '') => processOf(`${start}${inside}${end}${flows('s > x', 'x > e')}`, roots)
const step = (attributes: string, inside: string) =>
  around(
    `<userTask id="x" name="审批"><extensionElements><qt:step ${attributes}>${inside}</qt:step></extensionElements></userTask>`,
  )
const handler = '<qt:handler by="starter"/>'
const outcome = '<qt:outcome key="ok" name="同意" counts="agree"/>'
const timer = (inside: string) =>
  around(
    `<intermediateCatchEvent id="x"><timerEventDefinition>${inside}</timerEventDefinition></intermediateCatchEvent>`,
  )

const TABLE: Record<string, [xml: string, problems: string[]]> = {
  'an unknown qt attribute': [step('wey="vote"', handler + outcome), ['unknown-attribute x']],
  // ── elements that do not run here ──
  ...Object.fromEntries(
    ['scriptTask', 'task', 'transaction', 'adHocSubProcess', 'complexGateway'].map((tag) => [
      tag,
      [around(`<${tag} id="x"/>`), ['unsupported x']] as [string, string[]],
    ]),
  ),
  ...Object.fromEntries(
    ['compensateEventDefinition', 'linkEventDefinition name="a"', 'cancelEventDefinition'].map((tag) => [
      tag,
      [around(`<intermediateThrowEvent id="x"><${tag}/></intermediateThrowEvent>`), ['unsupported x']] as [
        string,
        string[],
      ],
    ]),
  ),
  'a conditional event': [
    around(
      '<intermediateCatchEvent id="x"><conditionalEventDefinition><condition xsi:type="tFormalExpression">1</condition></conditionalEventDefinition></intermediateCatchEvent>',
    ),
    ['unsupported x'],
  ],
  'several triggers': [
    around(
      '<intermediateCatchEvent id="x"><terminateEventDefinition/><terminateEventDefinition/></intermediateCatchEvent>',
    ),
    ['unsupported x'],
  ],
  'a standard loop': [around('<manualTask id="x"><standardLoopCharacteristics/></manualTask>'), ['unsupported x']],
  compensation: [around('<manualTask id="x" isForCompensation="true"/>'), ['unsupported x']],
  'a potential owner': [around(`<userTask id="x">${STEP}<potentialOwner id="po"/></userTask>`), ['unsupported x']],
  'a global task': [line('', 's > e').replace('<process', '<globalUserTask id="gt"/><process'), ['unsupported gt']],
  'a setting in the wrong place': [around(`<manualTask id="x">${STEP}</manualTask>`), ['misplaced-extension x']],
  // ── wiring ──
  'no start': [processOf(`<manualTask id="x"/>${end}${flows('x > e')}`), ['no-start p']],
  'no end': [processOf(`${start}<manualTask id="x"/>${flows('s > x')}`), ['no-end p', 'dead-end x']],
  'two plain starts': [processOf(`${start}<startEvent id="t"/>${end}${flows('s > e', 't > e')}`), ['two-starts p']],
  unreachable: [line('<manualTask id="x"/>', 's > e', 'x > e'), ['unreachable x']],
  'no way out': [
    line(
      '<exclusiveGateway id="g" default="g-e"/><userTask id="x"/>'.replace('<userTask id="x"/>', user('x') + user('y')),
      's > g',
      'g > e',
      'g > x ? 金额 > 5',
      'x > y',
      'y > x',
    ),
    ['no-way-out x', 'no-way-out y'],
  ],
  'a loose flow': [
    around('<manualTask id="x"/><sequenceFlow id="f" sourceRef="x" targetRef="nobody"/>'),
    ['unresolved f', 'loose-flow f'],
  ],
  'a flow into a sub-process': [
    line(
      '<subProcess id="x"><startEvent id="s2"/><endEvent id="e2"/><sequenceFlow id="i" sourceRef="s2" targetRef="e2"/></subProcess><sequenceFlow id="f" sourceRef="s" targetRef="e2"/>',
      's > x',
      'x > e',
    ),
    ['crosses-scope f'],
  ],
  'a flow after the end': [line('<manualTask id="x"/>', 's > e', 'e > x', 'x > e'), ['after-end e', 'endless-loop e']],
  // ── choices ──
  'no condition': [
    line(`<exclusiveGateway id="g" default="g-e"/>${user('x')}`, 's > g', 'g > x', 'g > e', 'x > e'),
    ['no-condition g'],
  ],
  'no default': [
    line(`<exclusiveGateway id="g"/>${user('x')}`, 's > g', 'g > x ? 金额 > 5', 'g > e ? 金额 < 6', 'x > e'),
    ['no-default g'],
  ],
  'a default with a condition': [
    line(
      `<inclusiveGateway id="g" default="g-e"/>${user('x')}`,
      's > g',
      'g > x ? 金额 > 5',
      'g > e ? 金额 < 6',
      'x > e',
    ),
    ['default-with-condition g'],
  ],
  'a default of another': [
    line(
      `<exclusiveGateway id="g" default="s-g"/>${user('x')}`,
      's > g',
      'g > x ? 金额 > 5',
      'g > e ? 金额 < 6',
      'x > e',
    ),
    ['bad-default g', 'no-default g'],
  ],
  'conditions on a parallel gateway': [
    line(`<parallelGateway id="g"/>${user('x')}`, 's > g', 'g > x ? 金额 > 5', 'g > e', 'x > e'),
    ['no-conditions-here g'],
  ],
  'a condition on the only way': [line(user('x'), 's > x', 'x > e ? 金额 > 5'), ['lone-condition x']],
  'a condition that does not compile': [
    line(`<exclusiveGateway id="g" default="g-e"/>${user('x')}`, 's > g', 'g > x ? 金额 > ', 'g > e', 'x > e'),
    ['bad-expression g-x'],
  ],
  'a condition over an unknown name': [
    line(`<exclusiveGateway id="g" default="g-e"/>${user('x')}`, 's > g', 'g > x ? 价格 > 5', 'g > e', 'x > e'),
    ['bad-expression g-x'],
  ],
  'a condition in another language': [
    line(`<exclusiveGateway id="g" default="g-e"/>${user('x')}`, 's > g', 'g > x ? 金额 > 5', 'g > e', 'x > e').replace(
      'xsi:type="tFormalExpression"',
      'xsi:type="tFormalExpression" language="javascript"',
    ),
    ['language g-x', 'no-condition g'],
  ],
  // ── events ──
  'a boundary of a gateway': [
    line(
      '<exclusiveGateway id="g"/><boundaryEvent id="b" attachedToRef="g"><timerEventDefinition><timeDuration xsi:type="tFormalExpression">P1D</timeDuration></timerEventDefinition></boundaryEvent>',
      's > g',
      'g > e',
      'b > e',
    ),
    ['no-host b', 'unreachable b'],
  ],
  'an event gateway before a task': [
    line(`<eventBasedGateway id="g"/>${user('x')}${user('y')}`, 's > g', 'g > x', 'g > y', 'x > e', 'y > e'),
    ['event-gateway g', 'event-gateway g'],
  ],
  'a signal without a name': [
    around('<intermediateThrowEvent id="x"><signalEventDefinition/></intermediateThrowEvent>'),
    ['no-signal x'],
  ],
  'a message without a name': [around('<receiveTask id="x"/>'), ['no-message x']],
  'an error end without a code': [
    processOf(`${start}<endEvent id="e"><errorEventDefinition/></endEvent>${flows('s > e')}`),
    ['no-code e'],
  ],
  'an error start of a process': [
    processOf(`<startEvent id="s"><errorEventDefinition/></startEvent>${end}${flows('s > e')}`),
    ['misplaced-event s'],
  ],
  'an event sub-process without an event': [
    line(
      '<subProcess id="x" triggeredByEvent="true"><startEvent id="s2"/><endEvent id="e2"/><sequenceFlow id="i" sourceRef="s2" targetRef="e2"/></subProcess>',
      's > e',
    ),
    ['misplaced-event s2'],
  ],
  'a duration that is none': [timer('<timeDuration xsi:type="tFormalExpression">P1H</timeDuration>'), ['bad-timer x']],
  'a date that is none': [
    timer('<timeDate xsi:type="tFormalExpression">2026-13-01T00:00:00Z</timeDate>'),
    ['bad-timer x'],
  ],
  'a cycle for ever, too often': [timer('<timeCycle xsi:type="tFormalExpression">R/PT1H</timeCycle>'), ['bad-timer x']],
  'a cron line': [timer('<timeCycle xsi:type="tFormalExpression">0 0 * * *</timeCycle>'), ['bad-timer x']],
  'no time': [timer(''), ['bad-timer x']],
  // ── settings ──
  'no settings': [around('<userTask id="x"/>'), ['no-step x']],
  'nobody handles': [step('', outcome), ['no-handler x']],
  'no outcome': [step('', handler), ['no-outcome x']],
  'an outcome twice': [step('', handler + outcome + outcome), ['same-outcome x']],
  'a vote without a ratio': [step('way="vote"', handler + outcome), ['no-ratio x']],
  'a ratio above one': [step('way="vote" ratio="1.5"', handler + outcome), ['bad-value x', 'no-ratio x']],
  'several decide, nobody can agree': [
    step('way="all-of"', `${handler}<qt:outcome key="a" name="知道"/>`),
    ['no-agreement x'],
  ],
  'an unknown way': [step('way="most"', handler + outcome), ['bad-value x']],
  'an unknown operation': [step('operations="transfer fly"', handler + outcome), ['bad-value x']],
  'sent back, but where to': [step('operations="send-back"', handler + outcome), ['send-back x']],
  'sent back to nowhere': [
    step('operations="send-back"', `${handler}${outcome}<qt:sendBack to="e" mode="redo"/>`),
    ['no-such-step x'],
  ],
  'the handler of no step': [step('', `<qt:handler by="handler" step="nobody"/>${outcome}`), ['no-such-step x']],
  'a person without persons': [step('', `<qt:handler by="person"/>${outcome}`), ['missing-value x']],
  'an unknown kind of handler': [step('', `<qt:handler by="luck"/>${outcome}`), ['bad-value x']],
  'a limit of nothing': [step('', `${handler}${outcome}<qt:limit amount="0"/>`), ['bad-value x']],
  'a field twice': [step('', `${handler}${outcome}<qt:field name="金额"/><qt:field name="金额"/>`), ['same-field x']],
  'a service without a handler': [around('<serviceTask id="x"/>'), ['no-extension x']],
  'a rule without a table': [
    around('<businessRuleTask id="x"><extensionElements><qt:rule/></extensionElements></businessRuleTask>'),
    ['missing-value x'],
  ],
  'a call of nothing': [around('<callActivity id="x"/>'), ['no-process x']],
  'an input without a value': [
    around(
      '<callActivity id="x" calledElement="q"><extensionElements><qt:call><qt:input to="a"/></qt:call></extensionElements></callActivity>',
    ),
    ['bad-mapping x'],
  ],
  'repeated, but how often': [
    around('<manualTask id="x"><multiInstanceLoopCharacteristics/></manualTask>'),
    ['multi x'],
  ],
  'repeated too often': [
    around(
      '<manualTask id="x"><multiInstanceLoopCharacteristics><loopCardinality xsi:type="tFormalExpression">501</loopCardinality></multiInstanceLoopCharacteristics></manualTask>',
    ),
    ['multi x'],
  ],
  // ── courses ──
  'an endless loop': [
    line(
      '<exclusiveGateway id="g"/><exclusiveGateway id="h" default="h-e"/>',
      's > g',
      'g > h',
      'h > g ? 金额 > 5',
      'h > e',
    ),
    ['endless-loop g'],
  ],
  'branches that meet in a task': [
    line(
      `<parallelGateway id="g"/>${user('x')}${user('y')}${user('z')}`,
      's > g',
      'g > x',
      'g > y',
      'x > z',
      'y > z',
      'z > e',
    ),
    ['not-joined z'],
  ],
  'branches that meet in an exclusive gateway': [
    line(
      `<parallelGateway id="g"/><exclusiveGateway id="h"/>${user('x')}${user('y')}${user('z')}`,
      's > g',
      'g > x',
      'g > y',
      'x > h',
      'y > h',
      'h > z',
      'z > e',
    ),
    ['not-joined z'],
  ],
  'a task that splits, its branches never join': [
    line(user('w') + user('x') + user('y') + user('z'), 's > w', 'w > x', 'w > y', 'x > z', 'y > z', 'z > e'),
    ['not-joined z'],
  ],
  'alternatives that meet in a parallel gateway': [
    line(
      `<exclusiveGateway id="g" default="g-y"/><parallelGateway id="h"/>${user('x')}${user('y')}`,
      's > g',
      'g > x ? 金额 > 5',
      'g > y',
      'x > h',
      'y > h',
      'h > e',
    ),
    ['join-starves h'],
  ],
  'an inclusive split that a parallel gateway joins': [
    line(
      `<inclusiveGateway id="g" default="g-y"/><parallelGateway id="h"/>${user('x')}${user('y')}`,
      's > g',
      'g > x ? 金额 > 5',
      'g > y',
      'x > h',
      'y > h',
      'h > e',
    ),
    ['join-starves h'],
  ],
  'a way back out of a branch': [
    line(
      '<exclusiveGateway id="m"/><parallelGateway id="g"/><parallelGateway id="j"/><exclusiveGateway id="h" default="h-j"/>' +
        user('x') +
        user('y'),
      's > m',
      'm > g',
      'g > x',
      'g > y',
      'x > h',
      'h > m ? 金额 > 5',
      'h > j',
      'y > j',
      'j > e',
    ),
    ['loop-out-of-fork g'],
  ],
  'a way into a branch': [
    line(
      '<exclusiveGateway id="a" default="a-g"/><parallelGateway id="g"/><parallelGateway id="j"/>' +
        user('x') +
        user('y'),
      's > a',
      'a > g',
      'a > x ? 金额 > 5',
      'g > x',
      'g > y',
      'x > j',
      'y > j',
      'j > e',
    ),
    ['into-fork a'],
  ],
  'a reminder that comes back': [
    line(
      `${user('x')}${user('y')}<boundaryEvent id="b" attachedToRef="x" cancelActivity="false"><timerEventDefinition><timeDuration xsi:type="tFormalExpression">P1D</timeDuration></timerEventDefinition></boundaryEvent>`,
      's > x',
      'x > y',
      'b > y',
      'y > e',
    ),
    ['not-joined y'],
  ],
}

describe('a bad definition is refused, and the element is named', () => {
  it.each(Object.entries(TABLE))('%s', async (_, [xml, problems]) => {
    expect(await problemsOf(xml)).toEqual(problems)
  })

  it('says everything at once, in Chinese, with what to do', async () => {
    const reading = await read(
      line(
        '<scriptTask id="x" name="算一算"/><userTask id="y" name="处室审批"/><exclusiveGateway id="g"/>',
        's > x',
        'x > y',
        'y > g',
        'g > e ? 金额 >',
        'g > x ? 金额 > 1',
      ),
    )
    const problems = 'problems' in reading ? reading.problems : []
    expect(problems.map(({ code }) => code)).toEqual(['unsupported', 'no-step', 'bad-expression', 'no-default'])
    expect(problems[1]).toEqual({
      code: 'no-step',
      element: 'y',
      name: '处室审批',
      message: '“处室审批”（用户任务 y）没有办理设置（qt:step）。请设置由谁办理、怎样办理。',
    })
    for (const { message } of problems) expect(message).toMatch(/。$/)
  })
})
