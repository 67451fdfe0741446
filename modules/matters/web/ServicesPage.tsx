import { useQuery } from '@tanstack/react-query'
import { Link } from '@tanstack/react-router'
import { Button, Input, Select } from 'antd'
import { apiQuery } from '#kernel/web'
import { Await, EmptyState, Page, Tag, useUrlState } from '#ui'
import { type Bundle, type DeskRow, lifeStages, limitWords, matterKinds, scenes } from '../contract.ts'
import { matters } from './client.ts'
import { ServicesNav } from './ServicesNav.tsx'
import './matters.css'

const DEFAULTS = { q: '', kind: '', life: '', scene: '' }

/** 办事: find a matter by its name, by the stage of a career or by what one has in hand, and apply. */
export function ServicesPage() {
  const [state, change] = useUrlState(DEFAULTS)
  const { q, kind, life, scene } = state
  const asked = Object.fromEntries(Object.entries(state).filter(([, value]) => value !== ''))
  const desk = useQuery({ ...apiQuery(matters.desk, { ...asked, limit: 100 } as never), placeholderData: (old) => old })
  return (
    <Page
      title="办事"
      sentence="找到要办的事，看指南，填申请；填了一半会自动存下，换台设备接着填。"
      above={<ServicesNav />}
    >
      <div className="mt-find">
        <Input.Search
          key={q}
          aria-label="要办什么事"
          placeholder="要办什么事，如请假、退休、用印"
          defaultValue={q}
          maxLength={100}
          onSearch={(next) => change({ q: next.trim() })}
        />
        <Select
          aria-label="种类"
          value={kind || 'internal'}
          options={Object.entries(matterKinds).map(([value, label]) => ({ value, label }))}
          onChange={(next: string) => change({ kind: next === 'internal' ? '' : next })}
        />
        <Select
          allowClear
          aria-label="场景"
          placeholder="场景"
          value={scene || undefined}
          options={Object.entries(scenes).map(([value, label]) => ({ value, label }))}
          onChange={(next?: string) => change({ scene: next ?? '' })}
        />
      </div>
      <nav className="mt-life" aria-label="职业阶段">
        {Object.entries(lifeStages).map(([value, label]) => (
          <button
            key={value}
            type="button"
            className="qt-plain"
            aria-pressed={life === value}
            onClick={() => change({ life: life === value ? '' : value })}
          >
            {label}
          </button>
        ))}
      </nav>
      <div className="mt-services">
        {q === '' && kind === '' && <Bundles life={life} />}
        <section aria-label="事项">
          <h2 className="qt-section">事项</h2>
          <Await query={desk}>
            {({ rows }) =>
              rows.length === 0 ? (
                <EmptyState
                  icon="search"
                  title="没有找到要办的事"
                  detail="换个词，或换个种类再找；也可以到“事项”里看全部目录。"
                />
              ) : (
                <ul className="mt-materials">
                  {rows.map((row) => (
                    <Offer key={row.id} row={row} />
                  ))}
                </ul>
              )
            }
          </Await>
        </section>
      </div>
    </Page>
  )
}

function Offer({ row }: { row: DeskRow }) {
  return (
    <li className="mt-offer">
      <div className="qt-grow">
        <Link to="/matters/$id" params={{ id: row.id }}>
          <b>{row.name}</b>
        </Link>
        <p className="qt-small qt-second">
          {row.nobody
            ? `您所在的地方还没有单位认领，可问${row.unit.name}`
            : `${row.unit.name}，${limitWords(row.promised)}`}
        </p>
      </div>
      {!row.nobody && (
        <Link to="/services/$id/apply" params={{ id: row.id }} aria-label={`申请${row.name}`}>
          <Button>申请</Button>
        </Link>
      )}
    </li>
  )
}

function Bundles({ life }: { life: string }) {
  const bundles = useQuery(apiQuery(matters.bundles))
  const rows = (bundles.data?.rows ?? []).filter((bundle) => life === '' || bundle.life === life)
  if (rows.length === 0) return null
  return (
    <section aria-label="一件事">
      <h2 className="qt-section">一件事一次办</h2>
      <ul className="mt-materials">
        {rows.map((bundle) => (
          <BundleLine key={bundle.id} bundle={bundle} />
        ))}
      </ul>
    </section>
  )
}

function BundleLine({ bundle }: { bundle: Bundle }) {
  return (
    <li className="mt-offer long">
      <div className="qt-grow">
        <p className="qt-row">
          <b>{bundle.name}</b>
          <Tag tone="primary">{lifeStages[bundle.life]}</Tag>
        </p>
        <p className="qt-small qt-second">{bundle.summary}</p>
        <p className="qt-small qt-second">{bundle.parts.map(({ name }) => name).join('、')}</p>
      </div>
      <Link to="/services/bundles/$id" params={{ id: bundle.id }} aria-label={`申请${bundle.name}`}>
        <Button>一次申请</Button>
      </Link>
    </li>
  )
}
