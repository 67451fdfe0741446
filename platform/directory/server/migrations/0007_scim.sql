-- SCIM 2.0 的客户端：每个人事系统一个令牌、一棵子树 --------------------------------------------------------
create table directory.scim_client (
  id uuid primary key,
  title text not null,
  token_hash bytea not null unique,
  unit_id uuid not null references directory.unit (id),
  enabled boolean not null default true,
  last_used_at timestamptz,
  created_by uuid,
  created_at timestamptz not null
);
comment on table directory.scim_client is 'SCIM 客户端 [internal; 人事系统对接; 长期]';
comment on column directory.scim_client.id is '标识 [internal]';
comment on column directory.scim_client.title is '名称 [internal]';
comment on column directory.scim_client.token_hash is '令牌的 SHA-256 [secret]';
comment on column directory.scim_client.unit_id is '可读写的子树 [internal]';
comment on column directory.scim_client.enabled is '启用 [internal]';
comment on column directory.scim_client.last_used_at is '最近使用时间，精确到分钟 [internal]';
comment on column directory.scim_client.created_by is '建立人 [internal]';
comment on column directory.scim_client.created_at is '建立时间 [internal]';

create table directory.scim_user (
  client_id uuid not null references directory.scim_client (id),
  person_id uuid not null references directory.person (id),
  user_name text not null,
  external_id text,
  deleted_at timestamptz,
  primary key (client_id, person_id)
);
create unique index scim_user_name on directory.scim_user (client_id, lower(user_name)) where deleted_at is null;
create index scim_user_external on directory.scim_user (client_id, external_id) where external_id is not null;
create index scim_user_person on directory.scim_user (person_id);
comment on table directory.scim_user is '客户端给人员的名字 [personal; 人事系统对接; 随人员]';
comment on column directory.scim_user.client_id is '客户端 [internal]';
comment on column directory.scim_user.person_id is '人员 [internal]';
comment on column directory.scim_user.user_name is 'userName [personal]';
comment on column directory.scim_user.external_id is '客户端里的标识 [internal]';
comment on column directory.scim_user.deleted_at is '客户端删除的时间：人员已离职，对它不再可见 [internal]';

-- 已结束的任职按单位找：离职人员属于最后任职的单位
create index post_unit_ended on directory.post (unit_id) where valid_to is not null;
