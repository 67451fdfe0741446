-- 数据密钥：用主密钥（或密码机）封装后存放；轮换时先让各进程都认得新钥，再用它加密，再把旧密文换过来
create table kernel.data_key (
  id smallint primary key check (id between 1 and 32767),
  state text not null check (state in ('pending', 'active', 'retired')),
  provider text not null,
  salt bytea not null,
  wrapped bytea not null,
  created_at timestamptz not null,
  activated_at timestamptz,
  resealed_at timestamptz
);
create unique index data_key_active on kernel.data_key (state) where state = 'active';
create unique index data_key_pending on kernel.data_key (state) where state = 'pending';
comment on table kernel.data_key is '封装后的数据密钥 [internal; 数据加密; 长期]';
comment on column kernel.data_key.id is '编号，写在每份密文里 [internal]';
comment on column kernel.data_key.state is '待用、在用、已换下 [internal]';
comment on column kernel.data_key.provider is '由谁封装 [internal]';
comment on column kernel.data_key.salt is '口令派生的盐 [internal]';
comment on column kernel.data_key.wrapped is '封装后的密钥 [secret]';
comment on column kernel.data_key.created_at is '建立时间 [internal]';
comment on column kernel.data_key.activated_at is '启用时间 [internal]';
comment on column kernel.data_key.resealed_at is '旧密文全部换成此钥的时间 [internal]';
