-- 搜索词索引带上判断远近与可见性所需的列：一次探查只读索引，不回表
drop index directory.token_org;
drop index directory.token_county;
drop index directory.token_key;
create index token_org on directory.person_token (org_no, key text_pattern_ops, sort) include (person_no, post_id, guard);
create index token_county on directory.person_token (county_no, key text_pattern_ops, sort) include (person_no, post_id, guard, org_no);
create index token_key on directory.person_token (key text_pattern_ops, sort) include (person_no, post_id, guard, org_no, city_no);
-- 同一单位里有成千上万个“办公室”：单位与内设机构分开查，内设机构只在近处找
drop index directory.unit_token_key;
drop index directory.unit_token_county;
create index unit_token_key on directory.unit_token (key text_pattern_ops, level, unit_no) include (county_no, city_no) where not division;
create index unit_token_county on directory.unit_token (county_no, division, key text_pattern_ops, level, unit_no);

create index unit_org_pre on directory.unit (org_no, pre) where valid_to is null;
create index unit_closed on directory.unit (pre) include (pre_end) where closed;
create index unit_guarded on directory.unit (parent_id) where guard <> 0;

-- 规则组合 -------------------------------------------------------------------------------------------------
-- 不公开的单位是一条不必写出的规则，以单位的标识为规则标识：本子树与本单位以外的人看不到。
-- 只以全省（根）为对象的遮盖规则对人人有效，不写进每一行：规则变动时不必改动一百四十万人。
create function directory.rules_of_unit(at bigint) returns uuid[] language sql stable as $$
  select array(
    select r.id from directory.visibility_rule r join directory.unit t on t.id = r.target_unit
    where r.enabled and r.effect = 'hide' and r.target_rank_order is null and r.target_person is null
      and at between t.pre and t.pre_end
    union
    select c.id from directory.unit c where c.closed and at between c.pre and c.pre_end
    order by 1)
$$;
comment on function directory.rules_of_unit is '对先序号所在的单位生效的规则';

-- 人随主职走；没有主职的，每个现任职务都算
create function directory.rules_of_person(person uuid, rank_order smallint) returns uuid[] language sql stable as $$
  with home as materialized (
    select u.pre from directory.post p join directory.unit u on u.id = p.unit_id
    where p.person_id = person and p.valid_to is null
      and (p.kind = 'main' or not exists (
        select 1 from directory.post m where m.person_id = person and m.kind = 'main' and m.valid_to is null)))
  select array(
    select r.id from directory.visibility_rule r left join directory.unit t on t.id = r.target_unit
    where r.enabled and (r.target_person is null or r.target_person = person)
      and (r.target_rank_order is null or rank_order <= r.target_rank_order)
      and (t.id is null or exists (select 1 from home where home.pre between t.pre and t.pre_end))
      and (t.parent_id is not null or t.id is null or r.target_rank_order is not null or r.target_person is not null)
    union
    select c.id from home join directory.unit c on c.closed and home.pre between c.pre and c.pre_end
    order by 1)
$$;
comment on function directory.rules_of_person is '对人生效的规则';

create function directory.guard_of(rules uuid[]) returns integer language sql stable as $$
  select coalesce((select id from directory.guard where rule_ids = rules), 0)
$$;
comment on function directory.guard_of is '规则组合的编号，无规则为 0';

create function directory.rules_of_guards(a integer, b integer) returns uuid[] language sql stable as $$
  select array(select distinct unnest(rule_ids) from directory.guard where id in (a, b) order by 1)
$$;
comment on function directory.rules_of_guards is '两个规则组合的并集';

-- 常用联系人 -----------------------------------------------------------------------------------------------
create table directory.favourite (
  owner_id uuid not null references directory.person (id) on delete cascade,
  person_id uuid not null references directory.person (id) on delete cascade,
  at timestamptz not null,
  primary key (owner_id, person_id)
);
create index on directory.favourite (person_id);
comment on table directory.favourite is '常用联系人 [personal; 个人通讯录; 随人员]';
comment on column directory.favourite.owner_id is '谁的常用联系人 [personal]';
comment on column directory.favourite.person_id is '人员 [personal]';
comment on column directory.favourite.at is '加入时间 [internal]';

-- 查阅限额：防止成批抄录通讯录 -------------------------------------------------------------------------------
create table directory.reading_limit (
  one boolean primary key default true check (one),
  searches integer not null check (searches > 0),
  people integer not null check (people > 0)
);
insert into directory.reading_limit (searches, people) values (5000, 10000);
comment on table directory.reading_limit is '每个账号每天的查阅限额 [internal; 防止成批抄录; 长期]';
comment on column directory.reading_limit.one is '仅一行 [internal]';
comment on column directory.reading_limit.searches is '搜索次数 [internal]';
comment on column directory.reading_limit.people is '看到的不同人数 [internal]';

create table directory.reading_budget (
  account_id uuid not null,
  day date not null,
  searches integer not null default 0,
  people integer not null default 0,
  primary key (day, account_id)
);
comment on table directory.reading_budget is '每个账号当天已用的查阅限额 [internal; 防止成批抄录; 30 天]';
comment on column directory.reading_budget.account_id is '账号 [internal]';
comment on column directory.reading_budget.day is '日期 [internal]';
comment on column directory.reading_budget.searches is '搜索次数 [internal]';
comment on column directory.reading_budget.people is '看到的不同人数 [internal]';
