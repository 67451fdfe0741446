create schema certificates;

create table certificates.certificate (
  id uuid primary key,
  fingerprint text not null unique check (fingerprint ~ '^[0-9a-f]{64}$'),
  serial text not null,
  subject text not null,
  issuer text not null,
  public_key text not null,
  der bytea not null,
  kind text not null check (kind in ('authority', 'person', 'unit', 'node', 'application')),
  use text not null check (use in ('authority', 'sign', 'encrypt')),
  holder_id uuid,
  holder_name text not null,
  not_before timestamptz not null,
  not_after timestamptz not null,
  source text not null check (source in ('issued', 'imported')),
  issuer_id uuid references certificates.certificate (id),
  added_at timestamptz not null,
  added_by_name text not null,
  revoked_at timestamptz,
  revoked_reason text,
  revoked_by_name text,
  warned_days integer,
  check ((revoked_at is null) = (revoked_reason is null))
);
create index certificate_expiry on certificates.certificate (not_after, id) where revoked_at is null;
create index certificate_key on certificates.certificate (public_key);
create index certificate_serial on certificates.certificate (serial);
create index certificate_holder on certificates.certificate (holder_name text_pattern_ops);
create index certificate_holder_id on certificates.certificate (holder_id) where holder_id is not null;
create index certificate_revoked on certificates.certificate (issuer_id, revoked_at) where revoked_at is not null;
create index certificate_authority on certificates.certificate (id) where kind = 'authority';
comment on table certificates.certificate is 'SM2 证书，本系统签发的和导入的 [internal; 签名与通信的身份; 长期，过期的签名还要核验]';
comment on column certificates.certificate.id is '标识 [internal]';
comment on column certificates.certificate.fingerprint is '证书的 SM3 指纹 [internal]';
comment on column certificates.certificate.serial is '序列号，十六进制 [internal]';
comment on column certificates.certificate.subject is '主体名称 [personal]';
comment on column certificates.certificate.issuer is '签发者名称 [internal]';
comment on column certificates.certificate.public_key is '公钥，十六进制 [internal]';
comment on column certificates.certificate.der is '证书本身，DER [personal]';
comment on column certificates.certificate.kind is '发给谁：签发机构、人员、单位、节点、应用 [internal]';
comment on column certificates.certificate.use is '用途：签发、签名、加密 [internal]';
comment on column certificates.certificate.holder_id is '人员或单位的标识 [internal]';
comment on column certificates.certificate.holder_name is '持有者 [personal]';
comment on column certificates.certificate.not_before is '起始时间 [internal]';
comment on column certificates.certificate.not_after is '到期时间 [internal]';
comment on column certificates.certificate.source is '本系统签发、导入 [internal]';
comment on column certificates.certificate.issuer_id is '签发它的内置签发机构 [internal]';
comment on column certificates.certificate.added_at is '签发或导入的时间 [internal]';
comment on column certificates.certificate.added_by_name is '签发人或导入人 [personal]';
comment on column certificates.certificate.revoked_at is '吊销时间 [internal]';
comment on column certificates.certificate.revoked_reason is '吊销原因 [internal]';
comment on column certificates.certificate.revoked_by_name is '吊销人 [personal]';
comment on column certificates.certificate.warned_days is '已提醒过还剩多少天 [internal]';

-- 内置签发机构：私钥密封保存
create table certificates.authority (
  id uuid primary key references certificates.certificate (id),
  level text not null unique check (level in ('root', 'issuing')),
  sealed_key bytea not null,
  list_number integer not null default 0
);
comment on table certificates.authority is '内置签发机构，供演示与测试 [internal; 签发证书; 长期]';
comment on column certificates.authority.id is '它的证书 [internal]';
comment on column certificates.authority.level is '根、签发 [internal]';
comment on column certificates.authority.sealed_key is '私钥，已密封 [secret]';
comment on column certificates.authority.list_number is '最近一份吊销列表的编号 [internal]';

create table certificates.revocation_list (
  issuer_id uuid primary key references certificates.certificate (id),
  number text not null,
  der bytea not null,
  revoked integer not null,
  this_update timestamptz not null,
  next_update timestamptz not null
);
comment on table certificates.revocation_list is '各签发机构最新的吊销列表 [public; 核验证书; 有新的为止]';
comment on column certificates.revocation_list.issuer_id is '签发机构的证书 [public]';
comment on column certificates.revocation_list.number is '编号 [public]';
comment on column certificates.revocation_list.der is '列表本身，DER [public]';
comment on column certificates.revocation_list.revoked is '吊销了几张 [public]';
comment on column certificates.revocation_list.this_update is '发布时间 [public]';
comment on column certificates.revocation_list.next_update is '下次发布的最晚时间 [public]';

-- 信任的根：提出与批准分开
create table certificates.anchor (
  id uuid primary key,
  certificate_id uuid not null references certificates.certificate (id),
  state text not null check (state in ('proposed', 'trusted', 'refused', 'retired')),
  needs_list boolean not null,
  note text not null,
  proposed_at timestamptz not null,
  proposed_by uuid,
  proposed_by_name text not null,
  decided_at timestamptz,
  decided_by uuid,
  decided_by_name text,
  reason text,
  -- 谁提出谁不能批准
  check (state <> 'trusted' or proposed_by is null or decided_by <> proposed_by)
);
create unique index anchor_live on certificates.anchor (certificate_id) where state in ('proposed', 'trusted');
comment on table certificates.anchor is '信任的根证书 [internal; 核验证书; 长期]';
comment on column certificates.anchor.id is '标识 [internal]';
comment on column certificates.anchor.certificate_id is '证书 [internal]';
comment on column certificates.anchor.state is '状态 [internal]';
comment on column certificates.anchor.needs_list is '没有有效的吊销列表就不接受它下面的证书 [internal]';
comment on column certificates.anchor.note is '来历与理由 [internal]';
comment on column certificates.anchor.proposed_at is '提出时间 [internal]';
comment on column certificates.anchor.proposed_by is '提出人的账号 [internal]';
comment on column certificates.anchor.proposed_by_name is '提出人 [personal]';
comment on column certificates.anchor.decided_at is '决定时间 [internal]';
comment on column certificates.anchor.decided_by is '决定人的账号 [internal]';
comment on column certificates.anchor.decided_by_name is '决定人 [personal]';
comment on column certificates.anchor.reason is '不同意或停用的理由 [internal]';

-- 证书与信任根的每一次行变更都由数据库记入审计日志
select kernel.audit_table('certificates.certificate');
select kernel.audit_table('certificates.anchor');
