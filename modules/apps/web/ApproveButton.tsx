import { Button, Checkbox, InputNumber, Modal, Switch } from 'antd'
import { useState } from 'react'
import { useCommand } from '#kernel/web'
import { Field } from '#ui'
import { type AppDetail, directoryFields, scopeTitles } from '../contract.ts'
import { apps } from './client.ts'

/** Approves, for as much as the reviewer grants of what was asked. */
export function ApproveButton({ app }: { app: AppDetail }) {
  const asked = app.next!.content
  const [open, setOpen] = useState(false)
  const [scopes, setScopes] = useState(asked.scopes)
  const [fields, setFields] = useState(asked.directoryFields)
  const [firstParty, setFirstParty] = useState(app.firstParty)
  const [quota, setQuota] = useState({ quotaMinute: app.quotaMinute, quotaDay: app.quotaDay })
  const approve = useCommand(apps.approve, { onSuccess: () => setOpen(false) })
  const grant = () =>
    approve.mutate({ id: app.id, revision: app.revision, scopes, directoryFields: fields, firstParty, ...quota })
  return (
    <>
      <Button type="primary" onClick={() => setOpen(true)}>
        批准
      </Button>
      <Modal
        open={open}
        title={`批准“${asked.name}”上线？`}
        okText="批准上线"
        cancelText="先不"
        confirmLoading={approve.isPending}
        onOk={grant}
        onCancel={() => setOpen(false)}
      >
        <Field label="批准的权限" help="可以少于申请的">
          {() => (
            <Checkbox.Group
              value={scopes}
              onChange={setScopes}
              options={asked.scopes.map((scope) => ({ value: scope, label: scopeTitles[scope] }))}
            />
          )}
        </Field>
        {asked.directoryFields.length > 0 && (
          <Field label="通讯录字段" help="姓名和单位总是给的">
            {() => (
              <Checkbox.Group
                value={fields}
                onChange={setFields}
                options={asked.directoryFields.map((field) => ({ value: field, label: directoryFields[field] }))}
              />
            )}
          </Field>
        )}
        <Field label="每分钟调用上限">
          {({ status: _status, ...control }) => (
            <InputNumber
              {...control}
              min={1}
              max={100_000}
              value={quota.quotaMinute}
              onChange={(value) => setQuota({ ...quota, quotaMinute: value ?? 600 })}
            />
          )}
        </Field>
        <Field label="登录时征求本人同意" help="本省自建的应用可以不再征求">
          {() => (
            <Switch
              aria-label="登录时征求本人同意"
              checked={!firstParty}
              onChange={(asks) => setFirstParty(!asks)}
              checkedChildren="征求"
              unCheckedChildren="不征求"
            />
          )}
        </Field>
      </Modal>
    </>
  )
}
