-- 审计日志：命令在自己的事务里写入待入链表（原 kernel.audit，旧记录原样留下，等待入链）；一个领头进程按批把它们移入
-- 按序号分区的日志，并接到 RFC 9162 的默克尔树上。docs/security.md 说明全貌。--------------------------------------------
alter table kernel.audit rename to audit_intake;
alter table kernel.audit_intake drop constraint audit_pkey;
drop index kernel.audit_at_idx, kernel.audit_account_id_at_idx, kernel.audit_target_type_target_id_at_idx;
alter table kernel.audit_intake drop constraint audit_kind_check;
alter table kernel.audit_intake add check (kind in ('command', 'read', 'export', 'refused', 'system', 'row'));
alter table kernel.audit_intake add no bigint generated always as identity primary key;
-- 行来即走：不等整表五分之一过期才清理
alter table kernel.audit_intake set (autovacuum_vacuum_scale_factor = 0, autovacuum_vacuum_threshold = 5000);
comment on table kernel.audit_intake is '待入链的审计记录，只增；入链时整行移入 audit_log [internal; 安全审计; 入链后即移走]';
comment on column kernel.audit_intake.no is '写入次序 [internal]';
comment on column kernel.audit_intake.kind is '命令、敏感读取、导出、被拒、系统、行变更 [internal]';

create table kernel.audit_head (
  one boolean primary key default true check (one),
  origin text,
  size bigint not null default 0,
  made_until bigint not null default 0
);
insert into kernel.audit_head default values;
comment on table kernel.audit_head is '审计日志的末端 [internal; 安全审计; 长期]';
comment on column kernel.audit_head.one is '仅一行 [internal]';
comment on column kernel.audit_head.origin is '日志的来源节点，第一次入链时定下 [internal]';
comment on column kernel.audit_head.size is '已入链条数；下一条的序号 [internal]';
comment on column kernel.audit_head.made_until is '分区已建到的序号 [internal]';

-- 个人文本（姓名、地址、对象名称、细节）可以清除为空：叶子里只有它们的带密钥杂凑
create table kernel.audit_log (
  seq bigint primary key,
  id uuid not null,
  at timestamptz not null,
  home_node text not null,
  account_id uuid,
  person_id uuid,
  actor_name text,
  session_id uuid,
  request_id text not null,
  address text,
  action text not null,
  title text not null,
  kind text not null,
  target_type text,
  target_id text,
  target_label text,
  detail jsonb,
  leaf bytea not null,
  actor_name_mac bytea not null,
  address_mac bytea not null,
  target_label_mac bytea,
  detail_mac bytea
) partition by range (seq);
create index on kernel.audit_log (at, seq);
create index on kernel.audit_log (account_id, at, seq) where account_id is not null;
create index on kernel.audit_log (person_id, at, seq) where person_id is not null;
create index on kernel.audit_log (left(target_id, 100), at, seq) where target_id is not null;
create index on kernel.audit_log (action, at, seq);
create index on kernel.audit_log (kind, at, seq);
create index on kernel.audit_log (left(actor_name, 100), at, seq);
create index on kernel.audit_log (left(target_label, 100), at, seq) where target_label is not null;
create index on kernel.audit_log (request_id);
comment on table kernel.audit_log is '审计日志，按序号排成默克尔树，只增不改 [internal; 安全审计; 6 个月以上]';
comment on column kernel.audit_log.seq is '序号，即叶子的位置，从 0 起 [internal]';
comment on column kernel.audit_log.id is '标识 [internal]';
comment on column kernel.audit_log.at is '时间 [internal]';
comment on column kernel.audit_log.home_node is '来源节点 [internal]';
comment on column kernel.audit_log.account_id is '账号 [internal]';
comment on column kernel.audit_log.person_id is '人员 [internal]';
comment on column kernel.audit_log.actor_name is '姓名，清除后为空 [personal]';
comment on column kernel.audit_log.session_id is '会话 [internal]';
comment on column kernel.audit_log.request_id is '请求编号 [internal]';
comment on column kernel.audit_log.address is '来访地址，清除后为空 [personal]';
comment on column kernel.audit_log.action is '接口 [internal]';
comment on column kernel.audit_log.title is '做了什么 [internal]';
comment on column kernel.audit_log.kind is '命令、敏感读取、导出、被拒、系统、行变更 [internal]';
comment on column kernel.audit_log.target_type is '对象种类 [internal]';
comment on column kernel.audit_log.target_id is '对象标识 [internal]';
comment on column kernel.audit_log.target_label is '对象名称，清除后为空 [personal]';
comment on column kernel.audit_log.detail is '细节，敏感字段已遮盖，清除后为空 [personal]';
comment on column kernel.audit_log.leaf is '叶子的杂凑 [internal]';
comment on column kernel.audit_log.actor_name_mac is '姓名的带密钥杂凑 [internal]';
comment on column kernel.audit_log.address_mac is '来访地址的带密钥杂凑 [internal]';
comment on column kernel.audit_log.target_label_mac is '对象名称的带密钥杂凑 [internal]';
comment on column kernel.audit_log.detail_mac is '细节的带密钥杂凑 [internal]';

