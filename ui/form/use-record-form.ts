import { useEffect, useEffectEvent, useState } from 'react'
import type { z } from 'zod'
import { ApiError } from '#kernel/web'
import { check, fieldsOf, inputOf, serverFaults } from './model.ts'
import type { Faults, RecordFormProps } from './types.ts'
import { useSteps } from './use-steps.ts'
import { useValues } from './use-values.ts'

/** The state of a form: values, faults, step, and the way to the server. */
export function useRecordForm<S extends z.ZodObject, A>(props: RecordFormProps<S, A>) {
  const { groups, stepped = false } = props
  const secret = groups.flatMap(({ fields }) => fields.filter((field) => field.secret).map(({ name }) => name))
  const form = useValues(props.id, props.initial ?? {}, secret)
  const [faults, setFaults] = useState<Faults>({})
  const [failure, setFailure] = useState<ApiError>()
  const [busy, setBusy] = useState(false)
  const [done, setDone] = useState<{ answer: A }>()
  const [step, goTo] = useSteps(stepped)
  const finished = useEffectEvent((answer: A) => props.onDone?.(answer))
  useEffect(() => {
    // in an effect, so that the leave-guard has already stood down
    if (done) finished(done.answer)
  }, [done])

  const fields = fieldsOf(groups, form.values)
  const here = stepped ? groups[step] : undefined
  const send = async (parsed: z.output<S>) => {
    setBusy(true)
    try {
      const answer = await props.onSubmit(parsed)
      form.settle()
      setDone({ answer })
    } catch (error) {
      if (!(error instanceof ApiError)) throw error
      setFaults(serverFaults(error.errors, fields))
      setFailure(error)
    } finally {
      setBusy(false)
    }
  }
  const submit = async () => {
    setFailure(undefined)
    const { faults: found, parsed } = check(props.schema, fields, inputOf(fields, form.values, props.extra))
    const asked = here ? fieldsOf([here], form.values).map(({ name }) => name) : Object.keys(found)
    const shown = Object.fromEntries(Object.entries(found).filter(([name]) => asked.includes(name)))
    setFaults(shown)
    if (Object.keys(shown).length > 0) return
    if (here) goTo(step + 1)
    else await send(parsed as z.output<S>)
  }
  return {
    ...{ ...form, fields, faults, failure, busy, step, goTo, submit },
    dirty: form.dirty && !done,
    change(name: string, value: unknown) {
      form.set(name, value)
      setFaults((old) => Object.fromEntries(Object.entries(old).filter(([key]) => key !== name)))
    },
    startAnew() {
      form.startAnew()
      setFaults({})
      setFailure(undefined)
    },
  }
}
