import { Watermark as Marks, theme } from 'antd'
import './watermark.css'

/** Who is looking, across everything on the screen, dialogs too, and on each sheet of paper. It comes back when it is taken out of the page. */
export function Watermark({ text }: { text: string }) {
  const { token } = theme.useToken()
  return (
    <Marks
      className="qt-watermark"
      style={{ position: 'fixed' }}
      content={text}
      gap={[96, 96]}
      font={{ fontSize: 14, color: token.colorText }}
    >
      <div className="field" aria-hidden="true" />
    </Marks>
  )
}
