import type { AppDefinition, Entity } from '../contract/definition.ts'
import type { Change } from '../contract.ts'
import { fieldsOf } from './derive.ts'
import type { Field } from './storage.ts'

/** What a new version changes, in words: for whoever approves it. */

const same = (a: unknown, b: unknown): boolean => JSON.stringify(a ?? null) === JSON.stringify(b ?? null)
const PARTS: Readonly<Record<string, string>> = {
  title: '名称',
  help: '填写说明',
  type: '类型',
  rules: '规则',
  options: '选项',
  columns: '列',
  dataClass: '数据类别',
}

const fieldChanges = (old: Field, fresh: Field, path: string, where: string): Change[] => {
  const keys = [...new Set([...Object.keys(old), ...Object.keys(fresh)])]
  const parts = keys.filter(
    (key) => !same((old as Record<string, unknown>)[key], (fresh as Record<string, unknown>)[key]),
  )
  if (parts.length === 0) return []
  const said = [...new Set(parts.map((key) => PARTS[key] ?? '设置'))].join('、')
  const type = old.type === fresh.type ? '' : `，由 ${old.type} 改为 ${fresh.type}，已有的值会转换`
  return [{ kind: 'changed', path, words: `${where}的「${fresh.title}」改了${said}${type}` }]
}

const entityChanges = (old: Entity, fresh: Entity, at: string): Change[] => {
  const where = `「${fresh.name}」`
  const before = new Map(fieldsOf(old).map((field) => [field.key, field]))
  const now = new Map(fieldsOf(fresh).map((field) => [field.key, field]))
  const fields = [
    ...[...now].flatMap(([key, field]): Change[] => {
      const was = before.get(key)
      const path = `${at}.${key}`
      return was
        ? fieldChanges(was, field, path, where)
        : [{ kind: 'added', path, words: `${where}新增字段「${field.title}」` }]
    }),
    ...[...before]
      .filter(([key]) => !now.has(key))
      .map(
        ([key, field]): Change => ({
          kind: 'removed',
          path: `${at}.${key}`,
          words: `${where}不再有「${field.title}」，已填的值保留在库里`,
        }),
      ),
  ]
  const parts: readonly (readonly [keyof Entity, string])[] = [
    ['name', '名称'],
    ['label', '记录的称呼'],
    ['permissions', '权限'],
    ['views', '视图'],
    ['unique', '不重复的要求'],
    ['apart', '不重叠的要求'],
    ['rollups', '汇总'],
    ['process', '流程'],
  ]
  return [
    ...parts
      .filter(([key]) => !same(old[key], fresh[key]))
      .map(([key, said]): Change => ({ kind: 'changed', path: `${at}.${key}`, words: `${where}改了${said}` })),
    ...fields,
  ]
}

export const diffApps = (old: AppDefinition | null, fresh: AppDefinition): Change[] => {
  if (!old) return fresh.entities.map(({ key, name }) => ({ kind: 'added', path: key, words: `新增对象「${name}」` }))
  const before = new Map(old.entities.map((entity) => [entity.key, entity]))
  const now = new Set(fresh.entities.map(({ key }) => key))
  const whole: readonly (readonly [keyof AppDefinition, string])[] = [
    ['name', '应用名称'],
    ['sentence', '应用说明'],
    ['heading', '分类'],
    ['reach', '使用范围'],
    ['processes', '流程'],
    ['scenarios', '场景'],
    ['records', '初始记录'],
  ]
  return [
    ...whole
      .filter(([key]) => !same(old[key], fresh[key]))
      .map(([key, said]): Change => ({ kind: 'changed', path: key, words: `改了${said}` })),
    ...fresh.entities.flatMap((entity): Change[] => {
      const was = before.get(entity.key)
      return was
        ? entityChanges(was, entity, entity.key)
        : [{ kind: 'added', path: entity.key, words: `新增对象「${entity.name}」` }]
    }),
    ...old.entities
      .filter(({ key }) => !now.has(key))
      .map(
        ({ key, name }): Change => ({ kind: 'removed', path: key, words: `不再有对象「${name}」，它的记录保留在库里` }),
      ),
  ]
}
