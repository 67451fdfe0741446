import { useQuery } from '@tanstack/react-query'
import { Select } from 'antd'
import { useDeferredValue, useState } from 'react'
import { apiQuery } from '#kernel/web'
import type { Json } from '../contract.ts'
import { isObject } from '../core/kinds/kind.ts'
import { formsClient } from './client.ts'
import type { ControlOf } from './control-of.ts'
import { useForm } from './use-form.ts'

type Chosen = { [key: string]: Json }

/** Records of another entity of the application, found by their names among those one may see. */
export function RelationControl({ field, value, control, required, onChange, onLeave }: ControlOf<'relation'>) {
  const { formId, store } = useForm()
  const [q, setQ] = useState('')
  const [open, setOpen] = useState(false)
  const path = pathIn(store.definition, field)
  const query = useQuery({
    ...apiQuery(formsClient.choices, { formId, path, q: useDeferredValue(q).trim() || undefined }),
    enabled: open,
  })
  const rows: Chosen[] = query.data?.rows.map((row) => ({ ...row })) ?? []
  const chosen = [value].flat().filter(isObject)
  const known = new Map([...chosen, ...rows].map((one) => [String(one.id), one]))
  const ids = chosen.map((one) => String(one.id))
  return (
    <Select<string | string[]>
      {...control}
      mode={field.multiple ? 'multiple' : undefined}
      value={field.multiple ? ids : ids[0]}
      options={[...known.values()].map((one) => ({ value: String(one.id), label: String(one.name) }))}
      showSearch={{ filterOption: false, onSearch: setQ }}
      loading={query.isFetching}
      notFoundContent={query.isFetching ? '正在查找…' : '没有可选的记录'}
      placeholder="请选择"
      allowClear={!required}
      onOpenChange={setOpen}
      onChange={(next) => {
        const list = [next ?? []].flat().flatMap((id) => known.get(id) ?? [])
        onChange(field.multiple ? list : (list[0] ?? null))
      }}
      onBlur={onLeave}
    />
  )
}

/** `供应商`, or `明细.供应商` for a column. */
const pathIn = (
  { groups }: ReturnType<typeof useForm>['store']['definition'],
  field: ControlOf<'relation'>['field'],
): string => {
  const table = groups
    .flatMap(({ fields }) => fields)
    .find((one) => one.type === 'table' && one.columns.some((column) => column === field))
  return table ? `${table.key}.${field.key}` : field.key
}
