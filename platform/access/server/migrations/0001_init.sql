create schema access;

-- 访问策略：每次改动一个新版本，启用的只有一个
create table access.policy (
  id uuid primary key,
  no integer generated always as identity unique,
  text text not null,
  note text not null,
  policies integer not null,
  state text not null check (state in ('proposed', 'active', 'retired', 'refused')),
  proposed_at timestamptz not null,
  proposed_by uuid,
  proposed_by_name text not null,
  decided_at timestamptz,
  decided_by uuid,
  decided_by_name text,
  reason text,
  -- 谁提出谁不能批准
  check (state <> 'active' or proposed_by is null or decided_by <> proposed_by)
);
create unique index policy_active on access.policy (state) where state = 'active';
create index on access.policy (no desc);
comment on table access.policy is '访问策略的版本 [internal; 零信任访问; 长期]';
comment on column access.policy.id is '标识 [internal]';
comment on column access.policy.no is '版本号 [internal]';
comment on column access.policy.text is '策略正文，Cedar 语言 [internal]';
comment on column access.policy.note is '改了什么、为什么 [internal]';
comment on column access.policy.policies is '条数 [internal]';
comment on column access.policy.state is '状态 [internal]';
comment on column access.policy.proposed_at is '提出时间 [internal]';
comment on column access.policy.proposed_by is '提出人的账号 [internal]';
comment on column access.policy.proposed_by_name is '提出人 [personal]';
comment on column access.policy.decided_at is '决定时间 [internal]';
comment on column access.policy.decided_by is '决定人的账号 [internal]';
comment on column access.policy.decided_by_name is '决定人 [personal]';
comment on column access.policy.reason is '不同意的理由 [internal]';

create table access.zone (
  range cidr primary key,
  zone text not null check (zone in ('office', 'extranet', 'internet')),
  name text not null,
  latitude real,
  longitude real
);
comment on table access.zone is '网络区域的地址段，最长前缀为准 [internal; 零信任访问; 长期]';
comment on column access.zone.range is '地址段 [internal]';
comment on column access.zone.zone is '区域 [internal]';
comment on column access.zone.name is '名称 [internal]';
comment on column access.zone.latitude is '纬度 [internal]';
comment on column access.zone.longitude is '经度 [internal]';

-- 会话的设备情况与风险，首次访问或换了网络时算出
create table access.session (
  session_id uuid primary key,
  account_id uuid not null,
  network text not null,
  platform text,
  version text,
  patched_on date,
  risk smallint not null,
  reasons text[] not null,
  at timestamptz not null
);
create index on access.session (at);
comment on table access.session is '会话的设备情况与风险 [internal; 零信任访问; 7 天]';
comment on column access.session.session_id is '会话 [internal]';
comment on column access.session.account_id is '账号 [internal]';
comment on column access.session.network is '来访网段 [personal]';
comment on column access.session.platform is '系统 [internal]';
comment on column access.session.version is '系统版本 [internal]';
comment on column access.session.patched_on is '补丁日期 [internal]';
comment on column access.session.risk is '风险分 [internal]';
comment on column access.session.reasons is '风险缘由 [internal]';
comment on column access.session.at is '时间 [internal]';

-- 哪些会话的设备情况刚变过：各进程只忘掉这几个
create table access.change (
  session_id uuid not null,
  at timestamptz not null default now()
);
create index on access.change (at);
comment on table access.change is '设备情况刚变过的会话 [internal; 决定失效; 1 天]';
comment on column access.change.session_id is '会话 [internal]';
comment on column access.change.at is '时间 [internal]';

create table access.place (
  account_id uuid not null,
  network text not null,
  latitude real,
  longitude real,
  first_at timestamptz not null,
  last_at timestamptz not null,
  primary key (account_id, network)
);
create index on access.place (last_at);
comment on table access.place is '账号常用的网段，用来认出新地点 [personal; 零信任访问; 180 天]';
comment on column access.place.account_id is '账号 [internal]';
comment on column access.place.network is '来访网段，IPv4 取 24 位，IPv6 取 48 位 [personal]';
comment on column access.place.latitude is '纬度 [personal]';
comment on column access.place.longitude is '经度 [personal]';
comment on column access.place.first_at is '首次 [personal]';
comment on column access.place.last_at is '最近 [personal]';

-- 决定的输入只存一次，按小时计次，供模拟回放
create table access.input (
  hash bytea primary key,
  input jsonb not null,
  last_at timestamptz not null
);
create index on access.input (last_at);
comment on table access.input is '访问决定的输入，不含个人 [internal; 策略模拟; 30 天]';
comment on column access.input.hash is '输入的摘要 [internal]';
comment on column access.input.input is '输入 [internal]';
comment on column access.input.last_at is '最近一次 [internal]';

create table access.hour (
  hour timestamptz not null,
  hash bytea not null,
  outcome text not null check (outcome in ('allow', 'mask', 'step-up', 'deny')),
  reason text,
  policy_no integer not null,
  calls integer not null,
  primary key (hour, hash, outcome, policy_no)
);
comment on table access.hour is '每小时的访问决定次数 [internal; 策略模拟; 30 天]';
comment on column access.hour.hour is '小时 [internal]';
comment on column access.hour.hash is '输入的摘要 [internal]';
comment on column access.hour.outcome is '结果 [internal]';
comment on column access.hour.reason is '理由 [internal]';
comment on column access.hour.policy_no is '策略版本号 [internal]';
comment on column access.hour.calls is '次数 [internal]';

-- 任何会改变决定的写入都使它加一；各进程每半秒看一次
create table access.revision (
  one boolean primary key default true check (one),
  no bigint not null default 0
);
insert into access.revision default values;
comment on table access.revision is '访问策略数据的修订号 [internal; 决定失效; 长期]';
comment on column access.revision.one is '仅一行 [internal]';
comment on column access.revision.no is '修订号 [internal]';
create function access.bump() returns trigger language plpgsql as $$
begin
  update access.revision set no = no + 1;
  return null;
end $$;
create trigger bump after insert or update or delete on access.policy for each statement execute function access.bump();
create trigger bump after insert or update or delete on access.zone for each statement execute function access.bump();

insert into access.zone (range, zone, name) values
  ('127.0.0.0/8', 'office', '本机'),
  ('::1/128', 'office', '本机'),
  ('10.0.0.0/8', 'office', '办公区'),
  ('172.16.0.0/12', 'office', '办公区'),
  ('192.168.0.0/16', 'office', '办公区'),
  ('fc00::/7', 'office', '办公区'),
  ('59.192.0.0/10', 'extranet', '政务外网');
