create schema feedback;

create table feedback.entry (
  id uuid primary key,
  kind text not null check (kind in ('投诉', '建议', '求助')),
  state text not null default 'open' check (state in ('open', 'replied', 'closed')),
  text text not null check (length(text) between 1 and 2000),
  contact text,
  path text not null,
  request_id text,
  account_id uuid not null,
  person_id uuid,
  sender_name text not null,
  unit_id uuid,
  sent_at timestamptz not null,
  updated_at timestamptz not null,
  revision integer not null default 1
);
create index entry_mine on feedback.entry (account_id, sent_at desc, id desc);
create index entry_unit on feedback.entry (unit_id, sent_at desc, id desc);
create index entry_state on feedback.entry (state, sent_at desc, id desc);
create index entry_sent on feedback.entry (sent_at desc, id desc);
comment on table feedback.entry is '投诉、建议与求助 [internal; 办理投诉建议（国办函〔2026〕12号）; 办结后 3 年]';
comment on column feedback.entry.id is '标识 [internal]';
comment on column feedback.entry.kind is '种类 [internal]';
comment on column feedback.entry.state is '状态：待处理、已回复、已办结 [internal]';
comment on column feedback.entry.text is '内容 [personal]';
comment on column feedback.entry.contact is '联系方式 [sensitive]';
comment on column feedback.entry.path is '写下时所在的页面 [internal]';
comment on column feedback.entry.request_id is '出错页上的编号 [internal]';
comment on column feedback.entry.account_id is '提交的账号 [internal]';
comment on column feedback.entry.person_id is '提交人；应用提交的为空 [internal]';
comment on column feedback.entry.sender_name is '提交人姓名 [personal]';
comment on column feedback.entry.unit_id is '提交时所在单位，办理范围由它定；空则只有全省范围的人能办 [internal]';
comment on column feedback.entry.sent_at is '提交时间 [internal]';
comment on column feedback.entry.updated_at is '最近变动时间 [internal]';
comment on column feedback.entry.revision is '修订号 [internal]';

-- 办理经过只增不改
create table feedback.step (
  id uuid primary key,
  entry_id uuid not null references feedback.entry (id),
  at timestamptz not null,
  action text not null check (action in ('sent', 'replied', 'closed')),
  account_id uuid not null,
  actor_name text not null,
  text text,
  check ((action = 'sent') = (text is null))
);
create index step_entry on feedback.step (entry_id, id);
comment on table feedback.step is '办理经过 [internal; 办理投诉建议（国办函〔2026〕12号）; 办结后 3 年]';
comment on column feedback.step.id is '标识 [internal]';
comment on column feedback.step.entry_id is '所属投诉建议 [internal]';
comment on column feedback.step.at is '时间 [internal]';
comment on column feedback.step.action is '提交、回复、办结 [internal]';
comment on column feedback.step.account_id is '经办账号 [internal]';
comment on column feedback.step.actor_name is '经办人 [personal]';
comment on column feedback.step.text is '答复内容 [personal]';
