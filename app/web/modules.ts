import type { WebModule } from '#ui'

/** The browser side of every service and module, in the order of the menu's ties. */
export const modules: readonly WebModule[] = []
