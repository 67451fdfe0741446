-- 办件 -----------------------------------------------------------------------------------------------------
alter table matters.version add column form_id uuid;
comment on column matters.version.form_id is '由要素生成的申请表，只基本目录有 [internal]';

alter table matters.matter add column own boolean not null default false;
comment on column matters.matter.own is '各单位只为本单位人员办理 [public]';

create table matters.bundle (
  id uuid primary key,
  key text not null unique,
  name text not null,
  summary text not null,
  life text not null,
  sort smallint not null default 0
);
comment on table matters.bundle is '一件事：几个事项作为一件办 [public; 一件事一次办; 长期]';
comment on column matters.bundle.id is '标识 [internal]';
comment on column matters.bundle.key is '编号 [public]';
comment on column matters.bundle.name is '名称 [public]';
comment on column matters.bundle.summary is '一句话说明 [public]';
comment on column matters.bundle.life is '职业阶段 [public]';
comment on column matters.bundle.sort is '次序 [public]';

create table matters.bundle_item (
  bundle_id uuid not null references matters.bundle (id),
  basic_id uuid not null references matters.matter (id),
  sort smallint not null,
  primary key (bundle_id, basic_id)
);
comment on table matters.bundle_item is '一件事里的事项 [public; 一件事一次办; 长期]';
comment on column matters.bundle_item.bundle_id is '一件事 [public]';
comment on column matters.bundle_item.basic_id is '基本目录事项 [public]';
comment on column matters.bundle_item.sort is '次序 [public]';

-- 一行是一次办理。事项按受理时的版本办完：版本随行记下。
create table matters.case_file (
  id uuid primary key,
  number text not null unique,
  name text not null,
  matter_id uuid references matters.matter (id),
  version_id uuid references matters.version (id),
  basic_version_id uuid references matters.version (id),
  bundle_id uuid references matters.bundle (id),
  parent_id uuid references matters.case_file (id),
  applicant_id uuid not null references directory.person (id),
  applicant_unit_id uuid not null references directory.unit (id),
  unit_id uuid not null references directory.unit (id),
  state text not null check (state in ('submitted', 'supplement', 'handling', 'done', 'refused', 'withdrawn', 'failed')),
  record_id uuid,
  instance_id uuid unique,
  due_on date,
  submitted_at timestamptz not null,
  ended_at timestamptz,
  stars smallint check (stars between 1 and 5),
  review text,
  complaint text,
  complained_at timestamptz,
  answer text,
  answered_by uuid references directory.person (id),
  check ((matter_id is null) = (bundle_id is not null)),
  check ((ended_at is null) = (state in ('submitted', 'supplement', 'handling')))
);
create index case_mine on matters.case_file (applicant_id, submitted_at desc, id desc) where parent_id is null;
create index case_parent on matters.case_file (parent_id) where parent_id is not null;
create index case_ended on matters.case_file (matter_id, ended_at desc) where ended_at is not null;
create index case_record on matters.case_file (record_id) where record_id is not null;
create index case_complaint on matters.case_file (complained_at desc, id desc) where complaint is not null;
comment on table matters.case_file is '办件 [personal; 机关办事; 办结后 10 年]';
comment on column matters.case_file.id is '标识 [internal]';
comment on column matters.case_file.number is '办件编号 [internal]';
comment on column matters.case_file.name is '事项名称 [internal]';
comment on column matters.case_file.matter_id is '事项；一件事的总办件没有 [internal]';
comment on column matters.case_file.version_id is '事项的版本 [internal]';
comment on column matters.case_file.basic_version_id is '基本目录的版本 [internal]';
comment on column matters.case_file.bundle_id is '一件事 [internal]';
comment on column matters.case_file.parent_id is '属于哪个一件事的办件 [internal]';
comment on column matters.case_file.applicant_id is '申请人 [personal]';
comment on column matters.case_file.applicant_unit_id is '申请人单位 [internal]';
comment on column matters.case_file.unit_id is '办理单位 [internal]';
comment on column matters.case_file.state is '状态 [internal]';
comment on column matters.case_file.record_id is '表单记录 [internal]';
comment on column matters.case_file.instance_id is '流程实例 [internal]';
comment on column matters.case_file.due_on is '承诺办结日 [internal]';
comment on column matters.case_file.submitted_at is '提交时间 [internal]';
comment on column matters.case_file.ended_at is '办结时间 [internal]';
comment on column matters.case_file.stars is '评价星数 [personal]';
comment on column matters.case_file.review is '评价 [personal]';
comment on column matters.case_file.complaint is '投诉 [personal]';
comment on column matters.case_file.complained_at is '投诉时间 [internal]';
comment on column matters.case_file.answer is '答复 [personal]';
comment on column matters.case_file.answered_by is '答复人 [internal]';

create table matters.case_event (
  case_id uuid not null references matters.case_file (id),
  no integer not null,
  at timestamptz not null,
  what text not null,
  name text not null,
  text text not null default '',
  primary key (case_id, no)
);
comment on table matters.case_event is '办件的经过 [personal; 机关办事; 随办件]';
comment on column matters.case_event.case_id is '办件 [internal]';
comment on column matters.case_event.no is '第几条 [internal]';
comment on column matters.case_event.at is '时间 [internal]';
comment on column matters.case_event.what is '什么事 [internal]';
comment on column matters.case_event.name is '谁 [personal]';
comment on column matters.case_event.text is '说明 [personal]';
