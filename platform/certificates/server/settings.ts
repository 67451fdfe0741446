import type { Config } from '#kernel/config'

/**
 * The built-in authority is for demonstration and test. In production it exists only where the operator sets BUILT_IN_CA=1, knowing that its
 * keys lie in this database and no licensed authority stands behind it (电子签名法 第十六条).
 */
export const builtInAllowed = ({ NODE_ENV, BUILT_IN_CA }: Pick<Config, 'NODE_ENV' | 'BUILT_IN_CA'>): boolean =>
  NODE_ENV !== 'production' || BUILT_IN_CA

export const UNAVAILABLE =
  '这个系统没有启用内置签发机构。请向有资质的电子认证机构申请证书后导入；确需自行签发的，请运维设置 BUILT_IN_CA=1。'
