package main

// todo is what a client does about a code, and whether sending the same again may help.
type todo struct{ does, retry string }

const errorsHead = `<!-- Made by "go run ./frontend-contracts/release gen" from the code's declarations and from advice.go beside it. Do not edit. -->
# Errors

Clients switch on codes; messages are for people, follow Accept-Language and may change. A code that a client does not know counts as ` + "`INVALID`" + ` in
` + "`userErrors`" + ` and as ` + "`INTERNAL`" + ` in ` + "`extensions.code`" + `; new ones are no breaking change. Where ` + "`retryAfterSeconds`" + ` comes along, wait at least that long. "Same key" means: send the
same input with the same idempotency key, and nothing happens twice.
`

const (
	userErrorsText = "A rule of the shop that the request broke, as data of the mutation's payload: the answer's status is 200, and the mutation changed nothing. `field` is the path of the offending input, `available` what could be had instead."
	extensionsText = "What is wrong with the request, its session or the server, as a GraphQL error. Each carries `traceId`, by which the shop finds it in its log. Over a socket such an error ends its operation, not the socket."
)

var (
	fix      = todo{"show it at the input that `field` names", "no, other input"}
	reload   = todo{"read it again and show it as it is now", "no"}
	wait     = todo{"wait as long as it says, then let the shopper try again", "later"}
	soldOut  = todo{"show what is left (`available`) and let the shopper choose", "no, another choice"}
	over     = todo{"say that it is over and leave the page's button out", "no"}
	done     = todo{"show it as done: the shopper has it", "no"}
	mistake  = todo{"report it: the client sends what the server does not take", "no"}
	tooMuch  = todo{"ask for less: shorter lists, fewer fields", "no"}
	sameKey  = todo{"send the same again after a moment, with jitter; mutations with the same key", "yes, same key"}
	overload = todo{"send the same again after `retryAfterSeconds`, else with back-off; mutations with the same key", "yes, same key"}
)

// advice says by where a code leaves, and by the code, what a client does about it.
var advice = map[string]map[string]todo{
	"userErrors": {
		"NOT_FOUND": reload, "INVALID": fix, "OUT_OF_RANGE": fix, "TOO_LONG": fix, "BLANK": fix, "CONTENT_REJECTED": fix,
		"CONFLICT":               reload,
		"IDEMPOTENCY_KEY_REUSED": {"make a new key for new input; a key lives as long as its input", "yes, new key"},
		"TOO_OFTEN":              wait, "MUTED": wait, "SLOW_MODE": wait,
		"CODE_INVALID":    {"let the shopper correct the code, or get a new one", "no, new code"},
		"CODE_USED":       {"get a new code of the platform (`wx.login`) and sign in with it", "yes, new code"},
		"IDENTITY_TAKEN":  {"offer `channelLink`, which makes the two accounts one", "no"},
		"TOKEN_INVALID":   {"forget both tokens and sign in again", "no, sign in"},
		"OPEN_ORDERS":     {"show what stands in the way", "later"},
		"SKU_UNAVAILABLE": {"read the product again; offer others", "no, another choice"}, "OUT_OF_STOCK": soldOut, "LIMIT_PER_SHOPPER": soldOut,
		"PRICE_CHANGED":         {"show the new `quote`; order with its token when the shopper agrees", "yes, new quote"},
		"COUPON_NOT_APPLICABLE": {"leave the coupon out and quote again", "no, another choice"},
		"COUPON_EXHAUSTED":      over,
		"ADDRESS_REQUIRED":      {"ask for an address (`addressSave`), then send the same", "yes, same key"},
		"ORDER_STATE":           reload, "REFUND_STATE": reload, "REFUND_EXCEEDS_PAID": soldOut, "CAMPAIGN_NOT_OPEN": over, "OFFER_NOT_OPEN": over,
		"GROUP_FULL":         {"offer another group, or to open one", "later: a seat may come back"},
		"GROUP_CLOSED":       {"offer another group, or to open one", "no"},
		"ALREADY_MEMBER":     {"lead to the shopper's own group", "no"},
		"NEW_CUSTOMERS_ONLY": over, "INSUFFICIENT_POINTS": soldOut, "HOLD_EXPIRED": {"hold the points anew", "yes, new key"}, "HOLD_STATE": reload,
		"ALREADY_CHECKED_IN": done, "SELF_REFERRAL": {"say that it is the shopper's own", "no"}, "REFERRAL_CYCLE": {"say that they have invited this person", "no"}, "ALREADY_BOUND": done,
		"INSUFFICIENT_COMMISSION": soldOut, "CREDIT_TOO_LOW": {"show the credit and what it is made of", "no"}, "ALREADY_HELPED": done, "ASSIST_STATE": reload,
		"ROOM_STATE": reload, "LOTTERY_STATE": reload, "ROLE_REQUIRED": {"leave the button out; read `viewerRole` again", "no"},
		"DROP_EMPTY": over, "ALREADY_CLAIMED": done,
	},
	"extensions": {
		"BAD_REQUEST": mistake, "BODY_TOO_LARGE": mistake, "UNSUPPORTED_MEDIA_TYPE": mistake, "GRAPHQL_PARSE_FAILED": mistake, "GRAPHQL_VALIDATION_FAILED": mistake,
		"OPERATION_NOT_FOUND": mistake, "INVALID_INPUT": mistake, "INVALID_ID": mistake,
		"QUERY_TOO_DEEP": tooMuch, "QUERY_TOO_COMPLEX": tooMuch, "TOO_MANY_ALIASES": tooMuch,
		"DOCUMENT_NOT_TRUSTED":   {"ask the shopper to update the app: the server knows the documents of this version no more, or not yet", "no"},
		"INTROSPECTION_DISABLED": {"use the published schemas", "no"},
		"INVALID_CURSOR":         {"begin the list anew, without `after`", "no, without the cursor"},
		"UNAUTHENTICATED":        {"sign in, then send the same", "yes, signed in"},
		"TOKEN_EXPIRED":          {"refresh the session, once for all requests that wait, then send the same", "yes, refreshed"},
		"FORBIDDEN":              {"leave it out: the caller's scopes, or his audience, do not have it", "no"},
		"NOT_FOUND":              {"close the subscription and show that it is not there", "no"},
		"RATE_LIMITED":           overload, "OVERLOADED": overload, "UNAVAILABLE": overload, "BUSY_RETRY": sameKey,
		"INTERNAL": {"say sorry, with the `traceId`; once again at most, with the same key", "once, same key"},
	},
}
