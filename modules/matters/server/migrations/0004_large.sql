-- 一百多万项时：删一项、改一个单位，都要按单位、按基本目录找到全部的行，未发布的也在内；原来的索引只含发布过的。
drop index matters.matter_unit;
create index matter_unit on matters.matter (unit_id, layer, code, id);
drop index matters.matter_near;
create index matter_near on matters.matter (basic_id, layer, city_no, county_no, unit_no, id);
-- 删一版草稿时，外键要在办件里找有没有引用。
drop index matters.case_ended;
create index case_ended on matters.case_file (matter_id, ended_at desc);
create index case_version on matters.case_file (version_id);
create index case_basic_version on matters.case_file (basic_version_id);
create index case_unanswered on matters.case_file (complained_at desc, id desc) where complaint is not null and answer is null;

-- 一件事的申请表随其中事项的发布而生成，读的时候不再写。
alter table matters.bundle add column form_id uuid;
alter table matters.bundle add column asked jsonb not null default '{}';
comment on column matters.bundle.form_id is '由其中各事项的要素合成的申请表 [internal]';
comment on column matters.bundle.asked is '申请表的每一栏是哪几项要的 [internal]';
