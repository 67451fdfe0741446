import { Button, Dropdown, Input } from 'antd'
import { useState } from 'react'
import { ApiError, useCommand } from '#kernel/web'
import { ConfirmButton, Field, Icon, toast, useHotkey } from '#ui'
import type { Act, CaseFile } from '../contract.ts'
import { cases } from './client.ts'
import { PeopleDialog, type PeopleOperation, peopleOperations } from './PeopleDialog.tsx'
import { SendBack } from './SendBack.tsx'
import { answerOf } from './words.ts'

type Mine = NonNullable<CaseFile['mine']>
const PHRASES = ['同意。', '拟同意，请领导审定。', '请补充材料后再报。', '已阅。']

/** At the foot of a case: the opinion, the outcomes of the step, and everything else one may do with it. */
export function ActBar({ file, onDone }: { file: CaseFile; onDone?: () => void }) {
  const command = useCommand(cases.act)
  const give = async (act: Act, opinion?: string) => {
    await command.mutateAsync({ id: file.id, act, ...(opinion && { opinion }) })
    if (handsOn.has(act.do)) onDone?.()
  }
  if (file.mine) return <Handle file={file} mine={file.mine} give={give} busy={command.isPending} />
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

interface Props {
  file: CaseFile
  mine: Mine
  give: (act: Act, opinion?: string) => Promise<unknown>
  busy: boolean
}

function Handle({ file, mine, give, busy }: Props) {
  const [opinion, setOpinion] = useState('')
  const [fault, setFault] = useState<string>()
  const [asked, setAsked] = useState<PeopleOperation>()
  const [typed, setTyped] = useState<Record<string, string>>({})
  const can = (operation: string) => mine.operations.includes(operation)
  const complete = async (outcome: Mine['outcomes'][number]) => {
    const text = opinion.trim()
    if (outcome.opinion === 'required' && !text) {
      setFault(`选择“${outcome.name}”时请填写意见。`)
      return
    }
    try {
      const values = Object.fromEntries(Object.entries(typed).map(([name, value]) => [name, answerOf(value.trim())]))
      await give({ do: 'complete', slot: mine.slot, outcome: outcome.key, values }, text)
      toast.done(`已办理：${outcome.name}。`)
    } catch (error) {
      if (error instanceof ApiError) setFault(error.detail)
    }
  }
  const [first, ...others] = mine.outcomes
  const back = mine.outcomes.find(({ counts }) => counts === 'reject')
  useHotkey('a', () => first && void complete(first))
  useHotkey('r', () => back && void complete(back))
  const more = peopleOperations.filter(({ key }) => can(key))
  return (
    <div className="wf-bar qt-noprint">
      {mine.fields.map(({ name, required, value }) => (
        <Field key={name} label={required ? name : `${name}（可不填）`} required={required}>
          {(control) => (
            <Input
              {...control}
              maxLength={500}
              value={typed[name] ?? (value === null ? '' : String(value))}
              onChange={(event) => setTyped((old) => ({ ...old, [name]: event.target.value }))}
            />
          )}
        </Field>
      ))}
      <Input.TextArea
        aria-label="意见"
        placeholder={`${mine.step}：填写意见`}
        value={opinion}
        maxLength={2000}
        status={fault ? 'error' : undefined}
        autoSize={{ minRows: 1, maxRows: 6 }}
        onChange={(event) => {
          setOpinion(event.target.value)
          setFault(undefined)
        }}
      />
      {fault && (
        <p role="alert" className="wf-fault">
          {fault}
        </p>
      )}
      <p className="phrases">
        <span className="qt-small qt-second">常用</span>
        {PHRASES.map((phrase) => (
          <button key={phrase} type="button" onClick={() => setOpinion((old) => old + phrase)}>
            {phrase}
          </button>
        ))}
      </p>
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
        {more.length > 0 && (
          <Dropdown
            trigger={['click']}
            menu={{
              items: more.map(({ key, label }) => ({ key, label })),
              onClick: ({ key }) => setAsked(more.find((one) => one.key === key)),
            }}
          >
            <Button icon={<Icon name="chevronDown" size={16} />} iconPlacement="end">
              更多
            </Button>
          </Dropdown>
        )}
        <span className="qt-grow" />
        {can('send-back') && <SendBack mine={mine} opinion={opinion} give={give} />}
      </div>
      {asked && (
        <PeopleDialog
          key={asked.key}
          operation={asked}
          name={file.title}
          slot={mine.slot}
          give={(act) => give(act, opinion.trim())}
          close={() => setAsked(undefined)}
        />
      )}
    </div>
  )
}
