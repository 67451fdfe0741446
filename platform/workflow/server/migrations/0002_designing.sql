-- 流程草稿：一个单位的一个流程最多一份；内容是简易设计器的块，或专业设计器的 BPMN
create table workflow.draft (
  id uuid primary key,
  key text not null,
  name text not null,
  owner_unit uuid not null,
  content jsonb not null,
  revision integer not null default 1,
  edited_by uuid not null,
  edited_at timestamptz(3) not null,
  created_at timestamptz(3) not null,
  unique (owner_unit, key)
);
create index on workflow.draft (key);
comment on table workflow.draft is '流程草稿 [internal; 办理事项; 发布或删除时删去]';
comment on column workflow.draft.id is '标识 [internal]';
comment on column workflow.draft.key is '流程编号 [internal]';
comment on column workflow.draft.name is '名称 [internal]';
comment on column workflow.draft.owner_unit is '维护单位 [internal]';
comment on column workflow.draft.content is '草稿内容 [internal]';
comment on column workflow.draft.revision is '第几次保存 [internal]';
comment on column workflow.draft.edited_by is '最后修改人 [internal]';
comment on column workflow.draft.edited_at is '最后修改时间 [internal]';
comment on column workflow.draft.created_at is '建立时间 [internal]';

alter table workflow.definition add column note text not null default '';
comment on column workflow.definition.note is '版本说明：这一版改了什么 [internal]';
