/** What a province starts with; it proposes its own versions from here. */
export const defaultPolicy = `// 有权限即可访问；下面各条在此之上收紧。
@id("allow-by-permission")
permit(principal, action, resource);

@id("sensitive-needs-factor")
@outcome("step-up")
@reason("这里有敏感信息。您现在不在办公网络，请再次确认是您本人。")
forbid(principal, action, resource)
when { context.zone == "internet" && (resource.label == "sensitive" || resource.label == "secret") && !context.fresh };

@id("administrators-inside")
@outcome("deny")
@reason("系统管理、安全管理和审计只能在办公网络或政务外网办理。")
forbid(principal, action, resource)
when {
  context.zone == "internet" && action == Action::"command" &&
  (principal in Role::"system-admin" || principal in Role::"security-admin" || principal in Role::"auditor")
};

@id("unpatched-masked")
@outcome("mask")
forbid(principal, action == Action::"read", resource)
when { context.zone == "internet" && context has patchDays && context.patchDays > 180 };

@id("high-risk-needs-factor")
@outcome("step-up")
@reason("这次登录与往常不同（新的地点，或短时间内换了很远的地方），请再次确认是您本人。")
forbid(principal, action == Action::"command", resource)
when { context.risk >= 60 && !context.fresh };
`
