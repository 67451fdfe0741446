import { Navigate, useParams } from '@tanstack/react-router'
import { usePhone, useTitle } from '#ui'
import { PersonDetails } from './PersonDetails.tsx'
import { PhoneBack } from './PhoneBack.tsx'
import './contacts.css'

/** A person on the phone; on a desk the same address opens the three panes with the card. */
export function PersonPage() {
  const phone = usePhone()
  const { id = '' }: { id?: string } = useParams({ strict: false })
  useTitle('名片')
  if (!phone) return <Navigate to="/contacts" search={{ person: id }} replace />
  return (
    <div className="ct-phone">
      <PhoneBack title="名片" />
      <div className="ct-phonecard">
        <PersonDetails id={id} />
      </div>
    </div>
  )
}
