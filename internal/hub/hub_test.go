package hub_test

import (
	"sync/atomic"
	"testing"
	"time"

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
