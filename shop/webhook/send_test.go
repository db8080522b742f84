package webhook_test

import (
	"context"
	"crypto/hmac"
	"crypto/sha256"
	"encoding/base64"
	"encoding/json"
	"fmt"
	"net/http"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/kaituan/kaituan/internal/fault"
	"github.com/kaituan/kaituan/internal/id"
	"github.com/kaituan/kaituan/shop/shoptest"
	"github.com/kaituan/kaituan/shop/webhook"
)

// signs reports whether a secret, as it is shown, has made one of a request's signatures.
func signs(shown string, g got) bool {
	key, err := base64.StdEncoding.DecodeString(strings.TrimPrefix(shown, "whsec_"))
	if err != nil || len(key) < 24 {
		return false
	}
	h := hmac.New(sha256.New, key)
	h.Write([]byte(g.id + "." + g.timestamp + "." + g.body))
	want := "v1," + base64.StdEncoding.EncodeToString(h.Sum(nil))
	for one := range strings.FieldsSeq(g.signature) {
		if one == want {
			return true
		}
	}
	return false
}

func TestAnEventArrives(t *testing.T) {
	p := open(t)
	r := receive(t, nil)
	e, other := p.endpoint(r.URL), p.endpoint(r.URL+"/other", webhook.OrderShipped)
	order := newOrder()
	p.happens(order, 1)
	p.sends()
	all := r.requests()
	if len(all) != 1 || !signs(*e.Secret, all[0]) || !strings.HasPrefix(all[0].agent, "Kaituan-Webhooks/") {
		t.Fatalf("received %+v", all)
	}
	var body struct {
		Type      string
		Timestamp time.Time
		Data      map[string]any
	}
	p.Must(json.Unmarshal([]byte(all[0].body), &body))
	if body.Type != "order.placed" || !body.Timestamp.Equal(p.Clock.Now()) || fmt.Sprint(body.Data) != fmt.Sprintf("map[orderId:%s state:PENDING_PAYMENT version:1]", order) {
		t.Errorf("received %s", all[0].body)
	}
	d := p.deliveries(e)
	if len(d) != 1 || d[0].State != webhook.Delivered || d[0].Attempts != 1 || *d[0].LastStatus != 200 || d[0].EventID != all[0].id || d[0].NextAttemptAt != nil || d[0].DeliveredAt == nil {
		t.Errorf("kept %+v", d)
	}
	if d := p.deliveries(other); len(d) != 0 {
		t.Errorf("an endpoint that asked for other topics has %+v", d)
	}
}

// The example of the specification's own libraries.
func TestSignKnownAnswer(t *testing.T) {
	key, _ := base64.StdEncoding.DecodeString("MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw")
	got := webhook.Sign("msg_p5jXN8AQM9LWM0D4loKWxJek", time.Unix(1614265330, 0), []byte(`{"test": 2432232314}`), key)
	if got != "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=" {
		t.Error(got)
	}
}

// What fails holds up its own order only, and that one stays in order.
func TestInOrderUnderRetries(t *testing.T) {
	p := open(t)
	a, b := newOrder(), newOrder()
	r := receive(t, func(n int, g got, w http.ResponseWriter) {
		if strings.Contains(g.body, a) && n <= 3 {
			w.WriteHeader(http.StatusInternalServerError)
		}
	})
	e := p.endpoint(r.URL)
	p.happens(a, 1, 2)
	p.sends()
	p.happens(b, 1, 2, 3)
	p.happens(a, 3)
	p.sends()
	p.holds()
	if d := p.deliveries(e); d[0].NextAttemptAt == nil || d[1].NextAttemptAt != nil || d[1].State != webhook.Pending {
		t.Errorf("kept %+v, %+v", d[0], d[1])
	}
	for range 40 {
		p.Clock.Advance(time.Minute)
		p.sends()
	}
	said := map[string]string{}
	for _, g := range r.requests() {
		for name, order := range map[string]string{"a": a, "b": b} {
			if strings.Contains(g.body, order) {
				said[name] += g.body[strings.Index(g.body, "order.")+6:][:2]
			}
		}
	}
	if said["b"] != "plpash" || !strings.HasSuffix(said["a"], "plpash") || strings.Trim(strings.TrimSuffix(said["a"], "plpash"), "pl") != "" {
		t.Errorf("received in this order: %v", said)
	}
	for _, d := range p.deliveries(e) {
		if d.State != webhook.Delivered {
			t.Errorf("not delivered: %+v", d)
		}
	}
}

