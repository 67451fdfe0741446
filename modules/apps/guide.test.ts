import { readFileSync } from 'node:fs'
import path from 'node:path'
import { describe, expect, it } from 'vitest'
import { tasksApi } from '#platform/tasks/contract'
import { apiScopes, appsApi, identityScopes, PING, webhookTypes } from './contract.ts'
import { blocksOf, runsOf } from './web/markdown.ts'

const guide = readFileSync(path.join(import.meta.dirname, 'web/guide.md'), 'utf8')
const endpoints = Object.values({ ...appsApi, ...tasksApi })

describe('the guide for developers', () => {
  it('names every endpoint that applications have, and none that there is not', () => {
    const open = endpoints.map(({ path: at }) => at).filter((at) => at.startsWith('/api/open/'))
    expect(open.length).toBeGreaterThan(5)
    const named = [...guide.matchAll(/\/api\/open\/[\w/:-]+/g)].map(([at]) => at.replace('YY-2026-0001', ':externalId'))
    expect(new Set(named)).toEqual(new Set(open))
  })

  it('explains every scope and every event', () => {
    for (const name of [...Object.keys(identityScopes), ...Object.keys(apiScopes), ...Object.keys(webhookTypes), PING])
      expect(guide).toContain(`| \`${name}\` |`)
  })
})

describe('its blocks', () => {
  it('are told apart', () => {
    const text =
      '## 一\n\n甲\n乙\n\n| a | b |\n|---|---|\n| 1 | `x` |\n\n```ts\n## 不是标题\n\nx\n```\n- 一\n- 二\n\n1. 三'
    expect(blocksOf(text)).toEqual([
      { kind: 'heading', depth: 2, text: '一' },
      { kind: 'text', text: '甲乙' },
      { kind: 'table', head: ['a', 'b'], rows: [['1', '`x`']] },
      { kind: 'code', language: 'ts', text: '## 不是标题\n\nx' },
      { kind: 'list', ordered: false, items: ['一', '二'] },
      { kind: 'list', ordered: true, items: ['三'] },
    ])
    expect(runsOf('答 `401` 时**重来**，<b>')).toEqual([
      { kind: 'plain', text: '答 ' },
      { kind: 'code', text: '401' },
      { kind: 'plain', text: ' 时' },
      { kind: 'strong', text: '重来' },
      { kind: 'plain', text: '，<b>' },
    ])
  })

  it('leave nothing of the guide behind', () => {
    const told = blocksOf(guide).flatMap((block) =>
      block.kind === 'table' ? block.rows.flat() : block.kind === 'list' ? block.items : [block.text],
    )
    for (const line of ['连续 5 天没有一次成功', 'timingSafeEqual', '不能恢复', 'retry-after'])
      expect(told.join('\n')).toContain(line)
    for (const block of blocksOf(guide)) if (block.kind === 'text') expect(block.text).not.toMatch(/^(#|\||```|- )/)
  })
})
