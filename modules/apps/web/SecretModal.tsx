import { Button, Input, Modal } from 'antd'
import { Field, Icon, toast } from '#ui'

interface Props {
  /** nothing is shown without one */
  secret: string | undefined
  title: string
  /** what becomes of the one before */
  note?: string
  onClose: () => void
}

/** A secret, shown this once. */
export function SecretModal({ secret, title, note, onClose }: Props) {
  const copy = async (text: string) => {
    try {
      await navigator.clipboard.writeText(text)
      toast.done('密钥已复制')
    } catch {
      // browsers refuse without https: the secret can still be selected by hand
      toast.failed('浏览器不让复制，请选中密钥后自己复制')
    }
  }
  return (
    <Modal
      open={secret !== undefined}
      title={title}
      okText="已经保存好"
      cancelButtonProps={{ style: { display: 'none' } }}
      closable={false}
      maskClosable={false}
      onOk={onClose}
    >
      <p>请存进应用的密钥库，不要发在群里，也不要写进代码。{note}</p>
      <Field label="密钥">
        {({ status: _status, ...control }) => (
          <div className="qt-row">
            <Input {...control} readOnly value={secret ?? ''} onFocus={(event) => event.target.select()} />
            <Button icon={<Icon name="copy" size={16} />} onClick={() => void copy(secret ?? '')}>
              复制密钥
            </Button>
          </div>
        )}
      </Field>
    </Modal>
  )
}
