create schema apps;

create table apps.application (
  id uuid primary key,
  name text not null check (length(name) between 1 and 60),
  unit_id uuid not null references directory.unit (id),
  state text not null check (state in ('draft', 'checked', 'submitted', 'approved', 'suspended', 'retired')),
  pending text check (pending in ('draft', 'checked', 'submitted')),
  content jsonb not null,
  summary text not null default '',
  category text not null,
  first_party boolean not null default false,
  subject_group text not null,
  scopes text[] not null default '{}',
  directory_fields text[] not null default '{}',
  open_to_all boolean not null default false,
  audience_duties text[] not null default '{}',
  desktop_url text,
  phone_url text,
  health_url text,
  icon_id uuid,
  quota_minute integer not null default 600 check (quota_minute > 0),
  quota_day integer not null default 100000 check (quota_day > 0),
  version integer not null default 0,
  reason text,
  created_by uuid,
  created_at timestamptz not null,
  approved_at timestamptz,
  updated_at timestamptz not null,
  last_call_at timestamptz,
  health text not null default 'unknown' check (health in ('unknown', 'up', 'down')),
  health_at timestamptz,
  revision integer not null default 1
);
create unique index application_name on apps.application (name) where state <> 'retired';
create index application_list on apps.application (name, id);
create index application_unit on apps.application (unit_id, name, id);
create index application_state on apps.application (state, name, id);
create index application_pending on apps.application (pending) where pending is not null;
-- 停用、退役、权限变化在一秒内生效：与会话同看一个修订号
create trigger bump_update after update of state, scopes, directory_fields, quota_minute, quota_day on apps.application
  for each statement execute function identity.bump();
comment on table apps.application is '应用：统一登记的业务系统 [internal; 应用中心; 退役后 5 年]';
comment on column apps.application.id is '标识 [internal]';
comment on column apps.application.name is '名称 [public]';
comment on column apps.application.unit_id is '主管单位 [public]';
comment on column apps.application.state is '状态：草稿、已检测、待审核、已上线、已停用、已退役 [internal]';
comment on column apps.application.pending is '正在办理的变更所处状态，空为没有 [internal]';
comment on column apps.application.content is '登记内容：现行版本；首次上线前为草稿 [internal]';
comment on column apps.application.summary is '一句话说明 [public]';
comment on column apps.application.category is '类别 [public]';
comment on column apps.application.first_party is '自建应用，登录时不再征求同意 [internal]';
comment on column apps.application.subject_group is '人员标识分组：同组应用看到同一个人的同一标识 [internal]';
comment on column apps.application.scopes is '批准的权限 [internal]';
comment on column apps.application.directory_fields is '批准读取的通讯录字段 [internal]';
comment on column apps.application.open_to_all is '全体人员可用 [internal]';
comment on column apps.application.audience_duties is '可用的岗位职责 [internal]';
comment on column apps.application.desktop_url is '桌面入口 [public]';
comment on column apps.application.phone_url is '手机入口 [public]';
comment on column apps.application.health_url is '健康检查地址 [internal]';
comment on column apps.application.icon_id is '图标文件 [internal]';
comment on column apps.application.quota_minute is '每分钟调用上限 [internal]';
comment on column apps.application.quota_day is '每日调用上限 [internal]';
comment on column apps.application.version is '现行版本号，0 为未上线 [internal]';
comment on column apps.application.reason is '停用、退役的原因 [internal]';
comment on column apps.application.created_by is '登记人账号 [internal]';
comment on column apps.application.created_at is '登记时间 [internal]';
comment on column apps.application.approved_at is '首次上线时间 [internal]';
comment on column apps.application.updated_at is '修改时间 [internal]';
comment on column apps.application.last_call_at is '最近一次调用或登录 [internal]';
comment on column apps.application.health is '健康：未知、正常、异常 [internal]';
comment on column apps.application.health_at is '最近一次健康检查 [internal]';
comment on column apps.application.revision is '修订号 [internal]';

create table apps.version (
  application_id uuid not null references apps.application (id),
  no integer not null,
  state text not null check (state in ('draft', 'checked', 'submitted', 'approved')),
  content jsonb not null,
  checks jsonb,
  checked_at timestamptz,
  submitted_by uuid,
  submitted_at timestamptz,
  decided_by uuid,
  decided_name text,
  decided_at timestamptz,
  reason text,
  primary key (application_id, no)
);
create unique index version_open on apps.version (application_id) where state <> 'approved';
comment on table apps.version is '应用登记的版本：每次上线或变更一行 [internal; 应用中心; 退役后 5 年]';
comment on column apps.version.application_id is '应用 [internal]';
comment on column apps.version.no is '版本号，从 1 起 [internal]';
comment on column apps.version.state is '状态 [internal]';
comment on column apps.version.content is '登记内容 [internal]';
comment on column apps.version.checks is '接口检测的逐项结果 [internal]';
comment on column apps.version.checked_at is '检测时间 [internal]';
comment on column apps.version.submitted_by is '送审人账号 [internal]';
comment on column apps.version.submitted_at is '送审时间 [internal]';
comment on column apps.version.decided_by is '审核人账号 [internal]';
comment on column apps.version.decided_name is '审核人姓名 [personal]';
comment on column apps.version.decided_at is '审核时间 [internal]';
comment on column apps.version.reason is '退回原因 [internal]';

