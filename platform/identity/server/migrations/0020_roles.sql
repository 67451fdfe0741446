-- 角色是数据：内置的由各模块声明默认权限，自建的由单位拥有并提供给下级使用 ------------------------------------
create table identity.role (
  name text primary key check (name ~ '^[a-z][a-z0-9-]{1,39}$'),
  title text not null check (length(title) between 2 and 30),
  description text not null default '',
  owner_unit uuid references directory.unit (id),
  reach text not null default 'all' check (reach in ('unit', 'subtree', 'all')),
  builtin boolean not null default false,
  delegable boolean not null default false,
  retired_at timestamptz,
  revision integer not null default 1,
  created_at timestamptz not null default now(),
  updated_at timestamptz not null default now(),
  check (builtin = (owner_unit is null) and builtin = (reach = 'all')),
  -- 三员只由系统管理员提出、安全管理员批准，单位管理员不能授予
  check (not delegable or name not in ('system-admin', 'security-admin', 'auditor'))
);
comment on table identity.role is '角色 [internal; 授权; 长期]';
comment on column identity.role.name is '标识，不变 [internal]';
comment on column identity.role.title is '名称 [internal]';
comment on column identity.role.description is '说明 [internal]';
comment on column identity.role.owner_unit is '所属单位，内置角色为空 [internal]';
comment on column identity.role.reach is '可授予谁：所属单位的人、其下级的人、任何人 [internal]';
comment on column identity.role.builtin is '内置 [internal]';
comment on column identity.role.delegable is '单位管理员可在本单位范围内授予 [internal]';
comment on column identity.role.retired_at is '停用时间，停用后不再授予 [internal]';
comment on column identity.role.revision is '修订号 [internal]';
comment on column identity.role.created_at is '建立时间 [internal]';
comment on column identity.role.updated_at is '修改时间 [internal]';
insert into identity.role (name, title, description, builtin, delegable) values
  ('clerk', '工作人员', '每名在职人员在本单位自然拥有，不必授予；授予时用于兼管其他单位。', true, true),
  ('leader', '单位领导', '在所辖范围内审核、签发。', true, true),
  ('unit-admin', '单位管理员', '管理所辖单位的组织、人员和授权。', true, true),
  ('system-admin', '系统管理员', '三员之一：配置系统，提出授权与角色变更。', true, false),
  ('security-admin', '安全管理员', '三员之一：审批系统管理员提出的授权与角色变更。', true, false),
  ('auditor', '审计员', '三员之一：只查看，且都能查看。', true, false);
alter table identity.role_permission add foreign key (role) references identity.role (name);
-- 三员的专有权限不得进入别的角色，否则自建角色可以绕过互斥
alter table identity.role_permission add constraint administrators_only check (case permission
  when 'grant:propose' then role = 'system-admin' when 'grant:approve' then role = 'security-admin' when 'audit:read' then role = 'auditor'
  else true end);
create trigger bump after insert or update or delete on identity.role for each statement execute function identity.bump();

-- 已经应用过的默认权限：取消了的默认权限不会在下次启动时回来
create table identity.role_default (
  role text not null references identity.role (name),
  permission text not null,
  primary key (role, permission)
);
comment on table identity.role_default is '已应用的默认权限 [internal; 授权; 长期]';
comment on column identity.role_default.role is '角色 [internal]';
comment on column identity.role_default.permission is '权限 [internal]';
insert into identity.role_default (role, permission) select role, permission from identity.role_permission;

-- 提出与批准 -----------------------------------------------------------------------------------------------
create table identity.proposal (
  id uuid primary key,
  kind text not null check (kind in ('grant', 'revoke', 'role')),
  subject_id uuid,
  role text,
  content jsonb not null,
  reason text not null,
  state text not null default 'open' check (state in ('open', 'approved', 'refused', 'withdrawn')),
  proposed_by uuid not null,
  proposed_by_name text not null,
  proposed_at timestamptz not null,
  decided_by uuid,
  decided_by_name text,
  decided_at timestamptz,
  note text not null default '',
  check ((kind = 'role') = (subject_id is null)),
  check ((state = 'open') = (decided_by is null)),
  -- 谁都不批准自己提出的，也不批准授予自己的
  constraint four_eyes check (state <> 'approved' or (decided_by <> proposed_by and decided_by is distinct from subject_id))
);
create index on identity.proposal (state, id);
create index on identity.proposal (subject_id) where subject_id is not null;
comment on table identity.proposal is '授权与角色变更的提请 [internal; 授权; 长期]';
comment on column identity.proposal.id is '标识 [internal]';
comment on column identity.proposal.kind is '授予、撤销、角色变更 [internal]';
comment on column identity.proposal.subject_id is '授予或撤销涉及的主体（人员，没有人员的账号为账号） [internal]';
comment on column identity.proposal.role is '角色，新建角色为空 [internal]';
comment on column identity.proposal.content is '提请的内容 [internal]';
comment on column identity.proposal.reason is '理由 [internal]';
comment on column identity.proposal.state is '待批、已批准、未批准、已撤回 [internal]';
comment on column identity.proposal.proposed_by is '提请人的主体 [internal]';
comment on column identity.proposal.proposed_by_name is '提请人姓名 [personal]';
comment on column identity.proposal.proposed_at is '提请时间 [internal]';
comment on column identity.proposal.decided_by is '批准、不批准或撤回的人的主体 [internal]';
comment on column identity.proposal.decided_by_name is '其姓名 [personal]';
comment on column identity.proposal.decided_at is '决定时间 [internal]';
comment on column identity.proposal.note is '决定的说明 [internal]';

