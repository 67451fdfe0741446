import type { Elements, Question } from '../contract.ts'
import { LimitInput, LinesInput, Text, WhenInput } from './Inputs.tsx'
import { freshKey, ListEditor } from './ListEditor.tsx'
import { Section } from './Section.tsx'

interface Props {
  value: Elements
  change: (next: Partial<Elements>) => void
}

/** Options keep their keys while their words change: what hangs on them stays hung. */
const withWords = (question: Question, lines: readonly string[]): Question['options'] => {
  const options: Question['options'] = []
  for (const [at, text] of lines.entries())
    options.push({ key: question.options[at]?.key ?? freshKey('o', [...question.options, ...options]), text })
  return options
}

/** 情形: questions whose answers choose materials, steps and limits; a question may hang on an earlier answer. */
export function QuestionsEditor({ value, change }: Props) {
  return (
    <Section title="办理情形">
      <ListEditor
        what="问题"
        items={value.questions}
        blank={(): Question => ({
          key: freshKey('q', value.questions),
          text: '',
          options: [
            { key: 'o1', text: '是' },
            { key: 'o2', text: '否' },
          ],
        })}
        onChange={(questions) => change({ questions })}
      >
        {(item, set, at) => (
          <>
            <Text label="问题" most={120} value={item.text} onChange={(text) => set({ text })} />
            <LinesInput
              label="选项"
              value={item.options.map(({ text }) => text)}
              onChange={(lines) => set({ options: withWords(item, lines) })}
            />
            <WhenInput value={item.when} questions={value.questions.slice(0, at)} onChange={(when) => set({ when })} />
          </>
        )}
      </ListEditor>
      {value.questions.length > 0 && (
        <ListEditor
          what="分情形时限"
          items={value.limits}
          blank={(): Elements['limits'][number] => ({ when: {}, promised: { days: 1, unit: 'working' as const } })}
          onChange={(limits) => change({ limits })}
        >
          {(item, set) => (
            <>
              <WhenInput value={item.when} questions={value.questions} onChange={(when) => set({ when: when ?? {} })} />
              <LimitInput
                label="承诺时限"
                value={item.promised}
                onChange={(promised) => set({ promised: promised ?? { days: 0, unit: 'working' } })}
              />
            </>
          )}
        </ListEditor>
      )}
    </Section>
  )
}
