package transport

import (
	"bufio"
	"bytes"
	"compress/flate"
	"encoding/json"
	"fmt"
	"io"
	"net"
	"net/http"
	"slices"
	"strings"
	"sync/atomic"
	"testing"

	"github.com/gorilla/websocket"
	"github.com/prometheus/client_golang/prometheus/testutil"
)

// heardBytes counts what comes in over the connections of a dialer.
type heardBytes struct{ n atomic.Int64 }

func (h *heardBytes) dialer(deflate bool) *websocket.Dialer {
	return &websocket.Dialer{EnableCompression: deflate, NetDial: func(network, address string) (net.Conn, error) {
		conn, err := net.Dial(network, address)
		return heardConn{conn, &h.n}, err
	}}
}

type heardConn struct {
	net.Conn
	n *atomic.Int64
}

func (c heardConn) Read(p []byte) (int, error) {
	n, err := c.Conn.Read(p)
	c.n.Add(int64(n))
	return n, err
}

// connectBy is connect with a dialer of one's own.
func connectBy(t *testing.T, d *websocket.Dialer, url string, headers http.Header) *peer {
	t.Helper()
	if headers == nil {
		headers = http.Header{}
	}
	headers.Set("Sec-Websocket-Protocol", subprotocol)
	conn, res, err := d.Dial("ws"+strings.TrimPrefix(url, "http"), headers)
	if err != nil {
		t.Fatalf("%v %v", err, res)
	}
	t.Cleanup(func() { _ = conn.Close() })
	p := &peer{t: t, conn: conn}
	p.say(`{"type":"connection_init"}`)
	p.hearAck()
	return p
}

// long is a text worth compressing, and one of its own.
func long(seq int) string { return strings.Repeat(fmt.Sprintf("t%d, 一起拼更便宜; ", seq), 200) }

// Who takes compressed messages is sent them, who does not is not, and both read the same, whatever id each has chosen.
func TestSharedMessagesAreCompressedOnce(t *testing.T) {
	s, u, logs := serveLogs(t, nil)
	log := logs.Named("a")
	var small, plain heardBytes
	var peers []*peer
	ids := []string{"1", "other", strings.Repeat("\x01", maxMessageID), `with "quotes" and ünïcode`}
	for _, id := range ids {
		for _, p := range []*peer{connectBy(t, small.dialer(true), u, nil), connectBy(t, plain.dialer(false), u, nil)} {
			payload, _ := json.Marshal(map[string]any{"query": saidDoc, "variables": map[string]any{"after": "1:0"}})
			message, _ := json.Marshal(map[string]any{"id": id, "type": "subscribe", "payload": json.RawMessage(payload)})
			p.say(string(message))
			peers = append(peers, p)
		}
	}
	eventually(t, func() bool { return int(log.Watched.Load()) == len(peers) })
	for seq := 1; seq <= 20; seq++ {
		log.Append(long(seq))
	}
	log.Append("short")
	for i, p := range peers {
		for seq := 1; seq <= 21; seq++ {
			want := long(seq)
			if seq == 21 {
				want = "short"
			}
			if e := p.next(); e.id != ids[i/2] || e.Seq != seq || e.Text != want {
				t.Fatalf("peer %d got %+v, want %d", i, e, seq)
			}
		}
	}
	if n := testutil.ToFloat64(s.metrics.compressed); n != 20 {
		t.Errorf("compressed %v times, 20 long messages for %d peers", n, len(peers))
	}
	if small.n.Load()*2 > plain.n.Load() {
		t.Errorf("compressed %d bytes, plain %d", small.n.Load(), plain.n.Load())
	}
}

// The whole state is compressed for all who wait for it, too.
func TestTheWholeStateIsCompressed(t *testing.T) {
	_, u, logs := serveLogs(t, nil)
	log := logs.Named("a")
	for seq := 1; seq <= 10; seq++ {
		log.Append(long(seq))
	}
	var small heardBytes
	p := connectBy(t, small.dialer(true), u, nil)
	p.watch("1", saidDoc, "")
	if e := p.next(); e.Type != "Whole" || len(e.Texts) != 10 || e.Texts[9] != long(10) {
		t.Fatalf("got %+v", e)
	}
	if n := int(small.n.Load()); n > len(long(1)) {
		t.Errorf("%d bytes came", n)
	}
}

// Messages that come in compressed are bounded by what they are, not by how small they were made.
func TestAMessageThatSwells(t *testing.T) {
	_, u := serve(t, nil)
	var h heardBytes
	p := connectBy(t, h.dialer(true), u, nil)
	p.conn.EnableWriteCompression(true)
	p.subscribe("1", `{ hello(name: "`+strings.Repeat("a", 30_000)+`") }`)
	if raw, err := p.read(); err != nil || !strings.HasPrefix(raw, `{"id":"1"`) {
		t.Fatalf("%.100s %v", raw, err)
	}
	p = connectBy(t, h.dialer(true), u, nil)
	p.conn.EnableWriteCompression(true)
	p.say(`{"id":"1","type":"subscribe","payload":{"query":"` + strings.Repeat(" ", 1<<20) + `{ hello }"}}`)
	if c := p.closed(); c.Code != websocket.CloseMessageTooBig {
		t.Errorf("closed with %v", c)
	}
}

