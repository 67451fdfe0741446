-- 搜索词的三种前缀索引：本单位、本县（市由各县合成）、全省。装入全省数据前先去掉，装完再建。
create index token_org on directory.person_token (org_no, key text_pattern_ops, sort) include (person_no, post_id, guard);
create index token_county on directory.person_token (county_no, key text_pattern_ops, sort) include (person_no, post_id, guard);
create index token_key on directory.person_token (key text_pattern_ops, sort) include (person_no, post_id, guard);
create index token_person on directory.person_token (person_no);
create index unit_token_key on directory.unit_token (key text_pattern_ops, level, unit_no);
create index unit_token_county on directory.unit_token (county_no, key text_pattern_ops);
create index unit_token_unit on directory.unit_token (unit_no);

-- 目录的三个版本号：数据每次改动、结构（先序号）改动、可见性改动
create table directory.version (
  one boolean primary key default true check (one),
  ver bigint not null default 1,
  structure bigint not null default 1,
  visibility bigint not null default 1
);
insert into directory.version default values;
comment on table directory.version is '目录版本号 [internal; 同步; 长期]';
comment on column directory.version.one is '仅一行 [internal]';
comment on column directory.version.ver is '数据版本 [internal]';
comment on column directory.version.structure is '结构版本：先序号变动时加一 [internal]';
comment on column directory.version.visibility is '可见性版本 [internal]';

-- 增量同步的改动流水（含墓碑）
create table directory.change (
  ver bigint not null,
  kind text not null check (kind in ('unit', 'person')),
  no integer not null,
  county_no integer not null,
  gone boolean not null default false,
  at timestamptz not null default now(),
  primary key (ver, kind, no)
);
create index change_county on directory.change (county_no, ver);
create index change_at on directory.change (at);
comment on table directory.change is '目录改动流水 [internal; 增量同步; 30 天]';
comment on column directory.change.ver is '版本号 [internal]';
comment on column directory.change.kind is '单位或人员 [internal]';
comment on column directory.change.no is '编号 [internal]';
comment on column directory.change.county_no is '县级节点编号 [internal]';
comment on column directory.change.gone is '已不在 [internal]';
comment on column directory.change.at is '时间 [internal]';

-- 可见性：规则按单位子树、职级、人员选定对象；每个对象上生效的规则组合编成 guard 号，查询时只比一个整数
create table directory.visibility_rule (
  id uuid primary key,
  title text not null,
  target_unit uuid references directory.unit (id),
  target_rank_order smallint,
  target_person uuid references directory.person (id),
  effect text not null check (effect in ('hide', 'mask')),
  fields text[] not null default '{}',
  viewer_units uuid[] not null default '{}',
  viewer_persons uuid[] not null default '{}',
  viewer_rank_order smallint,
  own_unit boolean not null default true,
  enabled boolean not null default true,
  owner_unit uuid not null references directory.unit (id),
  created_by uuid,
  created_at timestamptz not null default now(),
  revision integer not null default 1,
  check (target_unit is not null or target_rank_order is not null or target_person is not null)
);
comment on table directory.visibility_rule is '可见性规则：对谁、隐藏或遮盖什么、谁例外 [internal; 目录可见性; 长期]';
comment on column directory.visibility_rule.id is '标识 [internal]';
comment on column directory.visibility_rule.title is '名称 [internal]';
comment on column directory.visibility_rule.target_unit is '对象：单位子树 [internal]';
comment on column directory.visibility_rule.target_rank_order is '对象：职级次序不大于此者 [internal]';
comment on column directory.visibility_rule.target_person is '对象：某人 [internal]';
comment on column directory.visibility_rule.effect is '隐藏整个人或单位，或遮盖字段 [internal]';
comment on column directory.visibility_rule.fields is '遮盖的字段 [internal]';
comment on column directory.visibility_rule.viewer_units is '例外：这些子树里的人可见 [internal]';
comment on column directory.visibility_rule.viewer_persons is '例外：这些人可见 [internal]';
comment on column directory.visibility_rule.viewer_rank_order is '例外：职级次序不大于此者可见 [internal]';
comment on column directory.visibility_rule.own_unit is '同单位的人可见 [internal]';
comment on column directory.visibility_rule.enabled is '启用 [internal]';
comment on column directory.visibility_rule.owner_unit is '规则所属单位 [internal]';
comment on column directory.visibility_rule.created_by is '建立人 [internal]';
comment on column directory.visibility_rule.created_at is '建立时间 [internal]';
comment on column directory.visibility_rule.revision is '修订号 [internal]';

create table directory.guard (
  id integer generated always as identity primary key,
  rule_ids uuid[] not null unique
);
comment on table directory.guard is '规则组合 [internal; 目录可见性; 长期]';
comment on column directory.guard.id is '编号 [internal]';
comment on column directory.guard.rule_ids is '生效的规则，已排序 [internal]';
