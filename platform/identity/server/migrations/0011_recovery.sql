-- 管理员找回：一人发起、另一人批准，各持一段一次性码，本人凭两段设新口令
create table identity.recovery (
  id uuid primary key,
  account_id uuid not null references identity.account (id) on delete cascade,
  reason text not null check (length(reason) between 1 and 200),
  reset_factors boolean not null,
  opened_by uuid not null references identity.account (id),
  opened_at timestamptz not null,
  first_hash bytea not null,
  approved_by uuid references identity.account (id),
  approved_at timestamptz,
  second_hash bytea,
  refused_by uuid references identity.account (id),
  used_at timestamptz,
  expires_at timestamptz not null,
  check (approved_by <> opened_by and opened_by <> account_id and approved_by <> account_id)
);
create index on identity.recovery (account_id, expires_at);
create index on identity.recovery (opened_at);
comment on table identity.recovery is '管理员为本人找回账号 [internal; 登录安全; 3 年]';
comment on column identity.recovery.id is '标识 [internal]';
comment on column identity.recovery.account_id is '账号 [internal]';
comment on column identity.recovery.reason is '原因 [internal]';
comment on column identity.recovery.reset_factors is '同时清除第二步验证 [internal]';
comment on column identity.recovery.opened_by is '发起人的账号 [internal]';
comment on column identity.recovery.opened_at is '发起时间 [internal]';
comment on column identity.recovery.first_hash is '发起人所持一段的 SHA-256 [secret]';
comment on column identity.recovery.approved_by is '批准人的账号 [internal]';
comment on column identity.recovery.approved_at is '批准时间 [internal]';
comment on column identity.recovery.second_hash is '批准人所持一段的 SHA-256 [secret]';
comment on column identity.recovery.refused_by is '否决人的账号 [internal]';
comment on column identity.recovery.used_at is '本人用过的时间 [internal]';
comment on column identity.recovery.expires_at is '到期 [internal]';
