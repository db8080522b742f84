// Package fault is the one error type whose text may leave the server. A rule of the shop that a request broke is a Refusal and becomes a userError
// of the mutation's payload; everything else with a Code becomes a GraphQL error with extensions.code. Any other Go error is logged and shown as INTERNAL.
package fault

import (
	"errors"
	"time"
)

// Kind says how an Error reaches the client.
type Kind int

const (
	// Refusal is a broken rule of the shop: payload data, UserErrorCode.
	Refusal Kind = iota
	// Request is what is wrong with the request itself or its session: a GraphQL error.
	Request
	// Trouble is the server's: BUSY_RETRY, UNAVAILABLE, OVERLOADED. A GraphQL error; trying again may help.
	Trouble
)

// Text is a message in the languages that the shop speaks.
type Text struct{ En, Zh string }

// In returns the text for a locale ("zh-CN" or "en").
func (t Text) In(locale string) string {
	if locale == "zh-CN" && t.Zh != "" {
		return t.Zh
	}
	return t.En
}

// Error is declared once beside the verb that returns it and compared by errors.Is; At, With… return copies that still match it.
type Error struct {
	Kind Kind
	// Code is a UserErrorCode for a Refusal, else an extensions.code; clients switch on it, so it never changes.
	Code    string
	Message Text
	// Field is the path of the offending input, e.g. ["input","lines","0","quantity"].
	Field []string
	// Available is what could be had instead (units, points, seats).
	Available *int64
	// RetryAfter is when trying again may help; zero: no hint.
	RetryAfter time.Duration
	// Detail is what a refusal brings along for its payload (PRICE_CHANGED: the new quote). It never leaves by itself.
	Detail any

	base *Error
}

// Refuse declares a broken rule of the shop.
func Refuse(code, en, zh string) *Error {
	return &Error{Kind: Refusal, Code: code, Message: Text{En: en, Zh: zh}}
}

// BadRequest declares what is wrong with a request itself.
func BadRequest(code, en, zh string) *Error {
	return &Error{Kind: Request, Code: code, Message: Text{En: en, Zh: zh}}
}

// Unwell declares a trouble of the server's that may pass.
func Unwell(code, en, zh string) *Error {
	return &Error{Kind: Trouble, Code: code, Message: Text{En: en, Zh: zh}}
}

func (e *Error) Error() string { return e.Code + ": " + e.Message.En }

// Is reports whether target is e or the declared error that e was copied from.
func (e *Error) Is(target error) bool {
	t, ok := target.(*Error)
	return ok && t.root() == e.root()
}

func (e *Error) root() *Error {
	if e.base != nil {
		return e.base
	}
	return e
}

func (e *Error) copied() *Error {
	c := *e
	c.base = e.root()
	return &c
}

// At returns a copy that names the offending input.
func (e *Error) At(field ...string) *Error { c := e.copied(); c.Field = field; return c }

// Under returns a copy whose Field has path in front of it.
func (e *Error) Under(path ...string) *Error {
	c := e.copied()
	c.Field = append(append([]string{}, path...), e.Field...)
	return c
}

// WithAvailable returns a copy that says what could be had instead.
func (e *Error) WithAvailable(n int64) *Error { c := e.copied(); c.Available = &n; return c }

// WithRetryAfter returns a copy that says when to try again.
func (e *Error) WithRetryAfter(d time.Duration) *Error { c := e.copied(); c.RetryAfter = d; return c }

// WithDetail returns a copy that carries d for the payload.
func (e *Error) WithDetail(d any) *Error { c := e.copied(); c.Detail = d; return c }

// Saying returns a copy with other words and the same code.
func (e *Error) Saying(en, zh string) *Error {
	c := e.copied()
	c.Message = Text{En: en, Zh: zh}
	return c
}

// Of returns the *Error in err's chain, or nil.
func Of(err error) *Error {
	var e *Error
	if errors.As(err, &e) {
		return e
	}
	return nil
}

// Errors that belong to no single domain.
var (
	Unauthenticated = BadRequest("UNAUTHENTICATED", "Sign in first.", "请先登录。")
	TokenExpired    = BadRequest("TOKEN_EXPIRED", "The session's access token has expired; refresh it.", "登录已过期，请刷新。")
	Forbidden       = BadRequest("FORBIDDEN", "This needs a scope that the caller does not hold.", "没有权限。")
	NotFound        = BadRequest("NOT_FOUND", "There is nothing here by that id.", "未找到。")
	InvalidInput    = BadRequest("INVALID_INPUT", "An argument has a value that it may not have.", "参数无效。")
	InvalidID       = BadRequest("INVALID_ID", "An id does not have the form of an id.", "编号格式无效。")
	InvalidCursor   = BadRequest("INVALID_CURSOR", "The cursor is not one of this list's, or too old.", "游标无效或已过期。")
	RateLimited     = BadRequest("RATE_LIMITED", "Too many requests; slow down.", "请求过于频繁，请稍后再试。")
	BusyRetry       = Unwell("BUSY_RETRY", "The shop is busy; send the same request again.", "系统繁忙，请重试。")
	Unavailable     = Unwell("UNAVAILABLE", "This is unavailable for the moment.", "服务暂不可用。")
	Overloaded      = Unwell("OVERLOADED", "The server has too much to do; try again later.", "服务器繁忙，请稍后再试。")
	Internal        = Unwell("INTERNAL", "Something went wrong on our side.", "服务器内部错误。")

	// The refusals that every domain shares.
	Missing        = Refuse("NOT_FOUND", "There is nothing here by that id.", "未找到。")
	Invalid        = Refuse("INVALID", "This value is not allowed here.", "无效的值。")
	NotYet         = Refuse("INVALID", "The shop does not offer this yet.", "暂不支持。")
	Blank          = Refuse("BLANK", "This may not be empty.", "不能为空。")
	TooLong        = Refuse("TOO_LONG", "This is too long.", "内容过长。")
	OutOfRange     = Refuse("OUT_OF_RANGE", "This number is out of range.", "超出范围。")
	KeyReused      = Refuse("IDEMPOTENCY_KEY_REUSED", "The idempotency key was used with other input.", "幂等键已用于其他请求。")
	TooOften       = Refuse("TOO_OFTEN", "Too often; wait a moment.", "操作过于频繁。")
	ConflictedEdit = Refuse("CONFLICT", "Somebody changed this meanwhile.", "数据已被他人修改。")
)
