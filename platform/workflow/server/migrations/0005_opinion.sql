-- 意见随带的手写、附件与提到的人，保存在待办服务里
alter table workflow.history add column opinion_id uuid;
comment on column workflow.history.opinion_id is '随意见保存的手写与附件 [internal]';
