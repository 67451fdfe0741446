import { cpus } from 'node:os'
import { parseArgs } from 'node:util'
import { directory } from './directory.ts'
import type { Figure } from './measure.ts'
import { plans } from './plans.ts'

// npm run bench -- directory [--json] [--people 1400000] [--requests 100]
// npm run bench -- plans [--people 1400000]

const PLENTY = 1_400_000

const show = (figure: Figure): string => {
  const unit = figure.unit ?? 'ms'
  const verdict = figure.pass === undefined ? '' : figure.pass ? '达到' : '未达到'
  return `| ${figure.name} | ${figure.value} ${unit} | ${figure.reference === undefined ? '' : `${figure.reference} ${unit}`} | ${figure.ratio ?? ''} | ${figure.target ?? ''} | ${verdict} |`
}

const measure = async (people: number, requests: number, json: boolean): Promise<void> => {
  const figures = await directory({ people, requests })
  const scale = `${people} 人，${cpus().length} 核 ${cpus()[0]?.model ?? ''}，每轮 ${requests} 次，五轮交替取中位数`
  console.log(
    `\n${scale}\n\n| 指标 | 数值 | 基准 | 比 | 目标 | |\n|---|--:|--:|--:|---|---|\n${figures.map(show).join('\n')}`,
  )
  const judged = figures.filter(({ pass }) => pass !== undefined)
  const pick = (read: (figure: Figure) => number | undefined) =>
    Object.fromEntries(figures.flatMap((figure) => (read(figure) === undefined ? [] : [[figure.name, read(figure)]])))
  if (json)
    console.log(
      JSON.stringify({
        name: 'directory',
        scale,
        figures: pick(({ value }) => value),
        reference: pick(({ reference }) => reference),
        ratio: pick(({ ratio }) => ratio),
        target: Object.fromEntries(judged.map(({ name, target }) => [name, target])),
        pass: judged.every(({ pass }) => pass),
      }),
    )
}

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    people: { type: 'string', default: String(PLENTY) },
    requests: { type: 'string', default: '100' },
    json: { type: 'boolean', default: false },
  },
})
const [people, requests] = [Number(values.people), Number(values.requests)]
const known = positionals[0] === 'directory' || positionals[0] === 'plans'
if (!known || !(people >= 500 && people <= 5_000_000) || !(requests >= 10 && requests <= 100_000)) {
  console.error('用法：npm run bench -- directory|plans [--json] [--people 1400000] [--requests 100]')
  process.exitCode = 1
} else if (positionals[0] === 'plans') {
  const scanning = await plans(people)
  console.log(scanning.length === 0 ? '热点语句都不扫描整表。' : `这些语句会扫描整表：${scanning.join('、')}`)
  if (scanning.length > 0) process.exitCode = 1
} else {
  await measure(people, requests, values.json)
}
