-- 委托：由受托人代办的，记下委托人；「委托给我」只读这个人的这些行
alter table tasks.task add column owner_id uuid;
create index task_lent on tasks.task (person_id, created_at desc, id desc) where state = 'open' and owner_id is not null;
comment on column tasks.task.owner_id is '委托人，空为本人办理 [internal]';
