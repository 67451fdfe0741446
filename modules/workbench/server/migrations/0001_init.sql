create schema workbench;

-- 单位的安排：管到本单位及下级，直到下级自己也安排了
create table workbench.arrangement (
  unit_id uuid primary key,
  cards jsonb not null,
  revision integer not null default 1,
  updated_by uuid not null,
  updated_at timestamptz not null
);
comment on table workbench.arrangement is '单位对工作台的安排 [internal; 工作台; 长期]';
comment on column workbench.arrangement.unit_id is '哪个单位的安排 [internal]';
comment on column workbench.arrangement.cards is '卡片、次序和位置 [internal]';
comment on column workbench.arrangement.revision is '修订号 [internal]';
comment on column workbench.arrangement.updated_by is '谁改的 [internal]';
comment on column workbench.arrangement.updated_at is '修改时间 [internal]';

create table workbench.personal (
  person_id uuid primary key,
  cards jsonb not null,
  updated_at timestamptz not null
);
comment on table workbench.personal is '本人对工作台的调整 [internal; 工作台; 本人恢复即删]';
comment on column workbench.personal.person_id is '谁的 [internal]';
comment on column workbench.personal.cards is '卡片、次序和位置 [internal]';
comment on column workbench.personal.updated_at is '修改时间 [internal]';