func TestGivenUpAndSentAgain(t *testing.T) {
	p := open(t)
	down := atomic.Bool{}
	down.Store(true)
	r := receive(t, func(_ int, _ got, w http.ResponseWriter) {
		if down.Load() {
			w.WriteHeader(http.StatusServiceUnavailable)
		}
	})
	e := p.endpoint(r.URL)
	begun := p.Clock.Now()
	p.happens(newOrder(), 1, 2)
	for i := 0; p.deliveries(e)[0].State == webhook.Pending; i++ {
		if i > 2000 {
			t.Fatal("it is never given up")
		}
		p.sends()
		if next := p.deliveries(e)[0].NextAttemptAt; next != nil {
			p.Clock.Advance(max(next.Sub(p.Clock.Now()), time.Second))
		}
	}
	first := p.deliveries(e)[0]
	if took := p.Clock.Now().Sub(begun); took < 60*time.Hour || took > 84*time.Hour || first.State != webhook.Failed || first.Attempts != 13 || first.NextAttemptAt != nil || *first.LastStatus != 503 {
		t.Fatalf("after %v: %+v", took, first)
	}
	sent := len(r.requests())
	down.Store(false)
	again, err := p.Redeliver(ctx, p.partner, first.ID)
	p.Must(err)
	if again.State != webhook.Pending || again.Attempts != 13 {
		t.Errorf("asked for again: %+v", again)
	}
	if _, err := p.Redeliver(ctx, p.partner, first.ID); fault.Of(err) == nil || fault.Of(err).Code != "INVALID" {
		t.Errorf("twice: %v", err)
	}
	p.Clock.Advance(10 * time.Minute)
	p.sends()
	p.Clock.Advance(10 * time.Minute)
	p.sends()
	all := r.requests()
	now := p.deliveries(e)
	if now[0].State != webhook.Delivered || now[0].Attempts != 14 || now[1].State == webhook.Pending {
		t.Errorf("kept %+v, %+v", now[0], now[1])
	}
	found := false
	for _, g := range all[sent:] {
		found = found || g.id == all[0].id && g.body == all[0].body
	}
	if !found {
		t.Errorf("the event did not come again as it was: %+v", all[sent:])
	}
}

// A receiver that stalls has four attempts at most under way, and delays nobody else.
func TestAStalledReceiverBesideAGoodOne(t *testing.T) {
	p := open(t)
	release := make(chan struct{})
	var underway, most atomic.Int64
	stalled := receive(t, func(_ int, _ got, _ http.ResponseWriter) {
		for n := underway.Add(1); ; {
			m := most.Load()
			if n <= m || most.CompareAndSwap(m, n) {
				break
			}
		}
		<-release
		underway.Add(-1)
	})
	good := receive(t, nil)
	slow, fine := p.endpoint(stalled.URL), p.endpoint(good.URL)
	const orders = 30
	for range orders {
		p.happens(newOrder(), 1)
	}
	working, stop := context.WithCancel(ctx)
	var work sync.WaitGroup
	for range 2 { // processes
		work.Go(func() { p.runner().Run(working) })
	}
	for begun := time.Now(); len(good.requests()) < orders; time.Sleep(time.Millisecond) {
		if time.Since(begun) > time.Minute {
			t.Fatalf("the good one has had %d events", len(good.requests()))
		}
	}
	if n := underway.Load(); n < 1 || n > 4 {
		t.Errorf("%d attempts stall, want 1 to 4", n)
	}
	close(release)
	for begun := time.Now(); ; time.Sleep(10 * time.Millisecond) {
		left := 0
		for _, d := range append(p.deliveries(slow), p.deliveries(fine)...) {
			if d.State != webhook.Delivered {
				left++
			}
		}
		if left == 0 {
			break
		}
		if time.Since(begun) > time.Minute {
			t.Fatalf("%d are left", left)
		}
	}
	stop()
	work.Wait()
	if most.Load() > 4 || len(good.requests()) != orders || len(stalled.requests()) != orders {
		t.Errorf("%d at once, %d and %d requests", most.Load(), len(good.requests()), len(stalled.requests()))
	}
}

