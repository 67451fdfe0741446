-- 会话闲置即止：expires_at 随使用后移，ends_at 是再用也要结束的时刻；expires_at 不再有索引，后移便只改行内
alter table identity.session add column ends_at timestamptz;
drop index identity.session_expires_at_idx;
create index on identity.session (created_at);
comment on column identity.session.expires_at is '到期：此前不再使用，就在此刻结束 [internal]';
comment on column identity.session.ends_at is '最迟结束的时刻；空为到期不后移 [internal]';
