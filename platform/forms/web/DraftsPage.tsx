import { useInfiniteQuery } from '@tanstack/react-query'
import { Link } from '@tanstack/react-router'
import { Button } from 'antd'
import { apiPages, useCommand } from '#kernel/web'
import { Await, ConfirmButton, EmptyState, format, Page } from '#ui'
import { formsClient } from './client.ts'
import './forms.css'

/** 草稿箱: what somebody has begun to fill in, on whatever device. */
export function DraftsPage() {
  const query = useInfiniteQuery(apiPages(formsClient.drafts, {}))
  const remove = useCommand(formsClient.removeDraft)
  return (
    <Page title="草稿箱" sentence="填了一半的表单会自动存在这里，换一台设备也能接着填。180 天没有改动的会自动删除。">
      <Await query={query}>
        {({ pages }) => {
          const rows = pages.flatMap((page) => page.rows)
          if (rows.length === 0)
            return <EmptyState icon="edit" title="没有草稿" detail="填写表单时，内容会自动存成草稿，没填完也不会丢。" />
          return (
            <>
              <ul className="fm-drafts">
                {rows.map(({ id, title, path, savedAt }) => (
                  <li key={id}>
                    <span className="qt-grow qt-ellipsis">
                      <Link className="fm-link" to={path}>
                        {title}
                      </Link>
                      <span className="qt-small qt-quiet qt-block">保存于 {format.moment(savedAt)}</span>
                    </span>
                    <ConfirmButton
                      verb="删除"
                      name={title}
                      consequence="草稿和里面的附件会一起删除。"
                      onConfirm={() => remove.mutateAsync({ id })}
                    />
                  </li>
                ))}
              </ul>
              {query.hasNextPage && (
                <Button loading={query.isFetchingNextPage} onClick={() => void query.fetchNextPage()}>
                  再看一些
                </Button>
              )}
            </>
          )
        }}
      </Await>
    </Page>
  )
}
