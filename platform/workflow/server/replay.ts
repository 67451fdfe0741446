import type { Kernel } from '#kernel/module'
import { Refused } from '../engine/machine.ts'
import { migrate } from '../engine/migrate.ts'
import type { Command, State } from '../engine/state.ts'
import { step } from '../engine/step.ts'
import { definitionById } from './definitions.ts'
import { envOf } from './env.ts'
import { compile } from './expressions.ts'

/** The state of an instance, rebuilt from its history of commands alone; each runs on the version it was given on. */
export const replayed = async ({ database }: Pick<Kernel, 'database'>, id: string): Promise<State | null> => {
  const rows = await database.query<{ definition_id: string; at: Date; command: Command }>(
    `select i.definition_id, h.at, h.command from workflow.history h join workflow.instance i on i.id = h.instance_id where i.id = $1 order by h.no`,
    [id],
  )
  const moved = rows.find(({ command }) => command.do === 'migrate')?.command as { from: string } | undefined
  let version = moved?.from ?? rows[0]?.definition_id ?? ''
  let state: State | null = null
  for (const { at, command } of rows) {
    const { graph } = await definitionById(database.query, version)
    if (command.do === 'migrate') {
      const { graph: next } = await definitionById(database.query, command.to)
      const result = migrate(state as unknown as State, graph, next, command.mapping)
      if (!('state' in result)) throw new Refused('incomplete-history', '历史中的换版无法重放。')
      state = result.state
      version = command.to
      continue
    }
    const result = step(graph, state, command, envOf(graph, at.getTime(), compile))
    if ('needs' in result) throw new Refused('incomplete-history', '历史中缺少当时的答复，无法重放。')
    state = result.state
  }
  return state
}
