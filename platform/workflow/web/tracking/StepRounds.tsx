import { Avatar, format, Tag } from '#ui'
import { type Round, type TrackedStep, type TrackState, trackStates } from '../../contract/designing.ts'

export const tones: Record<TrackState, 'plain' | 'primary' | 'ok' | 'warn' | 'over'> = {
  done: 'ok',
  current: 'primary',
  expected: 'plain',
  returned: 'warn',
  skipped: 'plain',
  stopped: 'over',
  cancelled: 'plain',
}
const personStates: Record<Round['people'][number]['state'], string> = {
  waiting: '未轮到',
  open: '正在办理',
  paused: '等他人先办',
  done: '已办理',
  cancelled: '没有参与办理',
  expected: '预计由其办理',
}

/** One step: who had it, what they said, and when; each round by itself. */
export const StepRounds = ({ step: { name, state, rounds } }: { step: TrackedStep }) => (
  <article className="wf-rounds">
    <h3>
      {name}
      <Tag tone={tones[state]}>{trackStates[state]}</Tag>
    </h3>
    {rounds.length === 0 && state === 'current' && (
      <p className="qt-small qt-second">由别的流程或系统在办，办完自动往下走。</p>
    )}
    {rounds.map((round) => (
      <div key={round.round} className="round">
        {rounds.length > 1 && (
          <p className="qt-small qt-second">
            第 {round.round} 次，{trackStates[round.state]}
          </p>
        )}
        <Times round={round} />
        {round.fault && <p className="wf-fault">{round.fault}</p>}
        <ul>
          {round.people.map((person) => (
            <li key={`${person.personId}${person.at}`} className="who">
              <Avatar name={person.name} />
              <div className="qt-grow">
                <p>
                  <b>{person.name}</b>
                  {person.ownerName && <span className="qt-second">（代{person.ownerName}）</span>}
                  <span className="qt-small qt-second"> {person.unitName}</span>
                </p>
                <p className="qt-small qt-second">
                  {person.outcome ?? personStates[person.state]}
                  {person.at && `，${format.moment(person.at)}`}
                </p>
                {person.opinion && <p className="opinion">{person.opinion}</p>}
              </div>
            </li>
          ))}
        </ul>
        {round.people.length === 0 && <p className="qt-small qt-second">{nobody[round.state] ?? '没有办理人'}</p>}
      </div>
    ))}
  </article>
)

const nobody: Partial<Record<TrackState, string>> = {
  skipped: '按流程设置免办。',
  expected: '现在还找不到办理人，到时按流程的设置处理。',
}

function Times({ round: { entered, left, dueAt } }: { round: Round }) {
  if (!entered) return null
  return (
    <p className="qt-small qt-second">
      {format.moment(entered)} 开始{left && `，${format.moment(left)} 结束`}
      {!left && dueAt && `，${format.moment(dueAt)} 前办`}
    </p>
  )
}
