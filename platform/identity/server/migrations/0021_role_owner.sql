-- 重新装入一省的单位时会清空单位表；角色不能因为外键被一起清掉
alter table identity.role drop constraint role_owner_unit_fkey;
