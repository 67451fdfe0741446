import { Checkbox } from 'antd'
import {
  type Elements,
  levelWords,
  lifeStages,
  type Material,
  materialForms,
  materialSources,
  resultKinds,
  type Step,
  scenes,
  subjectKinds,
} from '../contract.ts'
import { Choose, ChooseSeveral, Count, LimitInput, LinesInput, Text, WhenInput } from './Inputs.tsx'
import { freshKey, ListEditor } from './ListEditor.tsx'
import { QuestionsEditor } from './QuestionsEditor.tsx'
import { Section } from './Section.tsx'

interface Props {
  value: Elements
  change: (next: Partial<Elements>) => void
}

/** The elements of a basic matter, part by part. */
export function BasicEditor({ value, change }: Props) {
  return (
    <>
      <Section title="适用范围">
        <ChooseSeveral
          label="行使层级"
          value={value.levels.map(String)}
          words={levelWords as unknown as Record<string, string>}
          onChange={(levels) => change({ levels: levels.map(Number) })}
        />
        <ChooseSeveral
          label="服务对象"
          value={value.serves}
          words={subjectKinds}
          onChange={(serves) => change({ serves })}
        />
        <ChooseSeveral label="职业阶段" value={value.life} words={lifeStages} onChange={(life) => change({ life })} />
        <ChooseSeveral label="场景" value={value.scenes} words={scenes} onChange={(next) => change({ scenes: next })} />
        <Checkbox checked={value.own} onChange={(event) => change({ own: event.target.checked })}>
          只为本单位人员办理（请假、用印等，不向别的单位申请）
        </Checkbox>
        <Text label="关键词（用空格隔开）" value={value.keywords} onChange={(keywords) => change({ keywords })} />
      </Section>
      <Section title="设定依据">
        <ListEditor
          what="依据"
          items={value.basis}
          blank={() => ({ law: '', number: '', clause: '', text: '' })}
          onChange={(basis) => change({ basis })}
        >
          {(item, set) => (
            <>
              <Text label="法律法规或文件" value={item.law} onChange={(law) => set({ law })} />
              <Text label="文号" value={item.number} onChange={(number) => set({ number })} />
              <Text label="条款" value={item.clause} onChange={(clause) => set({ clause })} />
              <Text label="条文" rows={2} most={2000} value={item.text} onChange={(text) => set({ text })} />
            </>
          )}
        </ListEditor>
      </Section>
      <Section title="条件和时限">
        <LinesInput
          label="受理条件"
          value={value.conditions}
          onChange={(conditions) => change({ conditions: [...conditions] })}
        />
        <div className="mt-editfields">
          <LimitInput label="法定办结时限" value={value.statutory} onChange={(statutory) => change({ statutory })} />
          <LimitInput label="承诺办结时限" value={value.promised} onChange={(promised) => change({ promised })} />
          <Count label="到现场次数" unit="次" value={value.visits} onChange={(visits) => change({ visits })} />
          <Text
            label="必须到现场的原因"
            value={value.visitReason}
            onChange={(visitReason) => change({ visitReason })}
          />
        </div>
        <Text label="特别程序（不计入时限）" value={value.special} onChange={(special) => change({ special })} />
      </Section>
      <QuestionsEditor value={value} change={change} />
      <MaterialsEditor value={value} change={change} />
      <StepsEditor value={value} change={change} />
      <ResultsEditor value={value} change={change} />
    </>
  )
}

function MaterialsEditor({ value, change }: Props) {
  return (
    <Section title="申请材料">
      <ListEditor
        what="材料"
        items={value.materials}
        blank={(): Material => ({
          key: freshKey('m', value.materials),
          name: '',
          form: 'electronic',
          originals: 1,
          copies: 0,
          licence: false,
          required: true,
          source: 'applicant',
          note: '',
          basis: '',
        })}
        onChange={(materials) => change({ materials })}
      >
        {(item, set) => (
          <>
            <Text label="材料名称" most={120} value={item.name} onChange={(name) => set({ name })} />
            <Choose label="形式" value={item.form} words={materialForms} onChange={(form) => set({ form })} />
            <Choose label="来源" value={item.source} words={materialSources} onChange={(source) => set({ source })} />
            <Count label="原件" unit="份" value={item.originals} onChange={(originals) => set({ originals })} />
            <Count label="复印件" unit="份" value={item.copies} onChange={(copies) => set({ copies })} />
            <Checkbox checked={item.licence} onChange={(event) => set({ licence: event.target.checked })}>
              是证照
            </Checkbox>
            <Checkbox checked={item.required} onChange={(event) => set({ required: event.target.checked })}>
              必须提交
            </Checkbox>
            <Text label="说明" value={item.note} onChange={(note) => set({ note })} />
            <WhenInput value={item.when} questions={value.questions} onChange={(when) => set({ when })} />
          </>
        )}
      </ListEditor>
    </Section>
  )
}

function StepsEditor({ value, change }: Props) {
  return (
    <Section title="办理环节">
      <ListEditor
        what="环节"
        items={value.steps}
        blank={(): Step => ({ key: freshKey('s', value.steps), name: '', who: '', days: null, note: '' })}
        onChange={(steps) => change({ steps })}
      >
        {(item, set) => (
          <>
            <Text label="环节名称" most={40} value={item.name} onChange={(name) => set({ name })} />
            <Text label="由谁办理" most={60} value={item.who} onChange={(who) => set({ who })} />
            <Count
              label="天数"
              unit="天"
              value={item.days ?? 0}
              onChange={(days) => set({ days: days === 0 ? null : days })}
            />
            <WhenInput value={item.when} questions={value.questions} onChange={(when) => set({ when })} />
          </>
        )}
      </ListEditor>
    </Section>
  )
}

function ResultsEditor({ value, change }: Props) {
  return (
    <Section title="结果、收费和联系方式">
      <ListEditor
        what="结果"
        items={value.results}
        blank={() => ({ name: '', kind: 'document' as const })}
        onChange={(results) => change({ results })}
      >
        {(item, set) => (
          <>
            <Text label="结果名称" value={item.name} onChange={(name) => set({ name })} />
            <Choose label="种类" value={item.kind} words={resultKinds} onChange={(kind) => set({ kind })} />
          </>
        )}
      </ListEditor>
      <ListEditor
        what="收费"
        items={value.fees}
        blank={() => ({ name: '', standard: '', basis: '' })}
        onChange={(fees) => change({ fees })}
      >
        {(item, set) => (
          <>
            <Text label="收费项目" value={item.name} onChange={(name) => set({ name })} />
            <Text label="标准" value={item.standard} onChange={(standard) => set({ standard })} />
            <Text label="依据" value={item.basis} onChange={(basis) => set({ basis })} />
          </>
        )}
      </ListEditor>
      <div className="mt-editfields">
        <Text
          label="咨询电话"
          value={value.consultation.phone}
          onChange={(phone) => change({ consultation: { ...value.consultation, phone } })}
        />
        <Text
          label="监督投诉电话"
          value={value.supervision.phone}
          onChange={(phone) => change({ supervision: { ...value.supervision, phone } })}
        />
      </div>
    </Section>
  )
}
