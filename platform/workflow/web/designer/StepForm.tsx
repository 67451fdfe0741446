import { Checkbox, InputNumber, Select, Tabs } from 'antd'
import { Field } from '#ui'
import type { Block } from '../../contract/blocks.ts'
import type { Operation, Way } from '../../contract/graph.ts'
import {
  absentWords,
  accessWords,
  againWords,
  nobodyWords,
  operationNames,
  rejectedWords,
  starterWords,
  wayNames,
} from '../../definition/words.ts'
import { useDesign } from './context.ts'
import { LimitForm } from './LimitForm.tsx'
import { blocksIn } from './model.ts'
import { OutcomesForm } from './OutcomesForm.tsx'
import { RuleEditor } from './RuleEditor.tsx'
import type { StepProps } from './step-props.ts'
import { UntilForm } from './UntilForm.tsx'

type Approve = Extract<Block, { type: 'approve' }>

const optionsOf = (words: Readonly<Record<string, string>>) =>
  Object.entries(words).map(([value, label]) => ({ value, label }))
const wayHelp: Record<Way, string> = {
  single: '找到的人里，一人办完就往下走',
  'all-of': '全部办完才往下走',
  'in-turn': '按次序一个接一个办',
  'any-of': '有一人办了就往下走',
  vote: '按比例算是否通过',
  claim: '先签收的人来办',
}

/** 办理环节 of a process: who, how, until when, which fields, what else. */
export function StepForm({ block }: { block: Approve }) {
  const { changeBlock } = useDesign()
  const { user } = block
  const set: StepProps['set'] = (change, tag) =>
    changeBlock(block.id, (old) => ({ ...(old as Approve), user: { ...(old as Approve).user, ...change } }), tag)
  return (
    <Tabs
      tabBarGutter={16}
      size="small"
      items={[
        { key: 'who', label: '谁来办', children: <Who block={block} set={set} /> },
        { key: 'how', label: '结果', children: <OutcomesForm user={user} set={set} /> },
        { key: 'limit', label: '时限', children: <LimitForm user={user} set={set} /> },
        { key: 'fields', label: '表单权限', children: <FieldsForm user={user} set={set} /> },
        { key: 'acts', label: '操作', children: <ActsForm user={user} set={set} own={block.id} /> },
      ]}
    />
  )
}

function Who({ block: { id, user }, set }: { block: Approve; set: StepProps['set'] }) {
  const changeWay = (way: Way) =>
    set({
      way,
      handlers: way === 'vote' ? user.handlers : user.handlers.map(({ weight: _, ...rule }) => rule),
      until: way === 'all-of' || way === 'in-turn' ? user.until : undefined,
      ratio: way === 'vote' ? (user.ratio ?? 0.5) : undefined,
      veto: way === 'vote' ? user.veto : undefined,
      rejectAtOnce: way === 'all-of' ? user.rejectAtOnce : undefined,
    })
  return (
    <div className="wf-form">
      <Field label="由谁办理" required>
        {() => (
          <RuleEditor
            rules={user.handlers}
            own={id}
            weighed={user.way === 'vote'}
            onChange={(handlers) => set({ handlers }, `${id}.handlers`)}
          />
        )}
      </Field>
      <Field label="办理方式" help={wayHelp[user.way]} required>
        {(control) => (
          <Select
            id={control.id}
            value={user.way}
            options={optionsOf(wayNames)}
            onChange={(way) => changeWay(way as Way)}
          />
        )}
      </Field>
      {user.way === 'vote' && <Vote user={user} set={set} />}
      {user.way === 'all-of' && (
        <Checkbox
          checked={user.rejectAtOnce ?? false}
          onChange={(event) => set({ rejectAtOnce: event.target.checked || undefined })}
        >
          有一人不同意就不再等其他人
        </Checkbox>
      )}
      {(user.way === 'all-of' || user.way === 'in-turn') && <UntilForm user={user} set={set} />}
      <Choice label="找不到办理人时" words={nobodyWords} value={user.nobody} onChange={(nobody) => set({ nobody })} />
      <Choice
        label="办理人就是发起人时"
        words={starterWords}
        value={user.starter}
        onChange={(starter) => set({ starter })}
      />
      <Choice label="办理人前面办过时" words={againWords} value={user.again} onChange={(again) => set({ again })} />
      <Choice label="办理人不在岗时" words={absentWords} value={user.absent} onChange={(absent) => set({ absent })} />
    </div>
  )
}

