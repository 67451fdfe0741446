import { Link } from '@tanstack/react-router'
import { Button, Input } from 'antd'
import { useState } from 'react'
import { useCommand } from '#kernel/web'
import { Field, Icon, Page, RecordForm, toast } from '#ui'
import { directoryApi } from '../../../contract.ts'
import { directory } from '../../client.ts'
import { AdminNav } from '../AdminNav.tsx'
import { useUnitSource } from '../use-pickers.ts'

/** 登记客户端: the answer holds the token, the only time that it can be seen. */
export function NewScimPage() {
  const units = useUnitSource()
  const [made, setMade] = useState<{ title: string; token: string }>()
  const create = useCommand(directory.createScimClient, { quiet: true })
  return (
    <Page
      title="登记 SCIM 客户端"
      above={
        <>
          <AdminNav />
          <Link to="/organization/scim">全部客户端</Link>
        </>
      }
    >
      {made ? (
        <Token {...made} />
      ) : (
        <RecordForm
          id="scim.new"
          schema={directoryApi.createScimClient.input}
          groups={[
            {
              title: '客户端',
              fields: [
                { name: 'title', label: '名称', help: '写明是哪个系统', kind: 'text', maxLength: 100 },
                { name: 'unitId', label: '维护的单位', help: '连同下级', kind: 'unit', ...units },
              ],
            },
          ]}
          submitLabel="登记，取得令牌"
          onSubmit={create.mutateAsync}
          onDone={({ client, token }) => setMade({ title: client.title, token })}
        />
      )}
    </Page>
  )
}

function Token({ title, token }: { title: string; token: string }) {
  const copy = async () => {
    try {
      await navigator.clipboard.writeText(token)
      toast.done('令牌已复制')
    } catch {
      // browsers refuse without https: the token can still be selected by hand
      toast.failed('浏览器不让复制，请选中令牌后自己复制')
    }
  }
  return (
    <section className="oa-notice" aria-label="令牌">
      <b>“{title}”已登记。令牌只显示这一次，离开本页就看不到了。</b>
      <Field label="令牌" required help="交给人事系统的管理员，不要发在群里；丢失只能停用后重新登记">
        {({ status: _status, ...control }) => (
          <div className="qt-row">
            <Input {...control} readOnly value={token} onFocus={(event) => event.target.select()} />
            <Button icon={<Icon name="copy" size={16} />} onClick={() => void copy()}>
              复制令牌
            </Button>
          </div>
        )}
      </Field>
    </section>
  )
}
