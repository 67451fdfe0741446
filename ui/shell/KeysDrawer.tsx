import { Drawer } from 'antd'

const keys: readonly (readonly [keys: string, does: string])[] = [
  ['/ 或 Ctrl K', '打开搜索和命令'],
  ['j 和 k', '在列表里下移、上移'],
  ['回车', '打开选中的一行'],
  ['x', '勾选当前一行'],
  ['Esc', '关闭浮层或侧栏'],
  ['?', '打开本页'],
]

/** Which keys do what, on every page alike. */
export function KeysDrawer({ onClose }: { onClose: () => void }) {
  return (
    <Drawer open title="键盘操作" onClose={onClose} size={376}>
      <dl className="qt-keys">
        {keys.map(([key, does]) => (
          <div key={key} className="qt-row" style={{ minHeight: 'var(--h-row)' }}>
            <dt style={{ flex: '0 0 8em' }}>
              <kbd>{key}</kbd>
            </dt>
            <dd>{does}</dd>
          </div>
        ))}
      </dl>
    </Drawer>
  )
}