// A worker that was paused for longer than its lease records nothing: another has made the attempt again.
func TestALostLease(t *testing.T) {
	p := open(t)
	r := receive(t, func(n int, _ got, _ http.ResponseWriter) {
		if n == 1 {
			p.Clock.Advance(2 * time.Minute)
			if _, err := p.runner().Once(ctx); err != nil {
				t.Error(err)
			}
		}
	})
	e := p.endpoint(r.URL)
	p.happens(newOrder(), 1, 2)
	p.sends()
	p.sends()
	all, d := r.requests(), p.deliveries(e)
	if len(all) != 3 || all[0].id != all[1].id || all[2].id == all[0].id {
		t.Fatalf("received %+v", all)
	}
	if d[0].Attempts != 1 || d[0].State != webhook.Delivered || d[1].Attempts != 1 || d[1].State != webhook.Delivered {
		t.Errorf("kept %+v, %+v", d[0], d[1])
	}
}

// A process that stops during an attempt counts none: it is made again.
func TestAStoppedProcess(t *testing.T) {
	p := open(t)
	working, stop := context.WithCancel(ctx)
	hold := make(chan struct{})
	r := receive(t, func(n int, _ got, _ http.ResponseWriter) {
		if n == 1 {
			stop()
			<-hold
		}
	})
	e := p.endpoint(r.URL)
	p.happens(newOrder(), 1)
	p.runner().Run(working)
	close(hold)
	if d := p.deliveries(e)[0]; d.Attempts != 0 || d.State != webhook.Pending {
		t.Errorf("kept %+v", d)
	}
	p.Clock.Advance(2 * time.Minute)
	p.sends()
	if d := p.deliveries(e)[0]; d.Attempts != 1 || d.State != webhook.Delivered {
		t.Errorf("kept %+v", d)
	}
}

func TestAFactThatComesAgain(t *testing.T) {
	p := open(t)
	r := receive(t, nil)
	e := p.endpoint(r.URL)
	p.happens(newOrder(), 1)
	p.Must(p.Store.InTx(ctx, func(ctx context.Context) error { // as if its receipt were lost
		if _, err := p.Store.Exec(ctx, "DELETE FROM fact_receipts"); err != nil {
			return err
		}
		_, err := p.Store.Exec(ctx, "UPDATE facts SET pending = ?", true)
		return err
	}))
	p.hears()
	p.sends()
	if len(r.requests()) != 1 || len(p.deliveries(e)) != 1 {
		t.Errorf("received %d, kept %d", len(r.requests()), len(p.deliveries(e)))
	}
}

// An endpoint that fails attempt after attempt is left alone for longer and longer; when it answers, what waits is sent at once.
func TestAFailingEndpointIsSlowed(t *testing.T) {
	p := open(t)
	down := atomic.Bool{}
	down.Store(true)
	r := receive(t, func(_ int, _ got, w http.ResponseWriter) {
		if down.Load() {
			w.WriteHeader(http.StatusBadGateway)
		}
	})
	e := p.endpoint(r.URL)
	for range 40 {
		p.happens(newOrder(), 1)
	}
	for range 60 {
		p.sends()
		p.Clock.Advance(10 * time.Second)
	}
	if n := len(r.requests()); n < 8 || n > 40 {
		t.Errorf("it was asked %d times in ten minutes", n)
	}
	down.Store(false)
	p.Clock.Advance(5 * time.Minute)
	p.sends()
	never := 0
	for _, d := range p.deliveries(e) {
		if d.Attempts == 0 {
			never++
		}
	}
	if never > 0 {
		t.Errorf("%d still wait although it answers", never)
	}
}