-- 满 256^level 个叶子的整棵子树的根：任何证明至多读几百个杂凑
create table kernel.audit_node (
  level smallint not null check (level > 0),
  no bigint not null,
  hash bytea not null,
  primary key (level, no)
);
comment on table kernel.audit_node is '审计日志的内部结点 [internal; 安全审计; 长期]';
comment on column kernel.audit_node.level is '层，一层为 256 倍 [internal]';
comment on column kernel.audit_node.no is '本层第几个，从 0 起 [internal]';
comment on column kernel.audit_node.hash is '子树的根 [internal]';

create table kernel.audit_key (
  id uuid primary key,
  purpose text not null check (purpose in ('sign', 'mac')),
  public_key text,
  sealed bytea not null,
  created_at timestamptz not null
);
comment on table kernel.audit_key is '审计日志的密钥，由平台密钥环封存 [internal; 安全审计; 长期]';
comment on column kernel.audit_key.id is '标识 [internal]';
comment on column kernel.audit_key.purpose is '签名或杂凑 [internal]';
comment on column kernel.audit_key.public_key is '签名公钥 [public]';
comment on column kernel.audit_key.sealed is '封存的私钥或杂凑密钥 [secret]';
comment on column kernel.audit_key.created_at is '建立时间 [internal]';

create table kernel.audit_checkpoint (
  size bigint primary key check (size > 0),
  origin text not null,
  algorithm text not null,
  root bytea not null,
  at timestamptz not null,
  key_id uuid not null references kernel.audit_key (id),
  signature bytea not null
);
comment on table kernel.audit_checkpoint is '审计日志的校验点：签了名的条数与树根 [internal; 安全审计; 长期]';
comment on column kernel.audit_checkpoint.size is '条数 [internal]';
comment on column kernel.audit_checkpoint.origin is '来源节点 [internal]';
comment on column kernel.audit_checkpoint.algorithm is '杂凑算法 [internal]';
comment on column kernel.audit_checkpoint.root is '树根 [internal]';
comment on column kernel.audit_checkpoint.at is '时间 [internal]';
comment on column kernel.audit_checkpoint.key_id is '签名密钥 [internal]';
comment on column kernel.audit_checkpoint.signature is 'SM2 签名 r‖s [internal]';

-- 查找用的小表：日志里出现过的名称，每个一行；按名称找记录不必扫描日志
create table kernel.audit_term (
  text text primary key check (length(text) <= 100),
  pairs text[] not null
);
create index on kernel.audit_term using gin (pairs);
create index on kernel.audit_term (text text_pattern_ops);
comment on table kernel.audit_term is '审计日志里出现过的姓名与对象名称 [personal; 查找审计记录; 随审计记录]';
comment on column kernel.audit_term.text is '名称 [personal]';
comment on column kernel.audit_term.pairs is '名称中相邻的两个字 [personal]';

