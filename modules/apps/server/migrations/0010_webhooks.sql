-- 事件订阅：已上线应用的接收地址
create table apps.webhook (
  id uuid primary key,
  application_id uuid not null references apps.application (id),
  url text not null,
  types text[] not null check (cardinality(types) > 0),
  state text not null default 'active' check (state in ('active', 'paused', 'disabled')),
  secret_box bytea not null,
  old_secret_box bytea,
  old_secret_until timestamptz,
  failing_since timestamptz,
  last_ok_at timestamptz,
  created_at timestamptz not null,
  revision integer not null default 1,
  check ((old_secret_box is null) = (old_secret_until is null))
);
create index webhook_application on apps.webhook (application_id);
create index webhook_types on apps.webhook using gin (types);
comment on table apps.webhook is '应用的事件订阅 [internal; 应用接入; 随应用]';
comment on column apps.webhook.id is '标识 [internal]';
comment on column apps.webhook.application_id is '应用 [internal]';
comment on column apps.webhook.url is '接收地址 [internal]';
comment on column apps.webhook.types is '事件种类 [internal]';
comment on column apps.webhook.state is '状态：启用、暂停、自动停用 [internal]';
comment on column apps.webhook.secret_box is '签名密钥的密文，SM4-CTR 与 HMAC-SM3 [secret]';
comment on column apps.webhook.old_secret_box is '换下的签名密钥的密文，到期前两把都签 [secret]';
comment on column apps.webhook.old_secret_until is '换下的密钥签到何时 [internal]';
comment on column apps.webhook.failing_since is '从何时起没有一次送达，空为正常 [internal]';
comment on column apps.webhook.last_ok_at is '最近一次送达 [internal]';
comment on column apps.webhook.created_at is '订阅时间 [internal]';
comment on column apps.webhook.revision is '修订号 [internal]';

-- 待送达的事件：先落库再发送；租约的令牌防止过了期的进程改写结果
create table apps.delivery (
  id uuid primary key,
  webhook_id uuid not null references apps.webhook (id) on delete cascade,
  event_id uuid not null,
  type text not null,
  subject text not null,
  data jsonb not null,
  happened_at timestamptz not null,
  state text not null default 'waiting' check (state in ('waiting', 'delivered', 'dead')),
  attempts integer not null default 0,
  next_at timestamptz,
  lease uuid,
  fault text,
  done_at timestamptz,
  unique (webhook_id, event_id),
  check ((state = 'waiting') = (next_at is not null))
);
-- 按订阅取：暂停的订阅积压再多，也不挡别的订阅
create index delivery_due on apps.delivery (webhook_id, next_at) where next_at is not null;
create index delivery_list on apps.delivery (webhook_id, id desc);
create index delivery_dead on apps.delivery (webhook_id, id desc) where state = 'dead';
comment on table apps.delivery is '事件的送达：一个订阅一个事件一行 [internal; 应用接入; 送达后 7 天，未送达 30 天]';
comment on column apps.delivery.id is '标识 [internal]';
comment on column apps.delivery.webhook_id is '订阅 [internal]';
comment on column apps.delivery.event_id is '事件标识，重发不变 [internal]';
comment on column apps.delivery.type is '事件种类 [internal]';
comment on column apps.delivery.subject is '关于什么 [internal]';
comment on column apps.delivery.data is '内容：编号与结果；待办的说明是办理人写的 [personal]';
comment on column apps.delivery.happened_at is '事件时间 [internal]';
comment on column apps.delivery.state is '状态：待送达、已送达、未送达 [internal]';
comment on column apps.delivery.attempts is '已试次数 [internal]';
comment on column apps.delivery.next_at is '下次发送时间；发送中为租约到期时间 [internal]';
comment on column apps.delivery.lease is '租约令牌 [internal]';
comment on column apps.delivery.fault is '最近一次失败的原因 [internal]';
comment on column apps.delivery.done_at is '送达或放弃的时间 [internal]';

-- 应用拿到过的人员标识：推送待办时由它找到人
create table apps.subject (
  subject_group text not null,
  sub text not null,
  account_id uuid not null,
  primary key (subject_group, sub)
);
comment on table apps.subject is '应用见过的人员标识 [personal; 统一认证; 账号注销止]';
comment on column apps.subject.subject_group is '人员标识分组 [internal]';
comment on column apps.subject.sub is '人员在这一组应用里的标识 [personal]';
comment on column apps.subject.account_id is '账号 [internal]';
