-- 我关注：一人对一件事关注一次
create table tasks.follow (
  id uuid primary key,
  person_id uuid not null,
  source text not null,
  source_id uuid,
  source_name text,
  reference text not null,
  matter text not null,
  title text not null,
  url text not null,
  created_at timestamptz(3) not null
);
create unique index follow_subject on tasks.follow (person_id, source, coalesce(source_id, '00000000-0000-0000-0000-000000000000'), reference);
create index follow_person on tasks.follow (person_id, created_at desc, id desc);
comment on table tasks.follow is '我关注的事 [internal; 办理事项; 取消关注即删]';
comment on column tasks.follow.id is '标识 [internal]';
comment on column tasks.follow.person_id is '谁关注 [internal]';
comment on column tasks.follow.source is '来源：平台服务名，或 application [internal]';
comment on column tasks.follow.source_id is '来源应用 [internal]';
comment on column tasks.follow.source_name is '来源应用的名称 [internal]';
comment on column tasks.follow.reference is '来源给的编号 [internal]';
comment on column tasks.follow.matter is '事项 [internal]';
comment on column tasks.follow.title is '关注时的标题 [personal]';
comment on column tasks.follow.url is '查看地址 [internal]';
comment on column tasks.follow.created_at is '关注时间 [internal]';

-- 单位工作量按单位和事项数，只读索引
create index task_unit on tasks.task (unit_id, matter) include (due_at) where state = 'open';
