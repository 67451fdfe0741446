import { Button, Drawer, Input, Radio } from 'antd'
import { useState } from 'react'
import { ApiError } from '#kernel/web'
import { Field } from '../form/Field.tsx'
import { usePhone } from '../preferences.ts'
import { toast } from '../toast.tsx'
import type { FeedbackInput } from './context.ts'

interface Props {
  path: string
  onSend: (input: FeedbackInput) => Promise<void>
  onClose: () => void
}

const kinds: FeedbackInput['kind'][] = ['求助', '建议', '投诉']

/** 投诉建议: the door that every page has. What was typed stays until it is sent or thrown away. */
export function FeedbackDrawer({ path, onSend, onClose }: Props) {
  const phone = usePhone()
  const [kind, setKind] = useState<FeedbackInput['kind']>('求助')
  const [text, setText] = useState('')
  const [contact, setContact] = useState('')
  const [fault, setFault] = useState('')
  const [sending, setSending] = useState(false)
  const send = async () => {
    if (text.trim() === '') return setFault('请写一句话说明情况，再提交。')
    setSending(true)
    setFault('')
    try {
      await onSend({ kind, text: text.trim(), contact: contact.trim(), path })
      toast.done(`已收到您的${kind}，处理结果会通知您`)
      onClose()
    } catch (error) {
      setFault(error instanceof ApiError ? error.detail : '没有提交成功，您写的内容还在。请稍后再试。')
    } finally {
      setSending(false)
    }
  }
  const footer = (
    <Button type="primary" block={phone} loading={sending} onClick={send}>
      提交{kind}
    </Button>
  )
  return (
    <Drawer open title="投诉建议" size={phone ? '100%' : 420} onClose={onClose} footer={footer}>
      <div className="qt-fields">
        <Radio.Group aria-label="类别" value={kind} onChange={(event) => setKind(event.target.value)} options={kinds} />
        <Field label="请说说情况" required error={fault}>
          {(control) => (
            <Input.TextArea
              {...control}
              value={text}
              onChange={(event) => setText(event.target.value)}
              rows={6}
              maxLength={2000}
              placeholder="您在做什么，看到了什么，希望怎样"
            />
          )}
        </Field>
        <Field label="联系方式">
          {(control) => (
            <Input {...control} value={contact} onChange={(event) => setContact(event.target.value)} maxLength={100} />
          )}
        </Field>
        <p className="qt-tiny qt-quiet">会一并记下您所在的页面 {path}，方便核对。</p>
        <p role="alert" className="qt-hidden">
          {fault}
        </p>
      </div>
    </Drawer>
  )
}
