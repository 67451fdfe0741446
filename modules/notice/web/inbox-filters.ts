/** What narrows the inbox, as the address keeps it; empty means no limit. */
export const noFilters = { kind: '', unread: '', unitId: '', q: '' }
export type InboxFilters = typeof noFilters
