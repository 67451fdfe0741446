-- 开通账号：一人一号由 account_person 唯一索引保证 ------------------------------------------------------------
alter table identity.account
  add column mobile_login boolean not null default false,
  add column closed_for text check (closed_for in ('left', 'suspended')),
  add column closed_at timestamptz,
  add column closed_note text not null default '' check (length(closed_note) <= 200),
  add column opened_by text;
comment on column identity.account.mobile_login is '也可用通讯录里的手机号作登录名；手机号不在这里存，按盲索引查 [internal]';
comment on column identity.account.closed_for is '停用的缘由：离职退休、管理员停用 [internal]';
comment on column identity.account.closed_at is '停用时间 [internal]';
comment on column identity.account.closed_note is '停用的说明 [internal]';
comment on column identity.account.opened_by is '谁开通的：姓名、开通规则或运维命令 [personal]';
-- 已离职的人，账号一并关闭
update identity.account a set disabled = true, closed_for = 'left', closed_at = now()
  from directory.person p where p.id = a.person_id and p.status <> 'active';
create index account_closed on identity.account (person_id) where disabled;
create index account_waiting on identity.account (person_id) where coalesce(password_hash, '') = '' and not disabled;

-- 登录失败的计数按登录名的摘要存；列表要反过来从账号找计数
create function identity.attempt_key(login text) returns text language sql immutable as $$
  select 'n:' || translate(rtrim(encode(sha256(convert_to(login, 'UTF8')), 'base64'), '='), '+/', '-_')
$$;
comment on function identity.attempt_key is '登录名在登录失败计数里的键';
create index account_attempt on identity.account (identity.attempt_key(login));

-- 一次性码的三种用途：找回（两位管理员各一段）、任命首批管理员（两段）、激活新账号（一段） -----------------------
alter table identity.recovery add column kind text not null default 'recovery' check (kind in ('recovery', 'appointment', 'activation'));
update identity.recovery set kind = 'appointment' where opened_by is null;
alter table identity.recovery
  drop constraint recovery_check1,
  add column told text check (told in ('sheet', 'sms', 'failed')),
  add constraint recovery_parts check (case kind
    when 'recovery' then opened_by is not null
    when 'appointment' then opened_by is null and approved_at is not null and second_hash is not null
    else approved_at is not null and approved_by is null and second_hash is null end);
comment on column identity.recovery.kind is '用途：找回、任命首批管理员、激活 [internal]';
comment on column identity.recovery.told is '激活码怎样交给本人：打印或导出、短信、短信没有发出；空为还没有交 [internal]';
comment on column identity.recovery.opened_by is '发起人的账号；首批管理员的、按规则开通的为空 [internal]';
comment on column identity.recovery.first_hash is '发起人所持一段、激活码的带密钥散列 [secret]';
-- 每个账号至多一个激活码，重发即换掉原来的
create unique index recovery_activation on identity.recovery (account_id) where kind = 'activation';
-- “账号找回”一页只列找回与任命
create index recovery_listed on identity.recovery (opened_at, id) where kind <> 'activation';

-- 开通规则：各单位自定，离本人最近的上级单位的规则有效；unit_id 为空的是全省缺省 -------------------------------
create table identity.account_rule (
  id uuid primary key,
  unit_id uuid unique nulls not distinct,
  name_by text not null check (name_by in ('pinyin', 'mobile')),
  hours integer not null check (hours between 1 and 720),
  open_new boolean not null,
  tell text not null check (tell in ('sheet', 'sms')),
  since timestamptz,
  updated_by text not null,
  updated_at timestamptz not null,
  check (not open_new or since is not null)
);
comment on table identity.account_rule is '开通账号的规则 [internal; 开通账号; 长期]';
comment on column identity.account_rule.id is '标识 [internal]';
comment on column identity.account_rule.unit_id is '单位，规则管它和它的下级；空为缺省 [internal]';
comment on column identity.account_rule.name_by is '登录名：姓名全拼加序号，或另可用手机号登录 [internal]';
comment on column identity.account_rule.hours is '激活码有效的小时数 [internal]';
comment on column identity.account_rule.open_new is '新来的人自动开通 [internal]';
comment on column identity.account_rule.tell is '自动开通后激活码怎样交给本人：由管理员打印，或发短信 [internal]';
comment on column identity.account_rule.since is '自动开通自何时起：此前已在的人不算新来 [internal]';
comment on column identity.account_rule.updated_by is '最后修改人姓名 [personal]';
comment on column identity.account_rule.updated_at is '最后修改时间 [internal]';
insert into identity.account_rule (id, unit_id, name_by, hours, open_new, tell, updated_by, updated_at)
values (gen_random_uuid(), null, 'pinyin', 72, false, 'sheet', '系统缺省', now());

-- 同音的人按序号取登录名：一个全拼一行，取号时锁住这一行
create table identity.login_base (
  base text primary key,
  last integer not null
);
comment on table identity.login_base is '登录名的序号 [internal; 开通账号; 长期]';
comment on column identity.login_base.base is '姓名全拼 [personal]';
comment on column identity.login_base.last is '已用到的序号 [internal]';

-- 成批开通：可中断、可接着办 -----------------------------------------------------------------------------------
create table identity.opening (
  id uuid primary key,
  unit_id uuid not null,
  account_id uuid not null references identity.account (id),
  person_id uuid not null,
  by_name text not null,
  tell text not null check (tell in ('sheet', 'sms')),
  state text not null default 'running' check (state in ('running', 'done', 'stopped', 'failed')),
  total integer,
  opened integer not null default 0,
  failed_at integer not null default 0,
  after_pre bigint not null default -1,
  after_id uuid,
  message text,
  created_at timestamptz not null,
  updated_at timestamptz not null
);
create index on identity.opening (created_at) where state = 'running';
create index on identity.opening (unit_id, created_at);
create index on identity.opening (created_at, id);
comment on table identity.opening is '成批开通账号 [internal; 开通账号; 3 年]';
comment on column identity.opening.id is '标识 [internal]';
comment on column identity.opening.unit_id is '为哪个单位及其下级开通 [internal]';
comment on column identity.opening.account_id is '发起人的账号：每一批按其当时的管理范围办 [internal]';
comment on column identity.opening.person_id is '发起人 [internal]';
comment on column identity.opening.by_name is '发起人姓名 [personal]';
comment on column identity.opening.tell is '激活码怎样交给本人 [internal]';
comment on column identity.opening.state is '进行中、已办完、已停止、未办完 [internal]';
comment on column identity.opening.total is '开始时没有账号的人数 [internal]';
comment on column identity.opening.opened is '已开通人数 [internal]';
comment on column identity.opening.failed_at is '接连出错的次数 [internal]';
comment on column identity.opening.after_pre is '办到哪个单位（先序号） [internal]';
comment on column identity.opening.after_id is '办到哪个人 [internal]';
comment on column identity.opening.message is '没有办完的原因 [internal]';
comment on column identity.opening.created_at is '发起时间 [internal]';
comment on column identity.opening.updated_at is '最近进展 [internal]';

-- 自动开通看过的目录版本：导入、SCIM、新建、调入都在目录的改动流水里
create table identity.opening_mark (
  one boolean primary key default true check (one),
  ver bigint not null
);
insert into identity.opening_mark (ver) select ver from directory.version;
comment on table identity.opening_mark is '自动开通看到目录的哪个版本 [internal; 开通账号; 长期]';
comment on column identity.opening_mark.one is '仅一行 [internal]';
comment on column identity.opening_mark.ver is '目录版本 [internal]';

select kernel.audit_table('identity.account_rule');
