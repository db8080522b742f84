package webhook_test

import (
	"context"
	"errors"
	"net/http"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/kaituan/kaituan/internal/fault"
	"github.com/kaituan/kaituan/shop/shoptest"
	"github.com/kaituan/kaituan/shop/webhook"
)

func TestRotationOverlaps(t *testing.T) {
	p := open(t)
	r := receive(t, nil)
	e := p.endpoint(r.URL)
	rotated, err := p.Rotate(ctx, p.partner.ID, e.ID)
	p.Must(err)
	if rotated.Secret == nil || *rotated.Secret == *e.Secret {
		t.Fatal("the secret is the same")
	}
	p.happens(newOrder(), 1)
	p.sends()
	p.Clock.Advance(24 * time.Hour)
	p.happens(newOrder(), 1)
	p.sends()
	all := r.requests()
	if len(all) != 2 || !signs(*e.Secret, all[0]) || !signs(*rotated.Secret, all[0]) || signs(*e.Secret, all[1]) || !signs(*rotated.Secret, all[1]) {
		t.Errorf("signed otherwise: %+v", all)
	}
	if n := p.Count("SELECT COUNT(*) FROM webhook_endpoints WHERE LENGTH(secret) = 0"); n != 0 {
		t.Errorf("%d endpoints have no secret", n)
	}
}

func TestTheSecretIsShownOnce(t *testing.T) {
	p := open(t)
	in := webhook.SaveInput{IdempotencyKey: shoptest.NewKey(), URL: "https://partner.example/in", Topics: []webhook.Topic{webhook.OrderPaid}}
	first, err := p.Save(ctx, p.partner, in)
	p.Must(err)
	again, err := p.Save(ctx, p.partner, in)
	p.Must(err)
	if first.Secret == nil || !strings.HasPrefix(*first.Secret, "whsec_") || again.ID != first.ID || again.Secret != nil {
		t.Errorf("made %+v, again %+v", first, again)
	}
	in.URL += "/other"
	if _, err := p.Save(ctx, p.partner, in); !errors.Is(err, fault.KeyReused) {
		t.Errorf("other input: %v", err)
	}
	listed, err := p.Endpoints(ctx, p.partner.ID)
	p.Must(err)
	if len(listed) != 1 || listed[0].Secret != nil {
		t.Errorf("listed %+v", listed)
	}
	if n := p.Count("SELECT COUNT(*) FROM webhook_endpoints WHERE secret LIKE ?", "%"+strings.TrimPrefix(*first.Secret, "whsec_")+"%"); n != 0 {
		t.Error("the secret is kept as it is")
	}
}

func TestGone(t *testing.T) {
	p := open(t)
	gone := atomic.Bool{}
	gone.Store(true)
	r := receive(t, func(_ int, _ got, w http.ResponseWriter) {
		if gone.Load() {
			w.WriteHeader(http.StatusGone)
		}
	})
	e := p.endpoint(r.URL)
	p.happens(newOrder(), 1, 2)
	p.sends()
	p.happens(newOrder(), 1) // nobody wants it any more
	p.sends()
	listed, err := p.Endpoints(ctx, p.partner.ID)
	p.Must(err)
	d := p.deliveries(e)
	if listed[0].DisabledAt == nil || len(r.requests()) != 1 || len(d) != 2 || d[0].State != webhook.Failed || d[1].State != webhook.Failed {
		t.Fatalf("%+v: %d requests, %+v", listed[0], len(r.requests()), d)
	}
	if _, err := p.Redeliver(ctx, p.partner, d[0].ID); fault.Of(err) == nil || fault.Of(err).Code != "INVALID" {
		t.Errorf("to a disabled endpoint: %v", err)
	}
	gone.Store(false)
	on, err := p.Save(ctx, p.partner, webhook.SaveInput{IdempotencyKey: shoptest.NewKey(), ID: &e.ID, URL: e.URL, Topics: e.Topics})
	p.Must(err)
	if on.DisabledAt != nil || on.Secret != nil {
		t.Errorf("turned on: %+v", on)
	}
	_, err = p.Redeliver(ctx, p.partner, d[0].ID)
	p.Must(err)
	p.sends()
	if d := p.deliveries(e)[0]; d.State != webhook.Delivered {
		t.Errorf("kept %+v", d)
	}
}

