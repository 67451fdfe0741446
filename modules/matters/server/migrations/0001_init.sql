create schema matters;

-- 编码表：类型、层级的代码尚未全部与标准原文核对，故为数据，不写在程序里。
create table matters.code (
  list text not null check (list in ('type', 'level')),
  code text not null,
  name text not null,
  kind text check (kind in ('internal', 'public', 'regulatory')),
  verified boolean not null default false,
  sort smallint not null default 0,
  primary key (list, code)
);
create unique index code_name on matters.code (list, name);
comment on table matters.code is '事项编码表 [public; 事项编码; 长期]';
comment on column matters.code.list is '哪一张表：类型、行使层级 [public]';
comment on column matters.code.code is '代码 [public]';
comment on column matters.code.name is '名称 [public]';
comment on column matters.code.kind is '属于哪一类事项 [public]';
comment on column matters.code.verified is '已与标准原文核对 [public]';
comment on column matters.code.sort is '次序 [public]';
insert into matters.code (list, code, name, kind, verified, sort) values
  ('type', '01', '行政许可', 'public', false, 1), ('type', '05', '行政给付', 'public', false, 2),
  ('type', '07', '行政确认', 'public', false, 3), ('type', '08', '行政奖励', 'public', false, 4),
  ('type', '09', '行政裁决', 'public', false, 5), ('type', '11', '行政备案', 'public', false, 6),
  ('type', '10', '其他行政权力', 'public', false, 7), ('type', '20', '公共服务', 'public', false, 8),
  ('type', '31', '行政检查', 'regulatory', false, 9), ('type', '32', '行政处罚', 'regulatory', false, 10),
  ('type', '33', '行政强制', 'regulatory', false, 11), ('type', '41', '人事管理', 'internal', false, 12),
  ('type', '42', '机构编制', 'internal', false, 13), ('type', '43', '财务资产', 'internal', false, 14),
  ('type', '44', '机关事务', 'internal', false, 15), ('type', '45', '公文印章', 'internal', false, 16),
  ('type', '46', '信息化', 'internal', false, 17),
  ('level', '1', '国家级', null, true, 1), ('level', '2', '省级', null, true, 2), ('level', '3', '市级', null, true, 3),
  ('level', '4', '县级', null, false, 4), ('level', '5', '乡镇（街道）级', null, false, 5), ('level', '6', '村（社区）级', null, false, 6);

create table matters.serial (
  prefix text primary key,
  last integer not null
);
comment on table matters.serial is '编号的流水 [internal; 事项和办件编号; 长期]';
comment on column matters.serial.prefix is '编号的前半 [internal]';
comment on column matters.serial.last is '已用到 [internal]';

create table matters.held_datum (
  id uuid primary key,
  name text not null unique,
  form text not null check (form in ('licence', 'data')),
  names text[] not null default '{}',
  holder_id uuid not null references directory.unit (id),
  basis text not null default '',
  created_at timestamptz not null
);
comment on table matters.held_datum is '政府部门已有的证照和数据，不得要求办事人提供 [public; 减证便民; 长期]';
comment on column matters.held_datum.id is '标识 [internal]';
comment on column matters.held_datum.name is '名称 [public]';
comment on column matters.held_datum.form is '证照或数据 [public]';
comment on column matters.held_datum.names is '别名 [public]';
comment on column matters.held_datum.holder_id is '持有单位 [public]';
comment on column matters.held_datum.basis is '依据 [public]';
comment on column matters.held_datum.created_at is '登记时间 [internal]';

-- 事项 -----------------------------------------------------------------------------------------------------
-- 一行是目录里的一项：基本目录、实施清单、业务办理项。要素在版本里；名称和词只在基本目录，实施清单随它。
create table matters.matter (
  id uuid primary key,
  code text,
  layer text not null check (layer in ('basic', 'implementing', 'item')),
  kind text not null check (kind in ('internal', 'public', 'regulatory')),
  type text not null,
  name text not null check (length(name) between 2 and 120),
  unit_id uuid not null references directory.unit (id),
  unit_no integer not null,
  county_no integer not null,
  city_no integer not null,
  level smallint not null check (level between 1 and 5),
  basic_id uuid not null references matters.matter (id),
  parent_id uuid references matters.matter (id),
  function_id uuid references directory.statutory_function (id),
  state text not null default 'new' check (state in ('new', 'published', 'repealed')),
  version_id uuid,
  completeness smallint not null default 0,
  levels smallint[] not null default '{}',
  life text[] not null default '{}',
  scenes text[] not null default '{}',
  words tsvector,
  published_at timestamptz,
  created_at timestamptz not null,
  updated_at timestamptz not null,
  check ((layer = 'basic') = (parent_id is null)),
  check ((state = 'new') = (version_id is null))
);
create unique index matter_code on matters.matter (code) where code is not null;
-- 一个单位对一项基本目录只认领一次：两人同时认领，后者在此被拒。
create unique index matter_claim on matters.matter (basic_id, unit_id) where layer = 'implementing';
create index matter_unit on matters.matter (unit_id, layer, code, id) where state <> 'new';
create index matter_near on matters.matter (basic_id, layer, city_no, county_no, unit_no, id) where state <> 'new';
create index matter_basic on matters.matter (code, id) where layer = 'basic' and state <> 'new';
create index matter_parent on matters.matter (parent_id, id);
create index matter_words on matters.matter using gin (words) where layer = 'basic' and state = 'published';
create index matter_life on matters.matter using gin (life, scenes) where layer = 'basic' and state = 'published';
comment on table matters.matter is '事项 [public; 事项目录; 长期]';
comment on column matters.matter.id is '标识 [internal]';
comment on column matters.matter.code is '基本编码 12 位、实施编码 31 位、办理项编码 33 位 [public]';
comment on column matters.matter.layer is '基本目录、实施清单、业务办理项 [public]';
comment on column matters.matter.kind is '机关内部、政务服务、监管 [public]';
comment on column matters.matter.type is '事项类型的代码 [public]';
comment on column matters.matter.name is '名称 [public]';
comment on column matters.matter.unit_id is '主管或实施单位 [public]';
comment on column matters.matter.unit_no is '单位编号 [internal]';
comment on column matters.matter.county_no is '单位所属县级节点编号 [internal]';
comment on column matters.matter.city_no is '单位所属市级节点编号 [internal]';
comment on column matters.matter.level is '单位层级 [public]';
comment on column matters.matter.basic_id is '基本目录事项；基本目录指向自己 [internal]';
comment on column matters.matter.parent_id is '上一层 [internal]';
comment on column matters.matter.function_id is '所依的三定职责 [public]';
comment on column matters.matter.state is '未发布、在用、已废止 [public]';
comment on column matters.matter.version_id is '在用的版本 [internal]';
comment on column matters.matter.completeness is '完整程度，0 至 100 [internal]';
comment on column matters.matter.levels is '可以行使的层级 [public]';
comment on column matters.matter.life is '公务员职业阶段 [public]';
comment on column matters.matter.scenes is '场景 [public]';
comment on column matters.matter.words is '基本目录的搜索词 [public]';
comment on column matters.matter.published_at is '最近发布时间 [public]';
comment on column matters.matter.created_at is '建立时间 [internal]';
comment on column matters.matter.updated_at is '修改时间 [internal]';

