/** Today in Asia/Shanghai as `YYYY-MM-DD`. */
export const thisDay = (): string => new Date().toLocaleDateString('sv-SE', { timeZone: 'Asia/Shanghai' })