// Whose key is revoked, or lost the scope, gets nothing more, not even what waits.
func TestARevokedPartner(t *testing.T) {
	p := open(t)
	r := receive(t, nil)
	e := p.endpoint(r.URL)
	p.happens(newOrder(), 1)
	_, err := p.Identity.KeyRevoke(ctx, p.partner.ID)
	p.Must(err)
	p.sends()
	p.happens(newOrder(), 1)
	p.sends()
	d := p.deliveries(e)
	if len(r.requests()) != 0 || len(d) != 1 || d[0].State != webhook.Failed || d[0].Attempts != 0 {
		t.Errorf("%d requests, %+v", len(r.requests()), d)
	}
}

func TestTopicsNeedTheirScope(t *testing.T) {
	p := open(t)
	for _, tc := range []struct {
		name   string
		scopes []string
		topics []webhook.Topic
		code   string
		field  string
	}{
		{"of what it reads", []string{"WEBHOOK_WRITE", "ORDER_READ"}, []webhook.Topic{webhook.OrderPaid, webhook.GroupCompleted}, "", ""},
		{"orders", []string{"WEBHOOK_WRITE", "POINTS_WRITE"}, []webhook.Topic{webhook.PointsChanged, webhook.RefundRequested}, "INVALID", "input.topics.1"},
		{"points", []string{"WEBHOOK_WRITE", "ORDER_READ"}, []webhook.Topic{webhook.PointsChanged}, "INVALID", "input.topics.0"},
		{"stock", []string{"WEBHOOK_WRITE", "ORDER_READ"}, []webhook.Topic{webhook.StockLow}, "INVALID", "input.topics.0"},
		{"notes, which there are not yet", []string{"WEBHOOK_WRITE", "MODERATION"}, []webhook.Topic{webhook.NotePublished}, "INVALID", "input.topics.0"},
		{"twice", []string{"WEBHOOK_WRITE", "ORDER_READ"}, []webhook.Topic{webhook.OrderPaid, webhook.OrderPaid}, "INVALID", "input.topics.1"},
		{"none", []string{"WEBHOOK_WRITE", "ORDER_READ"}, nil, "BLANK", "input.topics"},
	} {
		_, err := p.Save(ctx, webhook.Partner{ID: "pak_01JD8Q2M0V6T3C9E5K7R1XW4ZB", Scopes: tc.scopes}, webhook.SaveInput{IdempotencyKey: shoptest.NewKey(), URL: "https://a.example", Topics: tc.topics})
		code, field := "", ""
		if f := fault.Of(err); f != nil {
			code, field = f.Code, strings.Join(f.Field, ".")
		}
		if code != tc.code || field != tc.field {
			t.Errorf("%s: %v at %s", tc.name, err, field)
		}
	}
}

// Many at once: ten endpoints, never more; one that is deleted makes room.
func TestTenEndpoints(t *testing.T) {
	p := open(t)
	shoptest.Rounds(t, p.Shop, 1, func(int) {
		partner := p.key("WEBHOOK_WRITE", "ORDER_READ")
		var made, refused atomic.Int64
		var group sync.WaitGroup
		for range 16 {
			group.Go(func() {
				shoptest.Stagger()
				_, err := p.Save(ctx, partner, webhook.SaveInput{IdempotencyKey: shoptest.NewKey(), URL: "https://a.example", Topics: []webhook.Topic{webhook.OrderPaid}})
				switch f := fault.Of(err); {
				case err == nil:
					made.Add(1)
				case f != nil && f.Code == "OUT_OF_RANGE":
					refused.Add(1)
				default:
					t.Error(err)
				}
			})
		}
		group.Wait()
		if made.Load() != 10 || refused.Load() != 6 {
			t.Errorf("%d made, %d refused", made.Load(), refused.Load())
		}
		list, err := p.Endpoints(ctx, partner.ID)
		p.Must(err)
		_, err = p.Delete(ctx, partner.ID, list[3].ID)
		p.Must(err)
		_, err = p.Save(ctx, partner, webhook.SaveInput{IdempotencyKey: shoptest.NewKey(), URL: "https://a.example", Topics: []webhook.Topic{webhook.OrderPaid}})
		p.Must(err)
	})
	p.holds()
}

