import { createRootRoute, createRoute, createRouter, lazyRouteComponent } from '@tanstack/react-router'
import { ErrorState, parseSearch, type RouteDef, Skeleton300, stringifySearch, titleOf } from '#ui'
import { Frame } from './Frame.tsx'
import { modules } from './modules.ts'
import { NotFoundPage } from './NotFoundPage.tsx'

const own: RouteDef[] = [
  { path: '/me', title: '我', lazy: () => import('./MePage.tsx').then((m) => m.MePage) },
  { path: '/all', title: '全部应用', lazy: () => import('./AllPage.tsx').then((m) => m.AllPage) },
  {
    path: '/sign-in',
    title: '登录',
    public: true,
    lazy: () => import('./SignInPage.tsx').then((m) => m.SignInPage),
  },
]

const root = createRootRoute({ component: Frame, notFoundComponent: NotFoundPage })

/** One route a page, its code fetched when it is opened or pointed at. */
export function makeRoute(def: RouteDef) {
  return createRoute({
    getParentRoute: () => root,
    path: def.path,
    staticData: { public: def.public === true, permission: def.permission, title: def.title },
    beforeLoad: ({ cause }) => {
      // before the page is drawn, so that the page itself may set a better one; not when only its query changes
      if (cause === 'enter') document.title = titleOf(def.title)
    },
    component: lazyRouteComponent(() => def.lazy().then((component) => ({ default: component }))),
  })
}

export const router = createRouter({
  routeTree: root.addChildren([...own, ...modules.flatMap((module) => module.routes)].map(makeRoute)),
  parseSearch,
  stringifySearch,
  defaultPreload: 'intent',
  defaultPendingComponent: Skeleton300,
  defaultPendingMs: 0,
  defaultPendingMinMs: 0,
  defaultErrorComponent: ({ error, reset }) => <ErrorState error={error} onRetry={reset} />,
  scrollRestoration: false,
})

declare module '@tanstack/react-router' {
  interface StaticDataRouteOption {
    /** opened without signing in, outside the frame */
    public?: boolean
    /** a page nobody without it may open; the server decides again for each call */
    permission?: string
    title?: string
  }
}
