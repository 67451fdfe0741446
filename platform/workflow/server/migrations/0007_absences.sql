-- 不在岗：一段时间里不办新到的事；本人、单位管理员登记，或由请休假等业务写入
create table workflow.absence (
  id uuid primary key,
  person_id uuid not null,
  substitute_id uuid check (substitute_id <> person_id),
  kind text not null check (kind in ('leave', 'trip', 'training', 'other')),
  valid_from timestamptz(3) not null,
  valid_to timestamptz(3) not null check (valid_to > valid_from),
  source text not null,
  reference text,
  entered_by uuid,
  created_at timestamptz(3) not null,
  ended_at timestamptz(3)
);
create unique index on workflow.absence (source, reference) where reference is not null;
create index on workflow.absence (person_id, valid_to) where ended_at is null;
create index on workflow.absence (valid_from desc, id desc);
comment on table workflow.absence is '人员不在岗的时间 [personal; 办理事项; 10 年]';
comment on column workflow.absence.id is '标识 [internal]';
comment on column workflow.absence.person_id is '人员 [internal]';
comment on column workflow.absence.substitute_id is '其间代办的人，空为未指定 [internal]';
comment on column workflow.absence.kind is '请假、出差、学习培训、其他 [personal]';
comment on column workflow.absence.valid_from is '起 [personal]';
comment on column workflow.absence.valid_to is '止（不含） [personal]';
comment on column workflow.absence.source is '来源：本服务，或写入它的业务 [internal]';
comment on column workflow.absence.reference is '来源中的编号 [internal]';
comment on column workflow.absence.entered_by is '登记人，空为业务写入 [internal]';
comment on column workflow.absence.created_at is '登记时间 [internal]';
comment on column workflow.absence.ended_at is '撤销或提前回岗的时间 [internal]';

-- 管理员移交在岗人员手里的事，要留下谁要求的、为什么；顺签里还没轮到的人不在待办中，逐件找，断了接着找
alter table workflow.handover add column reason text;
alter table workflow.handover add column asked_by uuid;
alter table workflow.handover add column cursor uuid;
create index on workflow.handover (created_at desc, id desc);
comment on column workflow.handover.reason is '管理员移交的原因，离岗交接为空 [internal]';
comment on column workflow.handover.asked_by is '要求移交的管理员，离岗交接为空 [internal]';
comment on column workflow.handover.cursor is '找未轮到的人时已看到哪一件 [internal]';

-- 一个流程办理中的事：按时间列，范围内计数不必取行
drop index workflow.instance_definition_id_idx;
create index instance_running on workflow.instance (definition_id, started_at desc, id desc) include (unit_id) where ended_at is null;
