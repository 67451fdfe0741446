import { type ReactNode, useEffect, useLayoutEffect, useRef, useState } from 'react'
import { Icon } from '#ui'
import type { Diagram } from '../../contract/designing.ts'
import { boundsOf, linesOf, pathOf } from './geometry.ts'
import './drawing.css'

type Part = Diagram['nodes'][number]
/** What is said about one element: a word on it, and the look that goes with the word. */
export interface Mark {
  look: 'done' | 'current' | 'expected' | 'returned' | 'skipped' | 'stopped' | 'cancelled'
  word: string
  /** who has it, in one line */
  note?: string
}
interface Props {
  label: string
  diagram: Diagram
  marks?: ReadonlyMap<string, Mark>
  /** elements and flows already gone through, and those still expected */
  passed?: ReadonlySet<string>
  ahead?: ReadonlySet<string>
  selected?: string
  onSelect?: (id: string) => void
  children?: ReactNode
}

const STEPS = [0.4, 0.5, 0.65, 0.8, 1, 1.25, 1.5]

/** A process as it was drawn: shapes and words, never the colour alone; fits the width until somebody zooms. */
export function Drawing({ label, diagram, marks, passed, ahead, selected, onSelect, children }: Props) {
  const [zoom, setZoom] = useState<number>()
  const [width, setWidth] = useState(0)
  const frame = useRef<HTMLDivElement>(null)
  useLayoutEffect(() => setWidth(frame.current?.clientWidth ?? 0), [])
  useEffect(() => {
    const watch = new ResizeObserver(([entry]) => setWidth(entry?.contentRect.width ?? 0))
    if (frame.current) watch.observe(frame.current)
    return () => watch.disconnect()
  }, [])
  const bounds = boundsOf(diagram)
  const fit = Math.min(1, Math.max(0.3, (width - 4) / bounds.width))
  const scale = zoom ?? fit
  const step = (way: 1 | -1) => {
    const next = way > 0 ? STEPS.find((one) => one > scale + 0.01) : STEPS.findLast((one) => one < scale - 0.01)
    if (next) setZoom(next)
  }
  return (
    <div className="wf-drawing">
      <div className="zoom qt-noprint">
        <button type="button" className="qt-ib" aria-label="缩小" onClick={() => step(-1)}>
          <Icon name="zoomOut" size={18} />
        </button>
        <button type="button" className="qt-plain" onClick={() => setZoom(undefined)} title="看到整张图的宽度">
          {zoom === undefined ? '适合宽度' : `${Math.round(scale * 100)}%`}
        </button>
        <button type="button" className="qt-ib" aria-label="放大" onClick={() => step(1)}>
          <Icon name="zoomIn" size={18} />
        </button>
        {children}
      </div>
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reached by the keyboard */}
      <section className="frame" ref={frame} tabIndex={0} aria-label={label}>
        <svg
          width={bounds.width * scale}
          height={bounds.height * scale}
          viewBox={`${bounds.x} ${bounds.y} ${bounds.width} ${bounds.height}`}
        >
          <title>{label}</title>
          <defs>
            {['', 'passed', 'ahead'].map((way) => (
              <marker
                key={way}
                id={`wf-arrow${way}`}
                viewBox="0 0 8 8"
                refX="7"
                refY="4"
                markerWidth="9"
                markerHeight="9"
                markerUnits="userSpaceOnUse"
                orient="auto"
              >
                <path className={way ? 'tip on' : 'tip'} d="M0 0 8 4 0 8z" />
              </marker>
            ))}
          </defs>
          {diagram.edges.map((edge) => (
            <Edge
              key={edge.id}
              edge={edge}
              way={passed?.has(edge.id) ? 'passed' : ahead?.has(edge.id) ? 'ahead' : ''}
            />
          ))}
          {inOrder(diagram.nodes).map((part) => (
            <Shape
              key={part.id}
              part={part}
              mark={marks?.get(part.id)}
              way={passed?.has(part.id) ? 'passed' : ahead?.has(part.id) ? 'ahead' : ''}
              selected={part.id === selected}
              onSelect={onSelect && (marks === undefined || marks.has(part.id)) ? onSelect : undefined}
            />
          ))}
        </svg>
      </section>
    </div>
  )
}

/** What contains others lies under them. */
const inOrder = (parts: readonly Part[]): Part[] =>
  [...parts].sort((a, b) => Number(b.kind === 'subprocess') - Number(a.kind === 'subprocess'))

function Edge({ edge, way }: { edge: Diagram['edges'][number]; way: string }) {
  const [from, to] = middle(edge.points)
  return (
    <g className={`edge ${way}`}>
      <path d={pathOf(edge.points)} markerEnd={`url(#wf-arrow${way})`} />
      {edge.name && (
        <text x={(from.x + to.x) / 2 + (from.x === to.x ? 6 : 0)} y={(from.y + to.y) / 2 - (from.x === to.x ? 0 : 6)}>
          {edge.name}
        </text>
      )}
    </g>
  )
}
const ORIGIN = { x: 0, y: 0 }
const middle = (points: Diagram['edges'][number]['points']) => {
  const at = Math.max(1, Math.floor(points.length / 2))
  return [points[at - 1] ?? ORIGIN, points[at] ?? ORIGIN] as const
}

