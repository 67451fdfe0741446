create schema calendar;

create table calendar.year (
  year smallint primary key check (year between 2000 and 2100),
  basis text not null,
  published_at timestamptz not null,
  revision integer not null default 1
);
comment on table calendar.year is '已公布放假安排的年份；没有的年份按周末推算 [public; 计算期限; 长期]';
comment on column calendar.year.year is '年份 [public]';
comment on column calendar.year.basis is '依据：通知的文号或网址 [public]';
comment on column calendar.year.published_at is '公布或录入的时间 [public]';
comment on column calendar.year.revision is '修订号 [internal]';

-- 通知点名的日子：放假日与调休上班日，其余按星期。元旦的调休会动到上一年 12 月，所以一天可由两年的通知点名，以后一年的为准。
create table calendar.day (
  notice_year smallint not null references calendar.year (year),
  day date not null,
  working boolean not null,
  name text not null,
  primary key (day, notice_year),
  check (day between make_date(notice_year - 1, 12, 1) and make_date(notice_year, 12, 31))
);
comment on table calendar.day is '放假与调休 [public; 计算期限; 长期]';
comment on column calendar.day.notice_year is '由哪一年的通知点名 [public]';
comment on column calendar.day.day is '日期 [public]';
comment on column calendar.day.working is '上班 [public]';
comment on column calendar.day.name is '节日名称 [public]';

-- 各进程记着日历，凭此值知道是否仍是同一份；每次改动换一个从未用过的值，回退的事务也不会与后来的相混
create table calendar.revision (
  one boolean primary key default true check (one),
  mark uuid not null default gen_random_uuid()
);
insert into calendar.revision default values;
comment on table calendar.revision is '日历的版本 [internal; 缓存; 长期]';
comment on column calendar.revision.one is '仅一行 [internal]';
comment on column calendar.revision.mark is '版本标记 [internal]';

create function calendar.bump() returns trigger language plpgsql as $$
begin
  update calendar.revision set mark = gen_random_uuid();
  return null;
end $$;
create trigger bump after insert or update or delete or truncate on calendar.year for each statement execute function calendar.bump();
create trigger bump after insert or update or delete or truncate on calendar.day for each statement execute function calendar.bump();
