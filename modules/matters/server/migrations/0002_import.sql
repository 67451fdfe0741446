-- 导入：文件与进度。进度与写入的数据在同一事务里提交，断了从断处接着做。
create table matters.import (
  id uuid primary key,
  kind text not null check (kind in ('basic', 'implementing')),
  unit_id uuid not null references directory.unit (id),
  account_id uuid not null,
  person_id uuid not null,
  file_id uuid not null,
  file_name text not null,
  header text[] not null,
  mapping jsonb not null,
  state text not null check (state in ('uploaded', 'checking', 'checked', 'applying', 'done', 'failed', 'cancelled')),
  message text,
  faulty_rows text check (faulty_rows in ('skip', 'refuse')),
  scope_trees uuid[] not null default '{}',
  scope_units uuid[] not null default '{}',
  total integer,
  checked integer not null default 0,
  faulty integer not null default 0,
  expected jsonb not null default '{"created":0,"updated":0,"same":0,"skipped":0}',
  applied integer not null default 0,
  done jsonb not null default '{"created":0,"updated":0,"same":0,"skipped":0}',
  at_sheet text,
  at_row integer not null default 0,
  starts integer not null default 0,
  created_at timestamptz not null,
  updated_at timestamptz not null,
  expires_on date not null
);
create index import_own on matters.import (account_id, created_at desc, id desc);
create index import_open on matters.import (id) where state in ('checking', 'applying');
create index import_expiry on matters.import (expires_on);
comment on table matters.import is '事项导入：文件与进度 [internal; 事项成批登记; 30 天]';
comment on column matters.import.id is '标识 [internal]';
comment on column matters.import.kind is '基本目录或实施清单 [internal]';
comment on column matters.import.unit_id is '没写单位的行归哪个单位 [internal]';
comment on column matters.import.account_id is '导入人的账号 [internal]';
comment on column matters.import.person_id is '导入人 [internal]';
comment on column matters.import.file_id is '上传的文件 [internal]';
comment on column matters.import.file_name is '文件名 [internal]';
comment on column matters.import.header is '表头 [internal]';
comment on column matters.import.mapping is '列与字段的对应 [internal]';
comment on column matters.import.state is '状态 [internal]';
comment on column matters.import.message is '未完成的原因 [internal]';
comment on column matters.import.faulty_rows is '有错误的行：跳过或全部不导入 [internal]';
comment on column matters.import.scope_trees is '导入人的数据范围：子树 [internal]';
comment on column matters.import.scope_units is '导入人的数据范围：单个单位 [internal]';
comment on column matters.import.total is '数据行数 [internal]';
comment on column matters.import.checked is '已检查的行数 [internal]';
comment on column matters.import.faulty is '有错误的行数 [internal]';
comment on column matters.import.expected is '预计新增、修改的数目 [internal]';
comment on column matters.import.applied is '已过的行数，续做的起点 [internal]';
comment on column matters.import.done is '实际新增、修改的数目 [internal]';
comment on column matters.import.at_sheet is '做到的工作表 [internal]';
comment on column matters.import.at_row is '做到的行号 [internal]';
comment on column matters.import.starts is '上次有进展以来启动的次数 [internal]';
comment on column matters.import.created_at is '上传时间 [internal]';
comment on column matters.import.updated_at is '最近进展时间 [internal]';
comment on column matters.import.expires_on is '到期清除日 [internal]';

create table matters.import_fault (
  import_id uuid not null references matters.import (id) on delete cascade,
  no integer not null,
  seq smallint not null,
  sheet text not null,
  row_no integer not null,
  col smallint not null,
  value text not null,
  message text not null,
  stage text not null check (stage in ('check', 'apply')),
  primary key (import_id, no, seq)
);
comment on table matters.import_fault is '事项导入的错误，一格一行 [internal; 改正导入文件; 30 天]';
comment on column matters.import_fault.import_id is '导入 [internal]';
comment on column matters.import_fault.no is '数据行的顺序号 [internal]';
comment on column matters.import_fault.seq is '该行的第几处 [internal]';
comment on column matters.import_fault.sheet is '工作表 [internal]';
comment on column matters.import_fault.row_no is '行号 [internal]';
comment on column matters.import_fault.col is '列号，从 0 起，-1 为整行 [internal]';
comment on column matters.import_fault.value is '单元格的内容 [internal]';
comment on column matters.import_fault.message is '错误说明 [internal]';
comment on column matters.import_fault.stage is '检查时或执行时发现 [internal]';

create index matter_named on matters.matter (unit_id, name) where layer = 'basic';
