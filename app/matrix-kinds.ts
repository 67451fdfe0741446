/** Kinds of callers, and the sets of them that the lines of the matrix name. */
export const kinds = ['stranger', 'clerk', 'leader', 'unit-admin', 'system-admin', 'security-admin', 'auditor'] as const
export type Kind = (typeof kinds)[number]
export type Admitted = readonly Kind[]

export const everyone: Admitted = [...kinds]
export const signedIn: Admitted = ['clerk', 'leader', 'unit-admin', 'system-admin', 'security-admin', 'auditor']
/** every public servant; not the auditor, who reads and does nothing */
export const business: Admitted = ['clerk', 'leader', 'unit-admin', 'system-admin', 'security-admin']
export const publishers: Admitted = ['leader', 'unit-admin']
export const leadersRead: Admitted = ['leader', 'auditor']
export const unitAdmins: Admitted = ['unit-admin']
export const unitAdminsRead: Admitted = ['unit-admin', 'auditor']
export const managers: Admitted = ['unit-admin', 'system-admin']
export const managersRead: Admitted = ['unit-admin', 'system-admin', 'auditor']
export const revokers: Admitted = ['unit-admin', 'system-admin', 'security-admin']
export const oversight: Admitted = ['unit-admin', 'system-admin', 'security-admin', 'auditor']
export const system: Admitted = ['system-admin']
/** 三员 */
export const administrators: Admitted = ['system-admin', 'security-admin', 'auditor']
export const operators: Admitted = ['system-admin', 'security-admin']
export const systemRead: Admitted = ['system-admin', 'auditor']
export const security: Admitted = ['security-admin']
export const securityRead: Admitted = ['security-admin', 'auditor']
export const auditor: Admitted = ['auditor']
/** for applications in their own name */
export const nobody: Admitted = []
