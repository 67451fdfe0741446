-- 可见性规则的每一次行变更都由数据库记入审计日志，处理函数绕不过去
select kernel.audit_table('directory.visibility_rule');
