import type { ModuleDef } from '#kernel/module'
import { directory } from '#platform/directory'
import { identity } from '#platform/identity'

/** Everything one server process is made of. Order does not matter: `dependsOn` decides. */
export const modules: readonly ModuleDef[] = [directory, identity]
