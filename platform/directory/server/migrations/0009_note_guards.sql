-- 重排先序号会一次更新上万个单位：中间表没有统计信息，嵌套连接要几十秒。先用集合差判断有无变动，再强制散列连接。
create or replace function directory.note_guards() returns trigger language plpgsql set enable_nestloop = off as $$
declare
  next bigint;
begin
  if not exists (select id, guard from before except select id, guard from after) then return null; end if;
  update directory.version set ver = ver + 1, visibility = visibility + 1 returning ver into next;
  insert into directory.change (ver, kind, no, county_no, at)
  select next, 'unit', a.no, a.county_no, now() from before b join after a on a.id = b.id where a.guard <> b.guard;
  -- 上级显示的下级数也随之变动
  insert into directory.change (ver, kind, no, county_no, at)
  select distinct next, 'unit', p.no, p.county_no, now() from before b join after a on a.id = b.id join directory.unit p on p.id = a.parent_id
  where a.guard <> b.guard on conflict do nothing;
  return null;
end $$;
