create schema built;

-- 表、列、索引的编号：标识只由它生成，从不取自使用者写的文字
create sequence built.number;

create table built.app (
  id uuid primary key,
  key text not null unique,
  name text not null,
  sentence text not null default '',
  heading text not null default '',
  owner_unit uuid not null references directory.unit (id),
  reach text not null check (reach in ('subtree', 'unit')),
  version integer,
  created_at timestamptz(3) not null,
  updated_at timestamptz(3) not null
);
create index on built.app (owner_unit);
comment on table built.app is '自建应用 [internal; 自建应用; 长期]';
comment on column built.app.id is '标识 [internal]';
comment on column built.app.key is '应用编号 [internal]';
comment on column built.app.name is '名称 [internal]';
comment on column built.app.sentence is '说明 [internal]';
comment on column built.app.heading is '分类 [internal]';
comment on column built.app.owner_unit is '维护单位 [internal]';
comment on column built.app.reach is '使用范围：本单位及下级、仅本单位 [internal]';
comment on column built.app.version is '在用的版本，还没有发布过为空 [internal]';
comment on column built.app.created_at is '建立时间 [internal]';
comment on column built.app.updated_at is '修改时间 [internal]';

-- 定义的版本；一个应用同时只有一个版本在修改、待审或发布中
create table built.version (
  id uuid primary key,
  app_id uuid not null references built.app (id),
  version integer not null,
  state text not null check (state in ('draft', 'review', 'promoting', 'published', 'superseded')),
  revision integer not null default 1,
  definition jsonb not null,
  layout jsonb,
  note text not null default '',
  edited_by uuid,
  editor_name text not null,
  edited_at timestamptz(3) not null,
  submitted_by uuid,
  submitter_name text,
  decided_by uuid,
  published_at timestamptz(3),
  unique (app_id, version),
  check (decided_by is null or decided_by is distinct from submitted_by)
);
create unique index on built.version (app_id) where state in ('draft', 'review', 'promoting');
comment on table built.version is '自建应用的版本 [internal; 自建应用; 长期]';
comment on column built.version.id is '标识 [internal]';
comment on column built.version.app_id is '应用 [internal]';
comment on column built.version.version is '版本号 [internal]';
comment on column built.version.state is '状态 [internal]';
comment on column built.version.revision is '修订号 [internal]';
comment on column built.version.definition is '定义全文 [internal]';
comment on column built.version.layout is '对象和字段所在的表和列 [internal]';
comment on column built.version.note is '退回的原因 [internal]';
comment on column built.version.edited_by is '最后修改人 [internal]';
comment on column built.version.editor_name is '最后修改人当时的姓名 [personal]';
comment on column built.version.edited_at is '修改时间 [internal]';
comment on column built.version.submitted_by is '送审人 [internal]';
comment on column built.version.submitter_name is '送审人当时的姓名 [personal]';
comment on column built.version.decided_by is '审核人 [internal]';
comment on column built.version.published_at is '启用时间 [internal]';

-- 发布：一步一步改表，每一步与进度同时提交，断了从断处接着做；一个应用同时只有一次
create table built.promotion (
  version_id uuid primary key references built.version (id),
  app_id uuid not null references built.app (id),
  steps jsonb not null,
  at integer not null default 0,
  place uuid,
  copied bigint not null default 0,
  unconverted bigint not null default 0,
  state text not null default 'running' check (state in ('running', 'done', 'failed')),
  fault text not null default '',
  started_at timestamptz(3) not null,
  ended_at timestamptz(3)
);
create unique index on built.promotion (app_id) where state = 'running';
comment on table built.promotion is '自建应用的发布过程 [internal; 自建应用; 长期]';
comment on column built.promotion.version_id is '版本 [internal]';
comment on column built.promotion.app_id is '应用 [internal]';
comment on column built.promotion.steps is '要做的步骤 [internal]';
comment on column built.promotion.at is '做到第几步 [internal]';
comment on column built.promotion.place is '复制到哪一行 [internal]';
comment on column built.promotion.copied is '复制了多少行 [internal]';
comment on column built.promotion.unconverted is '新类型放不下、留在原列的值 [internal]';
comment on column built.promotion.state is '状态 [internal]';
comment on column built.promotion.fault is '失败的原因 [internal]';
comment on column built.promotion.started_at is '开始时间 [internal]';
comment on column built.promotion.ended_at is '结束时间 [internal]';

