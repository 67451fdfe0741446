import type { FeelType } from '#platform/feel'
import { FormFile, type Json } from '../../contract/data.ts'
import { MOST } from '../../contract/definition.ts'
import { fault, isObject, kept, type Reading, textOf } from './kind.ts'

const FILES: FeelType = { list: { context: { 名称: 'string', 大小: 'number' } } }
/** What a browser shows as a picture, by content. */
const PICTURE = /^image\/(?:jpeg|png|webp|gif|bmp|heic|avif)$/
const endingOf = (name: string): string => /\.([^.]+)$/.exec(name)?.[1]?.toLowerCase() ?? ''

/** Whether these bytes are there, and whose they are, the server knows. */
const read = (given: Json, most: number, refuse: (file: FormFile) => string | null): Reading => {
  if (!Array.isArray(given)) return fault('请重新上传附件。')
  if (given.length > most) return fault(`最多 ${most} 个文件。`)
  const files: FormFile[] = []
  for (const one of given) {
    const file = FormFile.safeParse(one)
    if (!file.success) return fault('请重新上传附件。')
    const wrong = refuse(file.data)
    if (wrong) return fault(wrong)
    files.push(file.data)
  }
  return new Set(files.map(({ id }) => id)).size === files.length
    ? kept(files)
    : fault('同一个附件放了两次，请移除一个。')
}
const common = {
  feel: () => FILES,
  toFeel: (value: Json) =>
    Array.isArray(value)
      ? value.filter(isObject).map((file) => ({ 名称: file.name ?? null, 大小: file.size ?? null }))
      : [],
  say: (value: Json) =>
    Array.isArray(value)
      ? value
          .filter(isObject)
          .map((file) => textOf(file.name))
          .join('、')
      : '',
  plain: (value: Json) => (Array.isArray(value) ? value.length : 0),
}

export const file = {
  ...common,
  read: ({ most = MOST.files, endings }: { most?: number; endings?: string[] }, given: Json): Reading =>
    read(given, most, ({ name }) =>
      endings && !endings.includes(endingOf(name))
        ? `“${name}”的类型不对，这里只收 ${endings.join('、')} 文件。`
        : null,
    ),
}
export const picture = {
  ...common,
  read: ({ most = MOST.files }: { most?: number }, given: Json): Reading =>
    read(given, most, ({ name, mediaType }) =>
      PICTURE.test(mediaType) ? null : `“${name}”不是图片，请换成 JPG 或 PNG。`,
    ),
}
