import { Button } from 'antd'
import { v4 as uuid } from 'uuid'
import { type ControlProps, type FormField, Icon } from '#ui'
import { options } from '../words.ts'
import {
  type OperationDraft,
  type OperationKind,
  operationNames,
  partsOf,
  plannedUnits,
  readDraft,
  refsOf,
} from './operation-model.ts'
import { PartFields } from './PartControl.tsx'

const draftsOf = (value: unknown): OperationDraft[] => (Array.isArray(value) ? (value as OperationDraft[]) : [])

interface Props {
  drafts: readonly OperationDraft[]
  change: (drafts: OperationDraft[]) => void
  control: ControlProps
}

/** The operations in their order: later ones may name what earlier ones make. */
function Operations({ drafts, change, control }: Props) {
  const add = (op: OperationKind) => {
    const id = uuid()
    change([...drafts, { key: id, op, base: op === 'create' ? { id } : {}, values: {} }])
  }
  const swap = (at: number, to: number) =>
    change(drafts.map((draft, place) => (place === at ? drafts[to]! : place === to ? drafts[at]! : draft)))
  return (
    <div className="oa-pairs">
      <ol className="oa-ops">
        {drafts.map((draft, at) => {
          const name = `第 ${at + 1} 项${operationNames[draft.op]}`
          const read = control['aria-invalid'] ? readDraft(draft) : undefined
          return (
            <li key={draft.key} aria-label={name}>
              <div className="qt-row oa-ophead">
                <b className="qt-grow">
                  {at + 1}. {operationNames[draft.op]}
                </b>
                <Button aria-label={`${name}上移`} disabled={at === 0} onClick={() => swap(at, at - 1)}>
                  上移
                </Button>
                <Button aria-label={`${name}下移`} disabled={at === drafts.length - 1} onClick={() => swap(at, at + 1)}>
                  下移
                </Button>
                <Button aria-label={`删去${name}`} onClick={() => change(drafts.filter((_, place) => place !== at))}>
                  删去
                </Button>
              </div>
              {read && 'fault' in read && <p className="oa-fault">{read.fault}</p>}
              <div className="qt-fields">
                <PartFields
                  parts={partsOf[draft.op]}
                  values={draft.values}
                  planned={plannedUnits(drafts.slice(0, at))}
                  unitId={refsOf(draft.values.unitId)[0]?.id}
                  onChange={(values) => change(drafts.map((one, place) => (place === at ? { ...one, values } : one)))}
                />
              </div>
            </li>
          )
        })}
      </ol>
      {/* biome-ignore lint/a11y/useSemanticElements: a fieldset would take the looks of a group of the whole form */}
      <div
        id={control.id}
        tabIndex={-1}
        role="group"
        aria-label="添一项操作"
        aria-describedby={control['aria-describedby']}
        className="qt-row oa-ophead"
      >
        {options(operationNames).map(({ value, label }) => (
          <Button key={value} icon={<Icon name="plus" size={16} />} onClick={() => add(value)}>
            {label}
          </Button>
        ))}
      </div>
    </div>
  )
}

export const operationsField = {
  name: 'operations',
  label: '改革操作',
  help: '按次序办理，后面的可以用到前面新建的单位',
  kind: 'custom',
  render: (value, change, control) => <Operations drafts={draftsOf(value)} change={change} control={control} />,
  say: (value) => `${draftsOf(value).length} 项`,
} as const satisfies FormField