-- 读的人不必知道一条记录是否已经入链
create view kernel.audit as
  select seq, id, at, home_node, account_id, person_id, actor_name, session_id, request_id, address, action, title, kind,
    target_type, target_id, target_label, detail from kernel.audit_log
  union all
  select null, id, at, home_node, account_id, person_id, actor_name, session_id, request_id, address, action, title, kind,
    target_type, target_id, target_label, detail from kernel.audit_intake;

-- 只增不改：对库主也一样。只有入链的移动与个人文本的清除例外，二者各由一个函数打开。
create function kernel.audit_refuse() returns trigger language plpgsql as $$
begin
  if tg_op = 'DELETE' and tg_table_name = 'audit_intake' and current_setting('qitong.audit_move', true) = 'on' then return null; end if;
  raise exception '审计记录只增不改：拒绝对 % 执行 %', tg_table_name, tg_op using errcode = '42501';
end $$;
create function kernel.audit_refuse_row() returns trigger language plpgsql as $$
begin
  if tg_op = 'UPDATE' and current_setting('qitong.audit_erase', true) = 'on'
    and to_jsonb(new) - '{actor_name,address,target_label,detail}'::text[] = to_jsonb(old) - '{actor_name,address,target_label,detail}'::text[]
    and num_nonnulls(new.actor_name, new.address, new.target_label, new.detail) = 0 then return new; end if;
  raise exception '审计记录只增不改：拒绝对 % 执行 %', tg_table_name, tg_op using errcode = '42501';
end $$;
create trigger refuse before update or delete or truncate on kernel.audit_intake for each statement execute function kernel.audit_refuse();
create trigger refuse before update or delete or truncate on kernel.audit_node for each statement execute function kernel.audit_refuse();
create trigger refuse before update or delete or truncate on kernel.audit_checkpoint for each statement execute function kernel.audit_refuse();
create trigger refuse_truncate before truncate on kernel.audit_log for each statement execute function kernel.audit_refuse();
-- 逐行的触发器随分区而来：直接对分区下手也拦得住
create trigger refuse before update or delete on kernel.audit_log for each row execute function kernel.audit_refuse_row();

-- 总有一整个空分区备着；2^23 是 256 的倍数，所以移出一个分区不会拆散内部结点
create function kernel.audit_extend() returns void language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
declare
  span constant bigint := 8388608;
  head kernel.audit_head;
  name text;
  part regclass;
begin
  select * into head from kernel.audit_head for update;
  while head.made_until < head.size + 2 * span loop
    name := 'audit_log_' || lpad((head.made_until / span)::text, 6, '0');
    if to_regclass('kernel.' || name) is null then
      -- LIKE 加 ATTACH 只挡改结构的人；PARTITION OF 会把正在读日志的人也挡住
      execute format('create table kernel.%I (like kernel.audit_log including defaults including constraints)', name);
      execute format('alter table kernel.audit_log attach partition kernel.%I for values from (%s) to (%s)', name, head.made_until, head.made_until + span);
    end if;
    head.made_until := head.made_until + span;
  end loop;
  update kernel.audit_head set made_until = head.made_until;
  for part in select i.inhrelid::regclass from pg_inherits i where i.inhparent = 'kernel.audit_log'::regclass
    and not exists (select 1 from pg_trigger t where t.tgrelid = i.inhrelid and t.tgname = 'refuse_truncate') loop
    execute format('create trigger refuse_truncate before truncate on %s for each statement execute function kernel.audit_refuse()', part);
  end loop;
end $$;

-- 一批入链：末端未被别人推进才算数（先比后改），要么整批、要么全无
create function kernel.audit_append(
  p_size bigint, p_nos bigint[], p_leaves bytea[], p_actors bytea[], p_addresses bytea[], p_labels bytea[], p_details bytea[],
  p_levels smallint[], p_node_nos bigint[], p_hashes bytea[]
) returns void language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
declare
  head kernel.audit_head;
  moved bigint;
