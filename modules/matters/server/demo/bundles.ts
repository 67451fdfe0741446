import type { LifeStage } from '../../contract.ts'

/** 一件事 across organisation, establishment, social security, finance and office affairs. */
export const demoBundles: readonly {
  key: string
  name: string
  summary: string
  life: LifeStage
  matters: string[]
}[] = [
  {
    key: 'entry',
    name: '公务员录用入职一件事',
    summary: '录用审批、用编、参保、工资统发、办公用房，一次申请，几个部门一起办。',
    life: 'entry',
    matters: [
      '公务员录用审批',
      '机关用编进人核准',
      '机关工作人员养老保险参保登记',
      '机关工作人员工资统发登记',
      '党政机关办公用房调配',
    ],
  },
  {
    key: 'retirement',
    name: '公务员退休一件事',
    summary: '退休审批、养老金核定、停发工资，一次申请，退休当月办完。',
    life: 'retirement',
    matters: ['公务员退休审批', '机关事业单位养老金核定', '机关工作人员工资统发登记'],
  },
]
