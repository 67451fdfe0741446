-- 应用自己的修订号：应用、凭据或其令牌一变就加一，各进程据此丢弃记住的内容。
-- 与个人会话的修订号分开：有人退出登录，不必忘掉全部应用；应用变了，也不必忘掉全部会话
create table apps.revision (
  one boolean primary key default true check (one),
  no bigint not null
);
insert into apps.revision (no) values (1);
comment on table apps.revision is '应用的修订号 [internal; 应用接入; 长期]';
comment on column apps.revision.one is '只有一行 [internal]';
comment on column apps.revision.no is '修订号 [internal]';

create function apps.bump() returns trigger language plpgsql as $$
begin
  update apps.revision set no = no + 1;
  return null;
end $$;
drop trigger bump_update on apps.application;
create trigger bump after update of name, state, first_party, subject_group, scopes, directory_fields, quota_minute, quota_day on apps.application
  for each statement execute function apps.bump();
create trigger bump after insert or update or delete on apps.client for each statement execute function apps.bump();
create trigger bump after insert or update or delete on apps.secret for each statement execute function apps.bump();

create or replace function apps.bump_token() returns trigger language plpgsql as $$
begin
  update apps.revision set no = no + 1;
  return null;
end $$;