-- 以下函数以迁移角色的身份改表结构：应用角色自己什么表也改不了，只能让这个模式里多出编号命名的表和列。
-- 标识一律是编号，类型和数据类别出自固定的几种，文字只进注释。等锁不超过 0.9 秒，等不到由调用者稍后再来。
create function built.check_note(p_note text) returns void language plpgsql as $$
begin
  if p_note !~ '^[^\[\];]{1,120} \[(public|internal|personal|sensitive)\]$' then raise exception '注释的写法有误：%', p_note; end if;
end $$;
create function built.check_column(p_column text) returns void language plpgsql as $$
begin
  if p_column !~ '^f_[1-9][0-9]{0,8}(_(from|to|from_half|to_half|days|said))?$' then raise exception '列的编号有误：%', p_column; end if;
end $$;

create function built.define_table(p_no bigint, p_title text) returns void
language plpgsql security definer set search_path = pg_catalog, pg_temp set lock_timeout = '900ms' as $$
declare t text := 'e_' || p_no;
begin
  if p_no < 1 then raise exception '编号有误'; end if;
  perform built.check_note(p_title || ' [internal]');
  if to_regclass('built.' || t) is not null then return; end if;
  execute format('create table built.%I (
    id uuid primary key references forms.record (id),
    revision integer not null default 1,
    unit_id uuid not null,
    author_id uuid not null,
    author_name text not null,
    author_unit text not null,
    state text not null default ''kept'' check (state in (''kept'', ''running'', ''done'', ''refused'', ''withdrawn'')),
    instance_id uuid,
    created_at timestamptz(3) not null,
    updated_at timestamptz(3) not null,
    removed_at timestamptz(3),
    ext jsonb not null default ''{}''
  ) with (fillfactor = 85)', t);
  execute format('create index on built.%I (created_at desc, id desc) where removed_at is null', t);
  execute format('create index on built.%I (unit_id, created_at desc, id desc) where removed_at is null', t);
  execute format('create index on built.%I (author_id, created_at desc, id desc) where removed_at is null', t);
  execute format('create index on built.%I (updated_at)', t);
  execute format('create index on built.%I (instance_id) where instance_id is not null', t);
  execute format('comment on table built.%I is %L', t, p_title || ' [internal; 办理业务; 随所属业务]');
  execute format('comment on column built.%I.id is %L', t, '表单记录 [internal]');
  execute format('comment on column built.%I.revision is %L', t, '修订号 [internal]');
  execute format('comment on column built.%I.unit_id is %L', t, '所属单位，数据范围按它 [internal]');
  execute format('comment on column built.%I.author_id is %L', t, '建立人 [internal]');
  execute format('comment on column built.%I.author_name is %L', t, '建立人当时的姓名 [personal]');
  execute format('comment on column built.%I.author_unit is %L', t, '建立人当时的单位 [internal]');
  execute format('comment on column built.%I.state is %L', t, '状态 [internal]');
  execute format('comment on column built.%I.instance_id is %L', t, '办件 [internal]');
  execute format('comment on column built.%I.created_at is %L', t, '建立时间 [internal]');
  execute format('comment on column built.%I.updated_at is %L', t, '修改时间 [internal]');
  execute format('comment on column built.%I.removed_at is %L', t, '删除时间 [internal]');
  execute format('comment on column built.%I.ext is %L', t, '未定义的内容 [sensitive]');
  execute format('grant select, insert, update, delete on built.%I to qitong_app', t);
