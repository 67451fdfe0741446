import { useQuery } from '@tanstack/react-query'
import { apiQuery } from '#kernel/web'
import { searchPeople, useUnits } from '#platform/directory/web'
import type { FormGroup } from '#ui'
import { categories, directoryFields, protectionLevels, scopeTitles } from '../contract.ts'
import { directory } from './client.ts'
import type { RegisterForm } from './register-form.ts'

type Group = FormGroup<keyof RegisterForm & string>
const options = (words: Record<string, string>) => Object.entries(words).map(([value, label]) => ({ value, label }))
const readsDirectory = ({ scopes }: Record<string, unknown>) =>
  Array.isArray(scopes) && scopes.includes('directory.read')
const web = { kind: 'text', inputMode: 'url', maxLength: 500 } as const

const about: Group = {
  title: '应用是什么',
  sentence: '写上名称和类别就能先存。送审之前，说明、联系人、备案号和版本都要填。',
  fields: [
    { name: 'name', label: '名称', kind: 'text', maxLength: 60 },
    { name: 'summary', label: '一句话说明', help: '写给使用的人看', kind: 'text', maxLength: 100 },
    { name: 'category', label: '类别', kind: 'select', options: options(categories) },
    { name: 'contacts', label: '联系人', help: '第一位是负责人', kind: 'people', search: searchPeople },
    { name: 'filingNo', label: '备案号', kind: 'text', maxLength: 60 },
    { name: 'protectionLevel', label: '等保级别', kind: 'select', options: options(protectionLevels) },
    { name: 'release', label: '版本', help: '如 1.0', kind: 'text', maxLength: 30 },
    {
      name: 'changes',
      label: '变更说明',
      help: '这一版改了什么，给审核的人看',
      kind: 'longText',
      rows: 3,
      maxLength: 500,
    },
  ],
}
const connect: Group = {
  title: '怎么接入',
  sentence: '地址须是 https；检测会逐个访问，须在平台允许访问的名单里。每一项的意思见接入指南。',
  fields: [
    { name: 'redirectUris', label: '登录回调地址', help: '正式环境，一行一个', kind: 'longText', rows: 2 },
    { name: 'logoutUris', label: '退出后返回的地址', help: '一行一个', kind: 'longText', rows: 2 },
    { name: 'backchannelUri', label: '退出通知地址', help: '平台会话结束时通知应用', ...web },
    { name: 'healthUrl', label: '健康检查地址', help: '正常时答复 200', ...web },
    {
      name: 'jwks',
      label: '公钥（JWKS）',
      help: '填了就用公钥认证，不再用密钥；私钥不要交给任何人',
      kind: 'longText',
      rows: 2,
      // whoever pastes a private key by mistake must not find it in the draft
      secret: true,
    },
    { name: 'testRedirectUris', label: '测试环境的登录回调地址', help: '一行一个', kind: 'longText', rows: 2 },
    { name: 'testJwks', label: '测试环境的公钥（JWKS）', kind: 'longText', rows: 2, secret: true },
    { name: 'subjectGroup', label: '人员标识分组', help: '同组应用看到同一个人的同一标识，一般不填', kind: 'text' },
  ],
}

/** The four steps of a registration. */
export const useRegisterGroups = (): Group[] => {
  const units = useUnits()
  const duties = useQuery(apiQuery(directory.dutyKinds))
  const limited = ({ openToAll }: Record<string, unknown>) => openToAll !== true
  return [
    about,
    {
      title: '谁能用，怎么打开',
      sentence: '指定单位或岗位职责时，两者有一样符合就能用。',
      fields: [
        { name: 'openToAll', label: '使用范围', kind: 'switch', on: '全体人员', off: '指定的单位和岗位职责' },
        { name: 'audienceUnits', label: '可以使用的单位', help: '连同下级', kind: 'units', visible: limited, ...units },
        {
          name: 'audienceDuties',
          label: '可以使用的岗位职责',
          help: '不论在哪个单位，如全省的机要员',
          kind: 'select',
          multiple: true,
          visible: limited,
          options: (duties.data?.rows ?? [])
            .filter(({ enabled }) => enabled)
            .map(({ name }) => ({ value: name, label: name })),
        },
        { name: 'desktopUrl', label: '桌面入口', ...web },
        { name: 'phoneUrl', label: '手机入口', ...web },
      ],
    },
    {
      title: '要什么权限',
      sentence: '只申请用得到的，审核时可能少批。',
      fields: [
        { name: 'scopes', label: '权限', kind: 'select', multiple: true, options: options(scopeTitles) },
        {
          name: 'directoryUnits',
          label: '读取通讯录的单位',
          help: '连同下级',
          kind: 'units',
          visible: readsDirectory,
          ...units,
        },
        {
          name: 'directoryFields',
          label: '通讯录字段',
          help: '姓名和单位之外',
          kind: 'select',
          multiple: true,
          options: options(directoryFields),
          visible: readsDirectory,
        },
      ],
    },
    connect,
  ]
}
