-- 误录的任职可以删除：它从未生效，但它曾被录入这件事留在沿革里
alter table directory.post_version drop constraint post_version_post_id_fkey;
create trigger keep_deleted after delete on directory.post for each row execute function directory.keep_post();

-- 人数数人，不数任职：一人按主职计一次，无论身兼几职
comment on column directory.unit.people_total is '子树人数，按主职计 [internal]';
comment on column directory.unit.people_direct is '直属任职数 [internal]';
update directory.unit u set people_total = n.people
from (select a.id, coalesce(sum(d.people), 0)::int as people from directory.unit a left join (
    select s.pre, count(*) as people from directory.post p join directory.unit s on s.id = p.unit_id
    where p.kind = 'main' and p.valid_to is null group by s.pre) d on d.pre between a.pre and a.pre_end group by a.id) n
where n.id = u.id and u.people_total <> n.people;
