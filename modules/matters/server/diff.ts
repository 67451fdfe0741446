import { type Difference, type Elements, type LocalElements, type Said, sayElements, sayLocal } from '../contract.ts'

export interface Compared {
  name: string
  elements: Elements | LocalElements
}
const said = (layer: string, { name, elements }: Compared): Said[] => [
  { element: 'name', title: '名称', lines: [name] },
  ...(layer === 'basic' ? sayElements(elements as Elements) : sayLocal(elements as LocalElements)),
]

/** What differs between two versions, element by element; lines that are in both are left out. */
export const differences = (layer: string, before: Compared | null, after: Compared): Difference[] => {
  const old = new Map((before ? said(layer, before) : []).map(({ element, lines }) => [element, lines]))
  return said(layer, after).flatMap(({ element, title, lines }) => {
    const was = old.get(element) ?? []
    if (JSON.stringify(was) === JSON.stringify(lines)) return []
    const [gone, come] = [was.filter((line) => !lines.includes(line)), lines.filter((line) => !was.includes(line))]
    // the same lines in another order are a change too
    return [
      {
        element,
        title,
        before: gone.length + come.length > 0 ? gone : was,
        after: gone.length + come.length > 0 ? come : lines,
      },
    ]
  })
}
