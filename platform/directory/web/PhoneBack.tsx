import { useCanGoBack, useNavigate, useRouter } from '@tanstack/react-router'
import type { ReactNode } from 'react'
import { Icon } from '#ui'
import './phone.css'

/** The bar on top of a page of the phone: back to where one came from, or to the contacts after a shared link. */
export function PhoneBack({ title, children }: { title: string; children?: ReactNode }) {
  const router = useRouter()
  const canGoBack = useCanGoBack()
  const navigate = useNavigate()
  return (
    <header className="ct-phonebar">
      <button
        type="button"
        className="qt-ib"
        aria-label="返回"
        onClick={() => (canGoBack ? router.history.back() : void navigate({ to: '/contacts', replace: true }))}
      >
        <Icon name="chevronLeft" size={24} />
      </button>
      <h1 className="qt-ellipsis">{title}</h1>
      <span className="end">{children}</span>
    </header>
  )
}
