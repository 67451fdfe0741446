import { searchPeople } from '#platform/directory/web'
import { PersonPicker } from '#ui'
import { type Elements, type LocalElements, limitWords, situate } from '../contract.ts'
import { Questions } from './Guide.tsx'
import { Labelled, LimitInput, LinesInput, Text } from './Inputs.tsx'
import { Section } from './Section.tsx'

interface Props {
  elements: Elements
  value: LocalElements
  item: boolean
  change: (next: Partial<LocalElements>) => void
}

/** What the unit that carries the matter out says itself; the rest is the basic catalogue's and stands beside. */
export function LocalEditor({ elements, value, item, change }: Props) {
  const preset = situate(elements, null, value.preset)
  return (
    <>
      {item && (
        <Section title="这个办理项是哪种情形">
          <Questions
            situation={preset}
            fixed={{}}
            onAnswer={(key, answer) => change({ preset: { ...preset.answers, [key]: answer } })}
          />
        </Section>
      )}
      <Section title="在哪里办">
        <Text label="办理地址" value={value.address} onChange={(address) => change({ address })} />
        <Text label="办理时间" value={value.hours} onChange={(hours) => change({ hours })} />
        <Text label="咨询电话" most={60} value={value.phone} onChange={(phone) => change({ phone })} />
        <Text
          label="监督电话"
          most={60}
          value={value.supervisionPhone}
          onChange={(phone) => change({ supervisionPhone: phone })}
        />
      </Section>
      <Section title="时限和本地条件">
        <LimitInput
          label={`承诺办结时限（基本目录：${limitWords(elements.promised) || '未定'}，可以更短）`}
          value={value.promised}
          onChange={(promised) => change({ promised })}
        />
        <LinesInput
          label="本地条件"
          value={value.conditions}
          onChange={(conditions) => change({ conditions: [...conditions] })}
        />
      </Section>
      <Section title="由谁办理">
        <p className="qt-small qt-second">只有本单位的人看得到；不填时由本单位负责人审批。</p>
        <Labelled label="受理人">
          {(id) => (
            <PersonPicker
              control={{ id }}
              multiple
              search={searchPeople}
              value={value.acceptors}
              onChange={(people) => change({ acceptors: people.map(({ id, name }) => ({ id, name })) })}
            />
          )}
        </Labelled>
        <Labelled label="审批人">
          {(id) => (
            <PersonPicker
              control={{ id }}
              multiple
              search={searchPeople}
              value={value.deciders}
              onChange={(people) => change({ deciders: people.map(({ id, name }) => ({ id, name })) })}
            />
          )}
        </Labelled>
      </Section>
    </>
  )
}
