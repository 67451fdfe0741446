-- 一批入链，杂凑合成一段传来：每条 160 字节，依次是叶子、姓名、来访地址、对象名称、细节，没有的为零。
-- 数组的逐个转换比写入本身还慢。
drop function kernel.audit_append(bigint, bigint[], bytea[], bytea[], bytea[], bytea[], bytea[], smallint[], bigint[], bytea[]);
create function kernel.audit_append(
  p_size bigint, p_nos bigint[], p_hashes bytea, p_levels smallint[], p_node_nos bigint[], p_node_hashes bytea
) returns void language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
declare
  head kernel.audit_head;
  moved bigint;
begin
  if octet_length(p_hashes) <> 160 * cardinality(p_nos) or octet_length(p_node_hashes) <> 32 * cardinality(p_node_nos) then
    raise exception '杂凑的长度与条数不符' using errcode = 'QT001';
  end if;
  update kernel.audit_head set size = size + cardinality(p_nos) where size = p_size returning * into head;
  if not found then raise exception '审计日志已由另一个进程接管' using errcode = 'QT001'; end if;
  if head.made_until < head.size + 8388608 then perform kernel.audit_extend(); end if;
  perform set_config('qitong.audit_move', 'on', true);
  with taken as (delete from kernel.audit_intake where no = any(p_nos) returning *)
  insert into kernel.audit_log (seq, id, at, home_node, account_id, person_id, actor_name, session_id, request_id, address, action, title,
    kind, target_type, target_id, target_label, detail, leaf, actor_name_mac, address_mac, target_label_mac, detail_mac)
  select p_size + u.at - 1, t.id, t.at, t.home_node, t.account_id, t.person_id, t.actor_name, t.session_id, t.request_id, t.address, t.action,
    t.title, t.kind, t.target_type, t.target_id, t.target_label, t.detail,
    substring(p_hashes from (160 * u.at - 159)::int for 32), substring(p_hashes from (160 * u.at - 127)::int for 32),
    substring(p_hashes from (160 * u.at - 95)::int for 32),
    case when t.target_label is not null then substring(p_hashes from (160 * u.at - 63)::int for 32) end,
    case when t.detail is not null then substring(p_hashes from (160 * u.at - 31)::int for 32) end
  from unnest(p_nos) with ordinality as u(no, at) join taken t on t.no = u.no;
  get diagnostics moved = row_count;
  perform set_config('qitong.audit_move', '', true);
  if moved <> cardinality(p_nos) or moved <> (select count(distinct no) from unnest(p_nos) as u(no)) then
    raise exception '这一批里有记录重复，或已不在待入链表' using errcode = 'QT001';
  end if;
  insert into kernel.audit_node (level, no, hash)
  select u.level, u.no, substring(p_node_hashes from (32 * u.at - 31)::int for 32)
  from unnest(p_levels, p_node_nos) with ordinality as u(level, no, at);
end $$;
