import { createReadStream, existsSync } from 'node:fs'
import { readFile } from 'node:fs/promises'
import path from 'node:path'
import { pathToFileURL } from 'node:url'
import { parseArgs } from 'node:util'
import { parse } from 'csv-parse'
import { unguardFormula } from '#kernel/tabular'
import { type Verdict, verifyExport } from '#platform/audit'

/**
 * `npm run audit:verify -- <export> [--key <public key, or a file with one a line>]`: checks an export of audit records without a
 * database. Ends with 0 when all of it holds, with 1 when anything does not.
 */

async function* rowsOf(file: string): AsyncGenerator<string[]> {
  const parser = createReadStream(file).pipe(parse({ bom: true, relax_column_count: true, relax_quotes: true }))
  for await (const cells of parser) yield (cells as string[]).map(unguardFormula)
}

/** By line feeds alone: node:readline also breaks a line at U+2028, which the text of a record may hold. */
async function* linesOf(file: string): AsyncGenerator<string> {
  let rest = ''
  for await (const part of createReadStream(file, 'utf8')) {
    const [first = '', ...more] = (part as string).split('\n')
    rest += first
    for (const next of more) {
      yield rest
      rest = next
    }
  }
  if (rest !== '') yield rest
}

/** Told apart by name, as the platform names them. */
export const verifyFile = (file: string, trusted?: readonly string[]): Promise<Verdict> =>
  verifyExport(file.endsWith('.csv') ? rowsOf(file) : linesOf(file), trusted)

const keysOf = async (given: string): Promise<string[]> => {
  const text = /^04[0-9a-f]{128}$/i.test(given) ? given : await readFile(given, 'utf8')
  return text.toLowerCase().split(/\s+/).filter(Boolean)
}

const SHOWN = 200
const report = (verdict: Verdict, trusted: boolean): string => {
  const { faults } = verdict
  const found = faults
    .slice(0, SHOWN)
    .map(({ seq, what }) => `  ✗ ${seq === undefined ? '' : `第 ${seq + 1} 条（序号 ${seq}）：`}${what}`)
  return [
    `来源 ${verdict.origin ?? '不明'}，第 ${verdict.from + 1} 至 ${verdict.to} 条，文件里有 ${verdict.records} 条；签名成立的校验点 ${verdict.checkpoints} 个。`,
    ...(verdict.erased > 0
      ? [`其中 ${verdict.erased} 条没有个人文本（清除过，或在导出之后被拿掉），次序与其余内容照样核对。`]
      : []),
    ...verdict.publicKeys.map((key) => `  公钥 ${key}`),
    ...(trusted ? [] : ['公钥取自文件本身：请与“校验点”页面或事先留存的公钥核对，或用 --key 指定。']),
    ...found,
    ...(faults.length > SHOWN ? [`  ……另有 ${faults.length - SHOWN} 处`] : []),
    faults.length === 0 ? '✓ 记录完整，次序与内容都没有被改动。' : `✗ 发现 ${faults.length} 处问题。`,
  ].join('\n')
}

const main = async (): Promise<void> => {
  const { values, positionals } = parseArgs({ allowPositionals: true, options: { key: { type: 'string' } } })
  const file = positionals[0]
  if (!file || !existsSync(file)) {
    if (file) console.error(`没有这个文件：${file}`)
    console.error('用法：npm run audit:verify -- <导出文件> [--key <公钥或公钥文件>]')
    process.exitCode = 2
    return
  }
  const verdict = await verifyFile(path.resolve(file), values.key === undefined ? undefined : await keysOf(values.key))
  console.log(report(verdict, values.key !== undefined))
  if (verdict.faults.length > 0) process.exitCode = 1
}
if (import.meta.url === pathToFileURL(process.argv[1] ?? '').href) await main()
