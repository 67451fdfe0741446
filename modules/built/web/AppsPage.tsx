import { useQuery } from '@tanstack/react-query'
import { Link } from '@tanstack/react-router'
import { Button } from 'antd'
import { apiQuery } from '#kernel/web'
import { Await, EmptyState, Page, useCan } from '#ui'
import type { App } from '../contract.ts'
import { builtClient } from './client.ts'
import './built.css'

/** 自建应用: what the own unit and those above it have built. */
export function AppsPage() {
  const query = useQuery(apiQuery(builtClient.apps, {}))
  const can = useCan()
  return (
    <Page
      title="自建应用"
      sentence="本单位和上级单位自己搭建的业务应用。"
      actions={
        can('built:define') && (
          <Link to="/built/design">
            <Button>搭建应用</Button>
          </Link>
        )
      }
    >
      <Await query={query}>
        {({ rows }) =>
          rows.length === 0 ? (
            <EmptyState icon="all" title="还没有自建应用" detail="单位管理员搭建并发布以后，会出现在这里。" />
          ) : (
            headings(rows).map(([heading, list]) => (
              <section key={heading} className="bt-group">
                <h2 className="qt-section">{heading || '其他'}</h2>
                <ul className="bt-apps">
                  {list.map((app) => (
                    <li key={app.key}>
                      <Link to="/built/$app" params={{ app: app.key }}>
                        <b>{app.name}</b>
                        <span className="qt-small qt-second">{app.sentence}</span>
                        <span className="qt-tiny qt-quiet">{app.unitName}维护</span>
                      </Link>
                    </li>
                  ))}
                </ul>
              </section>
            ))
          )
        }
      </Await>
    </Page>
  )
}
const headings = (rows: readonly App[]): [string, App[]][] => {
  const groups = new Map<string, App[]>()
  for (const app of rows) groups.set(app.heading, [...(groups.get(app.heading) ?? []), app])
  return [...groups].sort(([a], [b]) => Number(a === '') - Number(b === '') || a.localeCompare(b, 'zh'))
}
