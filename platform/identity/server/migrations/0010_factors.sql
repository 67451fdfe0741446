-- 设备：浏览器自报一个随机凭证，只存散列；撤销即删除，再用就是新设备
create table identity.device (
  id uuid primary key,
  account_id uuid not null references identity.account (id) on delete cascade,
  token_hash bytea not null,
  name text not null check (length(name) between 1 and 60),
  address text not null,
  created_at timestamptz not null,
  last_used_at timestamptz not null,
  confirmed_at timestamptz,
  unique (account_id, token_hash)
);
comment on table identity.device is '登录过的设备 [internal; 登录安全; 停用 180 天后]';
comment on column identity.device.id is '标识 [internal]';
comment on column identity.device.account_id is '账号 [internal]';
comment on column identity.device.token_hash is '设备凭证的 SHA-256 [secret]';
comment on column identity.device.name is '本人起的名字 [personal]';
comment on column identity.device.address is '最近来访地址 [personal]';
comment on column identity.device.created_at is '首次登录 [internal]';
comment on column identity.device.last_used_at is '最近登录 [internal]';
comment on column identity.device.confirmed_at is '本人确认是自己的时间 [internal]';

alter table identity.session
  add column verified_at timestamptz,
  add column assurance smallint not null default 1 check (assurance in (1, 2)),
  add column factors text[] not null default '{password}',
  add column device_id uuid references identity.device (id) on delete cascade,
  add column new_device boolean not null default false;
create index on identity.session (device_id);
create index on identity.session (verified_at) where verified_at is not null;
comment on column identity.session.verified_at is '登录后再次确认本人的时间 [internal]';
comment on column identity.session.assurance is '出示过几种不同的凭据 [internal]';
comment on column identity.session.factors is '出示过的凭据种类 [internal]';
comment on column identity.session.device_id is '设备 [internal]';
comment on column identity.session.new_device is '从未用过的设备 [internal]';

alter table identity.account
  add column sms_second boolean not null default false,
  add column password_at timestamptz;
comment on column identity.account.sms_second is '登录时还要短信验证码 [internal]';
comment on column identity.account.password_at is '口令修改时间 [internal]';

create table identity.totp (
  account_id uuid primary key references identity.account (id) on delete cascade,
  secret_box bytea not null,
  last_step bigint not null default 0,
  created_at timestamptz not null,
  confirmed_at timestamptz
);
comment on table identity.totp is '动态口令（RFC 6238） [internal; 登录; 随账号]';
comment on column identity.totp.account_id is '账号 [internal]';
comment on column identity.totp.secret_box is '密钥，信封加密 [secret]';
comment on column identity.totp.last_step is '用过的最后一个时间步，防重放 [internal]';
comment on column identity.totp.created_at is '开始登记 [internal]';
comment on column identity.totp.confirmed_at is '用一个口令确认的时间，空则尚未生效 [internal]';

create table identity.recovery_code (
  account_id uuid not null references identity.account (id) on delete cascade,
  code_hash bytea not null,
  created_at timestamptz not null,
  primary key (account_id, code_hash)
);
comment on table identity.recovery_code is '备用码，用过即删 [internal; 登录; 随账号]';
comment on column identity.recovery_code.account_id is '账号 [internal]';
comment on column identity.recovery_code.code_hash is '备用码的带密钥散列 [secret]';
comment on column identity.recovery_code.created_at is '生成时间 [internal]';

create table identity.passkey (
  id uuid primary key,
  account_id uuid not null references identity.account (id) on delete cascade,
  credential_id bytea not null unique,
  public_key bytea not null,
  counter bigint not null,
  transports text[] not null,
  name text not null check (length(name) between 1 and 60),
  created_at timestamptz not null,
  last_used_at timestamptz
);
create index on identity.passkey (account_id);
comment on table identity.passkey is '通行密钥（WebAuthn） [internal; 登录; 随账号]';
comment on column identity.passkey.id is '标识 [internal]';
comment on column identity.passkey.account_id is '账号 [internal]';
comment on column identity.passkey.credential_id is '凭据标识 [internal]';
comment on column identity.passkey.public_key is '公钥（COSE） [internal]';
comment on column identity.passkey.counter is '使用计数，只增 [internal]';
comment on column identity.passkey.transports is '连接方式 [internal]';
comment on column identity.passkey.name is '本人起的名字 [personal]';
comment on column identity.passkey.created_at is '登记时间 [internal]';
comment on column identity.passkey.last_used_at is '最近使用 [internal]';

-- 一次性的中间状态：第二步、通行密钥的挑战、短信验证码、扫码
create table identity.challenge (
  hash bytea primary key,
  kind text not null check (kind in ('second', 'passkey', 'sms', 'scan')),
  account_id uuid references identity.account (id) on delete cascade,
  data jsonb not null,
  tries smallint not null default 0,
  expires_at timestamptz not null
);
create index on identity.challenge (expires_at);
comment on table identity.challenge is '登录的中间状态，用一次 [internal; 登录; 1 天]';
comment on column identity.challenge.hash is '票据的 SHA-256 [secret]';
comment on column identity.challenge.kind is '种类 [internal]';
comment on column identity.challenge.account_id is '账号；未知时为空 [internal]';
comment on column identity.challenge.data is '该种类所需的内容，不含明文凭据 [internal]';
comment on column identity.challenge.tries is '已试次数 [internal]';
comment on column identity.challenge.expires_at is '到期 [internal]';
