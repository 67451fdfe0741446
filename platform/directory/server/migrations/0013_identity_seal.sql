-- 号码密文绑定到人：把一个人的密文抄到另一个人名下，打不开。以前的密文由任务逐批重封（server/identity-number.ts）
alter table directory.person add column identity_seal smallint not null default 1 check (identity_seal in (1, 2));
alter table directory.person alter column identity_seal set default 2;
comment on column directory.person.identity_seal is '公民身份号码密文的形式：1 未绑定，2 绑定到人 [internal; 密文重封; 离职后 5 年]';
create index person_unbound on directory.person (id) where identity_seal = 1 and identity_box is not null;
