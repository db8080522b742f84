package main

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"sync"
	"sync/atomic"
	"time"
)

// loader is one run: its subscribers, and what they have got.
type loader struct {
	options

	clients  []*client
	readers  sync.WaitGroup
	stopping atomic.Bool // connections that end now were ended here

	latency                   hist
	delivered, nbytes, closed atomic.Int64
	lastReceived              atomic.Int64 // Unix nanoseconds

	mu   sync.Mutex
	errs map[string]int
}

func (l *loader) note(err error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.errs[err.Error()]++
}

// open connects and subscribes, after a cursor unless it is "". The client may have to be closed also when there is an error.
func (l *loader) open(apart bool, after string) (*client, error) {
	subprotocol, receiveBuffer := "", 0
	if l.protocol == "graphql-ws" {
		subprotocol = "graphql-transport-ws"
	}
	if apart {
		receiveBuffer = l.apartBuffer
	}
	k, err := dial(l.url, subprotocol, l.readBuffer, receiveBuffer, l.headers)
	if err != nil {
		return nil, err
	}
	k.apart = apart
	switch l.protocol {
	case "graphql-ws":
		k.send(1, []byte(`{"type":"connection_init","payload":`+l.init+`}`))
		if err = k.expect(`connection_ack`); err == nil {
			err = k.send(1, l.subscribe(after))
		}
	case "centrifuge":
		k.send(1, []byte(`{"id":1,"connect":{}}`))
		if err = k.expect(`"connect":`); err == nil {
			k.send(1, []byte(`{"id":2,"subscribe":{"channel":"room:`+l.room+`"}}`))
			err = k.expect(`"subscribe":`)
		}
	}
	k.c.SetDeadline(time.Time{})
	return k, err
}

// subscribe is the message that does.
func (l *loader) subscribe(after string) []byte {
	variables := map[string]string{"roomId": l.room}
	if after != "" {
		variables["after"] = after
	}
	message, _ := json.Marshal(map[string]any{
		"id": "1", "type": "subscribe", "payload": map[string]any{"query": l.document, "variables": variables},
	})
	return message
}

// each calls do for 0 to n-1, by as many goroutines as connections are opened at once.
func (l *loader) each(n int, do func(i int)) {
	var next atomic.Int64
	var wg sync.WaitGroup
	for range l.dialers {
		wg.Go(func() {
			for i := int(next.Add(1)) - 1; i < n; i = int(next.Add(1)) - 1 {
				do(i)
			}
		})
	}
	wg.Wait()
}

// connect opens a subscription for each track, going on from what it has seen, and has it read.
func (l *loader) connect(all tracks) {
	opened := make([]*client, len(all))
	l.each(len(all), func(i int) {
		after := ""
		if l.numbered {
			after = string(all[i].cursor)
		}
		k, err := l.open(i < l.apart, after)
		if err != nil {
			l.note(fmt.Errorf("connect: %w", err))
			if k != nil {
				k.c.Close()
			}
			return
		}
		if l.numbered {
			k.track = all[i]
		}
		opened[i] = k
		l.readers.Go(func() { l.read(k) })
	})
	l.clients = l.clients[:0]
	for _, k := range opened {
		if k != nil {
			l.clients = append(l.clients, k)
		}
	}
}

// leave cuts all connections, without a word to the server, and waits until nobody reads.
func (l *loader) leave() {
	l.stopping.Store(true)
	for _, k := range l.clients {
		k.c.Close()
	}
	l.readers.Wait()
	l.stopping.Store(false)
}

// read takes a subscriber's frames until its connection ends, or it stops reading.
func (l *loader) read(k *client) {
	mark := []byte(l.marker)
	for {
		op, p, err := k.next()
		if err != nil {
			l.ended(k, err)
			return
		}
		switch op {
		case 9:
			k.send(10, p)
			continue
		case 8:
			if !l.stopping.Load() {
				l.note(fmt.Errorf("close frame: %.80q", p))
			}
			continue
		}
		if k.track != nil {
			k.track.see(p)
		}
		got := !k.apart && l.take(p, mark)
		if l.protocol == "centrifuge" && (bytes.HasPrefix(p, []byte("{}")) || bytes.Contains(p, []byte("\n{}"))) {
			k.send(1, []byte("{}")) // an application ping, alone or batched with pushes
		}
		if got {
			l.nbytes.Add(int64(len(p)))
			continue
		}
		switch {
		case l.protocol == "graphql-ws" && bytes.Contains(p, []byte(`"type":"ping"`)):
			k.send(1, []byte(`{"type":"pong"}`))
		case l.protocol == "graphql-ws" && (bytes.Contains(p, []byte(`"type":"error"`)) || bytes.Contains(p, []byte(`"type":"complete"`))):
			l.note(fmt.Errorf("frame: %.120s", p))
		}
	}
}

// take measures the events of a frame, and reports whether it held one. Several may share a frame: Centrifugo batches, and so does a tick.
func (l *loader) take(frame, mark []byte) (got bool) {
	for {
		i := bytes.Index(frame, mark)
		if i < 0 {
			return got
		}
		frame = frame[i+len(mark):]
		sent, j := int64(0), 0
		for j < len(frame) && frame[j] >= '0' && frame[j] <= '9' {
			sent = sent*10 + int64(frame[j]-'0')
			j++
		}
		now := time.Now().UnixNano()
		l.latency.add(now - sent)
		l.delivered.Add(1)
		l.lastReceived.Store(now)
		got = true
	}
}

// ended says why a connection ended, unless it was ended here.
func (l *loader) ended(k *client, err error) {
	if l.stopping.Load() || k.stopped.Load() {
		return
	}
	l.closed.Add(1)
	if !errors.Is(err, io.EOF) {
		l.note(fmt.Errorf("read: %T", err))
	}
}
