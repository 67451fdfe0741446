import { allowed, type InboxView, useShell } from '#ui'

/** The lists that services add to the inbox, for whoever is signed in. */
export function useInboxViews(): InboxView[] {
  const { modules, session } = useShell()
  return modules
    .flatMap((module) => module.inboxViews ?? [])
    .filter((view) => allowed(view, session.permissions))
    .sort((a, b) => a.order - b.order)
}
