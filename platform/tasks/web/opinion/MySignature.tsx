import { useQuery } from '@tanstack/react-query'
import { Button } from 'antd'
import { useRef, useState } from 'react'
import { apiQuery, useCommand } from '#kernel/web'
import { Await, ConfirmButton, format, toast } from '#ui'
import type { Strokes } from '../../contract.ts'
import { tasks } from '../client.ts'
import { InkPad, type PadHandle } from './InkPad.tsx'

/** The signature that can be put to an opinion with one press. */
export function MySignature() {
  const query = useQuery(apiQuery(tasks.signature))
  return <Await query={query}>{({ signature }) => <Kept key={signature?.updatedAt} signature={signature} />}</Await>
}

function Kept({ signature }: { signature: (Strokes & { updatedAt: string }) | null }) {
  const pad = useRef<PadHandle>(null)
  const [empty, setEmpty] = useState(signature === null)
  const changes = { invalidates: [tasks.signature] }
  const save = useCommand(tasks.setSignature, { ...changes, onSuccess: () => toast.done('签名已保存') })
  const remove = useCommand(tasks.removeSignature, changes)
  const keep = () => {
    const ink = pad.current?.read()
    if (ink) save.mutate({ ink })
  }
  return (
    <div className="op-mine">
      <p className="qt-second">
        {signature
          ? `${format.moment(signature.updatedAt)}保存。清空重写后再保存，就换成新的。`
          : '写一次存下来，填写意见时点“手写”就能直接用。签名只有您自己能取用。'}
      </p>
      <InkPad handle={pad} label="签名" start={signature ?? undefined} onChange={setEmpty} />
      <div className="qt-row">
        <Button disabled={empty} loading={save.isPending} onClick={keep}>
          保存签名
        </Button>
        {signature && (
          <ConfirmButton
            verb="删除"
            name="我的签名"
            consequence="已经写在意见里的不受影响。"
            onConfirm={() => remove.mutateAsync({})}
          />
        )}
      </div>
    </div>
  )
}
