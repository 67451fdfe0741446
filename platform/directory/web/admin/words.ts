import { type AdminPerson, Gender, levelNames, personStatuses, postKinds, unitKinds } from '../../contract.ts'

export const options = <K extends string>(words: Readonly<Record<K, string>>): { value: K; label: string }[] =>
  (Object.keys(words) as K[]).map((value) => ({ value, label: words[value] }))

export const genderOptions = Gender.options.map((value) => ({ value, label: value }))
export const postKindOptions = options(postKinds)
export const unitKindOptions = options(unitKinds)
/** Levels travel as numbers; a form keeps text. */
export const levelOptions = Object.entries(levelNames).map(([value, label]) => ({ value, label }))
export const statusOptions = options(personStatuses)

export const statusLights: Record<AdminPerson['status'], 'ok' | 'off'> = {
  active: 'ok',
  left: 'off',
  retired: 'off',
}

/** What a form leaves empty is to be emptied, not left as it was. */
export const emptied = <T extends object, K extends keyof T>(input: T, names: readonly K[]): T => ({
  ...input,
  ...Object.fromEntries(names.map((name) => [name, input[name] ?? null])),
})
