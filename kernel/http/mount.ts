import type { FastifyInstance } from 'fastify'
import type { Kernel, Mount } from '#kernel/module'

/** Hands everything under a prefix to a foreign application, with the body unread and the security headers set. */
export const mount = async (app: FastifyInstance, kernel: Kernel, { prefix, handle }: Mount): Promise<void> => {
  if (prefix === '/' || prefix.startsWith('/api')) throw new Error(`${prefix} is no place for a mount`)
  await app.register(async (scope) => {
    scope.removeAllContentTypeParsers()
    scope.addContentTypeParser('*', (_request, _payload, done) => done(null))
    for (const url of [prefix, `${prefix}/*`])
      scope.all(url, async (request, reply) => {
        reply.hijack()
        for (const [name, value] of Object.entries(reply.getHeaders()))
          if (value !== undefined) reply.raw.setHeader(name, value)
        await handle(kernel, request.raw, reply.raw)
      })
  })
}
