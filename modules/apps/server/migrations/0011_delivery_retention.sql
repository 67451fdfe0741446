-- 到期清理只读该清的
create index delivery_done on apps.delivery (done_at) where state = 'delivered';
create index delivery_old on apps.delivery (happened_at) where state <> 'delivered';
