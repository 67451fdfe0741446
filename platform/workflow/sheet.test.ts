import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { readPdf } from '#platform/layout/testing'
import { approval, startOffice } from './testing.ts'

let at: Awaited<ReturnType<typeof startOffice>>
let id: string
beforeAll(async () => {
  at = await startOffice()
  await at.publish('asking', approval())
  const file = await at.as('clerk').start({ process: 'asking', title: '关于购置复印机的请示' })
  id = file.id
  const chief = await at.as('chief').caseFile({ id })
  await at.as('chief').act({
    id,
    act: { do: 'complete', slot: chief.mine?.slot ?? '', outcome: 'agree' },
    opinion: '情况属实，拟同意。',
  })
})
afterAll(() => at.server.stop())

const sheetFor = (name: Parameters<typeof at.as>[0], format = 'pdf') =>
  fetch(`${at.server.url}/api/workflow/instances/${id}/sheet?format=${format}`, {
    headers: { cookie: `qt_session=${at.token(name)}` },
  })
const textOf = async (answer: Response): Promise<string> =>
  (await readPdf(new Uint8Array(await answer.arrayBuffer()))).text.replaceAll(/\s/g, '')

describe('a case on paper', () => {
  it('says what it is about, who said what, and leaves room for who has not', async () => {
    const answer = await sheetFor('clerk')
    expect(answer.status).toBe(200)
    expect(answer.headers.get('content-type')).toBe('application/pdf')
    expect(answer.headers.get('content-disposition')).toContain('attachment')
    const text = await textOf(answer)
    for (const part of [
      '关于购置复印机的请示',
      '周文清',
      '科室负责人审批',
      '情况属实，拟同意。',
      '毕嘉禾',
      '单位负责人审批',
    ])
      expect(text).toContain(part)
    expect(text).not.toContain('孙立岩')
  })
  it('comes for Word too', async () => {
    const answer = await sheetFor('chief', 'docx')
    expect(answer.status).toBe(200)
    expect(Buffer.from(await answer.arrayBuffer()).toString('latin1', 0, 2)).toBe('PK')
  })
  it('is not there for somebody who has no part in it, and each print is on record', async () => {
    expect((await sheetFor('stranger')).status).toBe(404)
    expect((await sheetFor('clerk', 'exe')).status).toBe(400)
    const records = await at.server.sql(
      "select actor_name from kernel.audit where action = 'workflow.caseSheet' and kind = 'export' and target_id = $1 order by at",
      [id],
    )
    expect(records.map(({ actor_name }) => actor_name)).toEqual(['周文清', '毕嘉禾'])
  })
})
