-- 触发器里的变量不得与所附的表的列同名：有 name 一列的表也要能受审计
create or replace function kernel.audit_rows() returns trigger language plpgsql security definer
  set search_path = pg_catalog, pg_temp set timezone = 'UTC' as $$
begin
  if tg_op = 'INSERT' then
    perform kernel.audit_row(tg_table_schema || '.' || tg_table_name, tg_op, tg_argv, null, to_jsonb(new_rows.*)) from new_rows;
  elsif tg_op = 'DELETE' then
    perform kernel.audit_row(tg_table_schema || '.' || tg_table_name, tg_op, tg_argv, to_jsonb(old_rows.*), null) from old_rows;
  elsif tg_op = 'UPDATE' then
    perform kernel.audit_row(tg_table_schema || '.' || tg_table_name,
      case when audit_old.row_was is null then 'INSERT' when audit_new.row_is is null then 'DELETE' else tg_op end,
      tg_argv, audit_old.row_was, audit_new.row_is)
    from (select to_jsonb(old_rows.*) as row_was from old_rows) audit_old
      full join (select to_jsonb(new_rows.*) as row_is from new_rows) audit_new
      on kernel.audit_row_key(audit_old.row_was, tg_argv) = kernel.audit_row_key(audit_new.row_is, tg_argv);
  else
    perform kernel.audit_row(tg_table_schema || '.' || tg_table_name, tg_op, tg_argv, null, null);
  end if;
  return null;
end $$;
