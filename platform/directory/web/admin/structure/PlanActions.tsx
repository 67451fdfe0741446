import { Input } from 'antd'
import { useState } from 'react'
import { useCommand } from '#kernel/web'
import { ConfirmButton, Field, format } from '#ui'
import type { StructurePlan } from '../../../contract.ts'
import { directory } from '../../client.ts'

/** The server asks for the day too; here the button only says why it must wait. */
export function ApplyPlan({ plan }: { plan: StructurePlan }) {
  const apply = useCommand(directory.applyStructurePlan)
  const { id, revision, title, effectiveOn } = plan
  return (
    <ConfirmButton
      verb="今天施行"
      name={title}
      reason={effectiveOn > format.today() ? `定于 ${format.day(effectiveOn)} 生效，还没有到日子` : undefined}
      consequence="立即改动组织目录，不必等自动施行。以后要恢复，可以生成反向方案。"
      onConfirm={() => apply.mutateAsync({ id, revision })}
    />
  )
}

export function RevokePlan({ plan }: { plan: StructurePlan }) {
  const revoke = useCommand(directory.revokeStructurePlan)
  const [reason, setReason] = useState('')
  const { id, revision, title } = plan
  return (
    <ConfirmButton
      verb="撤回"
      name={title}
      consequence={
        <>
          <p>撤回后不会施行，也不能再改；要办就另行起草。</p>
          <Field label="撤回原因">
            {(control) => (
              <Input {...control} maxLength={200} value={reason} onChange={(event) => setReason(event.target.value)} />
            )}
          </Field>
        </>
      }
      onConfirm={() => revoke.mutateAsync({ id, revision, reason: reason.trim() || undefined })}
    />
  )
}
