import type { WebModule } from '#ui'

export const webModule: WebModule = { name: 'apps', routes: [], menu: [] }
