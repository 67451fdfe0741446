-- 导入 -----------------------------------------------------------------------------------------------------
-- 一行是一次导入：文件、列的对应、检查与执行的进度。进度与写入的数据在同一事务里提交。
create table directory.import (
  id uuid primary key,
  kind text not null check (kind in ('people', 'units')),
  unit_id uuid not null references directory.unit (id),
  account_id uuid not null,
  person_id uuid,
  file_id uuid not null,
  file_name text not null,
  format text not null check (format in ('csv', 'xlsx')),
  encoding text not null,
  size bigint not null,
  header text[] not null,
  sample jsonb not null,
  mapping jsonb not null default '{}',
  state text not null check (state in ('uploaded', 'mapped', 'checking', 'checked', 'applying', 'done', 'failed', 'cancelled')),
  message text,
  faulty_rows text check (faulty_rows in ('skip', 'refuse')),
  scope_trees uuid[] not null default '{}',
  scope_units uuid[] not null default '{}',
  total integer,
  checked integer not null default 0,
  faulty integer not null default 0,
  expected jsonb not null default '{"created":0,"updated":0,"posts":0,"same":0,"skipped":0}',
  applied integer not null default 0,
  done jsonb not null default '{"created":0,"updated":0,"posts":0,"same":0,"skipped":0}',
  at_sheet text,
  at_row integer not null default 0,
  starts integer not null default 0,
  created_at timestamptz not null,
  updated_at timestamptz not null,
  expires_on date not null
);
create index import_own on directory.import (account_id, created_at desc, id desc);
create index import_open on directory.import (id) where state in ('checking', 'applying');
create index import_expiry on directory.import (expires_on);
comment on table directory.import is '导入：文件与进度 [internal; 人员和单位的成批登记; 30 天]';
comment on column directory.import.id is '标识 [internal]';
comment on column directory.import.kind is '导入的是人员还是单位 [internal]';
comment on column directory.import.unit_id is '为哪个单位导入 [internal]';
comment on column directory.import.account_id is '导入人的账号 [internal]';
comment on column directory.import.person_id is '导入人 [internal]';
comment on column directory.import.file_id is '上传的文件 [internal]';
comment on column directory.import.file_name is '文件名 [internal]';
comment on column directory.import.format is '格式 [internal]';
comment on column directory.import.encoding is '编码 [internal]';
comment on column directory.import.size is '字节数 [internal]';
comment on column directory.import.header is '表头 [internal]';
comment on column directory.import.sample is '文件的头几行 [sensitive]';
comment on column directory.import.mapping is '列与字段的对应 [internal]';
comment on column directory.import.state is '状态 [internal]';
comment on column directory.import.message is '未完成的原因 [internal]';
comment on column directory.import.faulty_rows is '有错误的行：跳过或全部不导入 [internal]';
comment on column directory.import.scope_trees is '执行时导入人的数据范围：子树 [internal]';
comment on column directory.import.scope_units is '执行时导入人的数据范围：单个单位 [internal]';
comment on column directory.import.total is '数据行数，检查完才知道 [internal]';
comment on column directory.import.checked is '已检查的行数 [internal]';
comment on column directory.import.faulty is '有错误的行数 [internal]';
comment on column directory.import.expected is '预计新增、修改等的数目 [internal]';
comment on column directory.import.applied is '已过的行数，续做的起点 [internal]';
comment on column directory.import.done is '实际新增、修改等的数目 [internal]';
comment on column directory.import.at_sheet is '做到的工作表 [internal]';
comment on column directory.import.at_row is '做到的行号 [internal]';
comment on column directory.import.starts is '上次有进展以来启动的次数 [internal]';
comment on column directory.import.created_at is '上传时间 [internal]';
comment on column directory.import.updated_at is '最近进展时间 [internal]';
comment on column directory.import.expires_on is '到期清除日 [internal]';

create table directory.import_fault (
  import_id uuid not null references directory.import (id) on delete cascade,
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
comment on table directory.import_fault is '导入的错误，一格一行 [internal; 改正导入文件; 30 天]';
comment on column directory.import_fault.import_id is '导入 [internal]';
comment on column directory.import_fault.no is '数据行的顺序号 [internal]';
comment on column directory.import_fault.seq is '该行的第几处 [internal]';
comment on column directory.import_fault.sheet is '工作表 [internal]';
comment on column directory.import_fault.row_no is '行号 [internal]';
comment on column directory.import_fault.col is '列号，从 0 起，-1 为整行 [internal]';
comment on column directory.import_fault.value is '单元格的内容，号码已遮盖 [personal]';
comment on column directory.import_fault.message is '错误说明 [internal]';
comment on column directory.import_fault.stage is '检查时或执行时发现 [internal]';

-- 单位记住的列名与字段的对应，下次上传自动套用
create table directory.import_mapping (
  unit_id uuid not null references directory.unit (id),
  kind text not null check (kind in ('people', 'units')),
  fields jsonb not null,
  updated_at timestamptz not null,
  primary key (unit_id, kind)
);
comment on table directory.import_mapping is '单位常用的列对应 [internal; 人员和单位的成批登记; 长期]';
comment on column directory.import_mapping.unit_id is '单位 [internal]';
comment on column directory.import_mapping.kind is '人员或单位 [internal]';
comment on column directory.import_mapping.fields is '列名到字段 [internal]';
comment on column directory.import_mapping.updated_at is '修改时间 [internal]';
