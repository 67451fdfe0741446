import { Select } from 'antd'
import { Field } from '#ui'
import { ConditionEditor } from './ConditionEditor.tsx'
import type { StepProps } from './step-props.ts'

const COUNTED = ['同意数', '不同意数', '已完成', '未完成', '总数']
const choices = [
  { value: 'all', label: '所有人都办完' },
  { value: 'until', label: '符合条件就提前结束' },
]

/** 会签、顺签 may end before everybody has answered: the condition looks at how many have. */
export function UntilForm({ user, set }: StepProps) {
  return (
    <>
      <Field label="办到什么时候" required>
        {(control) => (
          <Select
            id={control.id}
            value={user.until === undefined ? 'all' : 'until'}
            options={choices}
            onChange={(next) => set({ until: next === 'until' ? '同意数 >= 2' : undefined })}
          />
        )}
      </Field>
      {user.until !== undefined && (
        <Field label="提前结束的条件" help="每有一人办完就看一次。结束时有人不同意，算不同意。" required>
          {() => (
            <ConditionEditor
              value={user.until ?? ''}
              names={COUNTED}
              then="就不再等其他人"
              onChange={(until) => set({ until }, 'until')}
            />
          )}
        </Field>
      )}
    </>
  )
}
