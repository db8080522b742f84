package transport

import (
	"bytes"
	"compress/flate"
	"encoding/binary"
	"net/http"
	"strings"
	"sync"
)

// deflateFrom is the payload from which compressing pays, in bytes.
const deflateFrom = 512

// frame is the payload of a next message.
type frame struct {
	payload []byte
	once    sync.Once // makes deflated
	// deflated is what the payload and the message's last brace are compressed to; empty when that would not be shorter.
	deflated []byte
}

// deflate compresses the frame, once, for whoever is to be sent it so.
func (f *frame) deflate(m *metrics) {
	f.once.Do(func() {
		if len(f.payload) < deflateFrom {
			return
		}
		m.compressed.Inc()
		if d := deflate(f.payload, []byte("}")); len(d) < len(f.payload) {
			f.deflated = d
		}
	})
}

// Around the payload of a next message stands its operation's id, the only part that differs between those who share an execution.
const (
	nextBefore = `{"id":`
	nextAfter  = `,"type":"next","payload":`
)

// appendNext appends the message of a frame; quoted is the id as JSON. small: it is the compressed one where that is shorter, which deflate has made.
func (f *frame) appendNext(out, quoted []byte, small bool) []byte {
	before := len(nextBefore) + len(quoted) + len(nextAfter)
	if small && len(f.deflated) > 0 {
		return f.appendDeflated(out, quoted, before)
	}
	out = appendHeader(out, opText, before+len(f.payload)+1)
	out = appendBefore(out, quoted)
	out = append(out, f.payload...)
	return append(out, '}')
}

// appendDeflated appends a compressed message (RFC 7692, 7.2.1): what stands before the payload in a stored block of its own (RFC 1951, 3.2.4), which maxMessageID lets it
// fit into, so that the payload's blocks are the same bytes for everybody, whatever the id.
func (f *frame) appendDeflated(out, quoted []byte, before int) []byte {
	const storedHeader = 5
	out = appendHeader(out, deflated|opText, storedHeader+before+len(f.deflated))
	out = append(out, 0) // not the last block, stored
	out = binary.LittleEndian.AppendUint16(out, uint16(before))
	out = binary.LittleEndian.AppendUint16(out, ^uint16(before))
	out = appendBefore(out, quoted)
	return append(out, f.deflated...)
}

func appendBefore(out, quoted []byte) []byte {
	out = append(out, nextBefore...)
	out = append(out, quoted...)
	return append(out, nextAfter...)
}

var deflaters = sync.Pool{New: func() any {
	w, err := flate.NewWriter(nil, flate.DefaultCompression)
	if err != nil {
		panic("transport: " + err.Error()) // the level is wrong
	}
	return w
}}

// deflate compresses parts into blocks that end at a byte, without the empty block that the peer appends by itself (RFC 7692, 7.2.1).
func deflate(parts ...[]byte) []byte {
	var out bytes.Buffer
	w := deflaters.Get().(*flate.Writer)
	defer deflaters.Put(w)
	w.Reset(&out)
	for _, part := range parts {
		_, _ = w.Write(part) // a buffer takes everything
	}
	_ = w.Flush()
	return bytes.Clone(bytes.TrimSuffix(out.Bytes(), []byte{0, 0, 0xff, 0xff}))
}

// offersDeflate reports whether a client takes compressed messages as we make them: each for itself, with a window of 32 kB.
func offersDeflate(h http.Header) bool {
	for offer := range strings.SplitSeq(strings.Join(h.Values("Sec-WebSocket-Extensions"), ","), ",") {
		name, parameters, _ := strings.Cut(offer, ";")
		if strings.TrimSpace(name) == "permessage-deflate" && !strings.Contains(parameters, "server_max_window_bits") {
			return true
		}
	}
	return false
}
