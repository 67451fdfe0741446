import { Button, Checkbox, Input, Modal } from 'antd'
import { useState } from 'react'
import { ApiError, useCommand } from '#kernel/web'
import { searchPeople } from '#platform/directory/web'
import { Field, PersonPicker, type PersonRef } from '#ui'
import { identity } from './client.ts'

/** The first administrator's part: for whom, and how it was made sure who asks. */
export function OpenRecovery({ onOpened }: { onOpened: (part: string) => void }) {
  const [open, setOpen] = useState(false)
  const [people, setPeople] = useState<PersonRef[]>([])
  const [reason, setReason] = useState('')
  const [resetFactors, setReset] = useState(false)
  const [fault, setFault] = useState<{ person?: string; reason?: string }>({})
  const begin = useCommand(identity.openRecovery, { quiet: true })
  const submit = () => {
    const person = people[0]
    setFault({ person: person ? undefined : '请选择人员', reason: reason.trim() ? undefined : '请写明怎样核实的本人' })
    if (!person || !reason.trim()) return
    begin.mutate(
      { personId: person.id, reason, resetFactors },
      {
        onSuccess: ({ part }) => {
          setOpen(false)
          setPeople([])
          setReason('')
          onOpened(part)
        },
        onError: (error) => setFault({ person: error instanceof ApiError ? error.detail : '没有发起，请稍后再试。' }),
      },
    )
  }
  return (
    <>
      <Button type="primary" onClick={() => setOpen(true)}>
        发起找回
      </Button>
      <Modal
        open={open}
        title="发起账号找回"
        okText="发起找回"
        okButtonProps={{ loading: begin.isPending }}
        cancelText="先不"
        onOk={submit}
        onCancel={() => setOpen(false)}
      >
        <div className="qt-fields">
          <Field label="为谁" required error={fault.person}>
            {(control) => <PersonPicker control={control} value={people} search={searchPeople} onChange={setPeople} />}
          </Field>
          <Field label="怎样核实的本人" help="如：本人持身份证到场" required error={fault.reason}>
            {(control) => (
              <Input.TextArea
                {...control}
                maxLength={200}
                autoSize={{ minRows: 2 }}
                value={reason}
                onChange={(event) => setReason(event.target.value)}
              />
            )}
          </Field>
          <Checkbox checked={resetFactors} onChange={(event) => setReset(event.target.checked)}>
            本人丢了手机或密钥，一并清除第二步验证
          </Checkbox>
        </div>
      </Modal>
    </>
  )
}
