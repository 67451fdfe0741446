import { createClient, type ListCall } from '#kernel/web'
import { builtApi, type RecordRow } from '../contract.ts'

export const builtClient = createClient(builtApi)

type Input = Parameters<typeof builtClient.list>[0]
const FILTER = /^(.+?)(>=|<=|=|~)$/u

/** A filter of the page is called by its comparison, `数量>=`; the endpoint takes them all as one list. */
export const toWhere = ({ ...input }: Record<string, unknown>): Record<string, unknown> => {
  const where: string[] = []
  for (const [name, value] of Object.entries(input)) {
    if (!FILTER.test(name)) continue
    delete input[name]
    const said = [value].flat().filter((one) => one !== undefined && one !== '')
    if (said.length > 0) where.push(`${name}${said.join('|')}`)
  }
  return where.length > 0 ? { ...input, where } : input
}

export const listRecords: ListCall<RecordRow> = Object.assign(
  (input: Record<string, unknown>, options?: Parameters<typeof builtClient.list>[1]) =>
    builtClient.list(toWhere(input) as unknown as Input, options),
  { key: builtClient.list.key },
)
