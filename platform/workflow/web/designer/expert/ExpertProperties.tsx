import { Field, Tag } from '#ui'
import { typeName } from '../../../definition/problems.ts'
import { ConditionEditor } from '../ConditionEditor.tsx'
import { useDesign } from '../context.ts'
import { Faults, ProcessForm, Settings } from '../Properties.tsx'
import { TextField } from '../TextField.tsx'
import { blockOf, conditionOf, writeCondition } from './element-blocks.ts'
import type { Drawn, Modeler } from './modeler.ts'

interface Props {
  modeler: Modeler
  selected: Drawn | undefined
  /** counts the changes of the drawing: what it holds is read anew */
  turn: number
}

/** 属性 of what is selected in the drawing; of the process when nothing is. */
export function ExpertProperties({ modeler, selected }: Props) {
  const { changeBlock } = useDesign()
  if (!selected || selected.businessObject.$type === 'bpmn:Process') return <ProcessForm />
  const element = selected.businessObject
  const block = blockOf(element)
  const rename = (name: string) =>
    block
      ? changeBlock(block.id, (old) => ({ ...old, name }))
      : modeler.service('modeling').updateProperties(selected, { name: name || undefined })
  return (
    <div className="wf-properties" key={selected.id}>
      <h2>
        <span className="qt-ellipsis">{element.name || typeName(element.$type)}</span>
        <Tag>{typeName(element.$type)}</Tag>
      </h2>
      <Faults id={selected.id} />
      <TextField label="名称" value={element.name ?? ''} onChange={rename} />
      {block && <Settings block={block} />}
      {element.$type === 'bpmn:SequenceFlow' && (
        <Field label="什么情况走这条线" help="从网关的默认线不用写。">
          {() => (
            <ConditionEditor
              value={conditionOf(element)}
              onChange={(when) => writeCondition(modeler, selected, when)}
            />
          )}
        </Field>
      )}
      {!block && element.$type !== 'bpmn:SequenceFlow' && (
        <p className="qt-small qt-second">这种元素没有别的设置。换种类请点图上元素旁的扳手。</p>
      )}
    </div>
  )
}
