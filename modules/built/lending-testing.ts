const own = [
  { key: '编号', title: '编号', type: 'serial', pattern: '借〔{年}〕{号:3}号' },
  { key: '资产', title: '资产名称', type: 'text', maxLength: 60, rules: { required: 'true' } },
  { key: '数量', title: '数量', type: 'number', min: 1, max: 999, rules: { required: 'true', default: '1' } },
  { key: '单价', title: '单价', type: 'money', min: 0 },
  { key: '总价', title: '总价', type: 'money', rules: { formula: '单价 * 数量' } },
  { key: '期间', title: '借用期间', type: 'period', halves: true },
  {
    key: '用途',
    title: '用途',
    type: 'enum',
    options: [
      { value: 'meeting', label: '会议' },
      { value: 'trip', label: '出差' },
    ],
  },
  { key: '保管人', title: '保管人', type: 'person' },
  { key: '标签', title: '标签', type: 'tags' },
  { key: '备注', title: '备注', type: 'longText' },
  { key: '底价', title: '处置底价', type: 'money', dataClass: 'sensitive' },
  {
    key: '附属',
    title: '附属物品',
    type: 'table',
    columns: [
      { key: '物品', title: '物品', type: 'text', rules: { required: 'true' } },
      { key: '件数', title: '件数', type: 'number', min: 1 },
    ],
  },
]

/** 固定资产借用: who borrows what until when, seen by the borrower and by the administrator. */
export const lending = (more: Record<string, unknown> = {}, fields: readonly unknown[] = []) => ({
  format: 1,
  key: 'lending',
  name: '固定资产借用',
  sentence: '借用本单位的设备。',
  heading: '后勤',
  entities: [
    {
      key: 'loan',
      name: '借用单',
      label: '资产',
      groups: [
        {
          title: '借用',
          fields: [...structuredClone(own), ...fields],
        },
      ],
      views: [
        {
          key: 'all',
          name: '全部借用',
          columns: ['编号', '资产', '数量', '期间', '用途'],
          filters: ['用途', '数量'],
          sort: '-数量',
        },
      ],
      permissions: [
        { to: 'everyone', rows: 'own', may: ['create', 'write', 'remove'], rest: 'write', fields: { 底价: 'hide' } },
        { to: { field: '保管人' }, rows: 'all', may: [], rest: 'read', fields: { 底价: 'hide' } },
        { to: 'leader', rows: 'scope', may: ['export'], rest: 'read', fields: { 底价: 'hide', '附属.件数': 'hide' } },
        { to: 'unit-admin', rows: 'scope', may: ['write', 'remove', 'export'], rest: 'write' },
      ],
      ...more,
    },
  ],
})
