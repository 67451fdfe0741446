-- 增量同步 -------------------------------------------------------------------------------------------------
alter table directory.version add column floor bigint not null default 0;
comment on column directory.version.floor is '不早于此版本的客户端才能取增量，更早的流水已清除 [internal]';

-- 单位的改动按版本读，不经过人员的改动
create index change_units on directory.change (ver, no) where kind = 'unit';

-- 规则或位置的变动会改变单位的可见性编号，已同步的客户端要据此增减节点：无论由谁改动，都记入流水
create function directory.note_guards() returns trigger language plpgsql as $$
declare
  next bigint;
begin
  if not exists (select from before b join after a on a.id = b.id where a.guard <> b.guard) then return null; end if;
  update directory.version set ver = ver + 1, visibility = visibility + 1 returning ver into next;
  insert into directory.change (ver, kind, no, county_no, at)
  select next, 'unit', a.no, a.county_no, now() from before b join after a on a.id = b.id where a.guard <> b.guard;
  -- 上级显示的下级数也随之变动
  insert into directory.change (ver, kind, no, county_no, at)
  select distinct next, 'unit', p.no, p.county_no, now() from before b join after a on a.id = b.id join directory.unit p on p.id = a.parent_id
  where a.guard <> b.guard on conflict do nothing;
  return null;
end $$;
comment on function directory.note_guards is '单位可见性编号的变动记入同步流水';
create trigger note_guards after update on directory.unit
  referencing old table as before new table as after for each statement execute function directory.note_guards();
