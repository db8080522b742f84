// Command fanout opens many WebSocket subscribers on one room, publishes events
// at a fixed rate and prints one JSON line with delivery figures.
//
// The client is the same for every server: a hand-rolled handshake and a raw
// frame reader over net.Conn (no client library, no JSON decoding on the read
// path), so the loader costs about the same per delivered message whichever
// server is measured. Every event carries the send time, as decimal Unix
// nanoseconds, somewhere in its payload after -ts-marker; the publisher and the
// subscribers are one process, so one clock is read.
//
// Protocols:
//
//	graphql-ws  graphql-transport-ws: connection_init, ack, subscribe, next
//	centrifuge  Centrifugo JSON protocol: connect, subscribe, push
//	raw         no messages from the client; every text frame is a delivery
//
// It connects to loopback addresses only.
package main

import (
	"bytes"
	"crypto/rand"
	"encoding/base64"
	"encoding/binary"
	"encoding/json"
	"errors"
	"flag"
	"fmt"
	"io"
	"math/bits"
	"net"
	"net/http"
	"net/url"
	"os"
	"sort"
	"strconv"
	"strings"
	"sync"
	"sync/atomic"
	"syscall"
	"time"
)

// ---- histogram: log-linear, 64 sub-buckets an octave (about 1.6 % wide) ----

const subBits = 6

type hist struct {
	n [64 << subBits]atomic.Uint32
}

func bucket(v int64) int {
	if v < 1<<subBits {
		if v < 0 {
			v = 0
		}
		return int(v)
	}
	e := bits.Len64(uint64(v)) - 1 - subBits
	return (e+1)<<subBits + int(v>>e)&(1<<subBits-1)
}

func bucketLow(i int) int64 {
	if i < 1<<subBits {
		return int64(i)
	}
	e := i>>subBits - 1
	return int64(1<<subBits+i&(1<<subBits-1)) << e
}

func (h *hist) add(v int64) { h.n[bucket(v)].Add(1) }

func (h *hist) quantiles(qs ...float64) (out []float64, total uint64) {
	for i := range h.n {
		total += uint64(h.n[i].Load())
	}
	for _, q := range qs {
		want, seen, val := uint64(q*float64(total)), uint64(0), int64(0)
		for i := range h.n {
			c := uint64(h.n[i].Load())
			if c == 0 {
				continue
			}
			seen += c
			val = bucketLow(i)
			if seen > want {
				break
			}
		}
		out = append(out, float64(val)/1e6)
	}
	return
}

// ---- frames ----

type client struct {
	c   net.Conn
	buf []byte // unread bytes are buf[r:w]
	r   int
	w   int
}

func (k *client) fill() error {
	if k.r == k.w {
		k.r, k.w = 0, 0
	}
	if k.w == len(k.buf) {
		if k.r > 0 {
			copy(k.buf, k.buf[k.r:k.w])
			k.w -= k.r
			k.r = 0
		} else {
			nb := make([]byte, 2*len(k.buf))
			copy(nb, k.buf[:k.w])
			k.buf = nb
		}
	}
	n, err := k.c.Read(k.buf[k.w:])
	k.w += n
	return err
}

// next returns the opcode and payload of one frame; the payload is valid until
// the next call. Server frames are unmasked; fragments are returned as they come.
func (k *client) next() (byte, []byte, error) {
	for {
		b := k.buf[k.r:k.w]
		if len(b) >= 2 {
			ln, hd := int(b[1]&0x7f), 2
			switch ln {
			case 126:
				hd = 4
			case 127:
				hd = 10
			}
			if len(b) >= hd {
				switch hd {
				case 4:
					ln = int(binary.BigEndian.Uint16(b[2:]))
				case 10:
					ln = int(binary.BigEndian.Uint64(b[2:]))
				}
				if len(b) >= hd+ln {
					k.r += hd + ln
					return b[0] & 0x0f, b[hd : hd+ln], nil
				}
			}
		}
		if err := k.fill(); err != nil {
			return 0, nil, err
		}
	}
}

