-- 一件事的几个办件共用一份申请表：一份记录可以由几个实例带着。
drop index workflow.instance_record_id_idx;
create index instance_record on workflow.instance (record_id) where record_id is not null;