end $$;

create function built.define_columns(p_no bigint, p_columns text[], p_types text[], p_notes text[]) returns void
language plpgsql security definer set search_path = pg_catalog, pg_temp set lock_timeout = '900ms' as $$
declare parts text[] := '{}'; i integer;
begin
  for i in 1 .. cardinality(p_columns) loop
    perform built.check_column(p_columns[i]);
    perform built.check_note(p_notes[i]);
    if p_types[i] <> all (array['text', 'text[]', 'numeric', 'numeric(20,2)', 'date', 'time', 'timestamp(0)', 'boolean', 'uuid', 'uuid[]', 'jsonb']) then
      raise exception '列的类型有误：%', p_types[i];
    end if;
    parts := parts || format('add column if not exists %I %s', p_columns[i], p_types[i]);
  end loop;
  execute format('alter table built.%I %s', 'e_' || p_no, array_to_string(parts, ', '));
  for i in 1 .. cardinality(p_columns) loop
    execute format('comment on column built.%I.%I is %L', 'e_' || p_no, p_columns[i], p_notes[i]);
  end loop;
end $$;

create function built.define_note(p_no bigint, p_column text, p_note text) returns void
language plpgsql security definer set search_path = pg_catalog, pg_temp set lock_timeout = '900ms' as $$
begin
  perform built.check_column(p_column);
  perform built.check_note(p_note);
  execute format('comment on column built.%I.%I is %L', 'e_' || p_no, p_column, p_note);
end $$;

create function built.define_index(p_no bigint, p_name text, p_columns text[], p_unique boolean) returns void
language plpgsql security definer set search_path = pg_catalog, pg_temp set lock_timeout = '900ms' as $$
declare c text;
begin
  if p_name !~ '^[iu]_[0-9_]{1,60}$' then raise exception '索引的编号有误：%', p_name; end if;
  foreach c in array p_columns loop perform built.check_column(c); end loop;
  if p_unique then
    execute format('create unique index if not exists %I on built.%I (%s) where removed_at is null', p_name, 'e_' || p_no, array_to_string(p_columns, ', '));
  else
    execute format('create index if not exists %I on built.%I (%s nulls first, id) where removed_at is null', p_name, 'e_' || p_no, array_to_string(p_columns, ', '));
  end if;
end $$;

-- 只去掉唯一约束，不动数据
create function built.lift_unique(p_no bigint, p_name text) returns void
language plpgsql security definer set search_path = pg_catalog, pg_temp set lock_timeout = '900ms' as $$
begin
  if p_name !~ '^u_[0-9_]{1,60}$' then raise exception '索引的编号有误：%', p_name; end if;
  if not exists (select 1 from pg_index i where i.indexrelid = to_regclass('built.' || p_name) and i.indrelid = to_regclass('built.e_' || p_no)) then return; end if;
  execute format('drop index built.%I', p_name);
end $$;

-- 不再用的列和表改名留下，从不删除
create function built.set_aside(p_no bigint, p_columns text[]) returns void
language plpgsql security definer set search_path = pg_catalog, pg_temp set lock_timeout = '900ms' as $$
declare c text;
begin
  if p_columns is null then
    if to_regclass('built.e_' || p_no) is not null then execute format('alter table built.%I rename to %I', 'e_' || p_no, 'aside_e_' || p_no); end if;
    return;
  end if;
  foreach c in array p_columns loop
    perform built.check_column(c);
    if exists (select 1 from pg_attribute a where a.attrelid = to_regclass('built.e_' || p_no) and a.attname = c and not a.attisdropped) then
      execute format('alter table built.%I rename column %I to %I', 'e_' || p_no, c, 'aside_' || c);
    end if;
  end loop;
end $$;

revoke all on all functions in schema built from public;