func (k *client) send(op byte, p []byte) error {
	f := make([]byte, 0, len(p)+14)
	f = append(f, 0x80|op)
	switch {
	case len(p) < 126:
		f = append(f, 0x80|byte(len(p)))
	case len(p) < 1<<16:
		f = append(f, 0x80|126, byte(len(p)>>8), byte(len(p)))
	default:
		f = append(f, 0x80|127)
		f = binary.BigEndian.AppendUint64(f, uint64(len(p)))
	}
	f = append(f, 0, 0, 0, 0) // a zero mask key: legal, and free to apply
	_, err := k.c.Write(append(f, p...))
	return err
}

func dial(u *url.URL, sub string, bufSize int, hdr []string) (*client, error) {
	c, err := net.DialTimeout("tcp", u.Host, 20*time.Second)
	if err != nil {
		return nil, err
	}
	var key [16]byte
	rand.Read(key[:])
	var b bytes.Buffer
	fmt.Fprintf(&b, "GET %s HTTP/1.1\r\nHost: %s\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Version: 13\r\nSec-WebSocket-Key: %s\r\n",
		u.RequestURI(), u.Host, base64.StdEncoding.EncodeToString(key[:]))
	if sub != "" {
		fmt.Fprintf(&b, "Sec-WebSocket-Protocol: %s\r\n", sub)
	}
	for _, h := range hdr {
		b.WriteString(h + "\r\n")
	}
	b.WriteString("\r\n")
	c.SetDeadline(time.Now().Add(60 * time.Second))
	if _, err = c.Write(b.Bytes()); err != nil {
		c.Close()
		return nil, err
	}
	k := &client{c: c, buf: make([]byte, bufSize)}
	for {
		if i := bytes.Index(k.buf[:k.w], []byte("\r\n\r\n")); i >= 0 {
			if !bytes.HasPrefix(k.buf, []byte("HTTP/1.1 101")) {
				c.Close()
				return nil, fmt.Errorf("handshake: %.80q", k.buf[:k.w])
			}
			k.r = i + 4
			break
		}
		if err = k.fill(); err != nil {
			c.Close()
			return nil, err
		}
	}
	return k, nil
}

func (k *client) expect(want string) error {
	for {
		op, p, err := k.next()
		if err != nil {
			return err
		}
		switch op {
		case 8:
			return fmt.Errorf("closed: %.100q", p)
		case 9:
			k.send(10, p)
		case 1, 2:
			if bytes.Contains(p, []byte(want)) {
				return nil
			}
			if bytes.Contains(p, []byte(`"error"`)) {
				return fmt.Errorf("server: %.200s", p)
			}
		}
	}
}

// ---- process figures ----

func procCPU(pid int) float64 {
	b, err := os.ReadFile(fmt.Sprintf("/proc/%d/stat", pid))
	if err != nil {
		return 0
	}
	f := strings.Fields(string(b[bytes.LastIndexByte(b, ')')+1:]))
	u, _ := strconv.ParseFloat(f[11], 64)
	s, _ := strconv.ParseFloat(f[12], 64)
	return (u + s) / 100
}

func procRSS(pid int) int64 { // KiB
	b, _ := os.ReadFile(fmt.Sprintf("/proc/%d/status", pid))
	for _, l := range strings.Split(string(b), "\n") {
		if strings.HasPrefix(l, "VmRSS:") {
			n, _ := strconv.ParseInt(strings.Fields(l)[1], 10, 64)
			return n
		}
	}
	return 0
}

func selfCPU() float64 {
	var r syscall.Rusage
	syscall.Getrusage(syscall.RUSAGE_SELF, &r)
	return float64(r.Utime.Sec+r.Stime.Sec) + float64(r.Utime.Usec+r.Stime.Usec)/1e6
}

// machineBusy is the busy CPU seconds of the whole machine (all but idle and iowait).
func machineBusy() (t float64) {
	b, _ := os.ReadFile("/proc/stat")
	line, _, _ := strings.Cut(string(b), "\n")
	for i, s := range strings.Fields(line) {
		if i >= 1 && i <= 8 && i != 4 && i != 5 {
			n, _ := strconv.ParseFloat(s, 64)
			t += n / 100
		}
	}
	return
}

func loadavg() string {
	b, _ := os.ReadFile("/proc/loadavg")
	if f := strings.Fields(string(b)); len(f) > 2 {
		return strings.Join(f[:3], " ")
	}
	return ""
}

func fatal(v ...any) { fmt.Fprintln(os.Stderr, v...); os.Exit(1) }