begin
  update kernel.audit_head set size = size + cardinality(p_nos) where size = p_size returning * into head;
  if not found then raise exception '审计日志已由另一个进程接管' using errcode = 'QT001'; end if;
  if head.made_until < head.size + 8388608 then perform kernel.audit_extend(); end if;
  perform set_config('qitong.audit_move', 'on', true);
  with taken as (delete from kernel.audit_intake where no = any(p_nos) returning *)
  insert into kernel.audit_log (seq, id, at, home_node, account_id, person_id, actor_name, session_id, request_id, address, action, title,
    kind, target_type, target_id, target_label, detail, leaf, actor_name_mac, address_mac, target_label_mac, detail_mac)
  select p_size + u.at - 1, t.id, t.at, t.home_node, t.account_id, t.person_id, t.actor_name, t.session_id, t.request_id, t.address, t.action,
    t.title, t.kind, t.target_type, t.target_id, t.target_label, t.detail, u.leaf, u.actor, u.address, u.label, u.detail
  from unnest(p_nos, p_leaves, p_actors, p_addresses, p_labels, p_details) with ordinality as u(no, leaf, actor, address, label, detail, at)
    join taken t on t.no = u.no;
  get diagnostics moved = row_count;
  perform set_config('qitong.audit_move', '', true);
  if moved <> cardinality(p_nos) or moved <> (select count(distinct no) from unnest(p_nos) as u(no)) then raise exception '这一批里有记录重复，或已不在待入链表' using errcode = 'QT001'; end if;
  insert into kernel.audit_node (level, no, hash) select * from unnest(p_levels, p_node_nos, p_hashes);
end $$;

-- 清除个人文本，证明不变。只有库主可以执行；谁因何清除，另有一条记录。
create function kernel.audit_erase(p_seqs bigint[], p_reason text) returns void language plpgsql set search_path = pg_catalog, pg_temp as $$
begin
  if coalesce(trim(p_reason), '') = '' then raise exception '请写明清除的理由'; end if;
  perform set_config('qitong.audit_erase', 'on', true);
  update kernel.audit_log set actor_name = null, address = null, target_label = null, detail = null where seq = any(p_seqs);
  perform set_config('qitong.audit_erase', '', true);
  insert into kernel.audit_intake (id, at, home_node, actor_name, request_id, address, action, title, kind, target_type, target_id, detail)
  select gen_random_uuid(), clock_timestamp(), coalesce((select origin from kernel.audit_head), ''), '数据库角色 ' || session_user, '',
    coalesce(host(inet_client_addr()), 'local'), 'kernel.auditErase', '清除审计记录中的个人文本', 'system', 'audit-log',
    array_to_string(p_seqs[1:20], ','), jsonb_build_object('reason', p_reason, 'count', cardinality(p_seqs));
end $$;

-- 受审计的表：每条语句改过的每一行，旧值与新值的摘要进入同一日志。处理函数绕不过去：应用角色关不掉触发器。
create function kernel.audit_row_key(p_row jsonb, p_keys text[]) returns text language sql immutable as
  $$ select string_agg(p_row ->> k, '/' order by at) from unnest(p_keys) with ordinality as u(k, at) $$;
create function kernel.audit_row(p_table text, p_op text, p_keys text[], p_old jsonb, p_new jsonb) returns void language plpgsql as $$
declare
  was text := encode(sha256(convert_to(p_old::text, 'UTF8')), 'hex');
  now text := encode(sha256(convert_to(p_new::text, 'UTF8')), 'hex');
begin
  if was = now then return; end if;
  insert into kernel.audit_intake (id, at, home_node, actor_name, request_id, address, action, title, kind, target_type, target_id, detail)
  values (gen_random_uuid(), clock_timestamp(), coalesce((select origin from kernel.audit_head), ''), '数据库角色 ' || session_user,
    coalesce(current_setting('qitong.request', true), ''), coalesce(host(inet_client_addr()), 'local'), 'kernel.row' || initcap(p_op),
    case p_op when 'INSERT' then '新增一行' when 'UPDATE' then '修改一行' when 'DELETE' then '删除一行' else '清空整表' end, 'row',
    p_table, left(kernel.audit_row_key(coalesce(p_new, p_old), p_keys), 200),
    jsonb_build_object('old', was, 'new', now, 'txid', pg_current_xact_id()::text));
