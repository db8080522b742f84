package groupbuy_test

import (
	"context"
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/kaituan/kaituan/internal/store"
	"github.com/kaituan/kaituan/shop/groupbuy"
)

// another is the same service in another process.
func (c *club) another() *groupbuy.Service {
	return groupbuy.New(groupbuy.Config{
		Store: c.Store, Clock: c.Clock.Now, Identity: c.Identity, Catalog: c.Catalog, Order: c.Orders, Outbox: c.Outbox, Deadlines: c.Deadlines, Hub: c.Hub, Currency: "CNY",
	})
}

// What this process does to campaigns shows at once, what another does within a second.
func TestWhatIsShownIsFresh(t *testing.T) {
	c := open(t, func(d *groupbuy.CampaignDraft) { d.UnitQuota = 5 })
	other := c.another()
	ctx := context.Background()
	shows := func(what string, s *groupbuy.Service, price int64, open bool) {
		t.Helper()
		anchors, err := s.Anchors(ctx, "", []string{c.skuID})
		c.Must(err)
		if a, ok := anchors[c.skuID]; ok != (price > 0) || ok && a.Group.Minor != price {
			t.Errorf("%s: %+v, want %d", what, a, price)
		}
		shown, err := s.OnShow(ctx, []string{c.campaign.ID, "gbc_none"})
		c.Must(err)
		running, err := s.Running(ctx)
		c.Must(err)
		if _, ok := shown[c.campaign.ID]; ok != open || len(shown) > 1 || (len(running) > 0) != open {
			t.Errorf("%s: on show %v, running %v; want %v", what, shown, running, open)
		}
	}
	shows("here", c.Groups, 1500, true)
	shows("there", other, 1500, true)
	o := c.place(c.Shopper("ming"), c.opens("15.00"))
	shows("quota spent, here", c.Groups, 0, false)
	c.Clock.Advance(time.Second)
	shows("quota spent, there", other, 0, false)
	_, err := c.Orders.Cancel(ctx, o.ShopperID, o.ID, "")
	c.Must(err)
	shows("quota back, here", c.Groups, 1500, true)
	c.Clock.Advance(time.Second)
	shows("quota back, there", other, 1500, true)
	_, err = c.Groups.End(ctx, c.campaign.ID)
	c.Must(err)
	shows("ended, here", c.Groups, 0, false)
	c.Clock.Advance(time.Second)
	shows("ended, there", other, 0, false)
	c.campaign = c.create(draft())
	shows("made, here", c.Groups, 1500, true)
	shown, err := c.Groups.OnShow(ctx, []string{c.campaign.ID})
	c.Must(err)
	shown[c.campaign.ID].Offers[0].SkuID = "mine"
	shows("a caller's own copy", c.Groups, 1500, true)
	c.Clock.Advance(7 * 24 * time.Hour)
	shows("its time is over", c.Groups, 0, false)
}

// Beyond what is kept at hand prices are read, so that none is wrong.
func TestPricesOfManyCampaigns(t *testing.T) {
	c := open(t)
	more := c.Goods("more", 50, "30.00")[0]
	c.Must(c.Store.InTx(context.Background(), func(ctx context.Context) error {
		for range 1000 {
			if _, err := c.Groups.Create(ctx, "ptn_test", draft()); err != nil {
				return err
			}
		}
		last := draft(func(d *groupbuy.CampaignDraft) { d.Offers[0].SkuCode, d.EndsAt = "more", d.EndsAt.Add(time.Hour) })
		_, err := c.Groups.Create(ctx, "ptn_test", last)
		return err
	}))
	anchors, err := c.Groups.Anchors(context.Background(), "", []string{c.skuID, more.ID})
	c.Must(err)
	if len(anchors) != 2 || anchors[more.ID].Group.Minor != 1500 {
		t.Errorf("anchors %+v", anchors)
	}
	running, err := c.Groups.Running(context.Background())
	c.Must(err)
	if len(running) != 1000 {
		t.Errorf("%d campaigns run", len(running))
	}
}

// The fullest groups of campaigns are found by the index alone, however many are open.
func TestFullestGroupsAreNotSorted(t *testing.T) {
	c := open(t)
	for range 5 {
		c.create(draft())
	}
	c.lead(c.Shopper("ming"), "15.00")
	var query string
	counter := &store.Counter{Each: func(q string) { query = q }}
	running, err := c.Groups.Running(store.CountStatements(context.Background(), counter))
	c.Must(err)
	if running[len(running)-1].SeatsLeft+running[0].SeatsLeft != 2 { // of three, in one of them
		t.Errorf("the fullest group is not found: %+v", running)
	}
	args := []any{c.Clock.Now(), c.Clock.Now()}
	explain := "EXPLAIN "
	if c.Store.SQLite() {
		explain = "EXPLAIN QUERY PLAN "
	}
	for _, r := range running {
		args = append(args, r.CampaignID)
	}
	rows, err := c.Store.SQL(context.Background()).QueryContext(context.Background(), explain+query, args...)
	c.Must(err)
	defer rows.Close()
	columns, err := rows.Columns()
	c.Must(err)
	var plan strings.Builder
	for rows.Next() {
		line, at := make([]any, len(columns)), make([]any, len(columns))
		for i := range line {
			at[i] = &line[i]
		}
		c.Must(rows.Scan(at...))
		for _, v := range line {
			if b, ok := v.([]byte); ok {
				v = string(b)
			}
			fmt.Fprint(&plan, v, " ")
		}
		plan.WriteByte('\n')
	}
	c.Must(rows.Err())
	if p := plan.String(); !strings.Contains(p, "groupbuy_campaign_id_state_seats_left_expires_at_id") || strings.Contains(p, "filesort") || strings.Contains(p, "ORDER BY") {
		t.Errorf("the plan:\n%s", p)
	}
}
