import { useQuery } from '@tanstack/react-query'
import { Button, Input } from 'antd'
import { useState } from 'react'
import { ApiError, apiQuery } from '#kernel/web'
import { searchPeople } from '#platform/directory/web'
import { Avatar, ErrorState, Field, Icon, Light, PersonPicker, type PersonRef, Tag } from '#ui'
import type { Draft, Fault, Simulation, Tried } from '../../contract/designing.ts'
import { designs } from '../client.ts'
import { Drawing, type Mark } from '../tracking/Drawing.tsx'
import { answerOf } from '../words.ts'
import type { Kit } from './context.ts'
import { plainly } from './plainly.ts'

interface Props {
  draft: Draft
  problems: readonly Fault[]
  kit: Kit
}

/** 试办: who would get it, step by step, with the people of today; nothing is sent to anybody. */
export function TryOut({ draft, problems }: Props) {
  const diagram = useQuery({ ...apiQuery(designs.draftDiagram, { id: draft.id }), staleTime: 0, gcTime: 0 })
  const { run, answer, busy, error } = useTry(draft.id)
  if (problems.length > 0)
    return (
      <div className="tryout">
        <p role="alert" className="wf-fault">
          还有 {problems.length} 处错误，改完才能试办：{plainly(problems[0]?.message ?? '')}
        </p>
      </div>
    )
  return (
    <div className="tryout">
      <Setup draft={draft} busy={busy} run={run} />
      <div className="picture">
        {error && <ErrorState error={error} onRetry={() => run({})} />}
        {diagram.data && (
          <Drawing
            label="试办走过的路"
            diagram={diagram.data}
            marks={new Map((answer?.steps ?? []).map((step) => [step.node, markOf(step)]))}
            passed={new Set(answer?.passed)}
          />
        )}
      </div>
      <section className="course" aria-label="试办经过" aria-live="polite">
        <h2>试办经过</h2>
        {answer ? (
          <Course answer={answer} busy={busy} run={run} />
        ) : (
          <p className="qt-second">填好左边的内容，点“开始试办”，看看会由谁办、走哪条路。不会真的发给任何人。</p>
        )}
      </section>
    </div>
  )
}

type Asked = { starterId?: string; values?: Record<string, string | number>; choices?: Record<string, string[]> }
type Run = (change: Partial<{ start: Asked; moves: Simulation['moves']; agree: boolean }>) => void

/** Each answer comes from the beginning: the moves so far are sent along, so that any of them can be taken back. */
function useTry(id: string) {
  const [start, setStart] = useState<Asked>({})
  const [answer, setAnswer] = useState<Simulation>()
  const [error, setError] = useState<ApiError>()
  const [busy, setBusy] = useState(false)
  const run: Run = ({ start: given = start, moves = [], agree = false }) => {
    setStart(given)
    setBusy(true)
    setError(undefined)
    designs
      .simulate({ id, ...given, moves, agree })
      .then(setAnswer)
      .catch((cause: unknown) => {
        setAnswer(undefined)
        if (cause instanceof ApiError) setError(cause)
      })
      .finally(() => setBusy(false))
  }
  return { run, answer, busy, error }
}

