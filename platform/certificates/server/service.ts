import type { Handlers } from '#kernel/module'
import type { certificatesApi } from '../contract.ts'
import { listAnchors, proposeAnchor, refuseAnchor, retireAnchor, trustAnchor, withdrawAnchor } from './anchors.ts'
import { importCertificates, importList } from './import.ts'
import { issue } from './issue.ts'
import { authorityState, list, open, revocations } from './list.ts'
import { revoke } from './revoke.ts'
import { statusOf, verifySignature } from './verify.ts'

const base64 = (text: string): Buffer => Buffer.from(text, 'base64')

export const handlers: Handlers<typeof certificatesApi> = {
  list,
  open: (ctx, { id }) => open(ctx, id),
  authority: authorityState,
  issue,
  revoke,
  importCertificates,
  importList: (ctx, _input, body) => importList(ctx, body),
  revocations: (ctx, { id }) => revocations(ctx, id),
  anchors: listAnchors,
  proposeAnchor,
  withdrawAnchor: (ctx, { id }) => withdrawAnchor(ctx, id),
  trustAnchor: (ctx, { id }) => trustAnchor(ctx, id),
  refuseAnchor,
  retireAnchor,
  status: (ctx, { fingerprint }) => statusOf(ctx, fingerprint),
  verify: (ctx, { certificate, data, digest, signature, at }) =>
    verifySignature(ctx, {
      certificate,
      data: data === undefined ? undefined : base64(data),
      digest: digest === undefined ? undefined : Buffer.from(digest, 'hex'),
      signature: base64(signature),
      at: at === undefined ? ctx.now : new Date(at),
    }),
}
