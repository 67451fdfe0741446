import helmet from '@fastify/helmet'
import Fastify, { type FastifyReply } from 'fastify'

/**
 * The security headers of every answer. helmet composes them anew for each one, though nothing in them depends on the request:
 * it is asked once. `secure`: the platform is reached by https.
 */
export const securityHeaders = async (secure: boolean): Promise<Readonly<Record<string, string>>> => {
  const asked = Fastify()
  await asked.register(helmet, {
    contentSecurityPolicy: {
      useDefaults: false,
      directives: {
        defaultSrc: ["'self'"],
        scriptSrc: ["'self'"],
        // antd writes its styles into the page
        styleSrc: ["'self'", "'unsafe-inline'"],
        imgSrc: ["'self'", 'data:', 'blob:'],
        fontSrc: ["'self'", 'data:'],
        connectSrc: ["'self'"],
        objectSrc: ["'none'"],
        baseUri: ["'self'"],
        formAction: ["'self'"],
        frameAncestors: ["'none'"],
      },
    },
    strictTransportSecurity: secure ? { maxAge: 31_536_000, includeSubDomains: false } : false,
    crossOriginOpenerPolicy: secure ? { policy: 'same-origin' } : false,
    originAgentCluster: false,
  })
  asked.get('/', async (_request, reply: FastifyReply) => reply.getHeaders())
  const answer = await asked.inject('/')
  await asked.close()
  return answer.json()
}
