import { Button } from 'antd'
import { useCommand } from '#kernel/web'
import { ConfirmButton } from '#ui'
import { identity } from './client.ts'
import { Setting } from './Setting.tsx'

/** 备用码: ten codes for the day the phone is not at hand; shown once. */
export function RecoveryCodesSection({ left, useful }: { left: number; useful: boolean }) {
  const make = useCommand(identity.makeRecoveryCodes, { invalidates: [identity.security] })
  const codes = make.data?.codes
  const idle = useful ? undefined : '先启用一种第二步验证'
  const action =
    left > 0 ? (
      <ConfirmButton
        verb="重新生成"
        name="备用码"
        consequence="原来的备用码立即作废。"
        reason={idle}
        onConfirm={() => make.mutateAsync({})}
      />
    ) : (
      <Button disabled={!useful} title={idle} loading={make.isPending} onClick={() => make.mutate({})}>
        生成备用码
      </Button>
    )
  return (
    <Setting
      title="备用码"
      state={left > 0 ? `还有 ${left} 个没用` : '没有。手机不在身边时，用一个备用码完成第二步'}
      action={action}
    >
      {codes && (
        <div className="id-codes">
          <p className="qt-small">请抄下来或打印，放在只有您拿得到的地方。离开本页后不再显示，每个只能用一次。</p>
          <ul aria-label="备用码">
            {codes.map((code) => (
              <li key={code}>
                <code>{code}</code>
              </li>
            ))}
          </ul>
          <Button onClick={() => print()}>打印备用码</Button>
        </div>
      )}
    </Setting>
  )
}
