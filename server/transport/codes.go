package transport

import "github.com/kaituan/kaituan/internal/fault"

// What the transport itself refuses; the codes that every domain shares are declared in fault.
var (
	errBadRequest     = fault.BadRequest("BAD_REQUEST", "The request is not a GraphQL request.", "请求格式无效。")
	errBodyTooLarge   = fault.BadRequest("BODY_TOO_LARGE", "The request's body is too large.", "请求内容过大。")
	errMediaType      = fault.BadRequest("UNSUPPORTED_MEDIA_TYPE", "Send the body as application/json in UTF-8.", "请求体须为 UTF-8 编码的 application/json。")
	errParse          = fault.BadRequest("GRAPHQL_PARSE_FAILED", "The document is not written in GraphQL's syntax.", "GraphQL 语法错误。")
	errValidation     = fault.BadRequest("GRAPHQL_VALIDATION_FAILED", "The document does not fit the schema.", "GraphQL 文档与模式不符。")
	errNoOperation    = fault.BadRequest("OPERATION_NOT_FOUND", "The document has no operation of that name; with several, operationName is required.", "文档中没有该操作；包含多个操作时必须指定 operationName。")
	errTooDeep        = fault.BadRequest("QUERY_TOO_DEEP", "The operation nests fields deeper than 12 levels.", "查询嵌套超过 12 层。")
	errTooManyAliases = fault.BadRequest("TOO_MANY_ALIASES", "The operation has more than 15 aliases.", "查询的别名超过 15 个。")
	errTooComplex     = fault.BadRequest("QUERY_TOO_COMPLEX", "The operation may load more than 2,000 objects; ask for shorter lists or fewer fields.", "查询可能加载超过 2000 个对象，请减少列表长度或字段。")
	errNotTrusted     = fault.BadRequest("DOCUMENT_NOT_TRUSTED", "Only registered documents are accepted here, by a documentId that the server knows.", "此处仅接受已登记文档的 documentId。")
	errIntrospection  = fault.BadRequest("INTROSPECTION_DISABLED", "This server does not describe its schema; use the published contract.", "未开放模式自省，请使用已发布的契约。")
)

// errNotPromised is FORBIDDEN for what @audience keeps from the caller.
var errNotPromised = fault.Forbidden.Saying("Something that the document names is not for this caller's audience.", "文档中的部分内容不对当前调用方开放。")

// shown are the codes that may leave the server; an error with another one, such as a Refusal that a resolver did not turn into a payload, is shown as INTERNAL.
var shown = codesOf(
	errBadRequest, errBodyTooLarge, errMediaType, errParse, errValidation, errNoOperation, errTooDeep, errTooManyAliases, errTooComplex, errNotTrusted, errIntrospection,
	fault.InvalidInput, fault.InvalidID, fault.InvalidCursor, fault.Unauthenticated, fault.TokenExpired, fault.Forbidden, fault.NotFound,
	fault.RateLimited, fault.BusyRetry, fault.Unavailable, fault.Overloaded, fault.Internal,
)

func codesOf(faults ...*fault.Error) map[string]bool {
	codes := make(map[string]bool, len(faults))
	for _, f := range faults {
		codes[f.Code] = true
	}
	return codes
}
