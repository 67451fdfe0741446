import { Navigate } from '@tanstack/react-router'
import { usePhone } from '#ui'
import { ContactsDesk } from './ContactsDesk.tsx'
import { ContactsPhone } from './ContactsPhone.tsx'
import { useContactsState } from './contacts-state.ts'
import './contacts.css'

/** 通讯录: one address for both layouts, so that a link from a desk opens on a phone. */
export function ContactsPage() {
  const phone = usePhone()
  const [{ unit, person }] = useContactsState()
  if (!phone) return <ContactsDesk />
  if (person !== '') return <Navigate to="/contacts/people/$id" params={{ id: person }} search={{}} replace />
  if (unit !== '') return <Navigate to="/contacts/units/$id" params={{ id: unit }} search={{}} replace />
  return <ContactsPhone />
}
