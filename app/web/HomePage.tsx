import { Link } from '@tanstack/react-router'
import { lazy, type ReactNode, Suspense } from 'react'
import { allowed, type CardDef, EmptyState, ErrorBoundary, format, Page, Skeleton300, useShell } from '#ui'
import { greeting } from './greeting.ts'
import { modules } from './modules.ts'
import './home.css'

const cards = modules
  .flatMap((module) => module.cards ?? [])
  .sort((a, b) => a.order - b.order)
  .map((card) => ({ ...card, Body: lazy(() => card.lazy().then((body) => ({ default: body }))) }))

/** 工作台: the day, and what each module has to say; a card that fails leaves the others alone. */
export function HomePage() {
  const { session } = useShell()
  const now = new Date()
  const shown = cards.filter((card) => allowed(card, session.permissions))
  const side = shown.filter((card) => card.place === 'side')
  const middle = shown.filter((card) => card.place !== 'side')
  return (
    <div className="qt-home">
      <Page wide title={format.dayAndWeekday(now)} sentence={`${session.name}，${greeting(format.hour(now))}。`}>
        <div className="qt-cards">
          {middle.map((card) => (
            <Card key={card.key} card={card}>
              <card.Body />
            </Card>
          ))}
        </div>
        {shown.length === 0 && (
          <EmptyState
            icon="home"
            title="这里会汇总您每天要看的内容"
            detail="待办、通知和日程开通后，会自动出现在这里。"
          />
        )}
      </Page>
      {side.length > 0 && (
        <aside aria-label="今天">
          {side.map((card) => (
            <Card key={card.key} card={card}>
              <card.Body />
            </Card>
          ))}
        </aside>
      )}
    </div>
  )
}

function Card({ card, children }: { card: CardDef; children: ReactNode }) {
  return (
    <section className={card.place === 'full' ? 'full' : undefined} aria-label={card.title}>
      <div className="qt-section">
        <h2>{card.title}</h2>
        {card.path && <Link to={card.path}>{card.linkTitle ?? `全部${card.title}`}</Link>}
      </div>
      <ErrorBoundary resetKey={card.key}>
        <Suspense fallback={<Skeleton300 lines={3} />}>{children}</Suspense>
      </ErrorBoundary>
    </section>
  )
}