end $$;
-- 摘要须与会话的时区无关
create function kernel.audit_rows() returns trigger language plpgsql security definer
  set search_path = pg_catalog, pg_temp set timezone = 'UTC' as $$
declare
  name text := tg_table_schema || '.' || tg_table_name;
begin
  if tg_op = 'INSERT' then
    perform kernel.audit_row(name, tg_op, tg_argv, null, to_jsonb(n)) from new_rows n;
  elsif tg_op = 'DELETE' then
    perform kernel.audit_row(name, tg_op, tg_argv, to_jsonb(o), null) from old_rows o;
  elsif tg_op = 'UPDATE' then
    perform kernel.audit_row(name, case when o is null then 'INSERT' when n is null then 'DELETE' else tg_op end, tg_argv, to_jsonb(o), to_jsonb(n))
    from old_rows o full join new_rows n on kernel.audit_row_key(to_jsonb(o), tg_argv) = kernel.audit_row_key(to_jsonb(n), tg_argv);
  else
    perform kernel.audit_row(name, tg_op, tg_argv, null, null);
  end if;
  return null;
end $$;

-- 迁移里写 select kernel.audit_table('identity.grant')；表须有主键
create function kernel.audit_table(p_table regclass) returns void language plpgsql as $$
declare
  keys text;
begin
  select string_agg(quote_literal(a.attname), ', ' order by array_position(i.indkey::int2[], a.attnum)) into keys
  from pg_index i join pg_attribute a on a.attrelid = i.indrelid and a.attnum = any(i.indkey)
  where i.indrelid = p_table and i.indisprimary;
  if keys is null then raise exception '受审计的表须有主键：%', p_table; end if;
  execute format('create trigger audit_insert after insert on %s referencing new table as new_rows for each statement execute function kernel.audit_rows(%s)', p_table, keys);
  execute format('create trigger audit_update after update on %s referencing old table as old_rows new table as new_rows for each statement execute function kernel.audit_rows(%s)', p_table, keys);
  execute format('create trigger audit_delete after delete on %s referencing old table as old_rows for each statement execute function kernel.audit_rows(%s)', p_table, keys);
  execute format('create trigger audit_truncate after truncate on %s for each statement execute function kernel.audit_rows(%s)', p_table, keys);
end $$;

-- 应用角色对审计表的全部权限：增加、查看，以及经函数入链。每次迁移之后重新收紧，新建的分区也在内。
create function kernel.audit_grants(p_role text) returns void language plpgsql set search_path = pg_catalog, pg_temp as $$
declare
  own text;
begin
  for own in select format('%I.%I', n.nspname, c.relname) from pg_class c join pg_namespace n on n.oid = c.relnamespace
    where n.nspname = 'kernel' and c.relname like 'audit%' and c.relkind in ('r', 'p', 'v') loop
    execute format('revoke all on %s from public, %I', own, p_role);
  end loop;
  execute format('grant select on kernel.audit, kernel.audit_log, kernel.audit_node, kernel.audit_head to %I', p_role);
  execute format('grant select, insert on kernel.audit_intake, kernel.audit_checkpoint, kernel.audit_key, kernel.audit_term to %I', p_role);
  execute format('revoke all on sequence kernel.audit_intake_no_seq from %I', p_role);
  -- 换平台密钥时重新封存；日志的来源节点只在开头定一次
  execute format('grant update (sealed) on kernel.audit_key to %I', p_role);
  execute format('grant update (origin) on kernel.audit_head to %I', p_role);
  execute format('revoke all on function kernel.audit_erase(bigint[], text), kernel.audit_table(regclass), kernel.audit_grants(text) from public, %I', p_role);
end $$;

select kernel.audit_extend();
