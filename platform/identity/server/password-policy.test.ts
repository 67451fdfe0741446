import { describe, expect, it } from 'vitest'
import { faultOf } from './password-policy.ts'

const own = ['zhouwenqing', '周文清']

describe('a password', () => {
  it.each([
    'correct horse battery',
    'four plain words here',
    '春天的白浪河边有鸭子', // ten characters are ten characters in any script
    'tR7#kPq9vLm2',
    'my bicycle is 12 years old',
  ])('%s is good', (password) => expect(faultOf(password, own)).toBeUndefined())

  it.each([
    ['short', '至少 10'],
    ['x'.repeat(257), '最多 256'],
    ['a123456789', '太常见'],
    ['woaini1314520', '太常见'],
    ['Woaini@1314', '太常见'],
    ['Password2026!', '太常见'],
    ['ｑｗｅｒｔｙ１２３４５６', '太常见'], // full width is the same password
    ['qwertyuiop123', '太常见'],
    ['iloveyou5201314', '太常见'],
    ['1qaz2wsx3edc', '太常见'],
    ['wang19900101', '太常见'],
    ['shandong2026', '太常见'],
    ['admin@123456', '太常见'],
    ['aaaaaaaaaaaa', '来回重复'],
    ['abababababab', '来回重复'],
    ['zhouWENqing-9x', '姓名或账号'],
    ['我是周文清本人没错的', '姓名或账号'],
  ])('%s is refused: %s', (password, why) => expect(faultOf(password, own)).toContain(why))
})
