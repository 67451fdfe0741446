import { useQuery } from '@tanstack/react-query'
import { Link } from '@tanstack/react-router'
import { Select } from 'antd'
import { useState } from 'react'
import { z } from 'zod'
import { apiQuery, useCommand } from '#kernel/web'
import { searchPeople, useUnits } from '#platform/directory/web'
import { Field, type FormField, Page, RecordForm } from '#ui'
import { holderKinds, type Issued, IssueInput } from '../contract.ts'
import { certificates } from './client.ts'
import { IssuedView } from './IssuedView.tsx'
import './certificates.css'

type Kind = keyof typeof holderKinds
type Source = 'request' | 'generate'

/** As the form holds it: lists of names are one text; whom it is for and where the key comes from are asked before. */
const Flat = IssueInput.omit({ dnsNames: true, days: true, kind: true }).extend({
  days: z.enum(['365', '730', '1095', '1826']),
  names: z.string().trim().max(3000).optional(),
})
const needs: Record<Kind | Source, Partial<Record<keyof typeof Flat.shape, true>>> = {
  person: { personId: true },
  unit: { unitId: true },
  node: { name: true },
  application: { name: true },
  request: { request: true },
  generate: { password: true },
}
/** What the two choices ask for is required; what comes out is the same but for that. */
const schemaFor = (kind: Kind, source: Source) =>
  Flat.required({ ...needs[kind], ...needs[source] }) as unknown as typeof Flat

const kinds = Object.entries(holderKinds).map(([value, label]) => ({ value: value as Kind, label }))
const sources: { value: Source; label: string }[] = [
  { value: 'request', label: '自己生成，粘贴证书请求' },
  { value: 'generate', label: '由系统生成，下载一次' },
]

/** 签发证书 */
export function IssuePage() {
  const authority = useQuery(apiQuery(certificates.authority))
  const issue = useCommand(certificates.issue, { quiet: true })
  const [issued, setIssued] = useState<Issued>()
  const [kind, setKind] = useState<Kind>('node')
  const [source, setSource] = useState<Source>('request')
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
        <>
          <div className="qt-form ce-choices">
            <Choice label="发给" value={kind} options={kinds} onChange={setKind} />
            <Choice
              label="密钥从哪里来"
              help="自己生成的更安全：私钥不离开原来的地方"
              value={source}
              options={sources}
              onChange={setSource}
            />
          </div>
          <RecordForm
            id="certificates.issue"
            schema={schemaFor(kind, source)}
            groups={groupsOf(kind, source, units)}
            initial={{ use: 'sign', days: '365' }}
            submitLabel="签发"
            onSubmit={({ names, days, ...input }) =>
              issue.mutateAsync({
                ...input,
                kind,
                days: Number(days),
                dnsNames: names?.split(/[\s,，、]+/).filter(Boolean) ?? [],
              })
            }
            onDone={setIssued}
          />
        </>
      )}
    </Page>
  )
}

interface ChoiceProps<T> {
  label: string
  help?: string
  value: T
  options: { value: T; label: string }[]
  onChange: (value: T) => void
}
function Choice<T extends string>({ label, help, value, options, onChange }: ChoiceProps<T>) {
  return (
    <Field label={label} help={help} required>
      {({ status, ...control }) => (
        <Select<T> {...control} status={status} value={value} options={options} onChange={onChange} />
      )}
    </Field>
  )
}

const groupsOf = (kind: Kind, source: Source, units: ReturnType<typeof useUnits>) => {
  const connects = () => kind === 'node' || kind === 'application'
  return [
    {
      title: '发给谁',
      fields: [
        { name: 'personId', label: '人员', kind: 'person', search: searchPeople, visible: () => kind === 'person' },
        { name: 'unitId', label: '单位', kind: 'unit', visible: () => kind === 'unit', ...units },
        { name: 'name', label: '名称', kind: 'text', maxLength: 64, visible: connects },
        {
          name: 'names',
          label: '域名',
          help: '用来建立加密连接的才需要；多个用空格分开',
          kind: 'text',
          maxLength: 3000,
          visible: connects,
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
    keyGroup(source),
  ] as const satisfies { title: string; fields: readonly FormField[] }[]
}

const keyGroup = (source: Source) =>
  ({
    title: '密钥',
    fields: [
      {
        name: 'request',
        label: '证书请求',
        help: 'PKCS#10，以 -----BEGIN CERTIFICATE REQUEST----- 开头',
        kind: 'longText',
        rows: 6,
        maxLength: 20_000,
        visible: () => source === 'request',
      },
      {
        name: 'password',
        label: '保护私钥的口令',
        help: '至少 12 个字；系统不保存，忘了就打不开私钥',
        kind: 'text',
        maxLength: 128,
        secret: true,
        visible: () => source === 'generate',
      },
    ],
  }) as const satisfies { title: string; fields: readonly FormField[] }
