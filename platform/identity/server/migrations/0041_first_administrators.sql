-- 首批管理员由运维命令任命：没有发起人和批准人，两段一次性码由命令给出
alter table identity.recovery alter column opened_by drop not null;
alter table identity.recovery add check (opened_by is not null or (approved_at is not null and second_hash is not null));
comment on column identity.recovery.opened_by is '发起人的账号，首批管理员的为空 [internal]';
-- 两段码改存带密钥的散列：在办的按旧法存放，核不上了，请重新办理
update identity.recovery set expires_at = now() where used_at is null and expires_at > now();
comment on column identity.recovery.first_hash is '发起人所持一段的带密钥散列 [secret]';
comment on column identity.recovery.second_hash is '批准人所持一段的带密钥散列 [secret]';
-- 登录名只用看不错的字母、数字和符号：写法不同而看着一样的名字不能并存
alter table identity.account add constraint plain_login check (login ~ '^[a-z0-9][a-z0-9._@-]{1,63}$') not valid;
