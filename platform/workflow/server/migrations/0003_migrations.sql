-- 办理中的事换到流程的另一版：一次换版，逐件办理，断了可以接着办
create table workflow.migration (
  id uuid primary key,
  from_definition uuid not null references workflow.definition (id),
  to_definition uuid not null references workflow.definition (id),
  mapping jsonb not null,
  reason text not null,
  created_by uuid not null,
  created_at timestamptz not null,
  ended_at timestamptz
);
create index on workflow.migration (created_at desc, id desc);
create index on workflow.migration (id) where ended_at is null;
comment on table workflow.migration is '流程换版 [internal; 办理事项; 10 年]';
comment on column workflow.migration.id is '标识 [internal]';
comment on column workflow.migration.from_definition is '原来的版本 [internal]';
comment on column workflow.migration.to_definition is '换到的版本 [internal]';
comment on column workflow.migration.mapping is '环节的对应关系 [internal]';
comment on column workflow.migration.reason is '原因 [internal]';
comment on column workflow.migration.created_by is '办理人 [internal]';
comment on column workflow.migration.created_at is '开始时间 [internal]';
comment on column workflow.migration.ended_at is '全部处理完的时间 [internal]';

create table workflow.migration_item (
  migration_id uuid not null references workflow.migration (id),
  instance_id uuid not null references workflow.instance (id),
  state text not null default 'waiting' check (state in ('waiting', 'done', 'blocked', 'over')),
  blockers jsonb,
  primary key (migration_id, instance_id)
);
create index on workflow.migration_item (migration_id, instance_id) where state = 'waiting';
create index on workflow.migration_item (migration_id, instance_id) where state = 'blocked';
comment on table workflow.migration_item is '流程换版涉及的办件 [internal; 办理事项; 10 年]';
comment on column workflow.migration_item.migration_id is '哪一次换版 [internal]';
comment on column workflow.migration_item.instance_id is '办件 [internal]';
comment on column workflow.migration_item.state is '待换、已换、不能换、其间已办结 [internal]';
comment on column workflow.migration_item.blockers is '不能换的原因 [internal]';

-- 离岗交接：还没办的环节逐件转给接手人
create table workflow.handover (
  id uuid primary key,
  from_person uuid not null,
  to_person uuid not null check (to_person <> from_person),
  created_at timestamptz not null,
  moved integer not null default 0,
  ended_at timestamptz
);
create index on workflow.handover (created_at) where ended_at is null;
comment on table workflow.handover is '离岗人员的流程交接 [internal; 办理事项; 10 年]';
comment on column workflow.handover.id is '标识 [internal]';
comment on column workflow.handover.from_person is '离岗人员 [internal]';
comment on column workflow.handover.to_person is '接手人 [internal]';
comment on column workflow.handover.created_at is '交接时间 [internal]';
comment on column workflow.handover.moved is '已转交的办件数 [internal]';
comment on column workflow.handover.ended_at is '全部转交的时间 [internal]';

-- 放假安排修订后，办理中的时限逐件重算
create table workflow.reckoning (
  id uuid primary key,
  year smallint not null,
  cursor uuid,
  reckoned integer not null default 0,
  created_at timestamptz not null,
  ended_at timestamptz
);
create index on workflow.reckoning (created_at) where ended_at is null;
create index on workflow.instance (id) where ended_at is null;
comment on table workflow.reckoning is '放假安排修订后的时限重算 [internal; 计算期限; 10 年]';
comment on column workflow.reckoning.id is '标识 [internal]';
comment on column workflow.reckoning.year is '哪一年的放假安排 [internal]';
comment on column workflow.reckoning.cursor is '已算到哪一件 [internal]';
comment on column workflow.reckoning.reckoned is '有变化的办件数 [internal]';
comment on column workflow.reckoning.created_at is '开始时间 [internal]';
comment on column workflow.reckoning.ended_at is '算完时间 [internal]';

-- 服务环节对外的调用：与要它的命令一起写下，领走的进程在事务之外去办，办完即删
create table workflow.call (
  instance_id uuid not null references workflow.instance (id),
  token text not null,
  attempt integer not null,
  handler text not null,
  input jsonb not null,
  asked_at timestamptz not null,
  leased_until timestamptz,
  primary key (instance_id, token, attempt)
);
create index on workflow.call (asked_at);
comment on table workflow.call is '服务环节待办的对外调用 [internal; 办理事项; 办完即删]';
comment on column workflow.call.instance_id is '实例 [internal]';
comment on column workflow.call.token is '实例内的位置 [internal]';
comment on column workflow.call.attempt is '第几次 [internal]';
comment on column workflow.call.handler is '哪个服务 [internal]';
comment on column workflow.call.input is '送出的内容 [sensitive]';
comment on column workflow.call.asked_at is '要求的时间 [internal]';
comment on column workflow.call.leased_until is '领走者的期限，过期他人可再领 [internal]';

-- 联办的分支：由父流程的哪个环节、第几个对象而来
alter table workflow.instance add column parent_node text;
alter table workflow.instance add column parent_run integer;
comment on column workflow.instance.parent_node is '父流程中调用它的环节 [internal]';
comment on column workflow.instance.parent_run is '是其中第几支，自 0 起 [internal]';
