import { useQuery } from '@tanstack/react-query'
import { Link } from '@tanstack/react-router'
import { Button } from 'antd'
import { type ReactNode, Suspense, useState } from 'react'
import { apiQuery } from '#kernel/web'
import { EmptyState, ErrorBoundary, format, Icon, Page, Skeleton300, useCan, useShell } from '#ui'
import { arranged } from './arranged.ts'
import { workbench } from './client.ts'
import { greeting } from './greeting.ts'
import { MineDrawer } from './MineDrawer.tsx'
import { type Shown, useCards } from './use-cards.ts'
import './workbench.css'

/** 工作台: the day, and what each module has to say, as the unit arranged it and the person adjusted it; a card that fails leaves the others alone. */
export function WorkbenchPage() {
  const { session } = useShell()
  const can = useCan()
  const cards = useCards()
  const [adjusting, setAdjusting] = useState(false)
  // how it is arranged is a comfort: without it the cards stand where they put themselves
  const query = useQuery(apiQuery(workbench.mine))
  const arrangement = query.data?.own ?? query.data?.unit?.cards ?? null
  const shown = arranged(cards, session.permissions, arrangement).filter(({ place }) => place !== 'hidden')
  const side = shown.filter(({ place }) => place === 'side')
  const middle = shown.filter(({ place }) => place !== 'side')
  const now = new Date()
  return (
    <div className="qt-home">
      <Page
        wide
        title={format.dayAndWeekday(now)}
        sentence={`${session.name}，${greeting(format.hour(now))}。`}
        actions={
          <>
            <Button type="text" icon={<Icon name="settings" size={16} />} onClick={() => setAdjusting(true)}>
              调整
            </Button>
            {can('workflow:start') && (
              <Link to="/cases/new">
                <Button type="primary" icon={<Icon name="plus" size={16} />}>
                  发起办件
                </Button>
              </Link>
            )}
          </>
        }
      >
        {query.isPending ? (
          <Skeleton300 lines={8} />
        ) : (
          <>
            <div className="qt-cards">
              {middle.map(({ card, place }) => (
                <Card key={card.key} card={card} full={place === 'full'}>
                  <card.Body />
                </Card>
              ))}
            </div>
            {shown.length === 0 && (
              <EmptyState
                icon="home"
                title="这里没有要显示的卡片"
                detail="点“调整”选几张要看的，待办、通知、办件都可以放在这里。"
              />
            )}
            <p className="wb-from qt-small qt-quiet">
              {query.data?.own
                ? '工作台按您自己的调整显示。'
                : query.data?.unit
                  ? `工作台按${query.data.unit.unitName}的安排显示。`
                  : ''}
            </p>
          </>
        )}
      </Page>
      {side.length > 0 && !query.isPending && (
        <aside aria-label="今天">
          {side.map(({ card }) => (
            <Card key={card.key} card={card} full={false}>
              <card.Body />
            </Card>
          ))}
        </aside>
      )}
      {adjusting && query.data && <MineDrawer mine={query.data} close={() => setAdjusting(false)} />}
    </div>
  )
}

function Card({ card, full, children }: { card: Shown; full: boolean; children: ReactNode }) {
  return (
    <section className={full ? 'full' : undefined} aria-label={card.title}>
      <div className="qt-section">
        <h2>{card.title}</h2>
        {card.path && (
          <Link to={card.path} search={card.search ?? {}}>
            {card.linkTitle ?? `全部${card.title}`}
          </Link>
        )}
      </div>
      <ErrorBoundary resetKey={card.key}>
        <Suspense fallback={<Skeleton300 lines={3} />}>{children}</Suspense>
      </ErrorBoundary>
    </section>
  )
}
