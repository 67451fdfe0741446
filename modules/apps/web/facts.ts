import {
  type AppDetail,
  type ApplicationContent,
  type Connection,
  categories,
  directoryFields,
  protectionLevels,
  scopeTitles,
} from '../contract.ts'

const keysOf = ({ jwks }: Connection): string =>
  jwks ? jwks.keys.map(({ kty, kid }) => [kty, kid].filter(Boolean).join(' ')).join('、') : ''

/** A registration line by line, in words; empty where nothing was filled in. */
export const factsOf = (content: ApplicationContent, names: AppDetail['names']): [name: string, text: string][] => {
  const named = (ids: readonly string[]) => ids.map((id) => names[id] ?? '已撤销').join('、')
  const { production, test } = content
  const reads: [string, string][] = [
    ['通讯录范围', named(content.directoryUnits)],
    ['通讯录字段', ['姓名', '单位', ...content.directoryFields.map((field) => directoryFields[field])].join('、')],
  ]
  return [
    ['名称', content.name],
    ['类别', categories[content.category]],
    ['说明', content.summary],
    ['联系人', named(content.contacts)],
    ['备案号', content.filingNo],
    ['等保级别', protectionLevels[content.protectionLevel as keyof typeof protectionLevels]],
    ['版本', content.release],
    ['变更说明', content.changes],
    ['申请的权限', content.scopes.map((scope) => scopeTitles[scope]).join('、')],
    ...(content.scopes.includes('directory.read') ? reads : []),
    [
      '谁可以用',
      content.openToAll
        ? '全体人员'
        : [named(content.audienceUnits), ...content.audienceDuties].filter(Boolean).join('、'),
    ],
    ['桌面入口', content.desktopUrl ?? ''],
    ['手机入口', content.phoneUrl ?? ''],
    ['登录回调', production.redirectUris.join(' ')],
    ['退出返回', production.logoutUris.join(' ')],
    ['退出通知', production.backchannelUri ?? ''],
    ['健康检查', content.healthUrl ?? ''],
    ['公钥', keysOf(production)],
    ['测试回调', test.redirectUris.join(' ')],
    ['测试公钥', keysOf(test)],
    ['标识分组', content.subjectGroup],
  ]
}
