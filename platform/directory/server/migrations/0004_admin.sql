-- 沿革：每次改动由数据库把旧行存为一个版本，写入者跳不过 ---------------------------------------------------
-- 谁、为何、按哪一天改，由改动的事务用三个会话变量说明（server/write-change.ts）；没有说明的按系统、今日记。
create function directory.change_day() returns date language sql stable as $$
  select coalesce(nullif(current_setting('directory.day', true), '')::date, (now() at time zone 'Asia/Shanghai')::date)
$$;
comment on function directory.change_day is '本次改动按哪一天记';
create function directory.change_moment() returns timestamptz language sql stable as $$
  select coalesce(nullif(current_setting('directory.moment', true), '')::timestamptz, now())
$$;
comment on function directory.change_moment is '本次改动的时刻';
create function directory.change_author() returns jsonb language sql stable as $$
  select coalesce(nullif(current_setting('directory.author', true), ''), '{}')::jsonb
$$;
comment on function directory.change_author is '本次改动由谁、为何：{id, name, reason}';

create table directory.unit_version (
  no bigint generated always as identity primary key,
  unit_id uuid not null references directory.unit (id),
  parent_id uuid,
  valid_from date not null,
  valid_to date not null,
  recorded_at timestamptz not null,
  data jsonb not null,
  reason text,
  actor_id uuid,
  actor_name text
);
create index on directory.unit_version (unit_id, no);
create index on directory.unit_version (parent_id);
comment on table directory.unit_version is '单位的旧版本：自 valid_from 至 valid_to（不含）如 data 所记 [internal; 沿革与按日查阅; 长期]';
comment on column directory.unit_version.no is '先后 [internal]';
comment on column directory.unit_version.unit_id is '单位 [internal]';
comment on column directory.unit_version.parent_id is '当时的上级 [internal]';
comment on column directory.unit_version.valid_from is '起 [internal]';
comment on column directory.unit_version.valid_to is '止（不含） [internal]';
comment on column directory.unit_version.recorded_at is '改动记录的时刻 [internal]';
comment on column directory.unit_version.data is '当时的内容 [internal]';
comment on column directory.unit_version.reason is '改动的原因 [internal]';
comment on column directory.unit_version.actor_id is '改动人 [internal]';
comment on column directory.unit_version.actor_name is '改动人姓名 [personal]';

create table directory.person_version (
  no bigint generated always as identity primary key,
  person_id uuid not null references directory.person (id),
  valid_from date not null,
  valid_to date not null,
  recorded_at timestamptz not null,
  data jsonb not null,
  reason text,
  actor_id uuid,
  actor_name text
);
create index on directory.person_version (person_id, no);
comment on table directory.person_version is '人员的旧版本 [personal; 沿革与按日查阅; 离职后 5 年]';
comment on column directory.person_version.no is '先后 [internal]';
comment on column directory.person_version.person_id is '人员 [internal]';
comment on column directory.person_version.valid_from is '起 [internal]';
comment on column directory.person_version.valid_to is '止（不含） [internal]';
comment on column directory.person_version.recorded_at is '改动记录的时刻 [internal]';
comment on column directory.person_version.data is '当时的内容，含手机号，不含公民身份号码 [sensitive]';
comment on column directory.person_version.reason is '改动的原因 [internal]';
comment on column directory.person_version.actor_id is '改动人 [internal]';
comment on column directory.person_version.actor_name is '改动人姓名 [personal]';

create table directory.post_version (
  no bigint generated always as identity primary key,
  post_id uuid not null references directory.post (id),
  person_id uuid not null,
  unit_id uuid not null,
  valid_from date not null,
  valid_to date not null,
  recorded_at timestamptz not null,
  data jsonb not null,
  reason text,
  actor_id uuid,
  actor_name text
);
create index on directory.post_version (post_id, no);
create index on directory.post_version (person_id);
create index on directory.post_version (unit_id);
comment on table directory.post_version is '任职的旧版本 [internal; 沿革与按日查阅; 长期]';
comment on column directory.post_version.no is '先后 [internal]';
comment on column directory.post_version.post_id is '任职 [internal]';
comment on column directory.post_version.person_id is '人员 [internal]';
comment on column directory.post_version.unit_id is '当时的任职单位 [internal]';
comment on column directory.post_version.valid_from is '起 [internal]';
comment on column directory.post_version.valid_to is '止（不含） [internal]';
comment on column directory.post_version.recorded_at is '改动记录的时刻 [internal]';
comment on column directory.post_version.data is '当时的内容 [internal]';
comment on column directory.post_version.reason is '改动的原因 [internal]';
comment on column directory.post_version.actor_id is '改动人 [internal]';
comment on column directory.post_version.actor_name is '改动人姓名 [personal]';

