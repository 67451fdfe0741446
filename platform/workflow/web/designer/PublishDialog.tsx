import { useQuery } from '@tanstack/react-query'
import { useNavigate } from '@tanstack/react-router'
import { Input, Modal } from 'antd'
import { useState } from 'react'
import { apiQuery, useCommand } from '#kernel/web'
import { Await, Field, Light, toast, useBackCloses } from '#ui'
import type { Change, Draft } from '../../contract/designing.ts'
import { designs } from '../client.ts'

interface Props {
  draft: Draft
  revision: number
  close: () => void
}

/** 发布: what changes against the version before, one sentence on why, and then everybody starts on it. */
export function PublishDialog({ draft, revision, close }: Props) {
  const navigate = useNavigate()
  const publish = useCommand(designs.publishDraft)
  const query = useQuery({ ...apiQuery(designs.compareDraft, { id: draft.id }), staleTime: 0, gcTime: 0 })
  const [note, setNote] = useState('')
  const [missing, setMissing] = useState(false)
  useBackCloses(true, close)
  const next = (draft.published?.version ?? 0) + 1
  const confirm = async () => {
    setMissing(note.trim() === '')
    if (note.trim() === '') return
    try {
      await publish.mutateAsync({ id: draft.id, revision, note: note.trim() })
      toast.done(`“${draft.name}”第 ${next} 版已发布，新发起的事按这一版办。`)
      await navigate({ to: '/cases/processes' })
    } catch {
      // the command has told why; what was written stays
    }
  }
  return (
    <Modal
      open
      width={640}
      title={`发布“${draft.name}”第 ${next} 版`}
      okText={`发布第 ${next} 版`}
      cancelText="先不"
      okButtonProps={{ loading: publish.isPending }}
      onOk={() => void confirm()}
      onCancel={close}
    >
      <div className="wf-form">
        <p className="qt-second">
          发布以后，{draft.unitName}和下级单位新发起的事按这一版办；正在办的仍按原来的版本办完。
        </p>
        <Await query={query}>
          {({ version, changes }) =>
            version === null ? (
              <p>这是第一版。</p>
            ) : (
              <section className="wf-changes" aria-label="改动">
                <h3>与第 {version} 版比较</h3>
                <Changes changes={changes} />
              </section>
            )
          }
        </Await>
        <Field label="这一版改了什么" required error={missing ? '请写明这一版改了什么。' : undefined}>
          {(control) => (
            <Input.TextArea
              {...control}
              value={note}
              maxLength={500}
              autoSize={{ minRows: 2 }}
              placeholder="如：超过一万元的增加单位负责人审批"
              onChange={(event) => setNote(event.target.value)}
            />
          )}
        </Field>
      </div>
    </Modal>
  )
}

const kinds = { added: '新增', removed: '删去', changed: '修改' } as const
const lights = { added: 'ok', removed: 'over', changed: 'warn' } as const

const Changes = ({ changes }: { changes: readonly Change[] }) =>
  changes.length === 0 ? (
    <p className="qt-second">办理环节和走向没有改动。</p>
  ) : (
    <ul>
      {changes.map(({ kind, element, what, details }) => (
        <li key={`${kind}${element}`}>
          <Light state={lights[kind]}>{kinds[kind]}</Light>
          <div className="qt-grow">
            <b>{what}</b>
            {details.map((detail) => (
              <p key={detail} className="qt-small qt-second">
                {detail}
              </p>
            ))}
          </div>
        </li>
      ))}
    </ul>
  )
