package webhook

import "github.com/kaituan/kaituan/internal/fault"

var (
	errURL       = fault.Invalid.Saying("This is not an address that events can be sent to.", "回调地址无效。")
	errNotHTTPS  = fault.Invalid.Saying("Events are sent by https only.", "回调地址必须使用 https。")
	errURLParts  = fault.Invalid.Saying("The address may have no user, password or fragment.", "回调地址不能包含用户名、密码或片段。")
	errPort      = fault.Invalid.Saying("Events are sent to port 443, or to one from 1024 on.", "回调端口须为 443 或不小于 1024。")
	errNotPublic = fault.Invalid.Saying("Events are sent to public addresses only.", "回调地址必须是公网地址。")
	// errNoTopics: an endpoint that wants nothing.
	errNoTopics = fault.Blank.Saying("Name at least one topic.", "请至少选择一个主题。")
	errTwice    = fault.Invalid.Saying("This topic is named twice.", "主题重复。")
	// errScope: the key may not read what the topic tells of.
	errScope = fault.Invalid.Saying("The key lacks the scope that reads what this topic tells of.", "密钥缺少读取该主题内容的权限。")
	// errUnwanted: the endpoint has no such topic, or no more.
	errUnwanted = fault.Invalid.Saying("The endpoint does not want this topic any more; save it with the topic first.", "该回调地址已不再订阅此主题，请先重新保存。")
	// errSourceless: nothing tells of the topic yet.
	errSourceless = fault.NotYet.Saying("The shop has no notes yet, so nothing would be sent on this topic.", "暂无笔记功能，该主题不会有事件。")
	// errTooMany: a partner has maxEndpoints.
	errTooMany = fault.OutOfRange.Saying("A partner has at most 10 endpoints; delete one first.", "每个合作方最多 10 个回调地址，请先删除一个。").WithAvailable(0)
	// errDisabled: the endpoint answered 410 Gone.
	errDisabled = fault.Invalid.Saying("The endpoint is disabled; save it again first.", "该回调地址已停用，请先重新保存。")
	// errUnderway: the delivery is pending anyway.
	errUnderway = fault.Invalid.Saying("This is on its way anyway.", "该事件正在投递中。")
)