function Setup({ draft, busy, run }: { draft: Draft; busy: boolean; run: Run }) {
  const [starter, setStarter] = useState<PersonRef[]>([])
  const [values, setValues] = useState<Record<string, string>>({})
  const [choices, setChoices] = useState<Record<string, PersonRef[]>>({})
  const begin = (agree: boolean) => {
    const filled = Object.entries(values).filter(([, value]) => value.trim() !== '')
    run({
      start: {
        starterId: starter[0]?.id,
        values: Object.fromEntries(filled.map(([name, value]) => [name, answerOf(value.trim())])),
        choices: Object.fromEntries(
          Object.entries(choices).map(([node, people]) => [node, people.map(({ id }) => id)]),
        ),
      },
      agree,
    })
  }
  return (
    <section className="setup" aria-label="试办的内容">
      <h2>试办的内容</h2>
      <Field label="谁来发起" help="不选就是您自己。" required>
        {(control) => <PersonPicker control={control} value={starter} onChange={setStarter} search={searchPeople} />}
      </Field>
      {draft.asks.map((name) => (
        <Field key={name} label={name}>
          {(control) => (
            <Input
              {...control}
              value={values[name] ?? ''}
              maxLength={200}
              onChange={(event) => setValues((old) => ({ ...old, [name]: event.target.value }))}
            />
          )}
        </Field>
      ))}
      {draft.chosen.map(({ node, name }) => (
        <Field key={node} label={`“${name}”由谁办`} help="这一步由前面的人选定，试办时在这里选。">
          {(control) => (
            <PersonPicker
              control={control}
              multiple
              value={choices[node] ?? []}
              onChange={(people) => setChoices((old) => ({ ...old, [node]: people }))}
              search={searchPeople}
            />
          )}
        </Field>
      ))}
      <div className="acts">
        <Button type="primary" loading={busy} onClick={() => begin(false)}>
          开始试办
        </Button>
        <Button disabled={busy} onClick={() => begin(true)}>
          一路同意到底
        </Button>
      </div>
    </section>
  )
}
const looks: Record<Tried['state'], Mark['look']> = {
  done: 'done',
  open: 'current',
  skipped: 'skipped',
  stopped: 'stopped',
}
const states: Record<Tried['state'], string> = { done: '已办', open: '该办', skipped: '免办', stopped: '停住' }
const tones = { done: 'ok', open: 'primary', skipped: 'plain', stopped: 'over' } as const
const markOf = ({ state, people }: Tried): Mark => ({
  look: looks[state],
  word: states[state],
  note: people[0] && (people.length === 1 ? people[0].name : `${people[0].name} 等 ${people.length} 人`),
})

function Course({ answer, busy, run }: { answer: Simulation; busy: boolean; run: Run }) {
  return (
    <>
      <ol>
        {answer.steps.map((step, index) => (
          // biome-ignore lint/suspicious/noArrayIndexKey: the same step may come several times; the order is the identity
          <li key={`${step.node}${step.round}${index}`}>
            <TriedStep step={step} />
          </li>
        ))}
      </ol>
      {answer.open.map((one) => (
        <div key={one.slot} className="turn">
          <p>
            轮到 <b>{one.name}</b> 办“{one.step}”，选：
          </p>
          {one.fields.length > 0 && (
            <p className="qt-tiny qt-second">
              这一步要填：{one.fields.map(({ name, required }) => (required ? `${name}（必填）` : name)).join('、')}
              。试办用左边填的值。
            </p>
          )}
          <div className="acts">
            {one.outcomes.map(({ key, name }) => (
              <Button
                key={key}
                disabled={busy}
                onClick={() => run({ moves: [...answer.moves, { slot: one.slot, outcome: key }] })}
              >
                {name}
              </Button>
            ))}
          </div>
        </div>
      ))}
      <div className="acts">
        {answer.open.length > 0 && (
          <Button disabled={busy} onClick={() => run({ moves: answer.moves, agree: true })}>
            后面都同意
          </Button>
        )}
        {answer.moves.length > 0 && (
          <Button
            disabled={busy}
            icon={<Icon name="undo" size={16} />}
            onClick={() => run({ moves: answer.moves.slice(0, -1) })}
          >
            退一步
          </Button>
        )}
      </div>
      {answer.status === 'completed' && <Light state="ok">走到头了：这件事办结。</Light>}
      {answer.status === 'running' && answer.open.length === 0 && (
        <Light state="over">停在这里，没有人能往下办。请看上面的说明。</Light>
      )}
    </>
  )
}

const TriedStep = ({ step }: { step: Tried }) => (
  <article>
    <h3>
      {step.name}
      {step.kind === 'step' && <Tag tone={tones[step.state]}>{states[step.state]}</Tag>}
      {step.round > 1 && <span className="qt-tiny qt-quiet">第 {step.round} 次</span>}
    </h3>
    {step.people.map((person) => (
      <p key={`${person.personId}${person.slot}`} className="qt-row">
        <Avatar name={person.name} />
        <span className="qt-grow">
          {person.name}
          {person.ownerName && <span className="qt-second">（代{person.ownerName}）</span>}
          <span className="qt-small qt-second"> {person.unitName}</span>
        </span>
        <span className="qt-small qt-second">{person.outcome}</span>
      </p>
    ))}
    {step.search.map(({ rule, people }) => (
      <p key={rule} className="qt-tiny qt-second">
        {people.length > 0 ? `按“${rule}”找到${people.map(({ name }) => name).join('、')}` : `按“${rule}”没有找到人`}
      </p>
    ))}
    {step.note && <p className="qt-tiny qt-second">{step.note}</p>}
  </article>
)
