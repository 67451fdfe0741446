-- 常用语：一人一列，次序即数组次序
create table tasks.phrase (
  person_id uuid primary key,
  texts text[] not null,
  updated_at timestamptz not null
);
comment on table tasks.phrase is '常用意见 [internal; 办理事项; 离职后 1 年]';
comment on column tasks.phrase.person_id is '谁的 [internal]';
comment on column tasks.phrase.texts is '常用语，按本人的次序 [personal]';
comment on column tasks.phrase.updated_at is '修改时间 [internal]';

-- 手写签名：笔迹与图片，只有本人能取用
create table tasks.signature (
  person_id uuid primary key,
  ink jsonb not null,
  ink_file_id uuid not null,
  updated_at timestamptz not null
);
comment on table tasks.signature is '本人的签名 [sensitive; 办理事项; 本人删除或离职后 1 年]';
comment on column tasks.signature.person_id is '谁的 [internal]';
comment on column tasks.signature.ink is '笔迹 [secret]';
comment on column tasks.signature.ink_file_id is '签名图片 [internal]';
comment on column tasks.signature.updated_at is '修改时间 [internal]';

-- 意见的手写、附件和提到的人：先存草稿，办理时与办理记录系在一起，此后不再改
create table tasks.opinion (
  id uuid primary key,
  person_id uuid not null,
  text text not null default '',
  ink jsonb,
  ink_file_id uuid,
  source text,
  reference text,
  created_at timestamptz not null,
  kept_at timestamptz(3),
  check ((kept_at is null) = (source is null) and (kept_at is null) = (reference is null)),
  check ((ink is null) = (ink_file_id is null))
);
create index opinion_of on tasks.opinion (source, reference, kept_at) where kept_at is not null;
create index opinion_draft on tasks.opinion (created_at) where kept_at is null;
comment on table tasks.opinion is '意见的手写、附件和提到的人 [internal; 办理事项; 随办理记录]';
comment on column tasks.opinion.id is '标识 [internal]';
comment on column tasks.opinion.person_id is '谁的意见 [internal]';
comment on column tasks.opinion.text is '意见文字 [personal]';
comment on column tasks.opinion.ink is '手写笔迹 [secret]';
comment on column tasks.opinion.ink_file_id is '手写图片 [internal]';
comment on column tasks.opinion.source is '系在哪个来源的办理记录上，空为草稿 [internal]';
comment on column tasks.opinion.reference is '来源给的编号 [internal]';
comment on column tasks.opinion.created_at is '起草时间 [internal]';
comment on column tasks.opinion.kept_at is '随办理保存的时间，空为草稿 [internal]';

create table tasks.opinion_file (
  id uuid primary key,
  opinion_id uuid not null references tasks.opinion (id),
  name text not null,
  media_type text not null,
  size bigint not null,
  created_at timestamptz not null
);
create index on tasks.opinion_file (opinion_id, created_at, id);
comment on table tasks.opinion_file is '意见的附件 [internal; 办理事项; 随办理记录]';
comment on column tasks.opinion_file.id is '文件标识 [internal]';
comment on column tasks.opinion_file.opinion_id is '意见 [internal]';
comment on column tasks.opinion_file.name is '文件名 [personal]';
comment on column tasks.opinion_file.media_type is '类型 [internal]';
comment on column tasks.opinion_file.size is '字节数 [internal]';
comment on column tasks.opinion_file.created_at is '上传时间 [internal]';

create table tasks.opinion_mention (
  opinion_id uuid not null references tasks.opinion (id),
  person_id uuid not null,
  name text not null,
  primary key (opinion_id, person_id)
);
comment on table tasks.opinion_mention is '意见中提到的人 [internal; 办理事项; 随办理记录]';
comment on column tasks.opinion_mention.opinion_id is '意见 [internal]';
comment on column tasks.opinion_mention.person_id is '提到谁 [internal]';
comment on column tasks.opinion_mention.name is '当时的姓名 [personal]';
