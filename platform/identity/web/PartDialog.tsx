import { Button, Modal } from 'antd'

/** One part of a recovery code, shown this once. */
export function PartDialog({ made, onClose }: { made?: { part: string; which: string }; onClose: () => void }) {
  return (
    <Modal
      open={made !== undefined}
      title={`${made?.which ?? ''}找回码`}
      closable={false}
      maskClosable={false}
      footer={
        <Button type="primary" onClick={onClose}>
          已抄下来
        </Button>
      }
    >
      <p className="id-part">
        <code>{made?.part}</code>
      </p>
      <p className="qt-second">
        请抄下来当面交给本人，关闭后不再显示。只有您这一段用不了，本人凭两段在登录页的“凭找回码设新口令”里设口令。
      </p>
    </Modal>
  )
}
