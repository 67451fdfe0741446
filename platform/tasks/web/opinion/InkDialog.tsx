import { useQuery } from '@tanstack/react-query'
import { Checkbox, Modal } from 'antd'
import { useRef, useState } from 'react'
import { apiQuery, useCommand } from '#kernel/web'
import { Await, useBackCloses } from '#ui'
import type { Ink } from '../../contract.ts'
import { tasks } from '../client.ts'
import { InkPad, type PadHandle } from './InkPad.tsx'

interface Props {
  /** the dialog stays when it throws */
  onWritten: (ink: Ink) => Promise<unknown>
  close: () => void
}

/** 手写: written for this opinion, or the signature that was kept. */
export function InkDialog({ onWritten, close }: Props) {
  const signature = useQuery(apiQuery(tasks.signature))
  const pad = useRef<PadHandle>(null)
  const [empty, setEmpty] = useState(true)
  const [keep, setKeep] = useState(false)
  const [busy, setBusy] = useState(false)
  const keepIt = useCommand(tasks.setSignature, { invalidates: [tasks.signature] })
  useBackCloses(true, close)
  const done = async () => {
    const ink = pad.current?.read()
    if (!ink) return
    setBusy(true)
    try {
      if (keep) await keepIt.mutateAsync({ ink })
      await onWritten(ink)
      close()
    } catch {
      // the command has told why; what is written stays
    } finally {
      setBusy(false)
    }
  }
  return (
    <Modal
      open
      title="手写意见"
      width={720}
      className="op-dialog"
      okText="用这个"
      okButtonProps={{ disabled: empty, loading: busy }}
      cancelText="不写了"
      onOk={() => void done()}
      onCancel={close}
      // a stroke that slips off the pad must not throw away what was written
      maskClosable={false}
      destroyOnHidden
    >
      <Await query={signature}>
        {({ signature: saved }) => (
          <>
            <InkPad handle={pad} label="手写板" saved={saved ?? undefined} onChange={setEmpty} />
            <Checkbox checked={keep} onChange={(event) => setKeep(event.target.checked)}>
              {saved ? '存为我的签名，换掉原来的' : '存为我的签名，下次直接用'}
            </Checkbox>
          </>
        )}
      </Await>
    </Modal>
  )
}
