-- 机构改革：一个方案是一串有序的操作，到生效日在一个事务里一次完成 -----------------------------------------
create table directory.structure_plan (
  id uuid primary key,
  title text not null,
  basis text not null default '',
  owner_unit uuid not null references directory.unit (id),
  effective_on date not null,
  state text not null default 'draft' check (state in ('draft', 'scheduled', 'effective', 'revoked')),
  operations jsonb not null,
  report jsonb,
  journal jsonb,
  fault text,
  reverses uuid references directory.structure_plan (id),
  created_by uuid,
  created_by_name text not null,
  created_at timestamptz not null,
  approved_by uuid,
  approved_by_name text,
  approved_at timestamptz,
  applied_at timestamptz,
  revoked_at timestamptz,
  revision integer not null default 1
);
create index structure_plan_owner on directory.structure_plan (owner_unit);
create index structure_plan_due on directory.structure_plan (effective_on) where state = 'scheduled';
comment on table directory.structure_plan is '机构改革方案 [internal; 机构改革与沿革; 长期]';
comment on column directory.structure_plan.id is '标识 [internal]';
comment on column directory.structure_plan.title is '名称 [internal]';
comment on column directory.structure_plan.basis is '依据的文件 [internal]';
comment on column directory.structure_plan.owner_unit is '主办单位 [internal]';
comment on column directory.structure_plan.effective_on is '生效日 [internal]';
comment on column directory.structure_plan.state is '草稿、待生效、已生效、已撤回 [internal]';
comment on column directory.structure_plan.operations is '有序的操作 [internal]';
comment on column directory.structure_plan.report is '生效时的影响，与预览同形 [internal]';
comment on column directory.structure_plan.journal is '生效时逐步做了什么，供生成反向方案 [internal]';
comment on column directory.structure_plan.fault is '到期而没有生效的原因 [internal]';
comment on column directory.structure_plan.reverses is '是哪个方案的反向方案 [internal]';
comment on column directory.structure_plan.created_by is '起草人 [internal]';
comment on column directory.structure_plan.created_by_name is '起草人姓名 [personal]';
comment on column directory.structure_plan.created_at is '起草时间 [internal]';
comment on column directory.structure_plan.approved_by is '批准人 [internal]';
comment on column directory.structure_plan.approved_by_name is '批准人姓名 [personal]';
comment on column directory.structure_plan.approved_at is '批准时间 [internal]';
comment on column directory.structure_plan.applied_at is '实际生效时间 [internal]';
comment on column directory.structure_plan.revoked_at is '撤回时间 [internal]';
comment on column directory.structure_plan.revision is '修订号 [internal]';

create table directory.structure_plan_unit (
  plan_id uuid not null references directory.structure_plan (id),
  unit_id uuid not null references directory.unit (id),
  subject boolean not null,
  parent_id uuid,
  name text not null,
  valid_to date,
  revision integer not null,
  primary key (plan_id, unit_id)
);
create index structure_plan_unit_unit on directory.structure_plan_unit (unit_id);
comment on table directory.structure_plan_unit is '方案批准时涉及的单位及其当时的样子 [internal; 机构改革; 随方案]';
comment on column directory.structure_plan_unit.plan_id is '方案 [internal]';
comment on column directory.structure_plan_unit.unit_id is '单位 [internal]';
comment on column directory.structure_plan_unit.subject is '本身被改，而不只是接收 [internal]';
comment on column directory.structure_plan_unit.parent_id is '批准时的上级 [internal]';
comment on column directory.structure_plan_unit.name is '批准时的名称 [internal]';
comment on column directory.structure_plan_unit.valid_to is '批准时的撤销日 [internal]';
comment on column directory.structure_plan_unit.revision is '批准时的修订号 [internal]';
