-- 由别的服务保存内容的表单：forms.record 里只登记，内容在它自己的表里
alter table forms.form add column keeper text;
comment on column forms.form.keeper is '内容由哪个服务保存，空为本服务 [internal]';

-- 流水号：同样的前后文字连续编号，与记录同时提交，不断号
create table forms.serial (
  scope text primary key,
  last bigint not null
);
comment on table forms.serial is '表单流水号 [internal; 填写表单; 长期]';
comment on column forms.serial.scope is '表单、字段和号码前后的文字 [internal]';
comment on column forms.serial.last is '最后给出的号 [internal]';
