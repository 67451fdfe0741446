import { useQuery, useQueryClient } from '@tanstack/react-query'
import { apiQuery, createClient, useCommand } from '#kernel/web'
import { directoryApi } from '#platform/directory/contract'
import { useUnits } from '#platform/directory/web'
import {
  Await,
  ConfirmButton,
  Facts,
  Field,
  type FormGroup,
  format,
  Page,
  RecordForm,
  toast,
  UnitPicker,
  useCan,
  useUrlState,
} from '#ui'
import { type AccountRule, identityApi, nameRules, tellings } from '../contract.ts'
import { AccountsNav } from './AccountsNav.tsx'
import { identity } from './client.ts'
import './accounts.css'

const places = createClient({ unit: directoryApi.unit, adminUnits: directoryApi.adminUnits })
const options = (words: Record<string, string>) => Object.entries(words).map(([value, label]) => ({ value, label }))
const DEFAULTS = { unit: '' }
const schema = identityApi.setAccountRule.input.omit({ unitId: true })

const groupsOf = (sms: boolean): FormGroup<keyof typeof schema.shape>[] => [
  {
    title: '开通',
    fields: [
      { name: 'nameBy', label: '登录名', kind: 'select', options: options(nameRules) },
      {
        name: 'hours',
        label: '激活码有效',
        kind: 'number',
        unit: '小时',
        min: 1,
        max: 720,
        help: '过期的可以重新发',
      },
    ],
  },
  {
    title: '新来的人',
    sentence: '新建、导入、人事系统推送和调入的人员。已在的人不受影响，请成批开通。',
    fields: [
      { name: 'openNew', label: '自动开通账号', kind: 'switch', on: '开通', off: '不开通' },
      {
        name: 'tell',
        label: '自动开通后激活码',
        kind: 'select',
        options: options(tellings).filter(({ value }) => sms || value !== 'sms'),
        help: sms ? '选短信的，开通后立即发给本人' : '本平台没有接入短信，由管理员在账号列表里打印',
      },
    ],
  },
]

/** 开通规则: how accounts are opened in a unit and below it; the nearest unit above that has set one decides. */
export function AccountRulePage() {
  const units = useUnits()
  const can = useCan()
  const [state, setState] = useUrlState(DEFAULTS)
  const tops = useQuery({
    ...apiQuery(places.adminUnits, { tops: true, limit: 1, abolished: false }),
    enabled: state.unit === '' && can('directory:manage'),
  })
  const id = state.unit || tops.data?.rows[0]?.id || ''
  const unit = useQuery({ ...apiQuery(places.unit, { id }), enabled: id !== '' })
  const rule = useQuery({ ...apiQuery(identity.accountRule, { unitId: id }), enabled: id !== '' })
  return (
    <Page
      title="开通规则"
      sentence="登录名怎样取、激活码多久有效、新来的人要不要自动开通。离本人最近的单位的规则有效。"
      above={<AccountsNav />}
    >
      <Field label="单位" required>
        {(control) => (
          <UnitPicker
            control={control}
            value={id === '' ? [] : [{ id, name: unit.data?.name ?? '所选单位' }]}
            onChange={(next) => setState({ unit: next[0]?.id ?? '' })}
            {...units}
          />
        )}
      </Field>
      {id !== '' && (
        <div className="qt-block">
          <Await query={rule}>
            {(found) => <Rule key={`${id} ${found.updatedAt}`} unitId={id} name={unit.data?.name ?? ''} rule={found} />}
          </Await>
        </div>
      )}
    </Page>
  )
}

function Rule({ unitId, name, rule }: { unitId: string; name: string; rule: AccountRule }) {
  // read anew once the form has let go of its draft: what is read makes a new form
  const set = useCommand(identity.setAccountRule, { quiet: true, invalidates: [] })
  const queries = useQueryClient()
  const drop = useCommand(identity.dropAccountRule, { invalidates: [identity.accountRule] })
  const own = rule.owner?.id === unitId
  const from = own ? '本单位自定' : rule.owner ? `按${rule.owner.name}的规则` : '还没有单位设定，按系统缺省'
  const facts: readonly (readonly [string, string | null])[] = [
    ['现在', from],
    ['最后修改', rule.owner && `${rule.updatedBy}，${format.moment(rule.updatedAt)}`],
  ]
  if (!rule.can.set)
    return (
      <Facts
        rows={[
          ...facts,
          ['登录名', nameRules[rule.nameBy]],
          ['激活码有效', `${rule.hours} 小时`],
          ['新来的人', rule.openNew ? `自动开通，激活码${tellings[rule.tell]}` : '不自动开通'],
          ['为什么不能改', '规则管到全部下级，要由管理范围包含整个单位的管理员来定。'],
        ]}
      />
    )
  return (
    <>
      <Facts rows={facts} />
      <div className="qt-block">
        <RecordForm
          id={`accounts.rule.${unitId}`}
          schema={schema}
          groups={groupsOf(rule.sms)}
          initial={{ nameBy: rule.nameBy, hours: rule.hours, openNew: rule.openNew, tell: rule.tell }}
          submitLabel={own ? '保存规则' : `为${name}设定规则`}
          onSubmit={(input) => set.mutateAsync({ unitId, ...input })}
          onDone={() => {
            toast.done('规则已保存，即时生效')
            void queries.invalidateQueries({ queryKey: identity.accountRule.key })
          }}
          secondary={
            own && (
              <ConfirmButton
                verb="改按上级的规则"
                name={`${name}的开通规则`}
                consequence="以后按上级单位的规则办，已开通的账号不变。"
                onConfirm={() => drop.mutateAsync({ unitId })}
              />
            )
          }
        />
      </div>
    </>
  )
}