// What an endpoint that is dead for three days has waiting as long is given up without asking it for each.
func TestADeadEndpoint(t *testing.T) {
	p := open(t)
	r := receive(t, answers(http.StatusInternalServerError))
	e := p.endpoint(r.URL)
	for range 60 {
		p.happens(newOrder(), 1, 2)
	}
	for range 100 {
		p.sends()
		p.Clock.Advance(time.Hour)
	}
	for _, d := range p.deliveries(e) {
		if d.State != webhook.Failed {
			t.Fatalf("after four days: %+v", d)
		}
	}
}

func TestRedirectsAndLongAnswers(t *testing.T) {
	p := open(t)
	inner := receive(t, nil)
	for name, answer := range map[string]func(int, got, http.ResponseWriter){
		"a redirect": func(_ int, _ got, w http.ResponseWriter) {
			w.Header().Set("Location", inner.URL)
			w.WriteHeader(http.StatusTemporaryRedirect)
		},
		"a long answer": func(_ int, _ got, w http.ResponseWriter) { _, _ = w.Write(make([]byte, 64<<10+1)) },
		"no answer":     func(_ int, _ got, w http.ResponseWriter) { panic(http.ErrAbortHandler) },
	} {
		e := p.endpoint(receive(t, answer).URL)
		p.happens(newOrder(), 1)
		p.sends()
		if d := p.deliveries(e)[0]; d.State != webhook.Pending || d.Attempts != 1 {
			t.Errorf("%s: %+v", name, d)
		}
		_, err := p.Delete(ctx, p.partner.ID, e.ID)
		p.Must(err)
	}
	if len(inner.requests()) != 0 {
		t.Error("a redirect was followed")
	}
	p.sends()
}

// What came of an address says nothing of the one that has taken its place meanwhile: neither that it is gone, nor that it fails.
func TestAnAttemptAtAnAddressThatWasChangedMeanwhile(t *testing.T) {
	for _, status := range []int{http.StatusGone, http.StatusInternalServerError} {
		t.Run(fmt.Sprint(status), func(t *testing.T) {
			p := open(t)
			now := receive(t, nil)
			var e *webhook.Endpoint
			was := receive(t, func(_ int, _ got, w http.ResponseWriter) {
				_, err := p.Save(ctx, p.partner, webhook.SaveInput{IdempotencyKey: shoptest.NewKey(), ID: &e.ID, URL: now.URL, Topics: e.Topics})
				if err != nil {
					t.Error(err)
				}
				w.WriteHeader(status)
			})
			e = p.endpoint(was.URL)
			p.happens(newOrder(), 1)
			p.sends()
			if n := p.Count("SELECT COUNT(*) FROM webhook_endpoints WHERE failures > 0 OR failing_since IS NOT NULL OR resume_at IS NOT NULL OR disabled_at IS NOT NULL"); n != 0 {
				t.Error("the new address is taken for one that fails")
			}
			p.Clock.Advance(10 * time.Second)
			p.sends()
			if d := p.deliveries(e)[0]; d.State != webhook.Delivered || len(now.requests()) != 1 {
				t.Errorf("kept %+v", d)
			}
		})
	}
}