function Vote({ user, set }: StepProps) {
  const { kit } = useDesign()
  return (
    <>
      <Field label="同意的票占多少算通过" required>
        {(control) => (
          <InputNumber
            id={control.id}
            suffix="%"
            min={1}
            max={100}
            precision={0}
            value={Math.round((user.ratio ?? 0.5) * 100)}
            onChange={(share) => set({ ratio: (share ?? 50) / 100 }, 'ratio')}
          />
        )}
      </Field>
      <Field label="谁能一票否决">
        {(control) => (
          <Select
            id={control.id}
            allowClear
            placeholder="没有"
            value={user.veto}
            options={kit.duties.map(({ name }) => ({ value: name, label: name }))}
            onChange={(veto) => set({ veto: veto || undefined })}
          />
        )}
      </Field>
    </>
  )
}

interface ChoiceProps<T extends string> {
  label: string
  words: Readonly<Record<T, string>>
  value: T
  onChange: (value: T) => void
}
function Choice<T extends string>({ label, words, value, onChange }: ChoiceProps<T>) {
  return (
    <Field label={label} required>
      {(control) => (
        <Select id={control.id} value={value} options={optionsOf(words)} onChange={(next) => onChange(next as T)} />
      )}
    </Field>
  )
}

const access = optionsOf(accessWords)

function FieldsForm({ user, set }: StepProps) {
  const { process } = useDesign()
  if (process.fields.length === 0)
    return <p className="qt-small qt-second">流程还没有表单字段。点画布上的“开始”，在右边添加。</p>
  return (
    <div className="wf-fields">
      {process.fields.map((name) => (
        <div key={name} className="qt-row">
          <span className="qt-grow qt-ellipsis">{name}</span>
          <Select
            aria-label={`“${name}”在这一步`}
            value={user.fields?.[name] ?? 'read'}
            options={access}
            onChange={(next) => {
              const { [name]: _, ...rest } = user.fields ?? {}
              const fields = next === 'read' ? rest : { ...rest, [name]: next as keyof typeof accessWords }
              set({ fields: Object.keys(fields).length > 0 ? fields : undefined })
            }}
          />
        </div>
      ))}
    </div>
  )
}

const acts: readonly Operation[] = [
  'transfer',
  'delegate',
  'add-signer',
  'remove-signer',
  'assist',
  'circulate',
  'urge',
  'send-back',
]
const modes = { choose: '由退回的人选', redo: '从那一步起逐级重办', straight: '改好直接交回' } as const
const withdraws = { 'until-opened': '下一位打开以前可以', 'until-done': '下一位办完以前可以', never: '不可以' } as const

function ActsForm({ user, set, own }: StepProps & { own: string }) {
  const { process } = useDesign()
  const { sendBack } = user
  const toggle = (operation: Operation, on: boolean) =>
    set({
      operations: acts.filter((one) => (one === operation ? on : user.operations.includes(one))),
      ...(operation === 'send-back' && { sendBack: on ? { to: 'any', mode: 'choose' } : undefined }),
    })
  const steps = blocksIn(process.blocks).filter(({ type, id }) => type === 'approve' && id !== own)
  return (
    <div className="wf-form">
      <Field label="办理人可以" required>
        {() => (
          <div className="wf-checks">
            {acts.map((one) => (
              <Checkbox
                key={one}
                checked={user.operations.includes(one)}
                onChange={(event) => toggle(one, event.target.checked)}
              >
                {operationNames[one]}
              </Checkbox>
            ))}
          </div>
        )}
      </Field>
      {sendBack && (
        <>
          <Field label="退回到哪里" required>
            {(control) => (
              <Select
                id={control.id}
                mode="multiple"
                placeholder="办过的任一环节"
                value={sendBack.to === 'any' ? [] : sendBack.to}
                options={steps.map(({ id, name }) => ({ value: id, label: name || '未命名' }))}
                onChange={(to) => set({ sendBack: { ...sendBack, to: to.length > 0 ? to : 'any' } })}
              />
            )}
          </Field>
          <Choice
            label="退回改好以后"
            words={modes}
            value={sendBack.mode}
            onChange={(mode) => set({ sendBack: { ...sendBack, mode } })}
          />
        </>
      )}
      <Choice
        label="办完以后能不能撤回"
        words={withdraws}
        value={user.withdraw}
        onChange={(withdraw) => set({ withdraw })}
      />
      <Choice
        label="结果是不同意时"
        words={rejectedWords}
        value={user.rejected ?? 'continue'}
        onChange={(rejected) => set({ rejected: rejected === 'end' ? 'end' : undefined })}
      />
      <Checkbox checked={user.free ?? false} onChange={(event) => set({ free: event.target.checked || undefined })}>
        自由流：办完由办理人指定下一步给谁
      </Checkbox>
    </div>
  )
}
