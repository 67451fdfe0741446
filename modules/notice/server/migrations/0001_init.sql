create schema notice;

create table notice.notice (
  id uuid primary key,
  unit_id uuid not null references directory.unit (id),
  author_id uuid not null references directory.person (id),
  kind text not null check (kind in ('notice', 'announcement', 'circular')),
  title text not null check (length(title) between 1 and 100),
  body text not null,
  state text not null default 'draft' check (state in ('draft', 'pending', 'returned', 'published', 'withdrawn')),
  reason text,
  expires_on date,
  pinned_until date,
  published_at timestamptz,
  published_by uuid references directory.person (id),
  updated_at timestamptz not null,
  revision integer not null default 1,
  check ((published_at is not null) = (state in ('published', 'withdrawn')))
);
create index notice_author on notice.notice (author_id, updated_at desc, id desc);
create index notice_unit on notice.notice (unit_id, updated_at desc, id desc);
comment on table notice.notice is '通知公告 [internal; 通知公告; 长期]';
comment on column notice.notice.id is '标识 [internal]';
comment on column notice.notice.unit_id is '发布单位 [internal]';
comment on column notice.notice.author_id is '起草人 [internal]';
comment on column notice.notice.kind is '种类：通知、公告、通报 [internal]';
comment on column notice.notice.title is '标题 [internal]';
comment on column notice.notice.body is '正文 [internal]';
comment on column notice.notice.state is '状态：草稿、待审核、已退回、已发布、已撤回 [internal]';
comment on column notice.notice.reason is '退回或撤回的原因 [internal]';
comment on column notice.notice.expires_on is '有效至（含） [internal]';
comment on column notice.notice.pinned_until is '置顶至（含） [internal]';
comment on column notice.notice.published_at is '发布时间 [internal]';
comment on column notice.notice.published_by is '发布人 [internal]';
comment on column notice.notice.updated_at is '修改时间 [internal]';
comment on column notice.notice.revision is '修订号 [internal]';

-- 一人收到的通知，是其任职单位及各上级单位在此表中的几段：发布时间随行记下，每段按时间倒序直接取前几条，不必扫描。
create table notice.audience (
  notice_id uuid not null references notice.notice (id) on delete cascade,
  unit_id uuid not null references directory.unit (id),
  published_at timestamptz,
  pinned_until date,
  primary key (notice_id, unit_id)
);
create index audience_inbox on notice.audience (unit_id, published_at desc, notice_id desc) where published_at is not null;
create index audience_pinned on notice.audience (unit_id, published_at desc, notice_id desc) where pinned_until is not null;
comment on table notice.audience is '通知范围：单位子树 [internal; 通知公告; 随通知]';
comment on column notice.audience.notice_id is '通知 [internal]';
comment on column notice.audience.unit_id is '单位，含其全部下级 [internal]';
comment on column notice.audience.published_at is '发布时间，与通知相同 [internal]';
comment on column notice.audience.pinned_until is '置顶至，与通知相同 [internal]';

create table notice.attachment (
  id uuid primary key,
  notice_id uuid not null references notice.notice (id),
  name text not null,
  media_type text not null,
  size bigint not null
);
create index attachment_notice on notice.attachment (notice_id, id);
comment on table notice.attachment is '通知附件 [internal; 通知公告; 随通知]';
comment on column notice.attachment.id is '文件标识 [internal]';
comment on column notice.attachment.notice_id is '通知 [internal]';
comment on column notice.attachment.name is '文件名 [internal]';
comment on column notice.attachment.media_type is '按内容识别的类型 [internal]';
comment on column notice.attachment.size is '字节数 [internal]';

create table notice.read (
  person_id uuid not null references directory.person (id),
  notice_id uuid not null references notice.notice (id),
  at timestamptz not null,
  primary key (person_id, notice_id)
);
create index read_notice on notice.read (notice_id, at desc, person_id desc);
comment on table notice.read is '已读记录 [personal; 通知公告; 2 年]';
comment on column notice.read.person_id is '人员 [internal]';
comment on column notice.read.notice_id is '通知 [internal]';
comment on column notice.read.at is '首次阅读时间 [personal]';
