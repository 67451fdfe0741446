import type { Handlers } from '#kernel/module'
import type { grantingApi } from '../contract/roles.ts'
import { endDelegation, lend, listDelegations } from './delegations.ts'
import { explainAccess } from './explain.ts'
import { giveRole, grantRegions, listGrants, revokeGrant } from './grants.ts'
import {
  approveProposal,
  listProposals,
  proposeGrant,
  proposeRevoke,
  proposeRole,
  refuseProposal,
  withdrawProposal,
} from './grants-proposals.ts'
import { listPermissions, listRoles } from './roles.ts'

export const accessHandlers: Handlers<typeof grantingApi> = {
  roles: listRoles,
  permissions: listPermissions,
  proposeRole,
  grants: listGrants,
  giveRole,
  revokeGrant,
  proposeGrant,
  proposeRevoke,
  proposals: listProposals,
  approveProposal,
  refuseProposal,
  withdrawProposal,
  explainAccess,
  grantRegions,
  delegations: listDelegations,
  lend,
  endDelegation,
}
