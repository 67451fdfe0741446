import { Link } from '@tanstack/react-router'
import { Fragment } from 'react'
import { Page } from '#ui'
import guide from './guide.md?raw'
import { type Block, blocksOf, runsOf } from './markdown.ts'
import './guide.css'

/** The guide is written with an invented address; here it shows the one of this platform. */
const here = String(guide).replaceAll('https://qitong.example.gov.cn', location.origin)
const blocks = blocksOf(here)
const headings = blocks.flatMap((block) => (block.kind === 'heading' && block.depth === 2 ? [block.text] : []))

function Text({ text }: { text: string }) {
  return runsOf(text).map(({ kind, text: run }, at) => {
    const key = `${at}${run}`
    if (kind === 'code') return <code key={key}>{run}</code>
    if (kind === 'strong') return <strong key={key}>{run}</strong>
    return <Fragment key={key}>{run}</Fragment>
  })
}

function Table({ head, rows }: { head: readonly string[]; rows: readonly string[][] }) {
  const line = (cells: readonly string[], Cell: 'th' | 'td') =>
    cells.map((cell, at) => (
      // biome-ignore lint/suspicious/noArrayIndexKey: the cells of a printed table never move
      <Cell key={at}>
        <Text text={cell} />
      </Cell>
    ))
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls sideways must be reached by keyboard
    <section className="gd-scroll" tabIndex={0} aria-label={`${head.filter(Boolean).join('、')}一览`}>
      <table>
        <thead>
          <tr>{line(head, 'th')}</tr>
        </thead>
        <tbody>
          {rows.map((row) => (
            <tr key={row.join()}>{line(row, 'td')}</tr>
          ))}
        </tbody>
      </table>
    </section>
  )
}

function Piece({ block }: { block: Block }) {
  switch (block.kind) {
    case 'heading':
      return block.depth === 2 ? <h2 id={block.text}>{block.text}</h2> : <h3 id={block.text}>{block.text}</h3>
    case 'code':
      return (
        // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls sideways must be reached by keyboard
        <pre tabIndex={0}>
          <code>{block.text}</code>
        </pre>
      )
    case 'table':
      return <Table {...block} />
    case 'list': {
      const List = block.ordered ? 'ol' : 'ul'
      return (
        <List>
          {block.items.map((item) => (
            <li key={item}>
              <Text text={item} />
            </li>
          ))}
        </List>
      )
    }
    default:
      return (
        <p>
          <Text text={block.text} />
        </p>
      )
  }
}

/** 接入指南: how the developers of another system connect it, with the addresses of this platform. */
export function GuidePage() {
  return (
    <Page title="接入指南" wide above={<Link to="/apps/manage">应用登记</Link>}>
      <div className="gd">
        <nav aria-label="目录">
          {headings.map((text) => (
            <a key={text} href={`#${text}`}>
              {text}
            </a>
          ))}
        </nav>
        <article>
          {blocks.map((block, at) => (
            // biome-ignore lint/suspicious/noArrayIndexKey: the blocks of the guide never move
            <Piece key={at} block={block} />
          ))}
        </article>
      </div>
    </Page>
  )
}
