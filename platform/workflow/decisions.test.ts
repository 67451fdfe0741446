import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { flows, processOf, user } from './definition/testing.ts'
import { replayed } from './server/replay.ts'
import { codeOf, startOffice } from './testing.ts'

let office: Awaited<ReturnType<typeof startOffice>>
beforeAll(async () => {
  office = await startOffice()
})
afterAll(() => office?.server.stop())

const table = (policy: string, rules: string[], extra = ''): string => `<?xml version="1.0" encoding="UTF-8"?>
<definitions xmlns="https://www.omg.org/spec/DMN/20191111/MODEL/" id="d" name="采购" namespace="https://qitong.dev/tests">
  <decision id="level" name="定级"><decisionTable hitPolicy="${policy}" ${extra}>
    <input label="金额"><inputExpression typeRef="number"><text>金额</text></inputExpression></input>
    <output name="级别" typeRef="string"/>
    ${rules
      .map((rule) => {
        const [when, then] = rule.split(' → ')
        return `<rule><inputEntry><text><![CDATA[${when}]]></text></inputEntry><outputEntry><text>${then}</text></outputEntry></rule>`
      })
      .join('')}
  </decisionTable></decision></definitions>`

/** clerk applies → the table decides → big ones and small ones go different ways */
const process = (key: string, dmn: string, input = '金额'): string =>
  processOf(
    `<extensionElements><qt:field name="金额"/><qt:decisions><![CDATA[${dmn.replaceAll(']]>', ']]]]><![CDATA[>')}]]></qt:decisions></extensionElements>
     <startEvent id="s"/>
     <businessRuleTask id="rule" name="定级"><extensionElements><qt:rule decision="定级"><qt:input to="${input}">金额</qt:input><qt:output to="等级">级别</qt:output></qt:rule></extensionElements></businessRuleTask>
     <exclusiveGateway id="x" default="x-small"/>${user('big', '大额办理')}${user('small', '小额办理')}<endEvent id="e"/>
     ${flows('s > rule', 'rule > x', 'x > big ? 等级 = "大"', 'x > small', 'big > e', 'small > e')}`,
  ).replace('id="p"', `id="${key}"`)

const published = (key: string, dmn: string, input?: string) =>
  office.as('admin').publish({ xml: process(key, dmn, input), unitId: office.units.office })
const begin = (process: string, 金额: number) => office.as('clerk').start({ process, title: '采购', values: { 金额 } })
const whyOf = async (id: string): Promise<string[]> => {
  const rows = await office.server.sql<{ why: string }>(
    `select e ->> 'why' as why from workflow.history h, jsonb_array_elements(h.log) e where h.instance_id = $1 and e ? 'why'`,
    [id],
  )
  return rows.map(({ why }) => why)
}

describe('decision tables published with the process', () => {
  it('decide, say why in the log, and a replay decides the same', async () => {
    await published('unique', table('UNIQUE', ['> 50000 → "大"', '<= 50000 → "小"']))
    const big = await begin('unique', 60_000)
    expect(big.steps.map(({ name }) => name)).toEqual(['大额办理'])
    expect(await whyOf(big.id)).toEqual(['命中第 1 条规则：金额 60000 符合 > 50000'])
    expect((await begin('unique', 800)).steps.map(({ name }) => name)).toEqual(['小额办理'])
    const [row] = await office.server.sql<{ state: unknown }>('select state from workflow.instance where id = $1', [
      big.id,
    ])
    expect(await replayed(office.server.kernel, big.id)).toEqual(row?.state)
  })
  it.each([
    ['FIRST', ['> 0 → "大"', '> 0 → "小"'], '大额办理'],
    ['RULE ORDER', ['> 0 → "大"', '> 0 → "小"'], '小额办理'],
    ['ANY', ['> 0 → "大"', '> 1 → "大"'], '大额办理'],
  ])('by the policy %s', async (policy, rules, step) => {
    const key = `policy-${policy.replace(' ', '-')}`
    await published(key, table(policy, rules))
    expect((await begin(key, 5)).steps.map(({ name }) => name)).toEqual([step])
  })
  it('that contradict themselves stop the step with the reason, and an administrator leads it on', async () => {
    await published('torn', table('UNIQUE', ['> 0 → "大"', '> 1 → "小"']))
    const file = await begin('torn', 5)
    expect(file.steps).toMatchObject([{ name: '定级', fault: expect.stringContaining('第 1、2 条规则') }])
    const token = file.steps[0]?.token ?? ''
    const led = await office
      .as('admin')
      .administer({ id: file.id, reason: '表有误', act: { do: 'jump', token, to: 'small' } })
    expect(led.steps.map(({ name }) => name)).toEqual(['小额办理'])
  })
  it('that are missing, wrong, hostile or ask for names nobody gives are refused when published', async () => {
    const refused = (dmn: string, input?: string) => published('refused', dmn, input).catch((error) => error)
    const good = table('UNIQUE', ['> 0 → "大"'])
    expect(await refused(good.replaceAll('定级', '别的').replace('级别', '等级'))).toMatchObject({
      code: 'bad-definition',
    })
    expect((await refused(good.replace('> 0', '> > 0'))).message).toContain('第 1 条规则')
    expect((await refused(good, '数额')).message).toContain('金额')
    expect((await refused(good.replace('?>', '?><!DOCTYPE x [<!ENTITY a "b">]>'))).message).toContain('DTD')
    expect((await refused(good.replace('UNIQUE', 'BEST'))).message).toContain('BEST')
    expect(
      (
        await refused(
          good.replace('decisionTable>', 'literalExpression>').replace('<decisionTable', '<literalExpression'),
        )
      ).message,
    ).toContain('literalExpression')
  })
  it('an expression without end stops its step and nothing else', async () => {
    const endless = 'count(for a in 1..400, b in 1..400, c in 1..400 return a) > 金额'
    const xml = process('endless', table('UNIQUE', ['> 0 → "大"'])).replace('等级 = "大"', endless)
    await office.as('admin').publish({ xml, unitId: office.units.office })
    const began = Date.now()
    const file = await begin('endless', 5)
    expect(file.steps).toMatchObject([{ node: 'x', fault: expect.stringContaining('没有算完') }])
    expect(Date.now() - began).toBeLessThan(5_000)
  })
  it('are asked for what only people can tell, and whoever starts does not set what the table decides', async () => {
    const { rows } = await office.as('clerk').processes({ limit: 200 })
    expect(rows.find(({ key }) => key === 'unique')?.asks).toEqual(['金额'])
    expect(
      await codeOf(office.as('clerk').start({ process: 'unique', title: '采购', values: { 金额: 5, 等级: '大' } })),
    ).toBe('invalid')
  })
  it('start values that the process does not know are refused', async () => {
    expect(
      await codeOf(office.as('clerk').start({ process: 'unique', title: '采购', values: { 金额: 5, 管理员: true } })),
    ).toBe('invalid')
  })
})
