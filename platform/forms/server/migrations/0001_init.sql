create schema forms;

-- 表单：发布后不再改；同一表单的新版本是新的一行
create table forms.form (
  id uuid primary key,
  key text not null,
  version integer not null,
  name text not null,
  owner_unit uuid not null references directory.unit (id),
  reach text not null check (reach in ('subtree', 'unit')),
  definition jsonb not null,
  published_by uuid,
  published_at timestamptz not null,
  retired_at timestamptz,
  unique (key, version)
);
create index on forms.form (owner_unit);
comment on table forms.form is '表单的已发布版本 [internal; 填写表单; 长期]';
comment on column forms.form.id is '标识 [internal]';
comment on column forms.form.key is '表单编号 [internal]';
comment on column forms.form.version is '版本 [internal]';
comment on column forms.form.name is '名称 [internal]';
comment on column forms.form.owner_unit is '维护单位 [internal]';
comment on column forms.form.reach is '使用范围：本单位及下级、仅本单位 [internal]';
comment on column forms.form.definition is '定义全文 [internal]';
comment on column forms.form.published_by is '发布人 [internal]';
comment on column forms.form.published_at is '发布时间 [internal]';
comment on column forms.form.retired_at is '停用时间 [internal]';

create function forms.keep_published() returns trigger language plpgsql as $$
begin
  if (new.id, new.key, new.version, new.name, new.owner_unit, new.reach, new.definition, new.published_at)
     is distinct from (old.id, old.key, old.version, old.name, old.owner_unit, old.reach, old.definition, old.published_at) then
    raise exception 'a published form does not change';
  end if;
  return new;
end $$;
create trigger keep_published before update on forms.form for each row execute function forms.keep_published();

-- 记录：哪一个表单版本、填了什么；公民身份号码在这里只留掩码，原文封在 forms.sealed
create table forms.record (
  id uuid primary key,
  form_id uuid not null references forms.form (id),
  source text not null,
  unit_id uuid not null,
  revision integer not null default 1,
  data jsonb not null,
  filler_id uuid not null,
  filler_name text not null,
  filler_unit_name text not null,
  created_at timestamptz(3) not null,
  updated_by uuid not null,
  updated_at timestamptz(3) not null
) with (fillfactor = 80);
create index on forms.record (form_id, updated_at desc, id desc);
create index on forms.record (unit_id, updated_at desc, id desc);
comment on table forms.record is '表单记录 [internal; 填写表单; 随所属业务]';
comment on column forms.record.id is '标识 [internal]';
comment on column forms.record.form_id is '填写时的表单版本 [internal]';
comment on column forms.record.source is '所属业务，由它决定谁能看 [internal]';
comment on column forms.record.unit_id is '填报单位，数据范围按它 [internal]';
comment on column forms.record.revision is '修订号 [internal]';
comment on column forms.record.data is '填写的内容，公民身份号码为掩码 [sensitive]';
comment on column forms.record.filler_id is '填报人 [internal]';
comment on column forms.record.filler_name is '填报人当时的姓名 [personal]';
comment on column forms.record.filler_unit_name is '填报人当时的单位 [internal]';
comment on column forms.record.created_at is '建立时间 [internal]';
comment on column forms.record.updated_by is '最后修改人 [internal]';
comment on column forms.record.updated_at is '修改时间 [internal]';

create table forms.history (
  record_id uuid not null references forms.record (id) on delete cascade,
  revision integer not null,
  at timestamptz(3) not null,
  person_id uuid not null,
  person_name text not null,
  before jsonb not null,
  primary key (record_id, revision)
);
comment on table forms.history is '表单记录的修改经过 [internal; 填写表单; 随所属业务]';
comment on column forms.history.record_id is '记录 [internal]';
comment on column forms.history.revision is '改成了第几版 [internal]';
comment on column forms.history.at is '时间 [internal]';
comment on column forms.history.person_id is '修改人 [internal]';
comment on column forms.history.person_name is '修改人当时的姓名 [personal]';
comment on column forms.history.before is '改动的字段原来的值 [sensitive]';

create table forms.sealed (
  place text primary key,
  record_id uuid not null references forms.record (id) on delete cascade,
  box bytea not null
);
create index on forms.sealed (record_id);
comment on table forms.sealed is '表单记录里密封的号码 [sensitive; 填写表单; 随所属业务]';
comment on column forms.sealed.place is '记录、字段、行 [internal]';
comment on column forms.sealed.record_id is '记录 [internal]';
comment on column forms.sealed.box is '密文，只属于这个位置 [sensitive]';

-- 草稿：跟着人走，换一台设备接着填；内容整个密封
create table forms.draft (
  id uuid primary key,
  person_id uuid not null,
  purpose text not null,
  reference text not null,
  title text not null,
  path text not null,
  revision integer not null default 1,
  box bytea not null,
  saved_at timestamptz(3) not null,
  unique (person_id, purpose, reference)
);
create index on forms.draft (person_id, saved_at desc, id desc);
create index on forms.draft (saved_at);
comment on table forms.draft is '草稿 [personal; 填写表单; 最后保存后 180 天]';
comment on column forms.draft.id is '标识 [internal]';
comment on column forms.draft.person_id is '谁的 [internal]';
comment on column forms.draft.purpose is '用途 [internal]';
comment on column forms.draft.reference is '哪一件 [internal]';
comment on column forms.draft.title is '标题 [personal]';
comment on column forms.draft.path is '接着填写的页面 [internal]';
comment on column forms.draft.revision is '修订号 [internal]';
comment on column forms.draft.box is '内容的密文 [sensitive]';
comment on column forms.draft.saved_at is '保存时间 [internal]';

-- 附件：先属于草稿，提交后属于记录；哪边都不提它，字节就删掉
create table forms.file (
  id uuid primary key,
  draft_id uuid references forms.draft (id),
  record_id uuid references forms.record (id),
  name text not null,
  media_type text not null,
  size bigint not null,
  check (num_nonnulls(draft_id, record_id) = 1)
);
create index on forms.file (draft_id) where draft_id is not null;
create index on forms.file (record_id) where record_id is not null;
comment on table forms.file is '表单附件 [internal; 填写表单; 随草稿或记录]';
comment on column forms.file.id is '文件标识 [internal]';
comment on column forms.file.draft_id is '所在草稿 [internal]';
comment on column forms.file.record_id is '所在记录 [internal]';
comment on column forms.file.name is '文件名 [personal]';
comment on column forms.file.media_type is '按内容识别的类型 [internal]';
comment on column forms.file.size is '字节数 [internal]';
