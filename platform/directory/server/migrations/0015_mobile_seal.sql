-- 手机号与公民身份号码一样，只存密文与盲索引。SQL 不会加密：旧的明文改名搁置，服务启动时逐批封装、清空（server/seal-plain.ts）；
-- 中途被杀，下次启动接着做，做完以前不对外服务。
alter table directory.person rename column mobile to mobile_plain;
alter table directory.person drop column mobile_tail;
alter table directory.person
  add column mobile bytea,
  add column mobile_index bytea,
  add column mobile_tail text,
  -- 旧版本的进程写不进明文
  add constraint person_mobile_sealed check (substr(mobile, 1, 1) = '\x01'),
  add constraint person_mobile_indexed check ((mobile is null) = (mobile_index is null));
drop index directory.person_mobile;
create index person_mobile on directory.person (mobile_index) where mobile_index is not null;
create index person_unsealed on directory.person (no) where mobile_plain is not null;
comment on column directory.person.mobile_plain is '封装以前的手机号明文，启动时封装、清空 [sensitive; 工作联系; 离职后 1 年]';
comment on column directory.person.mobile is '手机号密文，SM4-CTR 与 HMAC-SM3，绑定到人 [sensitive; 工作联系; 离职后 1 年]';
comment on column directory.person.mobile_index is '手机号盲索引，HMAC-SM3 [secret; 工作联系; 离职后 1 年]';
comment on column directory.person.mobile_tail is '手机尾号的盲索引，供搜索，四位逐位 HMAC-SM3 [secret; 工作联系; 离职后 1 年]';
comment on column directory.person_token.key is '小写搜索词；# 开头的是手机尾号的盲索引 [personal]';

-- 旧版本里的手机号：密文在列里，data 里只留盲索引的前四字节，供比较有无改动。密文绑定到人，轮换按 mobile_place 逐批重封
alter table directory.person_version
  add column mobile bytea,
  add column mobile_place text generated always as (person_id::text || '/' || no::text) stored;
create unique index person_version_place on directory.person_version (mobile_place);
create index person_version_unsealed on directory.person_version (no) where mobile is null and data ->> 'mobile' is not null;
comment on column directory.person_version.data is '当时的内容，不含手机号和公民身份号码 [personal]';
comment on column directory.person_version.mobile is '当时的手机号密文 [sensitive; 沿革; 离职后 1 年]';
comment on column directory.person_version.mobile_place is '密文所在：人员与先后 [internal]';

create or replace function directory.keep_person() returns trigger language plpgsql as $$
declare
  author jsonb := directory.change_author();
  since date := coalesce((select valid_to from directory.person_version where person_id = old.id order by no desc limit 1),
    least((old.created_at at time zone 'Asia/Shanghai')::date, directory.change_day()));
begin
  insert into directory.person_version (person_id, valid_from, valid_to, recorded_at, data, mobile, reason, actor_id, actor_name)
  values (old.id, since, greatest(since, directory.change_day()), directory.change_moment(),
    to_jsonb(old) - '{id,no,identity_box,identity_index,identity_seal,mobile_plain,mobile_index,mobile_tail,guard,home_node,created_at,updated_at}'::text[]
      || jsonb_build_object('identity', encode(substr(old.identity_index, 1, 4), 'hex'), 'mobile', encode(substr(old.mobile_index, 1, 4), 'hex')),
    old.mobile, author ->> 'reason', (author ->> 'id')::uuid, author ->> 'name');
  return null;
end $$;
-- 封装旧的明文不是改动
drop trigger keep on directory.person;
create trigger keep after update on directory.person for each row when (
  old.mobile_plain is not distinct from new.mobile_plain and
  (old.name, old.pinyin, old.gender, old.identity_index, old.mobile_index, old.email, old.rank, old.rank_order, old.staff_no, old.status, old.external_id)
  is distinct from
  (new.name, new.pinyin, new.gender, new.identity_index, new.mobile_index, new.email, new.rank, new.rank_order, new.staff_no, new.status, new.external_id)
) execute function directory.keep_person();

-- 导入文件的头几行也只存密文
alter table directory.import rename column sample to sample_plain;
alter table directory.import alter column sample_plain drop not null, add column sample bytea;
comment on column directory.import.sample_plain is '封装以前的头几行，启动时封装、清空 [sensitive]';
comment on column directory.import.sample is '文件的头几行，密文 [sensitive]';
