/** Namespace of the extension that makes BPMN a process of an office. */
export const QT = 'https://qitong.dev/schema/bpmn/qt/1'

type Property = { name: string; type: string; isAttr?: boolean; isMany?: boolean; isBody?: boolean }
const attribute = (name: string, type = 'String'): Property => ({ name, type, isAttr: true })
const attributes = (...names: string[]): Property[] => names.map((name) => attribute(name))
const some = (name: string, type: string): Property => ({ name, type, isMany: true })
const one = (name: string, type: string): Property => ({ name, type })
const body: Property = { name: 'text', type: 'String', isBody: true }
const element = (name: string, properties: Property[]) => ({ name, superClass: ['Element'], properties })
const trait = (name: string, of: string, properties: Property[]) => ({ name, extends: [of], properties })

const mappings = [some('input', 'Input'), some('output', 'Output')]

/**
 * The extension for moddle. Elements stand in `extensionElements` of
 * user tasks (`qt:step`), send tasks that circulate (`qt:copy`), service tasks (`qt:service`), rule tasks (`qt:rule`), call activities
 * (`qt:call`), repeated activities (`qt:multi`), whatever sends (`qt:payload`) or receives (`qt:result`).
 * On the process: fields of its form (`qt:field`), decision tables as the text of a DMN file (`qt:decisions`).
 */
export const qtPackage = {
  name: 'Qitong',
  prefix: 'qt',
  uri: QT,
  xml: { tagAlias: 'lowerCase' },
  types: [
    element('Step', [
      ...attributes('way', 'ratio', 'veto', 'rejectAtOnce', 'until', 'operations'),
      ...attributes('nobody', 'starter', 'again', 'absent', 'rejected', 'withdraw', 'free'),
      some('handlers', 'Handler'),
      some('outcomes', 'Outcome'),
      one('sendBack', 'SendBack'),
      one('limit', 'Limit'),
      some('fields', 'Field'),
    ]),
    element('Handler', [
      ...attributes('by', 'persons', 'title', 'duty', 'levels', 'division', 'role', 'field', 'step'),
      ...attributes('unit', 'unitId', 'unitField', 'weight'),
      body,
    ]),
    element('Outcome', attributes('key', 'name', 'counts', 'opinion')),
    element('SendBack', attributes('to', 'mode')),
    element('Limit', [...attributes('amount', 'unit', 'kind', 'yellow'), some('overdue', 'Overdue')]),
    element('Overdue', attributes('after', 'do')),
    element('Field', attributes('name', 'access')),
    element('Copy', [some('handlers', 'Handler')]),
    element('Service', [...attributes('handler', 'retries'), ...mappings]),
    element('Decisions', [body]),
    element('Rule', [...attributes('decision'), ...mappings]),
    element('Call', mappings),
    element('Input', [...attributes('to'), body]),
    element('Output', [...attributes('to'), body]),
    element('Payload', [...attributes('to'), body]),
    element('Result', [...attributes('to'), body]),
    element('Multi', [...attributes('collection', 'element'), one('collect', 'Collect')]),
    element('Collect', [...attributes('to'), body]),
    trait('Timer', 'bpmn:TimerEventDefinition', [attribute('working', 'String')]),
    trait('Message', 'bpmn:Message', [attribute('correlation')]),
  ],
}
