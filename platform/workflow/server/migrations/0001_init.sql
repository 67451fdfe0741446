create schema workflow;

-- 流程定义：发布后不再改；同一流程的新版本是新的一行
create table workflow.definition (
  id uuid primary key,
  key text not null,
  version integer not null,
  name text not null,
  owner_unit uuid not null,
  xml text not null,
  graph jsonb not null,
  reads text[] not null,
  published_by uuid,
  published_at timestamptz not null,
  retired_at timestamptz,
  unique (key, version)
);
create index on workflow.definition (owner_unit);
comment on table workflow.definition is '流程定义的已发布版本 [internal; 办理事项; 长期]';
comment on column workflow.definition.id is '标识 [internal]';
comment on column workflow.definition.key is '流程编号 [internal]';
comment on column workflow.definition.version is '版本 [internal]';
comment on column workflow.definition.name is '名称 [internal]';
comment on column workflow.definition.owner_unit is '维护单位 [internal]';
comment on column workflow.definition.xml is 'BPMN 2.0 原文 [internal]';
comment on column workflow.definition.graph is '引擎运行的图 [internal]';
comment on column workflow.definition.reads is '条件要看的字段，发起时询问 [internal]';
comment on column workflow.definition.published_by is '发布人 [internal]';
comment on column workflow.definition.published_at is '发布时间 [internal]';
comment on column workflow.definition.retired_at is '停用时间 [internal]';

-- 流程实例：state 即引擎的全部状态；每条命令改一次，rev 递增
create table workflow.instance (
  id uuid primary key,
  definition_id uuid not null references workflow.definition (id),
  title text not null,
  starter_id uuid not null,
  unit_id uuid not null,
  urgency text not null default 'normal' check (urgency in ('normal', 'urgent', 'most-urgent')),
  status text not null check (status in ('running', 'suspended', 'completed', 'terminated')),
  faulty boolean not null default false,
  rev integer not null default 1,
  state jsonb not null,
  parent_id uuid references workflow.instance (id),
  parent_token text,
  started_at timestamptz(3) not null,
  ended_at timestamptz(3)
) with (fillfactor = 80);
create index on workflow.instance (starter_id, started_at desc, id desc);
create index on workflow.instance (unit_id, started_at desc, id desc);
-- 管理的范围很大时按时间走，不取全部再排
create index on workflow.instance (started_at desc, id desc);
create index on workflow.instance (parent_id) where parent_id is not null;
create index on workflow.instance (definition_id) where ended_at is null;
create index on workflow.instance (started_at) where faulty;
comment on table workflow.instance is '流程实例 [internal; 办理事项; 办结后 10 年]';
comment on column workflow.instance.id is '标识 [internal]';
comment on column workflow.instance.definition_id is '启动时的流程版本 [internal]';
comment on column workflow.instance.title is '标题 [personal]';
comment on column workflow.instance.starter_id is '发起人 [internal]';
comment on column workflow.instance.unit_id is '发起单位 [internal]';
comment on column workflow.instance.urgency is '紧急程度 [internal]';
comment on column workflow.instance.status is '状态 [internal]';
comment on column workflow.instance.faulty is '有环节停住，要管理员处理 [internal]';
comment on column workflow.instance.rev is '第几条命令之后 [internal]';
comment on column workflow.instance.state is '引擎的状态，含表单中流程要看的值 [sensitive]';
comment on column workflow.instance.parent_id is '父流程实例 [internal]';
comment on column workflow.instance.parent_token is '父流程中等待的位置 [internal]';
comment on column workflow.instance.started_at is '发起时间 [internal]';
comment on column workflow.instance.ended_at is '结束时间 [internal]';