-- 授权：范围的种类、来历、三员互斥 -------------------------------------------------------------------------
alter table identity.grant
  drop constraint grant_scope_check,
  drop constraint grant_check,
  add foreign key (role) references identity.role (name),
  add column region_code text references directory.region (code),
  add column line text,
  add column book_id uuid,
  add column subject_id uuid,
  add column proposal_id uuid references identity.proposal (id),
  add column granted_by_name text,
  add column ended_by uuid,
  add column ended_by_name text,
  add column ended_at timestamptz,
  add constraint grant_scope check (case scope
    when 'self' then num_nonnulls(unit_id, region_code, line, book_id) = 0
    when 'all' then num_nonnulls(region_code, line, book_id) = 0
    when 'unit' then unit_id is not null and num_nonnulls(region_code, line, book_id) = 0
    when 'subtree' then unit_id is not null and num_nonnulls(region_code, line, book_id) = 0
    when 'region' then region_code is not null and num_nonnulls(unit_id, line, book_id) = 0
    when 'line' then line is not null and num_nonnulls(region_code, book_id) = 0
    when 'book' then book_id is not null and num_nonnulls(unit_id, region_code, line) = 0
    else false end),
  add constraint grant_dates check (valid_to is null or valid_to >= valid_from);
comment on column identity.grant.scope is '范围：本人、本单位、子树、行政区划、条线、行业通讯录、全部 [internal]';
comment on column identity.grant.unit_id is '范围的单位；条线的范围里为其子树 [internal]';
comment on column identity.grant.region_code is '范围的行政区划：落在其中的单位，垂直管理单位在内 [internal]';
comment on column identity.grant.line is '范围的条线 [internal]';
comment on column identity.grant.book_id is '范围的行业通讯录：其中的单位；通讯录删去后不含任何单位，授权记录仍在 [internal]';
comment on column identity.grant.subject_id is '主体：账号的人员，没有人员时为账号，由数据库填 [internal]';
comment on column identity.grant.proposal_id is '据以生效的提请 [internal]';
comment on column identity.grant.granted_by_name is '授权人姓名 [personal]';
comment on column identity.grant.ended_by is '撤销人的账号 [internal]';
comment on column identity.grant.ended_by_name is '撤销人姓名 [personal]';
comment on column identity.grant.ended_at is '撤销时间 [internal]';

create function identity.fill_subject() returns trigger language plpgsql as $$
begin
  select coalesce(a.person_id, a.id) into new.subject_id from identity.account a where a.id = new.account_id;
  return new;
end $$;
create trigger subject before insert or update on identity.grant for each row execute function identity.fill_subject();
update identity.grant set role = role;
alter table identity.grant alter column subject_id set not null;
create index on identity.grant (subject_id);
-- 账号改属另一人时，其授权随之重判
create function identity.follow_subject() returns trigger language plpgsql as $$
begin
  update identity.grant set subject_id = null where account_id = new.id;
  return null;
end $$;
create trigger subject after update of person_id on identity.account for each row
  when (old.person_id is distinct from new.person_id) execute function identity.follow_subject();
-- 三员互斥：一人（不论有几个账号）任何一天至多有三员之一的一项授权。排他约束对同时提交的事务也成立；
-- 主体写成只含一个值的区间，是为了只用 PostgreSQL 自带的区间操作符类，不依赖扩展。
create type identity.subject_span as range (subtype = uuid);
drop index identity.grant_exclusive;
alter table identity.grant add constraint grant_exclusive exclude using gist
  (identity.subject_span(subject_id, subject_id, '[]') with =, daterange(valid_from, valid_to) with &&)
  where (role in ('system-admin', 'security-admin', 'auditor'));
-- 按行政区划的范围从区划代码找单位
create index unit_region on directory.unit (region_code);

-- 授权委托 -------------------------------------------------------------------------------------------------
create table identity.delegation (
  id uuid primary key,
  from_account uuid not null references identity.account (id),
  to_account uuid not null references identity.account (id),
  roles text[] not null,
  permissions text[] not null,
  valid_from date not null,
  valid_to date not null,
  reason text not null,
  created_at timestamptz not null,
  revoked_at timestamptz,
  check (from_account <> to_account),
  check (cardinality(roles) + cardinality(permissions) > 0),
  check (valid_to > valid_from and valid_to <= valid_from + 366),
  -- 三员及其专有权限、授权的权力不得委托，受托者也不得再委托
  constraint delegation_limits check (not roles && '{system-admin,security-admin,auditor}'
    and not permissions && '{grant:propose,grant:approve,grant:give,grant:revoke,audit:read,delegation:lend}')
);
create index on identity.delegation (to_account, valid_to) where revoked_at is null;
create index on identity.delegation (from_account);
comment on table identity.delegation is '授权委托：在一段时间里把自己的权限借给别人使用 [internal; 授权; 长期]';
comment on column identity.delegation.id is '标识 [internal]';
comment on column identity.delegation.from_account is '委托人 [internal]';
comment on column identity.delegation.to_account is '受托人 [internal]';
comment on column identity.delegation.roles is '委托的角色 [internal]';
comment on column identity.delegation.permissions is '另外委托的单项权限 [internal]';
comment on column identity.delegation.valid_from is '起 [internal]';
comment on column identity.delegation.valid_to is '止（不含） [internal]';
comment on column identity.delegation.reason is '事由 [internal]';
comment on column identity.delegation.created_at is '建立时间 [internal]';
comment on column identity.delegation.revoked_at is '收回时间 [internal]';
create trigger bump after insert or update or delete on identity.delegation for each statement execute function identity.bump();