// What cannot be inflated is refused as what is wrong, and only to who may send compressed messages.
func TestAMessageThatIsNotDeflated(t *testing.T) {
	_, u := serve(t, nil)
	var h heardBytes
	for _, tc := range []struct {
		deflate bool
		code    int
	}{{true, websocket.CloseInvalidFramePayloadData}, {false, websocket.CloseProtocolError}} {
		p := connectBy(t, h.dialer(tc.deflate), u, nil)
		garbage := []byte{0x80 | deflated | opText, 0x80 | 4, 0, 0, 0, 0, 0xff, 0xff, 0xff, 0xff} // a masked frame whose mask is nought
		if _, err := p.conn.NetConn().Write(garbage); err != nil {
			t.Fatal(err)
		}
		if c := p.closed(); c.Code != tc.code {
			t.Errorf("closed with %v, want %d", c, tc.code)
		}
	}
}

// Whether messages are compressed is what the handshake's answer says, whatever an offer looks like.
func TestOffersThatOnlyLookLikeDeflate(t *testing.T) {
	s, u := serve(t, nil)
	for i, offer := range []string{`x; y="a,permessage-deflate,b"`, "permessage-deflate"} {
		conn, err := net.Dial("tcp", strings.TrimPrefix(strings.TrimSuffix(u, "/graphql"), "http://"))
		if err != nil {
			t.Fatal(err)
		}
		defer conn.Close()
		fmt.Fprintf(conn, "GET /graphql HTTP/1.1\r\nHost: x\r\nConnection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Version: 13\r\n"+
			"Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\nSec-WebSocket-Protocol: %s\r\nSec-WebSocket-Extensions: %s\r\n\r\n", subprotocol, offer)
		res, err := http.ReadResponse(bufio.NewReader(conn), nil)
		if err != nil || res.StatusCode != http.StatusSwitchingProtocols {
			t.Fatalf("%v %v", res, err)
		}
		var small []bool
		eventually(t, func() bool {
			small = small[:0]
			s.eachSocket(func(k *socket) { small = append(small, k.deflates) })
			return len(small) == i+1
		})
		if answered := res.Header.Get("Sec-WebSocket-Extensions") != ""; slices.Contains(small, true) != answered || answered != (i == 1) {
			t.Errorf("%s: answered %v, compressed %v", offer, answered, small)
		}
	}
}

func TestOffersDeflate(t *testing.T) {
	for _, tc := range []struct {
		name   string
		offers []string
		want   bool
	}{
		{"none", nil, false},
		{"plain", []string{"permessage-deflate"}, true},
		{"a browser's", []string{"permessage-deflate; client_max_window_bits"}, true},
		{"a smaller window than ours", []string{"permessage-deflate; server_max_window_bits=10"}, false},
		{"and without", []string{"permessage-deflate; server_max_window_bits=10, permessage-deflate"}, true},
		{"in two lines", []string{"x-other", "permessage-deflate"}, true},
		{"another", []string{"permessage-deflate-2; a=b"}, false},
	} {
		t.Run(tc.name, func(t *testing.T) {
			h := http.Header{}
			for _, o := range tc.offers {
				h.Add("Sec-Websocket-Extensions", o)
			}
			if got := offersDeflate(h); got != tc.want {
				t.Errorf("got %v", got)
			}
		})
	}
}

// FuzzDeflated has any payload and id come out as they went in, by the rules that a peer inflates a message with.
func FuzzDeflated(f *testing.F) {
	f.Add([]byte(strings.Repeat("comments ", 100)), []byte(`"1"`))
	f.Add(bytes.Repeat([]byte{0, 0, 0xff, 0xff}, 300), []byte(`"x"`))
	m, err := newMetrics(nil)
	if err != nil {
		f.Fatal(err)
	}
	f.Fuzz(func(t *testing.T, payload, quoted []byte) {
		if len(quoted) > 6*maxMessageID+2 {
			return
		}
		whole := frame{payload: payload}
		whole.deflate(m)
		plain := whole.appendNext(nil, quoted, false)
		small := whole.appendNext(nil, quoted, true)
		if len(whole.deflated) == 0 {
			if !bytes.Equal(plain, small) {
				t.Fatal("not compressed, and yet another message")
			}
			return
		}
		if small[0] != 0x80|deflated|opText {
			t.Fatalf("first byte %x", small[0])
		}
		header := 2 + map[byte]int{126: 2, 127: 8}[small[1]]
		r := flate.NewReader(io.MultiReader(bytes.NewReader(small[header:]), strings.NewReader("\x00\x00\xff\xff\x01\x00\x00\xff\xff")))
		got, err := io.ReadAll(r)
		want := append(append(append([]byte(nextBefore), quoted...), nextAfter...), payload...)
		if want = append(want, '}'); err != nil || !bytes.Equal(got, want) {
			t.Fatalf("%v: %d bytes, want %d", err, len(got), len(want))
		}
	})
}