create function directory.keep_unit() returns trigger language plpgsql as $$
declare
  author jsonb := directory.change_author();
  since date := coalesce((select valid_to from directory.unit_version where unit_id = old.id order by no desc limit 1), old.valid_from);
begin
  insert into directory.unit_version (unit_id, parent_id, valid_from, valid_to, recorded_at, data, reason, actor_id, actor_name)
  values (old.id, old.parent_id, since, greatest(since, directory.change_day()), directory.change_moment(),
    to_jsonb(old) - '{id,no,org_no,county_no,city_no,pre,pre_end,depth,guard,people_total,people_direct,children,home_node,created_at,updated_at}'::text[],
    author ->> 'reason', (author ->> 'id')::uuid, author ->> 'name');
  return null;
end $$;
-- 先序号、计数、可见性编号等派生列不算改动
create trigger keep after update on directory.unit for each row when (
  (old.parent_id, old.kind, old.level, old.region_code, old.name, old.short_name, old.document_mark, old.credit_code, old.line, old.superior_id,
    old.sort, old.establishment, old.phone, old.address, old.closed, old.valid_from, old.valid_to, old.merged_into)
  is distinct from
  (new.parent_id, new.kind, new.level, new.region_code, new.name, new.short_name, new.document_mark, new.credit_code, new.line, new.superior_id,
    new.sort, new.establishment, new.phone, new.address, new.closed, new.valid_from, new.valid_to, new.merged_into)
) execute function directory.keep_unit();

create function directory.keep_person() returns trigger language plpgsql as $$
declare
  author jsonb := directory.change_author();
  since date := coalesce((select valid_to from directory.person_version where person_id = old.id order by no desc limit 1),
    least((old.created_at at time zone 'Asia/Shanghai')::date, directory.change_day()));
begin
  insert into directory.person_version (person_id, valid_from, valid_to, recorded_at, data, reason, actor_id, actor_name)
  values (old.id, since, greatest(since, directory.change_day()), directory.change_moment(),
    to_jsonb(old) - '{id,no,identity_box,identity_index,mobile_tail,guard,home_node,created_at,updated_at}'::text[]
      || jsonb_build_object('identity', encode(substr(old.identity_index, 1, 4), 'hex')),
    author ->> 'reason', (author ->> 'id')::uuid, author ->> 'name');
  return null;
end $$;
create trigger keep after update on directory.person for each row when (
  (old.name, old.pinyin, old.gender, old.identity_index, old.mobile, old.email, old.rank, old.rank_order, old.staff_no, old.status, old.external_id)
  is distinct from
  (new.name, new.pinyin, new.gender, new.identity_index, new.mobile, new.email, new.rank, new.rank_order, new.staff_no, new.status, new.external_id)
) execute function directory.keep_person();

create function directory.keep_post() returns trigger language plpgsql as $$
declare
  author jsonb := directory.change_author();
  since date := coalesce((select valid_to from directory.post_version where post_id = old.id order by no desc limit 1), old.valid_from);
begin
  insert into directory.post_version (post_id, person_id, unit_id, valid_from, valid_to, recorded_at, data, reason, actor_id, actor_name)
  values (old.id, old.person_id, old.unit_id, since, greatest(since, directory.change_day()), directory.change_moment(),
    to_jsonb(old) - '{id,person_id,org_no}'::text[], author ->> 'reason', (author ->> 'id')::uuid, author ->> 'name');
  return null;
end $$;
create trigger keep after update on directory.post for each row when (
  (old.unit_id, old.kind, old.title, old.charge, old.leader, old.sort, old.phone, old.room, old.valid_from, old.valid_to)
  is distinct from
  (new.unit_id, new.kind, new.title, new.charge, new.leader, new.sort, new.phone, new.room, new.valid_from, new.valid_to)
) execute function directory.keep_post();

-- 含已撤销的下级：先序号的空位从这里找
create index unit_parent on directory.unit (parent_id, pre_end);
-- 管理页的排序
create index person_by_name on directory.person (name collate "C", id);
create index person_by_change on directory.person (updated_at, id);
create index person_mobile on directory.person (mobile) where mobile is not null;
create index person_staff on directory.person (staff_no) where staff_no is not null;

