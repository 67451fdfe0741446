import { QueryClientProvider } from '@tanstack/react-query'
import { RouterProvider } from '@tanstack/react-router'
import { StrictMode } from 'react'
import { createRoot } from 'react-dom/client'
import { z } from 'zod'
import { ApiError, createQueryClient, onStepUp, watchAttention } from '#kernel/web'
import { stepUp } from '#platform/identity/web'
import { startPreferences, toast, UiProvider } from '#ui'
import { router } from './router.tsx'
import { sessionQuery } from './session.ts'

// The page's policy forbids eval; without this zod would try it once and leave a complaint in the console.
z.config({ jitless: true })
startPreferences()
onStepUp(stepUp)
watchAttention()
const queries = createQueryClient(toast.error)

// a session that ended while pages were open: any answer says so, and the frame then asks to sign in
queries.getQueryCache().subscribe(({ type, query }) => {
  if (type === 'updated') askAgain(query.state.error)
})
queries.getMutationCache().subscribe(({ mutation }) => askAgain(mutation?.state.error))

let asked: unknown
function askAgain(error: unknown): void {
  if (error === asked || !(error instanceof ApiError) || error.status !== 401) return
  asked = error
  void queries.invalidateQueries({ queryKey: sessionQuery.queryKey })
}

createRoot(document.getElementById('root')!).render(
  <StrictMode>
    <QueryClientProvider client={queries}>
      <UiProvider>
        <RouterProvider router={router} />
      </UiProvider>
    </QueryClientProvider>
  </StrictMode>,
)

// after the first rendering: neither is needed for it
addEventListener('load', () => {
  void import('./fonts.ts')
  if ('serviceWorker' in navigator) void navigator.serviceWorker.register('/sw.js')
})
