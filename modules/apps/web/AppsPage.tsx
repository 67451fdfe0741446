import { useInfiniteQuery, useQuery } from '@tanstack/react-query'
import { Link } from '@tanstack/react-router'
import { Button, Input, Select } from 'antd'
import { apiPages, apiQuery, useCommand } from '#kernel/web'
import { Await, EmptyState, Icon, Page, usePhone, useUrlState } from '#ui'
import { categories, type MyApp } from '../contract.ts'
import { AppIcon } from './AppIcon.tsx'
import { AppNav } from './AppNav.tsx'
import { apps } from './client.ts'
import { OpenButton } from './OpenButton.tsx'
import './apps.css'

const DEFAULTS = { q: '', category: '', unit: '', favourite: '' }

/** 我的应用: what the person may open, favourites first to reach. */
export function AppsPage() {
  const [state, setState] = useUrlState(DEFAULTS)
  const phone = usePhone()
  const counts = useQuery(apiQuery(apps.categories))
  const owners = useQuery(apiQuery(apps.owners))
  const input = {
    limit: 60,
    ...(state.q ? { q: state.q } : {}),
    ...(state.category ? { category: state.category as MyApp['category'] } : {}),
    ...(state.unit ? { unitId: state.unit } : {}),
    ...(state.favourite ? { favourite: true } : {}),
    ...(phone ? { phone: true } : {}),
  }
  const list = useInfiniteQuery(apiPages(apps.mine, input))
  const rows = list.data?.pages.flatMap((page) => page.rows) ?? []
  return (
    <Page wide title="我的应用" sentence="用齐通登录的业务系统，打开就能用，不必再输账号。" above={<AppNav />}>
      <div className="ap-filters">
        <Input
          type="search"
          aria-label="按名称找应用"
          placeholder="按名称找应用"
          prefix={<Icon name="search" size={16} />}
          value={state.q}
          onChange={(event) => setState({ q: event.target.value })}
        />
        <Select
          aria-label="主管单位"
          allowClear
          showSearch={{ optionFilterProp: 'label' }}
          placeholder="主管单位"
          value={state.unit || undefined}
          onChange={(unit) => setState({ unit: unit ?? '' })}
          options={(owners.data?.rows ?? []).map(({ id, name }) => ({ value: id, label: name }))}
        />
        <Button
          aria-pressed={state.favourite !== ''}
          type={state.favourite ? 'primary' : 'default'}
          icon={<Icon name="star" size={16} />}
          onClick={() => setState({ favourite: state.favourite ? '' : '1' })}
        >
          我收藏的
        </Button>
      </div>
      <fieldset className="ap-chips" aria-label="类别">
        {[{ category: '', count: 0 }, ...(counts.data?.rows ?? [])].map(({ category, count }) => (
          <button
            key={category}
            type="button"
            aria-pressed={state.category === category}
            onClick={() => setState({ category })}
          >
            {category ? `${categories[category as MyApp['category']]} ${count}` : '全部'}
          </button>
        ))}
      </fieldset>
      <Await query={list}>
        {() =>
          rows.length === 0 ? (
            <EmptyState
              title="没有符合条件的应用"
              detail="换个条件再找；需要的应用没有对您开放时，请联系它的主管单位。"
            />
          ) : (
            <ul className="ap-grid">
              {rows.map((app) => (
                <Tile key={app.id} app={app} />
              ))}
            </ul>
          )
        }
      </Await>
      {list.hasNextPage && (
        <Button loading={list.isFetchingNextPage} onClick={() => void list.fetchNextPage()}>
          再看 60 个
        </Button>
      )}
    </Page>
  )
}

function Tile({ app }: { app: MyApp }) {
  const favour = useCommand(apps.favour)
  const verb = app.favourite ? '取消收藏' : '收藏'
  return (
    <li className="ap-tile">
      <AppIcon {...app} />
      <div className="qt-grow">
        <Link className="ap-name" to="/apps/$id" params={{ id: app.id }}>
          {app.name}
        </Link>
        <p className="qt-small qt-second">{app.summary}</p>
        <p className="qt-tiny qt-quiet qt-ellipsis">{app.unitName}</p>
      </div>
      <div className="ap-tools">
        <button
          type="button"
          className={`qt-ib${app.favourite ? ' ap-kept' : ''}`}
          aria-label={`${verb}${app.name}`}
          aria-pressed={app.favourite}
          onClick={() => favour.mutate({ id: app.id, favourite: !app.favourite })}
        >
          <Icon name="star" />
        </button>
        <OpenButton app={app} />
      </div>
    </li>
  )
}