func TestWhatIsAnothersIsNotThere(t *testing.T) {
	p := open(t)
	r := receive(t, nil)
	e := p.endpoint(r.URL)
	p.happens(newOrder(), 1)
	p.sends()
	d := p.deliveries(e)[0]
	other := p.key("WEBHOOK_WRITE", "ORDER_READ")
	_, saved := p.Save(ctx, other, webhook.SaveInput{IdempotencyKey: shoptest.NewKey(), ID: &e.ID, URL: "https://b.example", Topics: []webhook.Topic{webhook.OrderPaid}})
	_, rotated := p.Rotate(ctx, other.ID, e.ID)
	_, deleted := p.Delete(ctx, other.ID, e.ID)
	_, again := p.Redeliver(ctx, other, d.ID)
	for name, err := range map[string]error{"saved": saved, "rotated": rotated, "deleted": deleted, "sent again": again} {
		if !errors.Is(err, fault.Missing) {
			t.Errorf("%s: %v", name, err)
		}
	}
	endpoints, err := p.Some(ctx, other.ID, []string{e.ID})
	p.Must(err)
	deliveries, err := p.SomeDeliveries(ctx, other.ID, []string{d.ID})
	p.Must(err)
	if len(endpoints)+len(deliveries) != 0 {
		t.Errorf("found %v, %v", endpoints, deliveries)
	}
}

func TestTooOften(t *testing.T) {
	p := open(t)
	var err error
	for range 61 {
		_, err = p.Redeliver(ctx, p.partner, "whd_01JD8Q2M0V6T3C9E5K7R1XW4ZB")
	}
	if !errors.Is(err, fault.TooOften) || fault.Of(err).RetryAfter == 0 {
		t.Error(err)
	}
}

func TestOldDeliveriesAndDeletedEndpointsGo(t *testing.T) {
	p := open(t)
	r := receive(t, nil)
	e, other := p.endpoint(r.URL), p.endpoint(r.URL)
	p.Must(p.KeepSweeping(ctx))
	p.happens(newOrder(), 1, 2, 3)
	p.sends()
	p.Clock.Advance(29 * 24 * time.Hour)
	p.happens(newOrder(), 1)
	p.sends()
	if n := len(p.deliveries(e)); n != 4 {
		t.Errorf("%d are kept", n)
	}
	p.Clock.Advance(25 * time.Hour)
	p.sends()
	if n := len(p.deliveries(e)); n != 1 {
		t.Errorf("%d are kept after 30 days", n)
	}
	p.happens(newOrder(), 1, 2)
	_, err := p.Delete(ctx, p.partner.ID, e.ID)
	p.Must(err)
	sent := len(r.requests())
	p.sends()
	if n := p.Count("SELECT COUNT(*) FROM webhook_endpoints WHERE id = ?", e.ID) + p.Count("SELECT COUNT(*) FROM webhook_deliveries WHERE endpoint_id = ?", e.ID); n != 0 {
		t.Errorf("%d rows of a deleted endpoint are left", n)
	}
	if more := len(r.requests()) - sent; more != 2 {
		t.Errorf("%d were sent, want the other endpoint's two", more)
	}
	if d := p.deliveries(other); len(d) != 3 {
		t.Errorf("the other endpoint has %d", len(d))
	}
}

// A delivery that was found to be old, and asked for again before it was removed, stays.
func TestAnOldDeliveryThatIsAskedForAgainStays(t *testing.T) {
	p := open(t)
	r := receive(t, nil)
	e := p.endpoint(r.URL)
	p.happens(newOrder(), 1, 2)
	p.sends()
	d := p.deliveries(e)
	_, err := p.Redeliver(ctx, p.partner, d[0].ID)
	p.Must(err)
	p.Must(p.Store.InTx(ctx, func(ctx context.Context) error { return p.RemoveEnded(ctx, []string{d[0].ID, d[1].ID}) }))
	if left := p.deliveries(e); len(left) != 1 || left[0].ID != d[0].ID {
		t.Fatalf("%+v are left", left)
	}
	p.sends()
	if got := p.deliveries(e)[0]; got.State != webhook.Delivered {
		t.Errorf("kept %+v", got)
	}
}
