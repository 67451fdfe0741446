-- 可见性规则对 SCIM 客户端同样有效，除非登记时写明它可读受保护的人员和字段（docs/decisions/0005）
alter table directory.scim_client add column reads_protected boolean not null default false;
comment on column directory.scim_client.reads_protected is '可读受可见性规则保护的人员和字段 [internal; 人事系统对接; 长期]';

-- 恢复在职的人沿用原来的名字：按名字查要包括曾被客户端删除的
create index scim_user_known on directory.scim_user (client_id, lower(user_name));
