import type { z } from 'zod'
import type { NextStep } from '../contract.ts'
import { identity } from './client.ts'
import { ProofForm } from './ProofForm.tsx'

/** The second step of a sign-in: one of the factors that the account has. */
export function SecondStep({ next, onDone }: { next: z.infer<typeof NextStep>; onDone: () => Promise<unknown> }) {
  const { ticket } = next
  const begin = (way: 'passkey' | 'sms') => identity.startSecond({ ticket, way })
  return (
    <ProofForm
      ways={next.ways}
      verb="登录"
      passkey={async () => (await begin('passkey')).passkey!}
      sms={async () => (await begin('sms')).sms!}
      submit={async (proof) => {
        await identity.signInSecond({ ticket, proof })
        await onDone()
      }}
    />
  )
}
