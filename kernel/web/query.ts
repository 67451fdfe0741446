import {
  infiniteQueryOptions,
  MutationCache,
  QueryClient,
  queryOptions,
  type UseMutationResult,
  useMutation,
  useQueryClient,
} from '@tanstack/react-query'
import { useState } from 'react'
import type { Endpoint, InputOf } from '#kernel/contract'
import { ApiError } from './api-error.ts'
import { createAttempts } from './attempts.ts'
import type { Call, CallOptions } from './client.ts'

type AnswerOf<C> = C extends (...args: never[]) => Promise<infer O> ? O : never

/** Options for `useQuery` of one read: `useQuery(apiQuery(client.list, { q }))`. Key: `[module, endpoint, input]`. */
export function apiQuery<E extends Endpoint>(call: Call<E>, ...[input]: Parameters<Call<E>['url']>) {
  return queryOptions<AnswerOf<Call<E>>>({
    queryKey: [...call.key, input ?? {}],
    queryFn: ({ signal }) => invoke<AnswerOf<Call<E>>>(call, input, { signal }),
  })
}

/** A list read page by page: what a `listInput`/`listOutput` endpoint gives. */
export interface ListCall<R> {
  (input: ListQuery, options?: CallOptions): Promise<{ rows: R[]; next: string | null; total?: number }>
  key: readonly [module: string, endpoint: string]
}
export type ListQuery = Record<string, string | string[] | number | boolean | undefined>

/** Options for `useInfiniteQuery` of a list; each page is asked for with the `next` of the one before. */
export function apiPages<R>(call: ListCall<R>, input: ListQuery) {
  return infiniteQueryOptions({
    queryKey: [...call.key, input, 'pages'],
    queryFn: ({ signal, pageParam }) => call({ ...input, cursor: pageParam }, { signal }),
    initialPageParam: undefined as string | undefined,
    getNextPageParam: (page) => page.next ?? undefined,
  })
}

// the argument list of a call depends on its input type, which is not known in here
function invoke<O>(call: unknown, input: unknown, options: CallOptions): Promise<O> {
  return (call as (input: unknown, options: CallOptions) => Promise<O>)(input, options)
}

type CommandInput<E extends Endpoint> = InputOf<E> & Record<string, unknown> & { file?: Blob }

export interface CommandOptions<O> {
  /** calls whose answers this command changes; all of its own module by default */
  invalidates?: readonly { key: readonly string[] }[]
  /** the caller shows the error itself (forms do); otherwise it is told in a message */
  quiet?: boolean
  onSuccess?: (answer: O) => void
}

/**
 * A command as a mutation: `const publish = useCommand(client.publish)`, then `publish.mutate({ id })`.
 * Repeats twice after a network failure under the same idempotency key, and keeps that key when the user
 * tries the same input again. While the browser is offline it waits and goes out when the network is back.
 */
export function useCommand<E extends Endpoint>(
  call: Call<E>,
  options: CommandOptions<AnswerOf<Call<E>>> = {},
): UseMutationResult<AnswerOf<Call<E>>, Error, CommandInput<E>> {
  const queries = useQueryClient()
  const [attempts] = useState(createAttempts)
  return useMutation<AnswerOf<Call<E>>, Error, CommandInput<E>>({
    mutationFn: (input) => {
      const { file, ...rest } = input as Record<string, unknown> & { file?: Blob }
      return invoke(call, rest, { file, idempotencyKey: attempts.keyFor(input) })
    },
    retry: (failures, error) => isOffline(error) && failures < 2,
    retryDelay: (failures) => 1000 * 2 ** failures,
    meta: { quiet: options.quiet === true },
    // only a lost answer leaves it open whether the command was carried out
    onSettled: (_answer, error, input) => attempts.settled(input, !isOffline(error)),
    onSuccess: async (answer) => {
      options.onSuccess?.(answer)
      const keys = options.invalidates?.map((one) => one.key) ?? [call.key.slice(0, 1)]
      await Promise.all(keys.map((queryKey) => queries.invalidateQueries({ queryKey })))
    },
  })
}

export const isOffline = (error: unknown) => error instanceof ApiError && error.code === 'offline'

/** The query cache of the application. `report` tells the person about a command that failed. */
export function createQueryClient(report: (error: Error) => void): QueryClient {
  return new QueryClient({
    mutationCache: new MutationCache({
      onError: (error, _input, _context, mutation) => {
        if (mutation.meta?.quiet !== true) report(error)
      },
    }),
    defaultOptions: {
      queries: {
        staleTime: 15_000,
        // what the server has answered with a reason stays so; only a lost connection is worth another try
        retry: (failures, error) => isOffline(error) && failures < 2,
      },
    },
  })
}
