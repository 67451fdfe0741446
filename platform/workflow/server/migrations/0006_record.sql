-- 一件事可以带一份表单；一份表单只属于一件事
alter table workflow.instance add column record_id uuid references forms.record (id);
create unique index on workflow.instance (record_id) where record_id is not null;
comment on column workflow.instance.record_id is '所带的表单记录 [internal]';
