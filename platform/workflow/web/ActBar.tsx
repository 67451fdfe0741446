import { Button, Dropdown, Input, Modal } from 'antd'
import { type RefObject, useState } from 'react'
import { ApiError, useCommand } from '#kernel/web'
import type { FormHandle } from '#platform/forms/web'
import { extrasOf, isWritten, noOpinion, OpinionBox, type OpinionDraft } from '#platform/tasks/web'
import { ConfirmButton, Field, Icon, toast, useBackCloses, useHotkey } from '#ui'
import type { Act, CaseFile } from '../contract.ts'
import { cases } from './client.ts'
import { PeopleDialog, type PeopleOperation, peopleOperations } from './PeopleDialog.tsx'
import { SendBack } from './SendBack.tsx'
import { answerOf } from './words.ts'

type Mine = NonNullable<CaseFile['mine']>

interface BarProps {
  file: CaseFile
  /** the form of the case, while it is filled in on the same page */
  form: RefObject<FormHandle | null>
  onDone?: () => void
}
/** At the foot of a case: the opinion, the outcomes of the step, and everything else one may do with it. */
export function ActBar({ file, form, onDone }: BarProps) {
  const command = useCommand(cases.act)
  const give: Give = async (act, opinion, extras) => {
    await command.mutateAsync({ id: file.id, act, ...(opinion && { opinion }), ...(extras && { extras }) })
    if (handsOn.has(act.do)) onDone?.()
  }
  if (file.mine) return <Handle file={file} mine={file.mine} form={form} give={give} busy={command.isPending} />
  const { withdraw, can, title } = file
  if (!withdraw && !can.urge) return null
  return (
    <div className="wf-bar qt-noprint">
      <div className="acts">
        {can.urge && (
          <Button
            loading={command.isPending}
            onClick={() => void give({ do: 'urge' }).then(() => toast.done('已提醒正在办理的人员。'), ignore)}
          >
            催办
          </Button>
        )}
        {withdraw && (
          <ConfirmButton
            verb="撤回"
            name={title}
            consequence="您刚才的办理会收回，由您重新办理。"
            onConfirm={() => give({ do: 'withdraw', slot: withdraw })}
          />
        )}
      </div>
    </div>
  )
}
const ignore = () => undefined
/** After these it is somebody else's turn. */
const handsOn = new Set<Act['do']>(['complete', 'send-back', 'transfer', 'delegate'])

type Give = (act: Act, opinion?: string, extras?: ReturnType<typeof extrasOf>) => Promise<unknown>
interface Props {
  file: CaseFile
  mine: Mine
  form: RefObject<FormHandle | null>
  give: Give
  busy: boolean
}

type Outcome = Mine['outcomes'][number]

