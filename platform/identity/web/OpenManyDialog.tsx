import { useQuery } from '@tanstack/react-query'
import { useNavigate } from '@tanstack/react-router'
import { Modal, Radio } from 'antd'
import { useState } from 'react'
import { apiQuery, useCommand } from '#kernel/web'
import { useUnits } from '#platform/directory/web'
import { Field, format, UnitPicker, type UnitRef } from '#ui'
import { identity } from './client.ts'

/** 成批开通: everybody without an account in a unit and below it. */
export function OpenManyDialog({ onClose }: { onClose: () => void }) {
  const navigate = useNavigate()
  const units = useUnits()
  const [unit, setUnit] = useState<UnitRef[]>([])
  const [tell, setTell] = useState<'sheet' | 'sms'>('sheet')
  const [fault, setFault] = useState('')
  const under = unit[0]?.id
  const counts = useQuery({ ...apiQuery(identity.accountCounts, { under: under ?? '' }), enabled: under !== undefined })
  const rule = useQuery({ ...apiQuery(identity.accountRule, { unitId: under ?? '' }), enabled: under !== undefined })
  const start = useCommand(identity.startOpening, {
    onSuccess: ({ id }) => void navigate({ to: '/accounts/openings', search: { open: id } }),
  })
  const none = counts.data?.none
  const submit = () => {
    if (!under) return setFault('请选择单位')
    start.mutate({ unitId: under, tell })
  }
  return (
    <Modal
      open
      title="成批开通账号"
      okText={none ? `为 ${format.number(none)} 人开通` : '开通'}
      okButtonProps={{ loading: start.isPending, disabled: none === 0 }}
      cancelText="先不"
      onOk={submit}
      onCancel={onClose}
    >
      <div className="qt-fields">
        <Field label="为哪个单位" help="连同它的下级，您管理范围以内的" required error={fault}>
          {(control) => (
            <UnitPicker
              control={control}
              value={unit}
              onChange={(next) => {
                setUnit(next)
                setFault('')
              }}
              {...units}
            />
          )}
        </Field>
        {counts.data && (
          <p role="status">
            {none === 0
              ? '这个单位和下级的人员都有账号。'
              : `${format.number(none ?? 0)} 人还没有账号；已有账号的 ${format.number(counts.data.opened + counts.data.active + counts.data.closed)} 人不变。`}
          </p>
        )}
        <Field label="激活码怎样交给本人">
          {({ status: _, ...control }) => (
            <Radio.Group {...control} value={tell} onChange={(event) => setTell(event.target.value)}>
              <Radio value="sheet">开通后由我打印</Radio>
              <Radio value="sms" disabled={rule.data?.sms === false}>
                发短信{rule.data?.sms === false && '（本平台没有接入短信）'}
              </Radio>
            </Radio.Group>
          )}
        </Field>
      </div>
    </Modal>
  )
}
