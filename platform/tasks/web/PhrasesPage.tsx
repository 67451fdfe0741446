import { useQuery } from '@tanstack/react-query'
import { Link } from '@tanstack/react-router'
import { Button, Input } from 'antd'
import { type FormEvent, useState } from 'react'
import { apiQuery, useCommand } from '#kernel/web'
import { Await, Icon, moved, Page } from '#ui'
import { PHRASES } from '../contract.ts'
import { tasks } from './client.ts'
import { MySignature } from './opinion/MySignature.tsx'
import './opinion/opinion.css'

/** 常用意见和签名: what stands ready when an opinion is written. Every change is kept at once. */
export function PhrasesPage() {
  const query = useQuery(apiQuery(tasks.phrases))
  return (
    <Page
      title="常用意见和签名"
      sentence="填写意见时点一下就用上，只有您自己看得到。"
      above={<Link to="/tasks">待办</Link>}
    >
      <section aria-label="常用意见">
        <h2 className="qt-section">常用意见</h2>
        <Await query={query}>{({ texts }) => <Lines texts={texts} />}</Await>
      </section>
      <section className="qt-block" aria-label="我的签名">
        <h2 className="qt-section">我的签名</h2>
        <MySignature />
      </section>
    </Page>
  )
}

function Lines({ texts }: { texts: readonly string[] }) {
  const save = useCommand(tasks.setPhrases, { invalidates: [tasks.phrases] })
  const [typed, setTyped] = useState('')
  const keep = (next: readonly string[]) => save.mutate({ texts: [...next] })
  const fresh = typed.trim()
  const known = texts.includes(fresh)
  const add = (event: FormEvent) => {
    event.preventDefault()
    if (fresh === '' || known) return
    save.mutate({ texts: [...texts, fresh] }, { onSuccess: () => setTyped('') })
  }
  return (
    <>
      {texts.length === 0 && <p className="qt-quiet">还没有常用意见，在下面写一条。</p>}
      <ul className="op-lines">
        {texts.map((text, at) => (
          <li key={text}>
            <span>{text}</span>
            <Move
              text={text}
              word="上移"
              disabled={at === 0 || save.isPending}
              onMove={() => keep(moved(texts, at, at - 1))}
            />
            <Move
              text={text}
              word="下移"
              disabled={at === texts.length - 1 || save.isPending}
              onMove={() => keep(moved(texts, at, at + 1))}
            />
            <button
              type="button"
              className="qt-ib"
              aria-label={`删除${text}`}
              disabled={save.isPending}
              onClick={() => keep(texts.filter((one) => one !== text))}
            >
              <Icon name="trash" size={16} />
            </button>
          </li>
        ))}
      </ul>
      {texts.length < PHRASES ? (
        <form className="op-add" onSubmit={add}>
          <Input
            aria-label="新的常用意见"
            placeholder="如：请主办单位落实会签意见。"
            maxLength={200}
            value={typed}
            onChange={(event) => setTyped(event.target.value)}
          />
          <Button htmlType="submit" disabled={fresh === '' || known} loading={save.isPending}>
            {known ? '已有这一条' : '加一条'}
          </Button>
        </form>
      ) : (
        <p className="qt-small qt-quiet">最多 {PHRASES} 条，删去不用的才能再加。</p>
      )}
    </>
  )
}

function Move({
  text,
  word,
  disabled,
  onMove,
}: {
  text: string
  word: '上移' | '下移'
  disabled: boolean
  onMove: () => void
}) {
  return (
    <button type="button" className="qt-ib" aria-label={`${word}${text}`} disabled={disabled} onClick={onMove}>
      <Icon name="chevronDown" size={16} style={word === '上移' ? { transform: 'rotate(180deg)' } : undefined} />
    </button>
  )
}
