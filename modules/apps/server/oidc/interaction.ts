import type { IncomingMessage, ServerResponse } from 'node:http'
import type { Interaction, Provider } from 'oidc-provider'
import type { Actor } from '#kernel/actor'
import type { Kernel } from '#kernel/module'
import { actorOf, assuranceNames, shownAt } from './browser.ts'
import { errorPage } from './pages.ts'

const redirect = (response: ServerResponse, to: string): void => {
  response.writeHead(303, { location: to, 'cache-control': 'no-store' })
  response.end()
}

/** Signed in is enough, unless the application wants a factor shown again or a stronger one: then it must be younger than the request. */
const isEnough = ({ prompt, iat }: Interaction, actor: Actor): boolean =>
  prompt.reasons.every((reason) => reason === 'no_session') || shownAt(actor) >= iat

const login = async (
  provider: Provider,
  details: Interaction,
  actor: Actor,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> => {
  if (isEnough(details, actor)) {
    const { accountId, assurance } = actor
    const result = { login: { accountId, ts: shownAt(actor), acr: assuranceNames[assurance] } }
    return provider.interactionFinished(request, response, result)
  }
  // The next sign-in is another platform session.
  details.session = undefined
  await details.persist()
  redirect(response, `/consent/again/${details.uid}`)
}

/** Where the library sends the browser when it needs the person: on to our pages, or back at once when nothing is missing. */
export const answerInteraction = async (
  kernel: Kernel,
  provider: Provider,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> => {
  let details: Interaction
  try {
    // Checks the signed cookie: only the browser that began may go on.
    details = await provider.interactionDetails(request, response)
  } catch {
    return redirect(response, errorPage('expired'))
  }
  const actor = await actorOf(kernel, request)
  const { name } = details.prompt
  if (name === 'audience') return redirect(response, errorPage('audience'))
  // The frame of our pages leads a stranger to the sign-in and back.
  if (!actor) return redirect(response, `/consent/login/${details.uid}`)
  if (name === 'login') return login(provider, details, actor, request, response)
  redirect(response, `/consent/${details.uid}`)
}
