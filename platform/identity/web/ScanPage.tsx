import { useQuery } from '@tanstack/react-query'
import { Link, useParams } from '@tanstack/react-router'
import { Button } from 'antd'
import { useCommand } from '#kernel/web'
import { Await, EmptyState, Facts, format, Page } from '#ui'
import { sayAgent } from '../contract.ts'
import { identity } from './client.ts'
import './sign-in.css'

/** 扫码登录 on the phone: where the sign-in comes from, and yes or no. */
export function ScanPage() {
  const { ticket = '' } = useParams({ strict: false }) as { ticket?: string }
  const asked = useQuery({
    queryKey: ['scan', ticket],
    queryFn: () => identity.scan({ ticket }),
    retry: false,
    staleTime: Number.POSITIVE_INFINITY,
  })
  const confirm = useCommand(identity.confirmScan, { invalidates: [] })
  const refuse = useCommand(identity.refuseScan, { invalidates: [] })
  if (confirm.isSuccess || refuse.isSuccess)
    return (
      <Page title="扫码登录">
        <EmptyState
          title={confirm.isSuccess ? '已允许登录' : '已拒绝登录'}
          detail={
            confirm.isSuccess
              ? '那台电脑正在进入。不是您本人要登录的，请立即到安全设置里结束它。'
              : '如果不是您发起的，可能有人在冒用，请修改口令。'
          }
          icon={confirm.isSuccess ? 'check' : 'lock'}
          action={<Link to="/me/security">查看安全设置</Link>}
        />
      </Page>
    )
  return (
    <Page title="扫码登录" sentence="有一台电脑请求用您的账号登录。是您本人正在操作的，才可以允许。">
      <Await query={asked}>
        {(from) => (
          <div className="id-ask">
            <Facts
              rows={[
                ['设备', sayAgent(from.agent)],
                ['来自', from.address],
                ['时间', format.moment(from.at)],
              ]}
            />
            <p className="qt-small qt-quiet">有人发图案请您“帮忙扫一下”的，请拒绝：允许以后对方就能用您的账号。</p>
            <Button
              type="primary"
              size="large"
              block
              loading={confirm.isPending}
              onClick={() => confirm.mutate({ ticket })}
            >
              允许这台电脑登录
            </Button>
            <Button danger size="large" block disabled={confirm.isPending} onClick={() => refuse.mutate({ ticket })}>
              拒绝，不是我
            </Button>
          </div>
        )}
      </Await>
    </Page>
  )
}
