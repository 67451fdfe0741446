create schema identity;

-- 账号属于主体（人员、自然人、法人、应用）；一亿个账号也按登录名与主体直接命中。
create table identity.account (
  id uuid primary key,
  subject_kind text not null check (subject_kind in ('public-servant', 'natural-person', 'legal-person', 'application')),
  person_id uuid references directory.person (id),
  login text not null unique check (login = lower(login) and length(login) between 2 and 64),
  password_hash text,
  failures smallint not null default 0,
  locked_until timestamptz,
  disabled boolean not null default false,
  demo boolean not null default false,
  demo_role text,
  created_at timestamptz not null default now()
);
create unique index account_person on identity.account (person_id) where subject_kind = 'public-servant';
comment on table identity.account is '账号 [internal; 登录; 随主体]';
comment on column identity.account.id is '标识 [internal]';
comment on column identity.account.subject_kind is '主体种类 [internal]';
comment on column identity.account.person_id is '人员 [internal]';
comment on column identity.account.login is '登录名 [personal]';
comment on column identity.account.password_hash is '口令散列，argon2id [secret]';
comment on column identity.account.failures is '连续失败次数 [internal]';
comment on column identity.account.locked_until is '锁定至 [internal]';
comment on column identity.account.disabled is '停用 [internal]';
comment on column identity.account.demo is '演示账号，生产环境拒绝 [internal]';
comment on column identity.account.demo_role is '演示账号的说明 [internal]';
comment on column identity.account.created_at is '建立时间 [internal]';

create table identity.session (
  id uuid primary key,
  token_hash bytea not null unique,
  account_id uuid not null references identity.account (id),
  created_at timestamptz not null,
  expires_at timestamptz not null,
  address text not null,
  agent text not null
);
create index on identity.session (account_id);
create index on identity.session (expires_at);
comment on table identity.session is '登录会话 [internal; 登录; 到期后 7 天]';
comment on column identity.session.id is '标识 [internal]';
comment on column identity.session.token_hash is '凭证的 SHA-256 [secret]';
comment on column identity.session.account_id is '账号 [internal]';
comment on column identity.session.created_at is '登录时间 [internal]';
comment on column identity.session.expires_at is '到期 [internal]';
comment on column identity.session.address is '来访地址 [personal]';
comment on column identity.session.agent is '浏览器 [personal]';

create table identity.role_permission (
  role text not null,
  permission text not null,
  primary key (role, permission)
);
comment on table identity.role_permission is '角色所含权限，默认值由各模块声明 [internal; 授权; 长期]';
comment on column identity.role_permission.role is '角色 [internal]';
comment on column identity.role_permission.permission is '权限 [internal]';

create table identity.grant (
  id uuid primary key,
  account_id uuid not null references identity.account (id),
  role text not null,
  scope text not null check (scope in ('self', 'unit', 'subtree', 'all')),
  unit_id uuid references directory.unit (id),
  valid_from date not null,
  valid_to date,
  granted_by uuid,
  granted_at timestamptz not null default now(),
  check (scope not in ('unit', 'subtree') or unit_id is not null)
);
create index on identity.grant (account_id);
-- 三员互斥：一个账号只能有其中一种
create unique index grant_exclusive on identity.grant (account_id)
  where role in ('system-admin', 'security-admin', 'auditor') and valid_to is null;
comment on table identity.grant is '授权：角色加数据范围 [internal; 授权; 长期]';
comment on column identity.grant.id is '标识 [internal]';
comment on column identity.grant.account_id is '账号 [internal]';
comment on column identity.grant.role is '角色 [internal]';
comment on column identity.grant.scope is '范围：本人、本单位、子树、全部 [internal]';
comment on column identity.grant.unit_id is '范围的单位 [internal]';
comment on column identity.grant.valid_from is '起 [internal]';
comment on column identity.grant.valid_to is '止（不含） [internal]';
comment on column identity.grant.granted_by is '授权人 [internal]';
comment on column identity.grant.granted_at is '授权时间 [internal]';

-- 任何会改变“谁能做什么”的写入都使它加一；各进程每半秒看一次，变了就丢弃所记的会话
create table identity.revision (
  one boolean primary key default true check (one),
  no bigint not null default 0
);
insert into identity.revision default values;
comment on table identity.revision is '身份数据的修订号 [internal; 会话失效; 长期]';
comment on column identity.revision.one is '仅一行 [internal]';
comment on column identity.revision.no is '修订号 [internal]';
create function identity.bump() returns trigger language plpgsql as $$
begin
  update identity.revision set no = no + 1;
  return null;
end $$;
create trigger bump after update or delete on identity.account for each statement execute function identity.bump();
create trigger bump after delete on identity.session for each statement execute function identity.bump();
create trigger bump after insert or update or delete on identity.grant for each statement execute function identity.bump();
create trigger bump after insert or update or delete on identity.role_permission for each statement execute function identity.bump();

-- 登录失败按来源计数（登录名不存在时也计），重启与多进程都有效
create table identity.attempt (
  key text primary key,
  failures integer not null,
  until timestamptz not null
);
comment on table identity.attempt is '登录失败计数 [internal; 防猜口令; 1 天]';
comment on column identity.attempt.key is '登录名或来访地址的摘要 [internal]';
comment on column identity.attempt.failures is '次数 [internal]';
comment on column identity.attempt.until is '计到何时 [internal]';