create table apps.reach (
  application_id uuid not null references apps.application (id) on delete cascade,
  unit_id uuid not null references directory.unit (id),
  primary key (application_id, unit_id)
);
comment on table apps.reach is '应用读取通讯录的范围：单位子树 [internal; 应用授权; 随应用]';
comment on column apps.reach.application_id is '应用 [internal]';
comment on column apps.reach.unit_id is '单位，含其全部下级 [internal]';

create table apps.audience (
  application_id uuid not null references apps.application (id) on delete cascade,
  unit_id uuid not null references directory.unit (id),
  primary key (application_id, unit_id)
);
create index audience_unit on apps.audience (unit_id, application_id);
comment on table apps.audience is '应用的使用范围：单位子树 [internal; 应用授权; 随应用]';
comment on column apps.audience.application_id is '应用 [internal]';
comment on column apps.audience.unit_id is '单位，含其全部下级 [internal]';

create table apps.client (
  id uuid primary key,
  application_id uuid not null references apps.application (id),
  environment text not null check (environment in ('test', 'production')),
  redirect_uris text[] not null default '{}',
  logout_uris text[] not null default '{}',
  backchannel_uri text,
  jwks jsonb,
  scopes text[] not null default '{}'
);
create unique index client_environment on apps.client (application_id, environment);
comment on table apps.client is '应用的接入凭据：测试环境与正式环境各一份 [internal; 应用接入; 随应用]';
comment on column apps.client.id is '客户端标识 client_id [internal]';
comment on column apps.client.application_id is '应用 [internal]';
comment on column apps.client.environment is '环境 [internal]';
comment on column apps.client.redirect_uris is '登录回调地址 [internal]';
comment on column apps.client.logout_uris is '退出后的返回地址 [internal]';
comment on column apps.client.backchannel_uri is '后端退出通知地址 [internal]';
comment on column apps.client.jwks is '应用的公钥，用 private_key_jwt 时 [internal]';
comment on column apps.client.scopes is '可用的权限：正式环境为批准的，测试环境为申请的 [internal]';

create table apps.secret (
  hash bytea primary key,
  client_id uuid not null references apps.client (id),
  created_at timestamptz not null,
  expires_at timestamptz
);
create index on apps.secret (client_id);
comment on table apps.secret is '应用的密钥，只存散列 [internal; 应用接入; 失效后 1 天]';
comment on column apps.secret.hash is 'SHA-256；密钥是 32 字节随机数，不可穷举 [secret]';
comment on column apps.secret.client_id is '客户端 [internal]';
comment on column apps.secret.created_at is '生成时间 [internal]';
comment on column apps.secret.expires_at is '到期：轮换后旧密钥的最后期限，空为现用 [internal]';

create table apps.oidc (
  kind text not null,
  id_hash bytea not null,
  uid text,
  grant_hash bytea,
  client_id uuid,
  session_id uuid,
  issuer text,
  payload jsonb not null,
  consumed_at timestamptz,
  expires_at timestamptz not null,
  primary key (kind, id_hash)
);
create unique index oidc_uid on apps.oidc (uid) where uid is not null;
create index oidc_grant on apps.oidc (grant_hash) where grant_hash is not null;
create index oidc_session on apps.oidc (session_id) where session_id is not null;
create index oidc_expires on apps.oidc (expires_at);
-- 令牌提前作废时，各进程不得再认它；到期的清理不惊动任何人
create function apps.bump_token() returns trigger language plpgsql as $$
begin
  update identity.revision set no = no + 1;
  return null;
end $$;
create trigger bump_token after delete on apps.oidc for each row
  when (old.kind = 'ClientCredentials' and old.expires_at > now()) execute function apps.bump_token();
comment on table apps.oidc is '统一认证的登录、授权与令牌 [internal; 统一认证; 到期即删]';
comment on column apps.oidc.kind is '种类 [internal]';
comment on column apps.oidc.id_hash is '标识或令牌值的 SHA-256 [secret]';
comment on column apps.oidc.uid is '会话标识 [internal]';
comment on column apps.oidc.grant_hash is '所属授权的散列 [internal]';
comment on column apps.oidc.client_id is '客户端 [internal]';
comment on column apps.oidc.session_id is '平台会话，授权随它终止 [internal]';
comment on column apps.oidc.issuer is '签发地址 [internal]';
comment on column apps.oidc.payload is '内容，不含令牌值 [personal]';
comment on column apps.oidc.consumed_at is '用过的时间 [internal]';
comment on column apps.oidc.expires_at is '到期 [internal]';

