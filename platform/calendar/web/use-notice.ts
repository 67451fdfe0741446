import { useQuery } from '@tanstack/react-query'
import { useState } from 'react'
import { ApiError, apiQuery, useCommand } from '#kernel/web'
import { type CalendarYear, calendarApi, type Notice } from '../contract.ts'
import { calendar } from './client.ts'
import { readNotice } from './read-notice.ts'

const Year = calendarApi.year.input.shape.year

/** A notice on its way in: read, previewed, then taken over; what is typed anew asks for a new preview. */
export function useNotice(year: string, onTaken: (kept: CalendarYear) => void) {
  const [faults, setFaults] = useState<readonly string[]>([])
  const [notice, setNotice] = useState<Notice>()
  const asked = Year.safeParse(year)
  const known = useQuery({ ...apiQuery(calendar.year, { year: asked.data ?? 0 }), enabled: asked.success })
  const preview = useCommand(calendar.preview, { quiet: true, invalidates: [] })
  const take = useCommand(calendar.importNotice, { quiet: true })
  const touch = () => {
    setFaults([])
    setNotice(undefined)
    preview.reset()
  }
  const look = async (text: string, basis: string) => {
    touch()
    if (!asked.success) return setFaults(['请填写 2000 至 2100 之间的年份。'])
    const read = readNotice(text, basis, asked.data)
    if (read.faults.length > 0) return setFaults(read.faults)
    try {
      const input = { ...read.input, year: asked.data, revision: 0 }
      // what is taken over is counted from the state that the preview has shown
      const { revision } = await preview.mutateAsync(input)
      setNotice({ ...input, revision })
    } catch (error) {
      setFaults(sayFaults(error))
    }
  }
  const send = async () => {
    if (!notice) return
    try {
      onTaken((await take.mutateAsync(notice)).calendar)
    } catch (error) {
      touch()
      setFaults(sayFaults(error))
    }
  }
  const shown = notice && preview.data
  return { known: known.data, faults, shown, touch, look, send, busy: preview.isPending || take.isPending }
}

const sayFaults = (error: unknown): string[] => {
  if (!(error instanceof ApiError)) throw error
  return [error.detail, ...error.errors.map(({ message }) => message)]
}