// What a dead endpoint has waiting for too long is given up in pieces, whatever their number, without one more attempt.
func TestADeadEndpointWithManyWaiting(t *testing.T) {
	p := open(t)
	r := receive(t, answers(http.StatusInternalServerError))
	e := p.endpoint(r.URL)
	p.happens(newOrder(), 1)
	p.sends()
	delivery := p.deliveries(e)[0].ID
	for n := range 1200 {
		p.Must(p.Store.InTx(ctx, func(ctx context.Context) error {
			_, err := p.Store.Exec(ctx, `INSERT INTO webhook_deliveries (id, ver, endpoint_id, event_id, topic, aggregate, lane, turn, body, state, attempts, earlier, created_at, next_attempt_at)
				SELECT ?, 1, endpoint_id, ?, topic, ?, lane, 1, body, 'PENDING', 0, 0, created_at, created_at FROM webhook_deliveries WHERE id = ?`,
				id.New("whd"), id.New("fct"), fmt.Sprint("ord_", n), delivery)
			return err
		}))
	}
	p.Must(p.Store.InTx(ctx, func(ctx context.Context) error {
		_, err := p.Store.Exec(ctx, "UPDATE webhook_endpoints SET failing_since = ?", p.Clock.Now())
		return err
	}))
	p.Clock.Advance(webhook.Patience)
	before := len(r.requests())
	p.sends()
	if n := p.Count("SELECT COUNT(*) FROM webhook_deliveries WHERE state = 'PENDING'"); n != 0 || len(r.requests()) != before {
		t.Errorf("%d are left after %d more requests", n, len(r.requests())-before)
	}
}

// What waits of a topic that the endpoint wants no more is not sent, and what was given up of it cannot be asked for; the other topics of the same order go on.
func TestATopicThatIsWantedNoMore(t *testing.T) {
	p := open(t)
	down := atomic.Bool{}
	down.Store(true)
	r := receive(t, func(_ int, _ got, w http.ResponseWriter) {
		if down.Load() {
			w.WriteHeader(http.StatusServiceUnavailable)
		}
	})
	e := p.endpoint(r.URL)
	p.happens(newOrder(), 1, 2)
	p.sends()
	left := slices.DeleteFunc(slices.Clone(e.Topics), func(topic webhook.Topic) bool { return topic == webhook.OrderPlaced })
	_, err := p.Save(ctx, p.partner, webhook.SaveInput{IdempotencyKey: shoptest.NewKey(), ID: &e.ID, URL: r.URL, Topics: left})
	p.Must(err)
	down.Store(false)
	for range 10 {
		p.Clock.Advance(time.Minute)
		p.sends()
	}
	d := p.deliveries(e)
	if d[0].Topic != webhook.OrderPlaced || d[0].State != webhook.Failed || d[0].Attempts != 1 || d[1].State != webhook.Delivered {
		t.Errorf("kept %+v and %+v", d[0], d[1])
	}
	if _, err := p.Redeliver(ctx, p.partner, d[0].ID); fault.Of(err) == nil || fault.Of(err).Code != "INVALID" {
		t.Errorf("asked for again: %v", err)
	}
}

// An old event that is asked for again at an endpoint that has been dead for days gets its attempts, and so much patience as a new one.
func TestAnOldEventAskedForAtADeadEndpoint(t *testing.T) {
	p := open(t)
	r := receive(t, answers(http.StatusInternalServerError))
	e := p.endpoint(r.URL)
	p.happens(newOrder(), 1)
	for range 100 {
		p.sends()
		p.Clock.Advance(time.Hour)
	}
	old := p.deliveries(e)[0]
	if old.State != webhook.Failed {
		t.Fatalf("after four days: %+v", old)
	}
	p.Clock.Advance(48 * time.Hour)
	asked := p.Clock.Now()
	_, err := p.Redeliver(ctx, p.partner, old.ID)
	p.Must(err)
	for range 24 {
		p.Clock.Advance(time.Hour)
		p.sends()
	}
	again := p.deliveries(e)[0]
	if again.State != webhook.Pending || again.Attempts <= old.Attempts+1 {
		t.Errorf("a day after it was asked for: %+v, was %+v", again, old)
	}
	for p.deliveries(e)[0].State == webhook.Pending {
		if p.Clock.Now().Sub(asked) > 5*24*time.Hour {
			t.Fatal("it is never given up")
		}
		p.Clock.Advance(time.Hour)
		p.sends()
	}
	if took := p.Clock.Now().Sub(asked); took < 60*time.Hour {
		t.Errorf("it was given up after %v", took)
	}
}