create table apps.consent (
  account_id uuid not null,
  application_id uuid not null references apps.application (id),
  scopes text[] not null,
  at timestamptz not null,
  primary key (account_id, application_id)
);
comment on table apps.consent is '个人对第三方应用的同意 [personal; 统一认证; 撤回或应用退役止]';
comment on column apps.consent.account_id is '账号 [internal]';
comment on column apps.consent.application_id is '应用 [internal]';
comment on column apps.consent.scopes is '同意的权限 [internal]';
comment on column apps.consent.at is '同意时间 [personal]';

create table apps.signing_key (
  kid text primary key,
  alg text not null check (alg in ('RS256', 'ES256')),
  box bytea not null,
  created_at timestamptz not null,
  use_from timestamptz not null
);
comment on table apps.signing_key is '统一认证的签名密钥 [internal; 统一认证; 停用后 30 天]';
comment on column apps.signing_key.kid is '密钥标识 [internal]';
comment on column apps.signing_key.alg is '算法 [internal]';
comment on column apps.signing_key.box is '私钥 JWK 的密文，SM4-CTR 与 HMAC-SM3 [secret]';
comment on column apps.signing_key.created_at is '生成时间；先公布，后启用 [internal]';
comment on column apps.signing_key.use_from is '启用时间 [internal]';

create table apps.quota (
  application_id uuid not null references apps.application (id),
  period text not null check (period in ('minute', 'day')),
  starts_at timestamptz not null,
  used integer not null,
  primary key (application_id, period, starts_at)
);
create index on apps.quota (starts_at);
comment on table apps.quota is '应用的调用次数：按分钟、按日的已领数 [internal; 限流; 2 天]';
comment on column apps.quota.application_id is '应用 [internal]';
comment on column apps.quota.period is '周期 [internal]';
comment on column apps.quota.starts_at is '周期开始 [internal]';
comment on column apps.quota.used is '各进程已领走的次数 [internal]';

create table apps.usage (
  application_id uuid not null references apps.application (id),
  hour timestamptz not null,
  calls integer not null default 0,
  refused integer not null default 0,
  primary key (application_id, hour)
);
comment on table apps.usage is '应用每小时的调用次数，不分人 [internal; 运行监测; 90 天]';
comment on column apps.usage.application_id is '应用 [internal]';
comment on column apps.usage.hour is '小时 [internal]';
comment on column apps.usage.calls is '调用次数 [internal]';
comment on column apps.usage.refused is '超限被拒次数 [internal]';

create table apps.probe (
  application_id uuid not null references apps.application (id),
  at timestamptz not null,
  ok boolean not null,
  ms integer not null,
  fault text,
  primary key (application_id, at)
);
comment on table apps.probe is '应用健康检查的结果 [internal; 运行监测; 30 天]';
comment on column apps.probe.application_id is '应用 [internal]';
comment on column apps.probe.at is '时间 [internal]';
comment on column apps.probe.ok is '是否正常 [internal]';
comment on column apps.probe.ms is '用时毫秒 [internal]';
comment on column apps.probe.fault is '异常原因 [internal]';

create table apps.favourite (
  person_id uuid not null references directory.person (id),
  application_id uuid not null references apps.application (id) on delete cascade,
  at timestamptz not null,
  primary key (person_id, application_id)
);
comment on table apps.favourite is '个人收藏的应用 [personal; 个人工作台; 取消收藏止]';
comment on column apps.favourite.person_id is '人员 [internal]';
comment on column apps.favourite.application_id is '应用 [internal]';
comment on column apps.favourite.at is '收藏时间 [internal]';

create table apps.logout (
  id uuid primary key,
  client_id uuid not null references apps.client (id),
  issuer text not null,
  account_id text not null,
  sid text,
  attempts integer not null default 0,
  next_at timestamptz,
  done_at timestamptz,
  fault text,
  created_at timestamptz not null
);
create index logout_due on apps.logout (next_at) where next_at is not null;
comment on table apps.logout is '待送达应用的退出通知 [internal; 统一认证; 送达或放弃后 7 天]';
comment on column apps.logout.id is '标识 [internal]';
comment on column apps.logout.client_id is '客户端 [internal]';
comment on column apps.logout.issuer is '签发地址 [internal]';
comment on column apps.logout.account_id is '账号 [internal]';
comment on column apps.logout.sid is '应用侧的会话标识 [internal]';
comment on column apps.logout.attempts is '已试次数 [internal]';
comment on column apps.logout.next_at is '下次发送时间，空为已送达或已放弃 [internal]';
comment on column apps.logout.done_at is '送达时间 [internal]';
comment on column apps.logout.fault is '最近一次失败的原因 [internal]';
comment on column apps.logout.created_at is '产生时间 [internal]';
