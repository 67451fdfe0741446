import { describe, expect, it } from 'vitest'
import { definitions, flows, problemsOf, processOf, STEP } from './testing.ts'

const start = '<startEvent id="s"/>'
const end = '<endEvent id="e"/>'
const line = (inside: string, ...ways: string[]) => processOf(`${start}${inside}${end}${flows(...ways)}`)
/** s → x → e, where x is given */
const around = (inside: string) => processOf(`${start}${inside}${end}${flows('s > x', 'x > e')}`)

const TABLE: Record<string, [xml: string, problems: string[]]> = {
  // ── the file ──
  'a DTD': ['<!DOCTYPE a [<!ENTITY b "c">]><a>&b;</a>', ['forbidden-dtd']],
  'an entity nobody declared': [around('<manualTask id="x" name="&lol;"/>'), ['not-xml']],
  'a processing instruction': [
    `<?xml-stylesheet href="http://a/b.xsl"?>${around('<manualTask id="x"/>').replace(/^<\?xml.*?\?>/, '')}`,
    ['forbidden-instruction'],
  ],
  'more than 2 MB': [
    around(`<manualTask id="x"><documentation>${'长'.repeat(700_000)}</documentation></manualTask>`),
    ['too-large'],
  ],
  'too deep': [definitions('<a>'.repeat(70) + '</a>'.repeat(70)), ['too-deep']],
  'too many XML elements': [definitions('<a/>'.repeat(40_001)), ['too-many-elements']],
  'too many flow elements': [
    line(Array.from({ length: 2001 }, (_, n) => `<manualTask id="m${n}"/>`).join('')),
    ['too-many-elements p'],
  ],
  NUL: [around('<manualTask id="x" name="a\u0000"/>'), ['not-xml']],
  'half a surrogate': [around('<manualTask id="x" name="a\ud800"/>'), ['bad-characters']],
  'not XML': ['流程', ['not-xml']],
  'cut off': [around('<manualTask id="x"/>').slice(0, -20), ['not-xml']],
  'other XML': ['<html/>', ['not-bpmn']],
  'an import': [
    definitions('<import importType="a" location="http://a/b" namespace="c"/>'),
    ['import file', 'no-process file'],
  ],
  'no executable process': [definitions('<process id="p"/>'), ['no-process p']],
  'two executable processes': [
    line('', 's > e').replace('</definitions>', '<process id="q" isExecutable="true"/></definitions>'),
    ['several-processes p'],
  ],
  'an unknown BPMN element': [around('<manualTask id="x"/><dreamTask id="d"/>'), ['unreadable']],
  'an unknown qt element': [
    around('<manualTask id="x"><extensionElements><qt:dream/></extensionElements></manualTask>'),
    ['unreadable'],
  ],
  'an unknown attribute': [around('<manualTask id="x" assignee="me"/>'), ['unknown-attribute x']],
  'the same id twice': [around('<manualTask id="x"/><manualTask id="x"/>'), ['unreadable']],
  'an id that is no id': [around('<manualTask id="x"/><manualTask id="甲"/>'), ['unreadable']],
  'an id objects have': [line('<manualTask id="toString"/>', 's > e'), ['bad-id toString']],
  'an id that is ours': [line('<manualTask id="a__split"/>', 's > e'), ['bad-id a__split']],
  'a setting twice': [
    around(
      '<serviceTask id="x"><extensionElements><qt:service handler="a"/><qt:service handler="b"/></extensionElements></serviceTask>',
    ),
    ['same-extension x'],
  ],
  'settings twice': [around(`<userTask id="x">${STEP}${STEP}</userTask>`), ['twice']],
}

describe('a file that cannot be trusted or understood is refused', () => {
  it.each(Object.entries(TABLE))('%s', async (_, [xml, problems]) => {
    expect(await problemsOf(xml)).toEqual(problems)
  })
})
