-- 编制中的版本按单位、按编制人找：一个县的人不必走过全省几万个草稿。
alter table matters.version add column unit_id uuid;
update matters.version v set unit_id = m.unit_id from matters.matter m where m.id = v.matter_id;
alter table matters.version alter column unit_id set not null;
comment on column matters.version.unit_id is '事项的单位，随事项 [internal]';
create index version_unit on matters.version (unit_id, updated_at desc, id desc) where state in ('draft', 'review', 'returned', 'approved');
create index version_author on matters.version (author_id, updated_at desc, id desc) where state in ('draft', 'review', 'returned', 'approved');