-- 命令的历史：依次重放即得 state；意见与经过也在这里
create table workflow.history (
  instance_id uuid not null references workflow.instance (id),
  no integer not null,
  at timestamptz(3) not null,
  person_id uuid,
  person_name text,
  unit_name text,
  owner_id uuid,
  owner_name text,
  what text not null,
  node text,
  outcome text,
  opinion text,
  command jsonb not null,
  log jsonb not null,
  primary key (instance_id, no)
);
comment on table workflow.history is '流程实例的命令与经过 [internal; 办理事项; 办结后 10 年]';
comment on column workflow.history.instance_id is '实例 [internal]';
comment on column workflow.history.no is '次序 [internal]';
comment on column workflow.history.at is '时间 [internal]';
comment on column workflow.history.person_id is '办理人，空为系统 [internal]';
comment on column workflow.history.person_name is '办理人当时的姓名 [personal]';
comment on column workflow.history.unit_name is '办理人当时的单位 [internal]';
comment on column workflow.history.owner_id is '委托人 [internal]';
comment on column workflow.history.owner_name is '委托人当时的姓名 [personal]';
comment on column workflow.history.what is '做了什么 [internal]';
comment on column workflow.history.node is '在哪个环节 [internal]';
comment on column workflow.history.outcome is '结果 [internal]';
comment on column workflow.history.opinion is '意见 [personal]';
comment on column workflow.history.command is '命令与它得到的答复，供重放 [sensitive]';
comment on column workflow.history.log is '经过 [internal]';

-- 定时：与 state 中的一致；到点由一个进程领走
create table workflow.alarm (
  instance_id uuid not null references workflow.instance (id),
  alarm text not null,
  due_at timestamptz(3) not null,
  leased_until timestamptz,
  primary key (instance_id, alarm)
);
create index on workflow.alarm (due_at);
comment on table workflow.alarm is '流程的定时 [internal; 办理事项; 到点即删]';
comment on column workflow.alarm.instance_id is '实例 [internal]';
comment on column workflow.alarm.alarm is '实例内的编号 [internal]';
comment on column workflow.alarm.due_at is '到点时间 [internal]';
comment on column workflow.alarm.leased_until is '领走者的期限，过期他人可再领 [internal]';

create table workflow.subscription (
  instance_id uuid not null references workflow.instance (id),
  waiter text not null,
  kind text not null check (kind in ('message', 'signal')),
  name text not null,
  key text,
  primary key (instance_id, waiter)
);
create index on workflow.subscription (kind, name, key);
comment on table workflow.subscription is '流程在等的消息与信号 [internal; 办理事项; 等到即删]';
comment on column workflow.subscription.instance_id is '实例 [internal]';
comment on column workflow.subscription.waiter is '实例内谁在等、在哪里等 [internal]';
comment on column workflow.subscription.kind is '消息或信号 [internal]';
comment on column workflow.subscription.name is '名称 [internal]';
comment on column workflow.subscription.key is '关联值，空为任意 [internal]';

-- 委托：一段日期内由他人代办，两人都在记录上
create table workflow.delegation (
  id uuid primary key,
  principal_id uuid not null,
  agent_id uuid not null check (agent_id <> principal_id),
  processes text[] not null default '{}',
  reason text not null,
  valid_from timestamptz not null,
  valid_to timestamptz not null check (valid_to > valid_from),
  created_at timestamptz not null,
  ended_at timestamptz
);
create index on workflow.delegation (principal_id) where ended_at is null;
create index on workflow.delegation (agent_id) where ended_at is null;
comment on table workflow.delegation is '办理委托 [internal; 办理事项; 10 年]';
comment on column workflow.delegation.id is '标识 [internal]';
comment on column workflow.delegation.principal_id is '委托人 [internal]';
comment on column workflow.delegation.agent_id is '受托人 [internal]';
comment on column workflow.delegation.processes is '只委托这些流程，空为全部 [internal]';
comment on column workflow.delegation.reason is '原因 [personal]';
comment on column workflow.delegation.valid_from is '起 [internal]';
comment on column workflow.delegation.valid_to is '止（不含） [internal]';
comment on column workflow.delegation.created_at is '建立时间 [internal]';
comment on column workflow.delegation.ended_at is '提前收回的时间 [internal]';
