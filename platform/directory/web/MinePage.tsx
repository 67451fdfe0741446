import { Navigate } from '@tanstack/react-router'

/** The address of 常用 for the command palette, which knows paths only. */
export function MinePage() {
  return <Navigate to="/contacts" search={{ tab: 'mine' }} replace />
}
