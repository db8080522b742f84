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
// Beside that (graphql-ws only):
//
//	-apart N -stop   N of the subscribers read nothing any more once publishing begins
//	-numbered        follow each subscriber's events by their "seq": gaps, duplicates
//	-drop-after 5s   cut all connections, and a second later come back with the last "cursor"
//	-churn N         connect, subscribe, read the first event and leave, N times
//
// It connects to loopback addresses only.
package main

import (
	"encoding/json"
	"flag"
	"fmt"
	"net"
	"net/url"
	"os"
	"sort"
	"strconv"
	"strings"
	"time"
)

// options are the flags.
type options struct {
	url            *url.URL
	protocol       string
	label          string
	subscribers    int
	duration       time.Duration
	rate           float64
	drain          time.Duration
	settle         time.Duration
	dialers        int
	room           string
	document       string
	init           string
	publishURL     string
	publishBody    string
	textBytes      int
	marker         string
	pids           []int
	idleOnly       bool
	readBuffer     int
	headers        multi
	publishHeaders multi
	apart          int
	apartBuffer    int
	stop           bool
	numbered       bool
	dropAfter      time.Duration
	churn          int
}

type multi []string

func (m *multi) String() string     { return strings.Join(*m, ", ") }
func (m *multi) Set(s string) error { *m = append(*m, s); return nil }

func parseFlags() (o options) {
	ws := flag.String("url", "", "WebSocket URL on a loopback address")
	flag.StringVar(&o.protocol, "protocol", "graphql-ws", "graphql-ws, centrifuge or raw")
	flag.StringVar(&o.label, "label", "", "free text, repeated in the result")
	flag.IntVar(&o.subscribers, "subscribers", 2000, "subscribers")
	flag.DurationVar(&o.duration, "duration", 20*time.Second, "how long to publish")
	flag.Float64Var(&o.rate, "rate", 20, "events a second")
	flag.DurationVar(&o.drain, "drain", 5*time.Second, "longest wait for late deliveries")
	flag.DurationVar(&o.settle, "settle", 5*time.Second, "idle time after connecting, before memory is read")
	flag.IntVar(&o.dialers, "dialers", 16, "connections opened at once")
	flag.StringVar(&o.room, "room", "1", "room id: variable roomId, or channel room:ID")
	flag.StringVar(&o.document, "document", "subscription($roomId:ID!){roomEvents(roomId:$roomId){id roomId kind userName text ts}}", "subscription document (graphql-ws)")
	flag.StringVar(&o.init, "init", "{}", "connection_init payload (graphql-ws)")
	flag.StringVar(&o.publishURL, "publish-url", "", "HTTP address an event is POSTed to")
	flag.StringVar(&o.publishBody, "publish-body", "", "body; {{ts}} {{seq}} {{room}} {{text}} are replaced")
	flag.IntVar(&o.textBytes, "text-bytes", 200, "length of {{text}}")
	flag.StringVar(&o.marker, "ts-marker", `"ts":"`, "bytes right before the time in a delivered frame")
	pids := flag.String("server-pid", "", "server process ids, comma separated")
	flag.BoolVar(&o.idleOnly, "idle-only", false, "connect, read memory, leave")
	flag.IntVar(&o.readBuffer, "read-buffer", 2048, "first size of a subscriber's read buffer")
	flag.IntVar(&o.apart, "apart", 0, "how many of the subscribers have a small receive buffer in the kernel and are not measured")
	flag.IntVar(&o.apartBuffer, "apart-buffer", 4096, "size of that buffer in bytes, of which the kernel takes up to twice as many")
	flag.BoolVar(&o.stop, "stop", false, "those apart stop reading when publishing begins")
	flag.BoolVar(&o.numbered, "numbered", false, "follow the seq of events")
	flag.DurationVar(&o.dropAfter, "drop-after", 0, "cut all connections so long after publishing began, and come back; needs -numbered")
	flag.IntVar(&o.churn, "churn", 0, "connect, subscribe, read the first event and leave, so often; nothing is published")
	flag.Var(&o.headers, "header", "extra handshake header (repeatable)")
	flag.Var(&o.publishHeaders, "publish-header", "extra publish header (repeatable)")
	flag.Parse()
	o.url = checkLoopback(*ws)
	if o.publishURL != "" {
		checkLoopback(o.publishURL)
	}
	for _, s := range strings.Split(*pids, ",") {
		if n, err := strconv.Atoi(strings.TrimSpace(s)); err == nil {
			o.pids = append(o.pids, n)
		}
	}
	switch {
	case o.protocol != "graphql-ws" && o.protocol != "centrifuge" && o.protocol != "raw":
		fatal("unknown protocol", o.protocol)
	case o.dropAfter > 0 && !o.numbered:
		fatal("-drop-after needs -numbered: without numbers nobody knows where to go on")
	case (o.numbered || o.churn > 0) && o.protocol != "graphql-ws":
		fatal("-numbered and -churn are for graphql-ws")
	case o.apart > o.subscribers:
		fatal("-apart is a part of -subscribers")
	}
	return o
}

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

func main() {
	l := &loader{options: parseFlags(), errs: map[string]int{}}
	if err := allowSockets(max(l.subscribers, l.dialers)); err != nil {
		fatal("nofile:", err)
	}
	res := map[string]any{"label": l.label, "protocol": l.protocol, "loadavg_start": loadavg()}
	if l.churn > 0 {
		l.turnOver(res)
	} else {
		l.fan(res)
	}
	if len(l.errs) > 0 {
		es := []string{}
		for e, c := range l.errs {
			es = append(es, fmt.Sprintf("%d x %s", c, e))
		}
		sort.Strings(es)
		res["errors"] = es[:min(len(es), 5)]
	}
	if err := json.NewEncoder(os.Stdout).Encode(res); err != nil {
		fatal(err)
	}
}

func fatal(v ...any) { fmt.Fprintln(os.Stderr, v...); os.Exit(1) }

func round(f float64) float64  { return float64(int64(f*100+0.5)) / 100 }
func round3(f float64) float64 { return float64(int64(f*1000+0.5)) / 1000 }