function Handle({ file, mine, form, give, busy }: Props) {
  const [opinion, setOpinion] = useState<OpinionDraft>(noOpinion)
  const [fault, setFault] = useState<string>()
  const [asked, setAsked] = useState<PeopleOperation>()
  const [sure, setSure] = useState<Outcome>()
  const [typed, setTyped] = useState<Record<string, string>>({})
  const can = (operation: string) => mine.operations.includes(operation)
  const isMissing = (outcome: Outcome): boolean => {
    const missing = outcome.opinion === 'required' && !isWritten(opinion)
    if (missing) setFault(`选择“${outcome.name}”时请填写意见。`)
    return missing
  }
  const complete = async (outcome: Outcome) => {
    if (isMissing(outcome)) return
    // Whoever refuses need not have filled in what agreeing needs.
    const filled = outcome.counts === 'reject' ? {} : form.current?.check()
    if (filled === null) {
      setFault('表单还有需要修改的地方，已在上面标出。')
      return
    }
    try {
      const values = Object.fromEntries(Object.entries(typed).map(([name, value]) => [name, answerOf(value.trim())]))
      const seen = filled && file.form ? { values: filled, formRevision: file.form.revision } : { values }
      await give(
        { do: 'complete', slot: mine.slot, outcome: outcome.key, ...seen },
        opinion.text.trim(),
        extrasOf(opinion),
      )
      await form.current?.done()
      toast.done(`已办理：${outcome.name}。`)
    } catch (error) {
      if (!(error instanceof ApiError)) return
      setFault(error.detail)
      if (error.errors.length > 0) form.current?.refuse(error)
    }
  }
  const [first, ...others] = mine.outcomes
  const back = mine.outcomes.find(({ counts }) => counts === 'reject')
  // One key decides nothing: what is written is shown once more, and who refuses has written why.
  const byKey = (outcome: Outcome | undefined) => {
    if (!outcome || busy) return
    if (outcome.counts === 'reject' && outcome.opinion !== 'none' && !isWritten(opinion))
      setFault(`选择“${outcome.name}”时请填写意见。`)
    else if (!isMissing(outcome)) setSure(outcome)
  }
  useHotkey('a', () => byKey(first))
  useHotkey('r', () => byKey(back))
  return (
    <div className="wf-bar qt-noprint">
      <Fields mine={mine} typed={typed} type={(name, value) => setTyped((old) => ({ ...old, [name]: value }))} />
      <OpinionBox
        label="意见"
        placeholder={`${mine.step}：填写意见`}
        value={opinion}
        fault={fault}
        onChange={(change) => {
          setOpinion(change)
          setFault(undefined)
        }}
      />
      <div className="acts">
        {mine.claim && (
          <Button
            type="primary"
            loading={busy}
            onClick={() => void give({ do: 'claim', slot: mine.slot }).catch(ignore)}
          >
            签收
          </Button>
        )}
        {first && (
          <Button type={mine.claim ? 'default' : 'primary'} loading={busy} onClick={() => void complete(first)}>
            {first.name}
          </Button>
        )}
        {others.map((outcome) => (
          <Button
            key={outcome.key}
            danger={outcome.counts === 'reject'}
            disabled={busy}
            onClick={() => void complete(outcome)}
          >
            {outcome.name}
          </Button>
        ))}
        <More operations={peopleOperations.filter(({ key }) => can(key))} choose={setAsked} />
        <span className="qt-grow" />
        {can('send-back') && <SendBack mine={mine} opinion={opinion.text} give={give} />}
      </div>
      {sure && (
        <Sure
          outcome={sure}
          title={file.title}
          opinion={opinion}
          give={() => complete(sure)}
          close={() => setSure(undefined)}
        />
      )}
      {asked && (
        <PeopleDialog
          key={asked.key}
          operation={asked}
          name={file.title}
          slot={mine.slot}
          give={(act) => give(act, opinion.text.trim(), extrasOf(opinion))}
          close={() => setAsked(undefined)}
        />
      )}
    </div>
  )
}

/** What one may do by naming people. */
function More({ operations, choose }: { operations: PeopleOperation[]; choose: (one?: PeopleOperation) => void }) {
  if (operations.length === 0) return null
  return (
    <Dropdown
      trigger={['click']}
      menu={{
        items: operations.map(({ key, label }) => ({ key, label })),
        onClick: ({ key }) => choose(operations.find((one) => one.key === key)),
      }}
    >
      <Button icon={<Icon name="chevronDown" size={16} />} iconPlacement="end">
        更多
      </Button>
    </Dropdown>
  )
}

interface FieldsProps {
  mine: Mine
  typed: Record<string, string>
  type: (name: string, value: string) => void
}
/** What the step wants filled in of a case without a form. */
const Fields = ({ mine, typed, type }: FieldsProps) =>
  mine.fields.map(({ name, required, value }) => (
    <Field key={name} label={required ? name : `${name}（可不填）`} required={required}>
      {(control) => (
        <Input
          {...control}
          maxLength={500}
          value={typed[name] ?? (value === null ? '' : String(value))}
          onChange={(event) => type(name, event.target.value)}
        />
      )}
    </Field>
  ))

interface SureProps {
  outcome: Outcome
  title: string
  opinion: OpinionDraft
  give: () => Promise<unknown>
  close: () => void
}
/** What was chosen by a key, once more in words before it leaves. */
function Sure({ outcome, title, opinion, give, close }: SureProps) {
  const [busy, setBusy] = useState(false)
  useBackCloses(true, close)
  const confirm = async () => {
    setBusy(true)
    await give()
    close()
  }
  return (
    <Modal
      open
      title={`${outcome.name}“${title}”？`}
      okText={`确认${outcome.name}`}
      okButtonProps={{ danger: outcome.counts === 'reject', loading: busy, autoFocus: true }}
      cancelText="先不"
      closable={!busy}
      onOk={() => void confirm()}
      onCancel={close}
    >
      <p className="qt-second">
        {opinion.text.trim() ? `意见：${opinion.text.trim()}` : opinion.handwritten ? '意见为手写。' : '没有写意见。'}
      </p>
    </Modal>
  )
}
