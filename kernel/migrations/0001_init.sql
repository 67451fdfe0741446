-- 事件出箱：与业务行同一事务写入，由转发器成批移入任务队列 ---------------------------------------------------
create table kernel.outbox (
  no bigint generated always as identity primary key,
  event_id uuid not null,
  name text not null,
  payload jsonb not null,
  home_node text not null,
  created_at timestamptz not null default now()
);
comment on table kernel.outbox is '待转发的事件 [internal; 事件投递; 转发后即删]';
comment on column kernel.outbox.no is '次序 [internal]';
comment on column kernel.outbox.event_id is '事件标识 [internal]';
comment on column kernel.outbox.name is '事件名 [internal]';
comment on column kernel.outbox.payload is '内容 [personal]';
comment on column kernel.outbox.home_node is '来源节点 [internal]';
comment on column kernel.outbox.created_at is '发生时间 [internal]';

create table kernel.consumed (
  event_id uuid not null,
  consumer text not null,
  at timestamptz not null default now(),
  primary key (event_id, consumer)
);
create index on kernel.consumed (at);
comment on table kernel.consumed is '已处理的事件，使重复投递无害 [internal; 事件投递; 30 天]';
comment on column kernel.consumed.event_id is '事件标识 [internal]';
comment on column kernel.consumed.consumer is '处理者 [internal]';
comment on column kernel.consumed.at is '处理时间 [internal]';

-- 命令去重 -------------------------------------------------------------------------------------------------
create table kernel.command (
  account_id uuid not null,
  key uuid not null,
  endpoint text not null,
  fingerprint bytea not null,
  response jsonb,
  at timestamptz not null default now(),
  primary key (account_id, key)
);
create index on kernel.command (at);
comment on table kernel.command is '带幂等键的命令与其结果 [internal; 重试不重复执行; 7 天]';
comment on column kernel.command.account_id is '账号 [internal]';
comment on column kernel.command.key is '幂等键 [internal]';
comment on column kernel.command.endpoint is '接口 [internal]';
comment on column kernel.command.fingerprint is '输入摘要，同键异文即拒绝 [internal]';
comment on column kernel.command.response is '结果 [personal]';
comment on column kernel.command.at is '时间 [internal]';

-- 审计 -----------------------------------------------------------------------------------------------------
create table kernel.audit (
  id uuid primary key,
  at timestamptz not null,
  home_node text not null,
  account_id uuid,
  person_id uuid,
  actor_name text not null,
  session_id uuid,
  request_id text not null,
  address text not null,
  action text not null,
  title text not null,
  kind text not null check (kind in ('command', 'read', 'export', 'refused', 'system')),
  target_type text,
  target_id text,
  target_label text,
  detail jsonb
);
create index on kernel.audit (at desc);
create index on kernel.audit (account_id, at desc);
create index on kernel.audit (target_type, target_id, at desc);
comment on table kernel.audit is '审计记录，只增不改 [internal; 安全审计; 6 个月以上]';
comment on column kernel.audit.id is '标识 [internal]';
comment on column kernel.audit.at is '时间 [internal]';
comment on column kernel.audit.home_node is '来源节点 [internal]';
comment on column kernel.audit.account_id is '账号 [internal]';
comment on column kernel.audit.person_id is '人员 [internal]';
comment on column kernel.audit.actor_name is '姓名 [personal]';
comment on column kernel.audit.session_id is '会话 [internal]';
comment on column kernel.audit.request_id is '请求编号 [internal]';
comment on column kernel.audit.address is '来访地址 [personal]';
comment on column kernel.audit.action is '接口 [internal]';
comment on column kernel.audit.title is '做了什么 [internal]';
comment on column kernel.audit.kind is '命令、敏感读取、导出、被拒、系统 [internal]';
comment on column kernel.audit.target_type is '对象种类 [internal]';
comment on column kernel.audit.target_id is '对象标识 [internal]';
comment on column kernel.audit.target_label is '对象名称 [personal]';
comment on column kernel.audit.detail is '细节，敏感字段已遮盖 [personal]';

-- 运行状态：演示数据是否装好等 ------------------------------------------------------------------------------
create table kernel.state (
  key text primary key,
  value jsonb not null,
  at timestamptz not null default now()
);
comment on table kernel.state is '平台状态 [internal; 运行; 长期]';
comment on column kernel.state.key is '名称 [internal]';
comment on column kernel.state.value is '值 [internal]';
comment on column kernel.state.at is '时间 [internal]';