create table matters.version (
  id uuid primary key,
  matter_id uuid not null references matters.matter (id),
  no integer not null,
  purpose text not null check (purpose in ('edit', 'repeal')),
  state text not null check (state in ('draft', 'review', 'returned', 'approved', 'published', 'replaced', 'repealed')),
  name text not null,
  function_id uuid,
  elements jsonb not null,
  completeness smallint not null default 0,
  author_id uuid,
  submitter_id uuid,
  reviewer_id uuid,
  reason text,
  returned text,
  publish_on date,
  submitted_at timestamptz,
  published_at timestamptz,
  ended_at timestamptz,
  revision integer not null default 1,
  created_at timestamptz not null,
  updated_at timestamptz not null,
  unique (matter_id, no),
  check (reviewer_id is null or reviewer_id is distinct from submitter_id)
);
create unique index version_open on matters.version (matter_id) where state in ('draft', 'review', 'returned', 'approved');
create index version_work on matters.version (updated_at desc, id desc) where state in ('draft', 'review', 'returned', 'approved');
create index version_due on matters.version (publish_on) where state = 'approved';
comment on table matters.version is '事项的版本 [public; 事项目录; 长期]';
comment on column matters.version.id is '标识 [internal]';
comment on column matters.version.matter_id is '事项 [internal]';
comment on column matters.version.no is '第几版 [public]';
comment on column matters.version.purpose is '修订或废止 [public]';
comment on column matters.version.state is '草稿、待审核、已退回、待发布、在用、已替代、已废止 [public]';
comment on column matters.version.name is '名称 [public]';
comment on column matters.version.function_id is '所依的三定职责 [public]';
comment on column matters.version.elements is '要素：基本目录为全部，其下只有本地可改的 [internal]';
comment on column matters.version.completeness is '完整程度 [internal]';
comment on column matters.version.author_id is '编制人 [internal]';
comment on column matters.version.submitter_id is '送审人 [internal]';
comment on column matters.version.reviewer_id is '审核人，不能是送审人 [internal]';
comment on column matters.version.reason is '废止的原因 [public]';
comment on column matters.version.returned is '退回的原因 [internal]';
comment on column matters.version.publish_on is '定于何日发布 [internal]';
comment on column matters.version.submitted_at is '送审时间 [internal]';
comment on column matters.version.published_at is '发布时间 [public]';
comment on column matters.version.ended_at is '被替代或废止的时间 [public]';
comment on column matters.version.revision is '修订号 [internal]';
comment on column matters.version.created_at is '建立时间 [internal]';
comment on column matters.version.updated_at is '修改时间 [internal]';

-- 各节点（含其下级）的事项数：分面只读这里，不数事项表。由变动过的单位往上逐级重算，是绝对数，不是增减出来的。
create table matters.tally (
  unit_id uuid not null references directory.unit (id),
  layer text not null,
  kind text not null,
  type text not null,
  level smallint not null,
  state text not null,
  n integer not null,
  primary key (unit_id, layer, kind, type, level, state)
);
comment on table matters.tally is '各单位及其下级的事项数 [public; 目录分面; 随事项]';
comment on column matters.tally.unit_id is '单位，含其全部下级 [internal]';
comment on column matters.tally.layer is '层 [public]';
comment on column matters.tally.kind is '种类 [public]';
comment on column matters.tally.type is '类型 [public]';
comment on column matters.tally.level is '层级 [public]';
comment on column matters.tally.state is '状态 [public]';
comment on column matters.tally.n is '事项数 [public]';
