-- 账号、授权与角色权限的每一次行变更都由数据库记入审计日志，处理函数绕不过去
select kernel.audit_table('identity.account');
select kernel.audit_table('identity.grant');
select kernel.audit_table('identity.role_permission');
