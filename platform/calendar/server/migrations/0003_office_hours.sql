-- 办公时间：按单位（空为所有单位）、按一年中的哪一段、从哪天起；离得最近的单位、最窄的一段、最晚开始的一条为准
create table calendar.office_hours (
  id uuid primary key,
  unit_id uuid references directory.unit (id),
  name text not null,
  from_day text not null check (from_day ~ '^\d\d-\d\d$'),
  to_day text not null check (to_day ~ '^\d\d-\d\d$'),
  valid_from date not null,
  valid_to date check (valid_to > valid_from),
  spans jsonb not null,
  basis text not null,
  revision integer not null default 1,
  changed_at timestamptz not null default now()
);
create index on calendar.office_hours (unit_id);
comment on table calendar.office_hours is '办公时间，按工作小时算的时限只在其中走 [public; 计算期限; 长期]';
comment on column calendar.office_hours.id is '标识 [public]';
comment on column calendar.office_hours.unit_id is '哪个单位及其下级，空为所有单位 [public]';
comment on column calendar.office_hours.name is '名称，如夏季 [public]';
comment on column calendar.office_hours.from_day is '每年从几月几日起 [public]';
comment on column calendar.office_hours.to_day is '每年到几月几日止（含），可以跨年 [public]';
comment on column calendar.office_hours.valid_from is '从哪一天起实行 [public]';
comment on column calendar.office_hours.valid_to is '到哪一天止（不含），空为一直 [public]';
comment on column calendar.office_hours.spans is '一天里的各段时间 [public]';
comment on column calendar.office_hours.basis is '依据 [public]';
comment on column calendar.office_hours.revision is '修订号 [internal]';
comment on column calendar.office_hours.changed_at is '修改时间 [internal]';

insert into calendar.office_hours (id, unit_id, name, from_day, to_day, valid_from, spans, basis)
values ('00000000-0000-7000-8000-000000000001', null, '全年', '01-01', '12-31', '2000-01-01',
  '[{"from": "09:00", "to": "12:00"}, {"from": "13:30", "to": "17:30"}]', '系统预置，请按本地规定修改');

create trigger bump after insert or update or delete or truncate on calendar.office_hours for each statement execute function calendar.bump();