-- 职级次序与岗位职责是数据 ---------------------------------------------------------------------------------
create table directory.rank (
  name text primary key,
  sort smallint not null
);
comment on table directory.rank is '职级及其次序 [internal; 排序与可见性; 长期]';
comment on column directory.rank.name is '职级 [internal]';
comment on column directory.rank.sort is '次序，小者高 [internal]';
insert into directory.rank (name, sort)
select name, at from unnest('{一级巡视员,二级巡视员,一级调研员,二级调研员,三级调研员,四级调研员,一级主任科员,二级主任科员,三级主任科员,四级主任科员,一级科员,二级科员,正高级教师,主任医师,教授,高级工程师,高级教师,副主任医师,副教授,工程师,一级教师,主治医师,讲师,助理工程师,二级教师,医师,护师,助教,技术员,护士,中级工,初级工}'::text[])
  with ordinality as listed (name, at);

create table directory.duty_kind (
  name text primary key,
  sort integer not null,
  note text not null,
  enabled boolean not null default true
);
comment on table directory.duty_kind is '岗位职责角色的种类 [internal; 流程找人; 长期]';
comment on column directory.duty_kind.name is '名称 [internal]';
comment on column directory.duty_kind.sort is '次序 [internal]';
comment on column directory.duty_kind.note is '流程用它找谁 [internal]';
comment on column directory.duty_kind.enabled is '可选 [internal]';
insert into directory.duty_kind (name, sort, note) values
  ('主要负责人', 10, '单位的第一负责人'),
  ('分管负责人', 20, '按分管工作审批的单位领导'),
  ('公文签批', 30, '签发公文的人'),
  ('值班带班', 40, '值班期间带班的领导'),
  ('文秘', 50, '收发、拟办公文的人'),
  ('机要员', 60, '收发涉密公文的人'),
  ('会签联络人', 70, '其他单位会签时联系的人'),
  ('系统管理员', 80, '本单位的系统事务'),
  ('安全管理员', 90, '本单位的安全事务'),
  ('审计员', 100, '查阅审计记录的人');

-- 行业通讯录 -----------------------------------------------------------------------------------------------
create table directory.address_book (
  id uuid primary key,
  owner_unit uuid not null references directory.unit (id),
  line text,
  title text not null,
  note text not null default '',
  audience_units uuid[] not null check (cardinality(audience_units) > 0),
  revision integer not null default 1,
  created_at timestamptz not null,
  updated_at timestamptz not null
);
create index on directory.address_book (owner_unit);
comment on table directory.address_book is '行业通讯录：一个条线跨单位的通讯录 [internal; 条线工作联系; 长期]';
comment on column directory.address_book.id is '标识 [internal]';
comment on column directory.address_book.owner_unit is '维护单位 [internal]';
comment on column directory.address_book.line is '条线 [internal]';
comment on column directory.address_book.title is '名称 [internal]';
comment on column directory.address_book.note is '说明 [internal]';
comment on column directory.address_book.audience_units is '读者：这些子树里的人 [internal]';
comment on column directory.address_book.revision is '修订号 [internal]';
comment on column directory.address_book.created_at is '建立时间 [internal]';
comment on column directory.address_book.updated_at is '修改时间 [internal]';

create table directory.address_book_entry (
  id uuid primary key,
  book_id uuid not null references directory.address_book (id) on delete cascade,
  section text not null default '',
  sort integer not null,
  unit_id uuid references directory.unit (id),
  person_id uuid references directory.person (id),
  note text not null default '',
  check ((unit_id is null) <> (person_id is null))
);
create index on directory.address_book_entry (book_id, sort);
create index on directory.address_book_entry (unit_id) where unit_id is not null;
create index on directory.address_book_entry (person_id) where person_id is not null;
comment on table directory.address_book_entry is '行业通讯录的条目：一个单位或一个人 [internal; 条线工作联系; 随通讯录]';
comment on column directory.address_book_entry.id is '标识 [internal]';
comment on column directory.address_book_entry.book_id is '通讯录 [internal]';
comment on column directory.address_book_entry.section is '分节 [internal]';
comment on column directory.address_book_entry.sort is '次序 [internal]';
comment on column directory.address_book_entry.unit_id is '单位 [internal]';
comment on column directory.address_book_entry.person_id is '人员 [internal]';
comment on column directory.address_book_entry.note is '备注 [internal]';
