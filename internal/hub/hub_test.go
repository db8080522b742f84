package hub_test

import (
	"net"
	"strconv"
	"sync/atomic"
	"testing"
	"time"

	"github.com/nats-io/nats-server/v2/server"
	"go.uber.org/goleak"

	"github.com/kaituan/kaituan/internal/hub"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

func TestSignalsReachWhoListens(t *testing.T) {
	h, err := hub.Open("")
	if err != nil {
		t.Fatal(err)
	}
	defer h.Close()
	if !h.Ready() {
		t.Error("not ready")
	}
	var mine, others atomic.Int64
	stop, err := h.Listen("order.a", func() { mine.Add(1) })
	if err != nil {
		t.Fatal(err)
	}
	stopOthers, err := h.Listen("order.b", func() { others.Add(1) })
	if err != nil {
		t.Fatal(err)
	}
	defer stopOthers()
	h.Signal("order.a")
	await(t, func() bool { return mine.Load() == 1 })
	stop()
	h.Signal("order.a")
	h.Signal("order.b")
	await(t, func() bool { return others.Load() == 1 })
	if mine.Load() != 1 {
		t.Errorf("heard %d signals after stopping", mine.Load()-1)
	}
}

// A panic loses its message, which is a gap, and nothing else.
func TestAPanicOfWhoHears(t *testing.T) {
	h, err := hub.Open("")
	if err != nil {
		t.Fatal(err)
	}
	defer h.Close()
	var heard, gaps atomic.Int64
	defer h.OnGap(func() { gaps.Add(1) })()
	stop, err := h.Subscribe("room.a", func(string, []byte) {
		if heard.Add(1) == 1 {
			panic("of the first message")
		}
	})
	if err != nil {
		t.Fatal(err)
	}
	defer stop()
	for range 2 {
		if err := h.Publish("room.a", nil); err != nil {
			t.Fatal(err)
		}
	}
	await(t, func() bool { return heard.Load() == 2 })
	if gaps.Load() != 1 {
		t.Errorf("%d gaps", gaps.Load())
	}
}

func TestAWrongAddressIsAnError(t *testing.T) {
	if _, err := hub.Open("nats://127.0.0.1:1"); err == nil {
		t.Error("connected to nobody")
	}
}

func await(t *testing.T, ok func() bool) {
	t.Helper()
	for start := time.Now(); !ok(); time.Sleep(time.Millisecond) {
		if time.Since(start) > 30*time.Second {
			t.Fatal("waited 30 s")
		}
	}
}

func TestMessagesComeInOrderWithTheirSubject(t *testing.T) {
	h, err := hub.Open("")
	if err != nil {
		t.Fatal(err)
	}
	defer h.Close()
	const n = 20_000
	got := make(chan string, n+1)
	stop, err := h.Subscribe("live.*.events", func(subject string, data []byte) { got <- subject + string(data) })
	if err != nil {
		t.Fatal(err)
	}
	for i := range n {
		if err := h.Publish("live.a.events", []byte(strconv.Itoa(i))); err != nil {
			t.Fatal(err)
		}
	}
	for i := range n {
		if m := <-got; m != "live.a.events"+strconv.Itoa(i) {
			t.Fatalf("message %d is %q", i, m)
		}
	}
	stop()
	if err := h.Publish("live.a.events", nil); err != nil {
		t.Fatal(err)
	}
	if err := h.Publish("live.a.events", make([]byte, 8<<20)); err == nil {
		t.Error("a message that is too long went out")
	}
}

// A connection that was away is a gap for who wants to know, until he does not.
func TestAGapIsToldAfterAReconnect(t *testing.T) {
	start := func(port int) *server.Server {
		s, err := server.NewServer(&server.Options{Host: "127.0.0.1", Port: port, NoSigs: true, NoLog: true})
		if err != nil {
			t.Fatal(err)
		}
		s.Start()
		if !s.ReadyForConnections(5 * time.Second) {
			t.Fatal("the server is not ready")
		}
		return s
	}
	first := start(-1)
	h, err := hub.Open(first.ClientURL())
	if err != nil {
		t.Fatal(err)
	}
	defer h.Close()
	var told, others atomic.Int64
	h.OnGap(func() { told.Add(1) })
	h.OnGap(func() { others.Add(1) })()
	port := first.Addr().(*net.TCPAddr).Port
	first.Shutdown()
	first.WaitForShutdown()
	second := start(port)
	defer second.WaitForShutdown()
	defer second.Shutdown()
	await(t, func() bool { return told.Load() == 1 })
	if others.Load() != 0 {
		t.Error("who did not want to know any more was told")
	}
}
