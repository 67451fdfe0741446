import { Link } from '@tanstack/react-router'
import { EmptyState, useTitle } from '#ui'

export function NotFoundPage() {
  useTitle('没有这个页面')
  return (
    <EmptyState
      icon="search"
      title="没有这个页面"
      detail="网址可能写错了，或页面已经移走。可以用上方的搜索找，或回到工作台。"
      action={<Link to="/">回到工作台</Link>}
    />
  )
}
