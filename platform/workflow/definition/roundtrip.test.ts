import { readdirSync, readFileSync } from 'node:fs'
import path from 'node:path'
import { SaxesParser, type SaxesTagNS } from 'saxes'
import { describe, expect, it } from 'vitest'
import { type Problem, parseModel, writeDefinition } from './index.ts'
import { read } from './testing.ts'

interface Tree {
  name: string
  attributes: [name: string, value: string][]
  text: string
  children: Tree[]
}

/** Values that mean the same as nothing (BPMN 2.0, attribute defaults of the schema). */
const DEFAULTS = [
  ...['cancelActivity=true', 'isInterrupting=true', 'isExecutable=false', 'triggeredByEvent=false'],
  ...['gatewayDirection=Unspecified', 'processType=None', 'isClosed=false', 'isSequential=false', 'startQuantity=1'],
  ...['completionQuantity=1', 'isForCompensation=false', 'instantiate=false', 'implementation=##unspecified'],
  ...[
    'eventGatewayType=Exclusive',
    'behavior=All',
    'parallelMultiple=false',
    'isCollection=false',
    'textFormat=text/plain',
    'expressionLanguage=http://www.w3.org/1999/XPath',
    'typeLanguage=http://www.w3.org/2001/XMLSchema',
  ],
]

/** What an XML file says: names by namespace, attributes sorted, children grouped by name (their order among equals counts). */
function canonical(xml: string): Tree {
  const stack: Tree[] = [{ name: '', attributes: [], text: '', children: [] }]
  const parser = new SaxesParser({ xmlns: true })
  const qualified = (value: string, tag: SaxesTagNS) => {
    const [prefix = '', local] = value.includes(':') ? value.split(':') : ['', value]
    return `{${parser.resolve(prefix) ?? tag.ns?.[prefix] ?? ''}}${local}`
  }
  const meaning = (local: string, uri: string, value: string, tag: SaxesTagNS) => {
    if (local === 'type' && uri !== '') return qualified(value, tag)
    return /\/spec\/DD\/|\/DI$/.test(tag.uri) && /^\d+\.\d*$/.test(value) ? String(Number(value)) : value
  }
  parser.on('opentag', (tag) => {
    const attributes = Object.values(tag.attributes)
      .filter(
        ({ uri, local, value }) => uri !== 'http://www.w3.org/2000/xmlns/' && !DEFAULTS.includes(`${local}=${value}`),
      )
      .map(({ uri, local, value }): [string, string] => [`{${uri}}${local}`, meaning(local, uri, value, tag)])
    stack.push({ name: `{${tag.uri}}${tag.local}`, attributes: attributes.sort(), text: '', children: [] })
  })
  const add = (text: string) => {
    const top = stack.at(-1) as Tree
    top.text += text
  }
  parser.on('text', add)
  parser.on('cdata', add)
  parser.on('closetag', () => {
    const done = stack.pop() as Tree
    done.text = done.text.trim()
    done.children = done.children
      .map((child, index) => ({ child, index }))
      .sort((a, b) => (a.child.name < b.child.name ? -1 : a.child.name > b.child.name ? 1 : a.index - b.index))
      .map(({ child }) => child)
    if (done.name.endsWith('}extensionElements') && done.children.length === 0) return
    stack.at(-1)?.children.push(done)
  })
  parser.write(xml).close()
  return (stack[0] as Tree).children[0] as Tree
}

const again = async (xml: string) => writeDefinition(await parseModel(xml))

const files = (folder: string) =>
  readdirSync(path.join(import.meta.dirname, folder))
    .filter((name) => name.endsWith('.bpmn'))
    .map((name): [string, string] => [name, readFileSync(path.join(import.meta.dirname, folder, name), 'utf8')])

describe('a definition written again says the same', () => {
  it.each([...files('examples'), ...files('fixtures')])('%s', async (_, xml) => {
    const written = await again(xml)
    expect(canonical(written)).toEqual(canonical(xml))
    expect(await again(written)).toBe(written)
  })

  it.each<[string, { problems: string[]; warnings: string[] }]>([
    [
      'from-a-modeler.bpmn',
      {
        problems: [
          ...[
            'no-step Activity_1',
            'multi Activity_2',
            'unsupported Activity_3',
            'unsupported Event_b',
            'unsupported Event_link',
          ],
          ...['bad-expression Activity_2', 'no-way-out StartEvent_1', 'no-way-out Activity_1', 'no-way-out Activity_2'],
          ...[
            'no-way-out Event_b',
            'no-way-out Event_link',
            'unreachable Event_e',
            'dead-end Event_b',
            'dead-end Event_link',
          ],
        ],
        warnings: ['foreign-extension'],
      },
    ],
    ['pools-and-lanes.bpmn', { problems: [], warnings: ['drawing-only sid-handle', 'foreign-extension'] }],
  ])('what does not run in %s is said, not left out in silence', async (name, expected) => {
    const reading = await read(files('fixtures').find(([file]) => file === name)?.[1] ?? '')
    const words = (list: Problem[]) => list.map(({ code, element }) => `${code} ${element}`.trim())
    expect({
      problems: 'problems' in reading ? words(reading.problems) : [],
      warnings: words(reading.warnings),
    }).toEqual(expected)
  })

  it('the comparison sees what is missing', async () => {
    const [, xml = ''] = files('fixtures')[0] ?? []
    expect(canonical(xml.replace(/<[\w:]*documentation>.*?<\/[\w:]*documentation>/s, ''))).not.toEqual(canonical(xml))
    expect(canonical(xml.replace(/ x="\d+"/, ' x="1"'))).not.toEqual(canonical(xml))
  })
})

describe('the examples', () => {
  it.each(files('examples'))('%s can be published, and all of it is drawn', async (_, xml) => {
    const reading = await read(xml)
    expect('problems' in reading ? reading.problems : []).toEqual([])
    const drawn = new Set([...xml.matchAll(/bpmnElement="([^"]+)"/g)].map(([, id]) => id))
    const { nodes, flows } = 'graph' in reading ? reading.graph : { nodes: {}, flows: {} }
    expect([...Object.keys(nodes), ...Object.keys(flows)].filter((id) => !drawn.has(id))).toEqual([])
  })
})
