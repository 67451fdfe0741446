import { useQuery } from '@tanstack/react-query'
import { Link } from '@tanstack/react-router'
import { useState } from 'react'
import { z } from 'zod'
import { apiQuery, useCommand } from '#kernel/web'
import { type FormField, type FormValues, Page, RecordForm } from '#ui'
import { holderKinds, type Issued, IssueInput } from '../contract.ts'
import { searchPeople, useUnits } from './choices.ts'
import { certificates } from './client.ts'
import { IssuedView } from './IssuedView.tsx'
import './certificates.css'

/** As the form holds it: where the key comes from is a question of its own; lists of names are one text. */
const Flat = IssueInput.omit({ dnsNames: true, days: true }).extend({
  personId: z.uuid(),
  unitId: z.uuid(),
  name: z.string().trim().min(1).max(64),
  days: z.enum(['365', '730', '1095', '1826']),
  names: z.string().trim().max(3000).optional(),
  key: z.enum(['request', 'generate']),
  request: z.string().trim().min(1).max(20_000),
  password: z.string().min(12).max(128),
})

/** 签发证书 */
export function IssuePage() {
  const authority = useQuery(apiQuery(certificates.authority))
  const issue = useCommand(certificates.issue, { quiet: true })
  const [issued, setIssued] = useState<Issued>()
  const units = useUnits()
  const above = <Link to="/certificates">证书</Link>
  const unavailable = authority.data?.unavailable
  if (issued)
    return (
      <Page title="证书已签发" above={above}>
        <IssuedView issued={issued} />
      </Page>
    )
  return (
    <Page title="签发证书" sentence={unavailable ?? `由“${authority.data?.name ?? '…'}”签发。`} above={above}>
      {!unavailable && (
        <RecordForm
          id="certificates.issue"
          schema={Flat}
          groups={groupsOf(units)}
          initial={{ kind: 'node', use: 'sign', days: '365', key: 'request' }}
          submitLabel="签发"
          onSubmit={({ names, days, key: _key, ...input }) =>
            issue.mutateAsync({
              ...input,
              days: Number(days),
              dnsNames: names?.split(/[\s,，、]+/).filter(Boolean) ?? [],
            })
          }
          onDone={setIssued}
        />
      )}
    </Page>
  )
}

const is =
  (name: string, ...values: string[]) =>
  (form: FormValues): boolean =>
    values.includes(form[name] as string)

const groupsOf = (units: ReturnType<typeof useUnits>) =>
  [
    {
      title: '发给谁',
      fields: [
        {
          name: 'kind',
          label: '发给',
          kind: 'select',
          options: Object.entries(holderKinds).map(([value, label]) => ({ value, label })),
        },
        { name: 'personId', label: '人员', kind: 'person', search: searchPeople, visible: is('kind', 'person') },
        { name: 'unitId', label: '单位', kind: 'unit', visible: is('kind', 'unit'), ...units },
        { name: 'name', label: '名称', kind: 'text', maxLength: 64, visible: is('kind', 'node', 'application') },
        {
          name: 'names',
          label: '域名',
          help: '用来建立加密连接的才需要；多个用空格分开',
          kind: 'text',
          maxLength: 3000,
          visible: is('kind', 'node', 'application'),
        },
      ],
    },
    {
      title: '用途与期限',
      fields: [
        {
          name: 'use',
          label: '用途',
          help: '国密要求签名和加密各用一张证书',
          kind: 'select',
          options: [
            { value: 'sign', label: '签名' },
            { value: 'encrypt', label: '加密' },
          ],
        },
        {
          name: 'days',
          label: '有效期',
          kind: 'select',
          options: [
            { value: '365', label: '一年' },
            { value: '730', label: '两年' },
            { value: '1095', label: '三年' },
            { value: '1826', label: '五年' },
          ],
        },
      ],
    },
    {
      title: '密钥',
      fields: [
        {
          name: 'key',
          label: '密钥从哪里来',
          help: '自己生成的更安全：私钥不离开原来的地方',
          kind: 'select',
          options: [
            { value: 'request', label: '自己生成，粘贴证书请求' },
            { value: 'generate', label: '由系统生成，下载一次' },
          ],
        },
        {
          name: 'request',
          label: '证书请求',
          help: 'PKCS#10，以 -----BEGIN CERTIFICATE REQUEST----- 开头',
          kind: 'longText',
          rows: 6,
          maxLength: 20_000,
          visible: is('key', 'request'),
        },
        {
          name: 'password',
          label: '保护私钥的口令',
          help: '至少 12 个字；系统不保存，忘了就打不开私钥',
          kind: 'text',
          maxLength: 128,
          secret: true,
          visible: is('key', 'generate'),
        },
      ],
    },
  ] as const satisfies { title: string; fields: readonly FormField[] }[]
