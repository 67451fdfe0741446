const greetings: readonly (readonly [before: number, words: string])[] = [
  [5, '夜深了'],
  [9, '早上好'],
  [12, '上午好'],
  [14, '中午好'],
  [18, '下午好'],
  [24, '晚上好'],
]

/** By the hour of the day in Asia/Shanghai, 0-23. */
export const greeting = (hour: number): string => greetings.find(([before]) => hour < before)?.[1] ?? '您好'
