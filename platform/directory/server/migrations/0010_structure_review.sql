-- 方案由起草人、修改人以外的人批准：记下最后修改的人
alter table directory.structure_plan add column edited_by uuid;
comment on column directory.structure_plan.edited_by is '最后修改人，空为没有修改过 [internal; 四眼批准; 长期]';
