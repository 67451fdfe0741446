import { useCommand } from '#kernel/web'
import { Icon } from '#ui'
import { tasks } from './client.ts'

interface Props {
  followId: string | null
  what: { taskId: string } | { source: string; reference: string }
}

/** The star of a task or a case. */
export function FollowButton({ followId, what }: Props) {
  const follow = useCommand(tasks.follow)
  const unfollow = useCommand(tasks.unfollow)
  const on = followId !== null
  return (
    <button
      type="button"
      className="qt-ib tk-star"
      aria-pressed={on}
      aria-label={on ? '不再关注' : '关注'}
      title={on ? '不再关注' : '关注：进展会出现在“我关注”'}
      disabled={follow.isPending || unfollow.isPending}
      onClick={() => (followId === null ? follow.mutate({ what }) : unfollow.mutate({ id: followId }))}
    >
      <Icon name="star" />
    </button>
  )
}
