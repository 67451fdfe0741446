import { Select } from 'antd'
import { useState } from 'react'
import { Facts, Field, Tag } from '#ui'
import {
  basisWords,
  type Elements,
  type Limit,
  type LocalElements,
  levelWords,
  lifeStages,
  limitWords,
  type Material,
  materialForms,
  materialSources,
  resultKinds,
  type Situation,
  scenes,
  situate,
  subjectKinds,
} from '../contract.ts'

interface Held {
  material: string
  datum: string
  holder: string
}
interface Props {
  elements: Elements
  local: LocalElements | null
  held: readonly Held[]
}

const names = (keys: readonly string[], words: Readonly<Record<string, string>>) =>
  keys.map((key) => words[key]).join('、')

/** The guide as whoever needs the matter reads it; the situation chooses materials, steps and limits. */
export function Guide({ elements, local, held }: Props) {
  const [given, choose] = useState<Record<string, string>>({})
  const situation = situate(elements, local, given)
  return (
    <div className="mt-guide">
      {situation.questions.length > 0 && (
        <section aria-label="办理情形">
          <h2>您的情形</h2>
          <Questions
            situation={situation}
            fixed={local?.preset ?? {}}
            onAnswer={(key, answer) => choose({ ...given, [key]: answer })}
          />
        </section>
      )}
      <section aria-label="基本信息">
        <h2>基本信息</h2>
        <GuideFacts elements={elements} local={local} promised={situation.promised} />
      </section>
      <Lines title="受理条件" lines={[...elements.conditions, ...(local?.conditions ?? [])]} />
      <section aria-label="申请材料">
        <h2>申请材料</h2>
        <Materials materials={situation.materials} held={held} />
      </section>
      {situation.steps.length > 0 && (
        <section aria-label="办理环节">
          <h2>办理环节</h2>
          <ol className="mt-steps">
            {situation.steps.map((step) => (
              <li key={step.key}>
                <b>{step.name}</b>
                <span className="qt-small qt-second">
                  {[step.who, step.days === null ? '' : `${step.days} 天`].filter(Boolean).join('，')}
                </span>
              </li>
            ))}
          </ol>
        </section>
      )}
      <Lines title="设定依据" lines={elements.basis.map(basisWords)} />
      {elements.fees.length > 0 && (
        <Lines title="收费" lines={elements.fees.map((fee) => `${fee.name}：${fee.standard}（${fee.basis}）`)} />
      )}
    </div>
  )
}

interface QuestionsProps {
  situation: Situation
  fixed: Readonly<Record<string, string>>
  onAnswer: (key: string, answer: string) => void
}
export function Questions({ situation, fixed, onAnswer }: QuestionsProps) {
  return (
    <div className="mt-questions">
      {situation.questions.map((question) => (
        <Field key={question.key} label={question.text} required>
          {(control) => (
            <Select
              id={control.id}
              disabled={fixed[question.key] !== undefined}
              value={situation.answers[question.key]}
              placeholder="请选择"
              options={question.options.map((option) => ({ value: option.key, label: option.text }))}
              onChange={(answer: string) => onAnswer(question.key, answer)}
            />
          )}
        </Field>
      ))}
    </div>
  )
}

function GuideFacts({ elements, local, promised }: Pick<Props, 'elements' | 'local'> & { promised: Limit | null }) {
  return (
    <Facts
      rows={[
        ['法定时限', limitWords(elements.statutory)],
        ['承诺时限', limitWords(promised)],
        ['到现场次数', elements.visits === 0 ? '不用到现场' : `${elements.visits} 次：${elements.visitReason}`],
        ['服务对象', names(elements.serves, subjectKinds)],
        ['行使层级', elements.levels.map((level) => levelWords[level]).join('、')],
        ['办理结果', elements.results.map((result) => `${result.name}（${resultKinds[result.kind]}）`).join('、')],
        ['收费', elements.fees.length === 0 ? '不收费' : ''],
        ['办理地址', local?.address],
        ['办理时间', local?.hours],
        ['咨询电话', local?.phone || elements.consultation.phone],
        ['监督投诉', local?.supervisionPhone || elements.supervision.phone],
        ['特别程序', elements.special],
        ['职业阶段', names(elements.life, lifeStages)],
        ['场景', names(elements.scenes, scenes)],
      ]}
    />
  )
}

function Lines({ title, lines }: { title: string; lines: readonly string[] }) {
  if (lines.length === 0) return null
  return (
    <section aria-label={title}>
      <h2>{title}</h2>
      <ul className="mt-lines">
        {lines.map((line) => (
          <li key={line}>{line}</li>
        ))}
      </ul>
    </section>
  )
}

/** What has to be brought, and what nobody may ask for since somebody holds it already. */
export function Materials({ materials, held }: { materials: readonly Material[]; held: readonly Held[] }) {
  if (materials.length === 0) return <p className="qt-quiet">不用提交材料。</p>
  return (
    <ul className="mt-materials">
      {materials.map((material) => {
        const known = held.find((one) => one.material === material.name)
        return (
          <li key={material.key}>
            <p className="qt-row">
              <b>{material.name}</b>
              {material.licence && <Tag>证照</Tag>}
              {known ? <Tag tone="ok">不得要求提供</Tag> : !material.required && <Tag>可不交</Tag>}
            </p>
            <p className="qt-small qt-second">
              {known
                ? `“${known.datum}”由${known.holder}持有，办理时由系统核验`
                : [materialForms[material.form], copies(material), materialSources[material.source], material.note]
                    .filter(Boolean)
                    .join('，')}
            </p>
          </li>
        )
      })}
    </ul>
  )
}
const copies = ({ originals, copies: also }: Material): string =>
  [originals > 0 ? `原件 ${originals} 份` : '', also > 0 ? `复印件 ${also} 份` : ''].filter(Boolean).join('、')
