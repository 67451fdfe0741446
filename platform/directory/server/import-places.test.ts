import { describe, expect, it } from 'vitest'
import { type Place, Places } from './import-places.ts'

const place = (no: number, parent: number | null, kind: string, name: string, orgNo: number): Place => ({
  id: `id-${no}`,
  no,
  parentId: parent === null ? null : `id-${parent}`,
  kind,
  level: 3,
  name,
  shortName: name,
  creditCode: null,
  orgNo,
  inside: true,
})

/** A bureau and the centre below it, each with an office; only the centre has a workshop. */
const bureau = (): Places => {
  const places = new Places()
  places.add(place(1, null, 'organ', '水利局', 1))
  places.add(place(2, 1, 'division', '办公室', 1))
  places.add(place(3, 1, 'institution', '水文中心', 3))
  places.add(place(4, 3, 'division', '办公室', 3))
  places.add(place(5, 3, 'division', '维修间', 3))
  places.add(place(6, 4, 'division', '机要室', 3))
  return places
}
const noOf = (unit: string, division: string): number | string => {
  const found = bureau().find(unit, division)
  return 'place' in found ? found.place.no : found.fault
}

describe('a division named in a file', () => {
  it('is the unit’s own before one of the units below it', () => {
    expect(noOf('水利局', '办公室')).toBe(2)
    expect(noOf('水文中心', '办公室')).toBe(4)
  })
  it('is found below the unit when the unit has none of that name', () => {
    expect(noOf('水利局', '维修间')).toBe(5)
  })
  it('is found by its path inside the unit', () => {
    expect(noOf('水文中心', '办公室/机要室')).toBe(6)
    expect(noOf('水文中心', '维修间/机要室')).toContain('没有内设机构')
  })
})
