-- 看起来一样的名称只许有一个：全半角、大小写、空格不算区别
create unique index application_looks on apps.application (lower(regexp_replace(normalize(name, NFKC), '\s+', '', 'g'))) where state <> 'retired';
