/** What the check says, without the names that only files have: “审批”（用户任务 b1）… reads “审批”…. */
export const plainly = (message: string): string => message.replaceAll(/（[^（）]*[A-Za-z][^（）]*）/g, '')
