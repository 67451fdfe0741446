/** Asks the person for a factor again and says why; answers whether it was shown. */
export type StepUp = (reason: string) => Promise<boolean>

let ask: StepUp | undefined
let asking: Promise<boolean> | undefined

/** The page that can ask registers here, once for the application. */
export const onStepUp = (handler: StepUp): void => {
  ask = handler
}

/** One dialog, however many calls wait for it. */
export const stepUp: StepUp = (reason) => {
  if (!ask) return Promise.resolve(false)
  asking ??= ask(reason).finally(() => {
    asking = undefined
  })
  return asking
}
