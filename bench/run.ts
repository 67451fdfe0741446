import { cpus } from 'node:os'
import { parseArgs } from 'node:util'
import { access } from './access.ts'
import { auditBench } from './audit.ts'
import { directory } from './directory.ts'
import { directoryImport } from './directory-import.ts'
import { feel } from './feel.ts'
import { formsBench } from './forms.ts'
import { RECORDS } from './forms-stage.ts'
import { mattersBench } from './matters.ts'
import { mattersPlans } from './matters-plans.ts'
import { TOTAL } from './matters-rows.ts'
import type { Figure } from './measure.ts'
import { oidc } from './oidc.ts'
import { plans } from './plans.ts'
import { processBench } from './process.ts'
import { signInBench } from './sign-in.ts'
import { tasksBench } from './tasks.ts'
import { DONE, OPEN } from './tasks-load.ts'

// npm run bench -- directory [--json] [--people 1400000] [--requests 100]
// npm run bench -- directory-import [--json] [--people 1400000] [--rows 1400000] [--format csv|xlsx]
// npm run bench -- access [--json] [--people 2000] [--requests 300]
// npm run bench -- plans [--people 1400000]
// npm run bench -- audit [--json]
// npm run bench -- feel [--json]
// npm run bench -- process [--json] [--people 20000]
// npm run bench -- tasks [--json] [--requests 100]
// npm run bench -- matters [--json] [--requests 100]
// npm run bench -- matters-plans
// npm run bench -- forms [--json] [--requests 100]
// npm run bench -- sign-in [--json] [--people 2000] [--requests 100]

const PLENTY = 1_400_000
const AUDITED = 20_000
/** enough units for leaders three levels up */
const FEW = 20_000

const show = (figure: Figure): string => {
  const unit = figure.unit ?? 'ms'
  const verdict = figure.pass === undefined ? '' : figure.pass ? '达到' : '未达到'
  return `| ${figure.name} | ${figure.value} ${unit} | ${figure.reference === undefined ? '' : `${figure.reference} ${unit}`} | ${figure.ratio ?? ''} | ${figure.target ?? ''} | ${verdict} |`
}

const machine = `${cpus().length} 核 ${cpus()[0]?.model ?? ''}`

const publish = (name: string, scale: string, figures: readonly Figure[], json: boolean): void => {
  console.log(
    `\n${scale}\n\n| 指标 | 数值 | 基准 | 比 | 目标 | |\n|---|--:|--:|--:|---|---|\n${figures.map(show).join('\n')}`,
  )
  const judged = figures.filter(({ pass }) => pass !== undefined)
  const pick = (read: (figure: Figure) => number | undefined) =>
    Object.fromEntries(figures.flatMap((figure) => (read(figure) === undefined ? [] : [[figure.name, read(figure)]])))
  if (json)
    console.log(
      JSON.stringify({
        name,
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
    rows: { type: 'string', default: String(PLENTY) },
    format: { type: 'string', multiple: true, default: ['csv', 'xlsx'] },
    json: { type: 'boolean', default: false },
  },
})
const [people, requests, rows] = [Number(values.people), Number(values.requests), Number(values.rows)]
const formats = values.format.filter((format) => format === 'csv' || format === 'xlsx')
const sound =
  people >= 500 && people <= 5_000_000 && requests >= 10 && requests <= 100_000 && rows >= 1 && formats.length > 0
const benches: Record<string, () => Promise<void>> = {
  async directory() {
    const scale = `${people} 人，${machine}，每轮 ${requests} 次，五轮交替取中位数`
    publish('directory', scale, await directory({ people, requests }), values.json)
  },
  async 'directory-import'() {
    const size = Math.min(people, rows)
    const figures = await directoryImport({ people, rows: size, formats })
    publish('directory-import', `${people} 人的省，导入 ${size} 人，${machine}`, figures, values.json)
  },
  async access() {
    const scale = `${people} 人，${machine}，每轮 ${requests} 次，五轮交替取中位数`
    publish('access', scale, await access(people, requests), values.json)
  },
  async oidc() {
    publish('oidc', `${people} 人，2,000 个应用，${machine}`, await oidc({ people, requests }), values.json)
  },
  async audit() {
    publish('audit', `每轮 ${AUDITED} 条，${machine}，五轮交替取中位数`, await auditBench(AUDITED), values.json)
  },
  async 'sign-in'() {
    const figures = await signInBench({ people, requests })
    publish('sign-in', `${people} 人，${machine}，五轮交替取中位数`, figures, values.json)
  },
  async tasks() {
    const scale = `${OPEN} 件待办，${DONE} 件已办，${machine}，每轮 ${requests} 次，五轮交替取中位数`
    publish('tasks', scale, await tasksBench(requests), values.json)
  },
  async matters() {
    const scale = `${TOTAL} 项事项，全省单位，${machine}，每轮 ${requests} 次，五轮交替取中位数`
    publish('matters', scale, await mattersBench(requests), values.json)
  },
  async 'matters-plans'() {
    const wasteful = await mattersPlans()
    console.log(wasteful.length === 0 ? '事项的语句都不扫描整表。' : wasteful.join('\n'))
    if (wasteful.length > 0) process.exitCode = 1
  },
  async forms() {
    const scale = `${RECORDS} 条记录，${machine}，每轮 ${requests} 次，五轮交替取中位数`
    publish('forms', scale, await formsBench(requests), values.json)
  },
  async feel() {
    publish('feel', `${machine}，五轮交替取中位数`, feel(), values.json)
  },
  async process() {
    const size = Math.min(people, FEW)
    publish('process', `${size} 人，${machine}，五轮交替取中位数`, await processBench(size), values.json)
  },
  async plans() {
    const scanning = await plans(people)
    console.log(scanning.length === 0 ? '热点语句都不扫描整表。' : `这些语句会扫描整表：${scanning.join('、')}`)
    if (scanning.length > 0) process.exitCode = 1
  },
}
const bench = benches[positionals[0] ?? '']
if (bench && sound) await bench()
else {
  console.error(
    '用法：npm run bench -- directory|directory-import|access|audit|oidc|sign-in|feel|forms|matters|matters-plans|process|tasks|plans [--json] [--people 1400000] [--requests 100] [--rows 1400000] [--format csv]',
  )
  process.exitCode = 1
}
