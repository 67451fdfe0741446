create schema tasks;

-- 待办：一人一件；同一来源的同一编号只有一件，重复推送是更新
create table tasks.task (
  id uuid primary key,
  person_id uuid not null,
  unit_id uuid not null,
  source text not null,
  source_id uuid,
  source_name text,
  external_id text not null,
  matter text not null,
  title text not null,
  summary text,
  url text not null,
  from_name text,
  urgency text not null check (urgency in ('normal', 'urgent', 'most-urgent')),
  due_at timestamptz,
  outcomes text[] not null default '{}',
  state text not null default 'open' check (state in ('open', 'done', 'cancelled')),
  outcome text,
  note text,
  created_at timestamptz(3) not null,
  opened_at timestamptz(3),
  closed_at timestamptz(3),
  check ((state = 'open') = (closed_at is null))
);
create unique index task_external on tasks.task (source, coalesce(source_id, '00000000-0000-0000-0000-000000000000'), external_id);
-- 列表与件数都只读这个人的行；时间到毫秒，翻页标记才说得准
create index task_open on tasks.task (person_id, created_at desc, id desc) where state = 'open';
create index task_closed on tasks.task (person_id, closed_at desc, id desc) where state <> 'open';
create index task_due on tasks.task (due_at) where state = 'open' and due_at is not null;
comment on table tasks.task is '待办与已办 [internal; 办理事项; 办结后 10 年]';
comment on column tasks.task.id is '标识 [internal]';
comment on column tasks.task.person_id is '谁的 [internal]';
comment on column tasks.task.unit_id is '办理人当时的单位 [internal]';
comment on column tasks.task.source is '来源：平台服务名，或 application [internal]';
comment on column tasks.task.source_id is '来源应用 [internal]';
comment on column tasks.task.source_name is '来源应用的名称 [internal]';
comment on column tasks.task.external_id is '来源给的编号 [internal]';
comment on column tasks.task.matter is '事项 [internal]';
comment on column tasks.task.title is '标题 [personal]';
comment on column tasks.task.summary is '摘要 [personal]';
comment on column tasks.task.url is '办理地址 [internal]';
comment on column tasks.task.from_name is '上一步办理人 [personal]';
comment on column tasks.task.urgency is '紧急程度 [internal]';
comment on column tasks.task.due_at is '时限 [internal]';
comment on column tasks.task.outcomes is '可在平台直接给出的结果 [internal]';
comment on column tasks.task.state is '状态 [internal]';
comment on column tasks.task.outcome is '结果 [internal]';
comment on column tasks.task.note is '说明 [personal]';
comment on column tasks.task.created_at is '到达时间 [internal]';
comment on column tasks.task.opened_at is '首次打开 [internal]';
comment on column tasks.task.closed_at is '办结时间 [internal]';

-- 待阅：只需看过
create table tasks.reading (
  id uuid primary key,
  person_id uuid not null,
  unit_id uuid not null,
  source text not null,
  source_id uuid,
  source_name text,
  external_id text not null,
  matter text not null,
  title text not null,
  summary text,
  url text not null,
  from_name text,
  created_at timestamptz(3) not null,
  read_at timestamptz(3)
);
create unique index reading_external on tasks.reading (source, coalesce(source_id, '00000000-0000-0000-0000-000000000000'), external_id);
create index reading_unread on tasks.reading (person_id, created_at desc, id desc) where read_at is null;
create index reading_read on tasks.reading (person_id, read_at desc, id desc) where read_at is not null;
comment on table tasks.reading is '待阅与已阅 [internal; 传阅; 3 年]';
comment on column tasks.reading.id is '标识 [internal]';
comment on column tasks.reading.person_id is '谁的 [internal]';
comment on column tasks.reading.unit_id is '阅读人当时的单位 [internal]';
comment on column tasks.reading.source is '来源：平台服务名，或 application [internal]';
comment on column tasks.reading.source_id is '来源应用 [internal]';
comment on column tasks.reading.source_name is '来源应用的名称 [internal]';
comment on column tasks.reading.external_id is '来源给的编号 [internal]';
comment on column tasks.reading.matter is '事项 [internal]';
comment on column tasks.reading.title is '标题 [personal]';
comment on column tasks.reading.summary is '摘要 [personal]';
comment on column tasks.reading.url is '地址 [internal]';
comment on column tasks.reading.from_name is '谁送来的 [personal]';
comment on column tasks.reading.created_at is '到达时间 [internal]';
comment on column tasks.reading.read_at is '阅读时间 [internal]';
