package transport

import (
	"encoding/json"
	"unicode/utf8"

	"github.com/kaituan/kaituan/internal/fault"
	"github.com/kaituan/kaituan/internal/viewer"
)

// Close codes of graphql-transport-ws, and two of ours.
const (
	closeBadMessage   = 4400
	closeUnauthorised = 4401
	closeForbidden    = 4403
	closeSubprotocol  = 4406
	closeInitTimeout  = 4408
	closeDuplicate    = 4409
	closeSecondInit   = 4429
	closeTooSlow      = 4490 // ours: reconnect and resume
	closeShuttingDown = 4491 // ours: reconnect after the reason's retryAfterMs
)

// maxMessageID is ample for a UUID and keeps what is repeated in every answer small.
const maxMessageID = 128

// message is what a client sends.
type message struct {
	kind, id string
	payload  json.RawMessage // nil when absent or null
}

// parseMessage reads one message; ok is false when it is none.
func parseMessage(data []byte) (m message, ok bool) {
	var members map[string]json.RawMessage
	if !utf8.Valid(data) || json.Unmarshal(data, &members) != nil {
		return m, false
	}
	for name, into := range map[string]*string{"type": &m.kind, "id": &m.id} {
		if raw, sent := members[name]; sent && json.Unmarshal(raw, into) != nil {
			return m, false
		}
	}
	if raw := members["payload"]; len(raw) > 0 && string(raw) != "null" {
		m.payload = raw
	}
	return m, len(m.id) <= maxMessageID
}

// take does what one message asks for. What is no message of the protocol, or not its turn, ends the socket.
func (k *socket) take(data []byte) {
	m, ok := parseMessage(data)
	if !ok {
		k.end(closeBadMessage, "not a message of graphql-transport-ws")
		return
	}
	switch m.kind {
	case "connection_init":
		k.init(m)
	case "ping":
		k.ping(m)
	case "pong":
		if _, ok := parsePayload(m.payload); !ok {
			k.end(closeBadMessage, "a payload is an object")
		}
	case "subscribe":
		k.subscribe(m)
	case "complete":
		if m.id == "" {
			k.end(closeBadMessage, "complete has no id")
			return
		}
		k.complete(m.id)
	default:
		k.end(closeBadMessage, "unknown type of message")
	}
}

// credentials are what connection_init and ping may carry.
type credentials struct {
	AccessToken   string `json:"accessToken"`
	Authorization string `json:"authorization"`
	// Language is as Accept-Language, which a browser's websocket cannot set; "" leaves that of the upgrade.
	Language string `json:"language"`
}

// parsePayload returns what an optional payload holds, the Authorization header that an access token stands for included; ok is false when it is no object or ill-typed.
func parsePayload(payload json.RawMessage) (c credentials, ok bool) {
	if payload == nil {
		return c, true
	}
	if payload[0] != '{' || json.Unmarshal(payload, &c) != nil {
		return credentials{}, false
	}
	if c.AccessToken != "" {
		c.Authorization = "Bearer " + c.AccessToken
	}
	return c, true
}

// init opens the session. A token here wins over one that came with the upgrade, which browsers cannot send.
func (k *socket) init(m message) {
	if k.initialised {
		k.end(closeSecondInit, "too many initialisation requests")
		return
	}
	k.initialised = true
	sent, ok := parsePayload(m.payload)
	if !ok {
		k.end(closeBadMessage, "a payload is an object")
		return
	}
	v := k.session.Load()
	if sent.Authorization != "" {
		v = k.authenticate(sent.Authorization)
	}
	if sent.Language != "" {
		speaking := *v
		speaking.Locale = locale(sent.Language)
		v = &speaking
	}
	if v.Problem != nil {
		k.end(closeForbidden, problemCode(v))
		return
	}
	if !k.countAs(v) {
		return
	}
	k.session.Store(v)
	k.acked.Store(true)
	k.late.Stop()
	// By the shop's own time a client knows which events it had missed, whatever its clock says.
	k.send(k.s.cfg.Clock().UTC().AppendFormat(nil, `{"type":"connection_ack","payload":{"at":"2006-01-02T15:04:05.000Z"}}`))
}

// ping answers, and renews the session when it brings a good token of the same caller, of whom he has become part, or the first one. A token that does not count
// changes nothing: the old session runs to its end, and what needs one then ends with TOKEN_EXPIRED.
func (k *socket) ping(m message) {
	sent, ok := parsePayload(m.payload)
	if !ok {
		k.end(closeBadMessage, "a payload is an object")
		return
	}
	if sent.Authorization != "" && k.acked.Load() {
		was, v := k.session.Load(), k.authenticate(sent.Authorization)
		other := (was.ShopperID != "" || was.PartnerID != "") && (v.ShopperID != was.ShopperID || v.PartnerID != was.PartnerID)
		switch {
		case v.Problem != nil:
		case other && !k.passedOn(was):
			k.end(closeForbidden, "the token is somebody else's")
			return
		case !k.countAs(v):
			return
		default:
			if other {
				k.endExpired() // what is watched under the old id, while that is known
			}
			k.session.Store(v)
		}
	}
	k.send([]byte(`{"type":"pong"}`))
}

// passedOn reports whether v's session goes on under another id, whose token the client gets by refreshing it.
func (k *socket) passedOn(v *viewer.Viewer) bool {
	ended := fault.Of(k.s.cfg.SessionEnded(v))
	return ended != nil && ended.Code == fault.TokenExpired.Code
}

func (k *socket) authenticate(authorization string) *viewer.Viewer {
	_, v := k.s.authenticate(viewer.With(k.context(), k.session.Load()), authorization)
	return v
}

// countAs counts the socket under v's shopper, once; it ends the socket and returns false when that shopper has too many.
func (k *socket) countAs(v *viewer.Viewer) bool {
	if v.ShopperID == "" || k.shopper != "" {
		return true
	}
	if !k.s.admitShopper(v.ShopperID) {
		k.end(closeForbidden, "too many sockets")
		return false
	}
	k.shopper = v.ShopperID
	return true
}

// caller is who sends the messages now: the session's viewer, with a Problem once the session has ended.
func (k *socket) caller() *viewer.Viewer {
	v := k.session.Load()
	ended := k.s.sessionEnded(v)
	if ended == nil {
		return v
	}
	late := *v
	late.Problem = ended
	return &late
}

// sessionEnded says why v's session counts no more, nil while it does: TOKEN_EXPIRED, or what Config.SessionEnded knows.
func (s *Server) sessionEnded(v *viewer.Viewer) error {
	if !v.Expires.IsZero() && !s.cfg.Clock().Before(v.Expires) {
		return fault.TokenExpired
	}
	return s.cfg.SessionEnded(v)
}

// problemCode is the close reason for a token that does not count.
func problemCode(v *viewer.Viewer) string {
	if f := fault.Of(v.Problem); f != nil && shown[f.Code] {
		return f.Code
	}
	return fault.Unauthenticated.Code
}

// subscribe starts an operation. An id is free again once its operation has ended on either side.
func (k *socket) subscribe(m message) {
	if !k.acked.Load() {
		k.end(closeUnauthorised, "unauthorized")
		return
	}
	c, f := parseCall(m.payload)
	malformed := f != nil && f.Is(errBadRequest)
	if m.id == "" || malformed || f == nil && c.query == "" && c.documentID == "" {
		k.end(closeBadMessage, "not a subscribe message")
		return
	}
	if f == nil {
		f = k.s.rates.take(k.caller())
	}
	if f != nil {
		k.refuse(m.id, f)
		return
	}
	k.open(m.id, c)
}