func checkLoopback(raw string) *url.URL {
	u, err := url.Parse(raw)
	if err != nil {
		fatal(err)
	}
	if ip := net.ParseIP(u.Hostname()); ip == nil || !ip.IsLoopback() {
		fatal("only literal loopback addresses are allowed:", u.Host)
	}
	return u
}

type multi []string

func (m *multi) String() string     { return strings.Join(*m, ", ") }
func (m *multi) Set(s string) error { *m = append(*m, s); return nil }

func main() {
	var (
		wsURL    = flag.String("url", "", "WebSocket URL on a loopback address")
		proto    = flag.String("protocol", "graphql-ws", "graphql-ws, centrifuge or raw")
		label    = flag.String("label", "", "free text, repeated in the result")
		nsub     = flag.Int("subscribers", 2000, "subscribers")
		dur      = flag.Duration("duration", 20*time.Second, "how long to publish")
		rate     = flag.Float64("rate", 20, "events a second")
		drain    = flag.Duration("drain", 5*time.Second, "longest wait for late deliveries")
		settle   = flag.Duration("settle", 5*time.Second, "idle time after connecting, before memory is read")
		dialers  = flag.Int("dialers", 16, "connections opened at once")
		room     = flag.String("room", "1", "room id: variable roomId, or channel room:ID")
		doc      = flag.String("document", "subscription($roomId:ID!){roomEvents(roomId:$roomId){id roomId kind userName text ts}}", "subscription document (graphql-ws)")
		initP    = flag.String("init", "{}", "connection_init payload (graphql-ws)")
		pubURL   = flag.String("publish-url", "", "HTTP address an event is POSTed to")
		pubBody  = flag.String("publish-body", "", "body; {{ts}} {{seq}} {{room}} {{text}} are replaced")
		textLen  = flag.Int("text-bytes", 200, "length of {{text}}")
		marker   = flag.String("ts-marker", `"ts":"`, "bytes right before the time in a delivered frame")
		pids     = flag.String("server-pid", "", "server process ids, comma separated")
		idleOnly = flag.Bool("idle-only", false, "connect, read memory, leave")
		bufSize  = flag.Int("read-buffer", 2048, "first size of a subscriber's read buffer")
		hdr      multi
		pubHdr   multi
	)
	flag.Var(&hdr, "header", "extra handshake header (repeatable)")
	flag.Var(&pubHdr, "publish-header", "extra publish header (repeatable)")
	flag.Parse()
	u := checkLoopback(*wsURL)
	if *pubURL != "" {
		checkLoopback(*pubURL)
	}
	var lim syscall.Rlimit
	syscall.Getrlimit(syscall.RLIMIT_NOFILE, &lim)
	if want := uint64(*nsub + 512); lim.Cur < want {
		lim.Cur = want
		lim.Max = max(lim.Max, want)
		if err := syscall.Setrlimit(syscall.RLIMIT_NOFILE, &lim); err != nil {
			fatal("nofile:", err)
		}
	}
	var pidList []int
	for _, s := range strings.Split(*pids, ",") {
		if n, err := strconv.Atoi(strings.TrimSpace(s)); err == nil {
			pidList = append(pidList, n)
		}
	}
	srvCPU := func() (t float64) {
		for _, p := range pidList {
			t += procCPU(p)
		}
		return
	}
	srvRSS := func() (t int64) {
		for _, p := range pidList {
			t += procRSS(p)
		}
		return
	}
	load0, rss0, cpuConn0 := loadavg(), srvRSS(), srvCPU()

	sub := ""
	if *proto == "graphql-ws" {
		sub = "graphql-transport-ws"
	}
	subMsg, _ := json.Marshal(map[string]any{
		"id": "1", "type": "subscribe",
		"payload": map[string]any{"query": *doc, "variables": map[string]string{"roomId": *room}},
	})
	open := func() (*client, error) {
		k, err := dial(u, sub, *bufSize, hdr)
		if err != nil {
			return nil, err
		}
		switch *proto {
		case "graphql-ws":
			k.send(1, []byte(`{"type":"connection_init","payload":`+*initP+`}`))
			if err = k.expect(`connection_ack`); err == nil {
				err = k.send(1, subMsg)
			}
		case "centrifuge":
			k.send(1, []byte(`{"id":1,"connect":{}}`))
			if err = k.expect(`"connect":`); err == nil {
				k.send(1, []byte(`{"id":2,"subscribe":{"channel":"room:`+*room+`"}}`))
				err = k.expect(`"subscribe":`)
			}
		case "raw":
		default:
			fatal("unknown protocol", *proto)
		}
		k.c.SetDeadline(time.Time{})
		return k, err
	}

	var (
		h                         hist
		delivered, nbytes, closed atomic.Int64
		lastRecv                  atomic.Int64
		errMu                     sync.Mutex
		errs                      = map[string]int{}
		mark                      = []byte(*marker)
		wg                        sync.WaitGroup
		todo                      = make(chan struct{}, *nsub)
		clients                   = make([]*client, 0, *nsub)
		note                      = func(err error) { errMu.Lock(); errs[err.Error()]++; errMu.Unlock() }
		stopping                  atomic.Bool
	)
	read := func(k *client) {
		for {
			op, p, err := k.next()
			if err != nil {
				if !stopping.Load() {
					closed.Add(1)
					if !errors.Is(err, io.EOF) {
						note(fmt.Errorf("read: %T", err))
					}
				}
				return
			}
			switch op {
			case 9:
				k.send(10, p)
				continue
			case 8:
				if !stopping.Load() {
					note(fmt.Errorf("close frame: %.80q", p))
				}
				continue
			}
			// Several events may share one frame (Centrifugo may batch).
			got := false
			for q := p; ; {
				i := bytes.Index(q, mark)
				if i < 0 {
					break
				}
				q = q[i+len(mark):]
				ts, j := int64(0), 0
				for j < len(q) && q[j] >= '0' && q[j] <= '9' {
					ts = ts*10 + int64(q[j]-'0')
					j++
				}
				now := time.Now().UnixNano()
				h.add(now - ts)
				delivered.Add(1)
				lastRecv.Store(now)
				got = true
			}
			if *proto == "centrifuge" && (bytes.HasPrefix(p, []byte("{}")) || bytes.Contains(p, []byte("\n{}"))) {
				k.send(1, []byte("{}")) // an application ping, alone or batched with pushes
			}
			if got {
				nbytes.Add(int64(len(p)))
				continue
			}
			switch {
			case *proto == "graphql-ws" && bytes.Contains(p, []byte(`"type":"ping"`)):
				k.send(1, []byte(`{"type":"pong"}`))
			case *proto == "graphql-ws" && (bytes.Contains(p, []byte(`"type":"error"`)) || bytes.Contains(p, []byte(`"type":"complete"`))):
				note(fmt.Errorf("frame: %.120s", p))
			}
		}
	}
	t0 := time.Now()
	var mu sync.Mutex
	for i := 0; i < *nsub; i++ {
		todo <- struct{}{}
	}
	close(todo)
	for i := 0; i < *dialers; i++ {
		wg.Add(1)
		go func() {
			defer wg.Done()
			for range todo {
				k, err := open()
				if err != nil {
					note(fmt.Errorf("connect: %w", err))
					if k != nil {
						k.c.Close()
					}
					continue
				}
				mu.Lock()
				clients = append(clients, k)
				mu.Unlock()
				go read(k)
			}
		}()
	}
	wg.Wait()
	connectS := time.Since(t0).Seconds()
	time.Sleep(*settle)
	rss1, cpuConn := srvRSS(), srvCPU()-cpuConn0
	n := len(clients)
	res := map[string]any{
		"label": *label, "protocol": *proto, "subscribers": n, "subscribers_wanted": *nsub,
		"loadavg_start": load0, "connect_s": round(connectS), "server_cpu_s_connect": round(cpuConn),
		"server_rss_mib_before": round(float64(rss0) / 1024), "server_rss_mib_idle": round(float64(rss1) / 1024),
	}
	if n > 0 {
		res["rss_kib_per_idle_conn"] = round(float64(rss1-rss0) / float64(n))
	}
	finish := func() {
		stopping.Store(true)
		for _, k := range clients {
			k.c.Close()
		}
		if len(errs) > 0 {
			es := []string{}
			for e, c := range errs {
				es = append(es, fmt.Sprintf("%d x %s", c, e))
			}
			sort.Strings(es)
			res["errors"] = es[:min(len(es), 5)]
		}
		json.NewEncoder(os.Stdout).Encode(res)
	}
	if *idleOnly || *pubURL == "" {
		finish()
		return
	}

	// ---- publish, open loop ----
	text := strings.Repeat("0123456789abcdefghij", *textLen/20+1)[:*textLen]
	body := strings.NewReplacer("{{room}}", *room, "{{text}}", text).Replace(*pubBody)
	hc := &http.Client{Timeout: 20 * time.Second, Transport: &http.Transport{MaxIdleConnsPerHost: 64}}
	var ph hist
	var pubErr atomic.Int64
	total := int(dur.Seconds() * *rate)
	sem := make(chan struct{}, 64)
	cpu0, self0, busy0 := srvCPU(), selfCPU(), machineBusy()
	start := time.Now()
	var lagMax time.Duration
	for i := 0; i < total; i++ {
		at := start.Add(time.Duration(float64(i) / *rate * 1e9))
		time.Sleep(time.Until(at))
		sem <- struct{}{}
		if lag := time.Since(at); lag > lagMax {
			lagMax = lag
		}
		wg.Add(1)
		go func() {
			defer func() { <-sem; wg.Done() }()
			ts := time.Now()
			b := strings.NewReplacer("{{ts}}", strconv.FormatInt(ts.UnixNano(), 10), "{{seq}}", strconv.Itoa(i)).Replace(body)
			req, _ := http.NewRequest("POST", *pubURL, strings.NewReader(b))
			req.Header.Set("Content-Type", "application/json")
			for _, s := range pubHdr {
				if a, v, ok := strings.Cut(s, ":"); ok {
					req.Header.Set(strings.TrimSpace(a), strings.TrimSpace(v))
				}
			}
			r, err := hc.Do(req)
			if err != nil {
				pubErr.Add(1)
				note(fmt.Errorf("publish: %T", err))
				return
			}
			rb, _ := io.ReadAll(r.Body)
			r.Body.Close()
			if r.StatusCode != 200 || bytes.Contains(rb, []byte(`"error`)) {
				pubErr.Add(1)
				note(fmt.Errorf("publish: %d %.120s", r.StatusCode, rb))
			}
			ph.add(int64(time.Since(ts)))
		}()
	}
	time.Sleep(time.Until(start.Add(*dur)))
	inWindow := delivered.Load()
	windowS := time.Since(start).Seconds()
	wg.Wait()
	expected := int64(total) * int64(n)
	for end := time.Now().Add(*drain); delivered.Load() < expected && time.Now().Before(end); {
		time.Sleep(20 * time.Millisecond)
	}
	got := delivered.Load()
	cpu := srvCPU() - cpu0
	self := selfCPU() - self0
	busy := machineBusy() - busy0
	q, _ := h.quantiles(0.5, 0.9, 0.99, 0.999, 1)
	pq, _ := ph.quantiles(0.5, 0.99)
	lastS := float64(lastRecv.Load()-start.UnixNano()) / 1e9
	res["events"] = total
	res["rate"] = *rate
	res["expected"] = expected
	res["delivered"] = got
	res["lost"] = expected - got
	res["delivered_per_s_in_window"] = round(float64(inWindow) / windowS)
	res["last_delivery_s"] = round(lastS)
	res["latency_ms"] = map[string]float64{"p50": round3(q[0]), "p90": round3(q[1]), "p99": round3(q[2]), "p999": round3(q[3]), "max": round3(q[4])}
	res["publish_ms"] = map[string]float64{"p50": round3(pq[0]), "p99": round3(pq[1])}
	res["publish_errors"] = pubErr.Load()
	res["publish_lag_ms_max"] = round3(float64(lagMax) / 1e6)
	res["server_cpu_s"] = round(cpu)
	res["loader_cpu_s"] = round(self)
	res["other_cpu_s"] = round(busy - cpu - self) // everything else on the machine
	if got > 0 {
		res["server_cpu_s_per_million"] = round(cpu / float64(got) * 1e6)
		res["loader_cpu_s_per_million"] = round(self / float64(got) * 1e6)
		res["bytes_per_delivery"] = round(float64(nbytes.Load()) / float64(got))
	}
	res["server_rss_mib_after"] = round(float64(srvRSS()) / 1024)
	res["closed_by_server"] = closed.Load()
	finish()
}

func round(f float64) float64  { return float64(int64(f*100+0.5)) / 100 }
func round3(f float64) float64 { return float64(int64(f*1000+0.5)) / 1000 }