interface ShapeProps {
  part: Part
  mark?: Mark
  way: string
  selected: boolean
  onSelect?: (id: string) => void
}
const GATEWAYS = ['exclusive', 'inclusive', 'parallel', 'event-based']
const EVENTS = ['start', 'end', 'catch', 'throw', 'boundary']

function Shape({ part, mark, way, selected, onSelect }: ShapeProps) {
  const { id, kind, name } = part
  const look = [kind, mark?.look ?? '', way, selected ? 'selected' : '', onSelect ? 'live' : ''].join(' ')
  const body = GATEWAYS.includes(kind) ? (
    <Gateway part={part} />
  ) : EVENTS.includes(kind) ? (
    <EventMark part={part} />
  ) : (
    <Task part={part} mark={mark} />
  )
  if (!onSelect) return <g className={`part ${look}`}>{body}</g>
  return (
    // biome-ignore lint/a11y/useSemanticElements: SVG has no button
    <g
      className={`part ${look}`}
      role="button"
      tabIndex={0}
      aria-pressed={selected}
      aria-label={[name || '环节', mark?.word, mark?.note].filter(Boolean).join('，')}
      onClick={() => onSelect(id)}
      onKeyDown={(event) => {
        if (event.key !== 'Enter' && event.key !== ' ') return
        event.preventDefault()
        onSelect(id)
      }}
    >
      {body}
    </g>
  )
}

function Task({ part: { x, y, width, height, name, kind }, mark }: { part: Part; mark?: Mark }) {
  const open = kind === 'subprocess' && height > 100
  const lines = linesOf(name, Math.floor((width - 20) / 14), mark?.note ? 2 : 3)
  const top = open ? y + 20 : y + height / 2 - (lines.length - 1) * 9 + 5 - (mark?.note ? 10 : 0)
  return (
    <>
      <rect x={x} y={y} width={width} height={height} rx={8} />
      {lines.map((line, index) => (
        <text key={line} className="name" x={x + width / 2} y={top + index * 18}>
          {line}
        </text>
      ))}
      {mark?.note && (
        <text className="note" x={x + width / 2} y={y + height - 12}>
          {linesOf(mark.note, Math.floor((width - 16) / 12), 1)[0]}
        </text>
      )}
      {mark && (
        <g className="word" transform={`translate(${x + width - 8} ${y})`}>
          <rect x={-mark.word.length * 12 - 30} y={-10} width={mark.word.length * 12 + 30} height={20} rx={10} />
          <path d={SIGNS[mark.look]} transform={`translate(${-mark.word.length * 12 - 22} -5)`} />
          <text x={-8} y={4}>
            {mark.word}
          </text>
        </g>
      )}
    </>
  )
}
/** Drawn in a square of ten. */
const SIGNS: Record<Mark['look'], string> = {
  done: 'M1 5.500 4 8.500 9.500 2',
  current: 'M2 1 9 5 2 9z',
  expected: 'M1 5a4 4 0 1 0 8 0a4 4 0 1 0-8 0',
  returned: 'M5 1 1 4.500 5 8M1 4.500h8.500',
  skipped: 'M1 2l4 3.500-4 3.500M6 2l4 3.500-4 3.500',
  stopped: 'M5 .5 9.500 5 5 9.500.5 5z',
  cancelled: 'M1.500 1.500l7 7M8.500 1.500l-7 7',
}

function Gateway({ part: { x, y, width, height, kind, name } }: { part: Part }) {
  const [cx, cy] = [x + width / 2, y + height / 2]
  return (
    <>
      <path className="body" d={`M${cx} ${y} ${x + width} ${cy} ${cx} ${y + height} ${x} ${cy}z`} />
      {kind === 'exclusive' && <path className="sign" d={`M${cx - 6} ${cy - 6}l12 12m0-12l-12 12`} />}
      {kind === 'parallel' && <path className="sign" d={`M${cx - 9} ${cy}h18m-9-9v18`} />}
      {kind === 'inclusive' && <circle className="sign" cx={cx} cy={cy} r={9} />}
      {kind === 'event-based' && <circle className="sign double" cx={cx} cy={cy} r={9} />}
      {name && (
        <text className="beside" x={x + width + 6} y={cy + 4}>
          {name}
        </text>
      )}
    </>
  )
}

function EventMark({ part: { x, y, width, height, kind, name, event } }: { part: Part }) {
  const [cx, cy] = [x + width / 2, y + height / 2]
  return (
    <>
      <circle className="body" cx={cx} cy={cy} r={width / 2} />
      {['catch', 'throw', 'boundary'].includes(kind) && <circle className="inner" cx={cx} cy={cy} r={width / 2 - 4} />}
      {event === 'timer' && <path className="sign" d={`M${cx} ${cy - 7}v7l5 3`} />}
      {event && event !== 'timer' && <path className="sign" d={`M${cx - 7} ${cy - 5}h14v10h-14zl7 6 7-6`} />}
      {name && (
        <text className="beside" x={x + width + 6} y={y + height / 2 + 4}>
          {name}
        </text>
      )}
    </>
  )
}
