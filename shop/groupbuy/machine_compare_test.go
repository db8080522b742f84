package groupbuy_test

import (
	"errors"
	"fmt"
	"slices"
	"strings"

	"github.com/kaituan/kaituan/shop/groupbuy"
	"github.com/kaituan/kaituan/shop/order"
)

// rows reads rows of texts; NULL is "".
func (m *machine) rows(query string, args ...any) (all [][]string) {
	m.TB.Helper()
	rows, err := m.Store.SQL(background).QueryContext(background, query, args...)
	m.Must(err)
	defer rows.Close()
	columns, err := rows.Columns()
	m.Must(err)
	for rows.Next() {
		values, into := make([]*string, len(columns)), make([]any, len(columns))
		for i := range values {
			into[i] = &values[i]
		}
		m.Must(rows.Scan(into...))
		row := make([]string, len(columns))
		for i, v := range values {
			if v != nil {
				row[i] = *v
			}
		}
		all = append(all, row)
	}
	m.Must(rows.Err())
	return all
}

// among is an SQL list of this check's ids, which nobody else gives.
func among(ids []string) string { return " IN ('" + strings.Join(ids, "', '") + "') " }

func (m *machine) people() string {
	var ids []string
	for _, b := range m.buyers {
		ids = append(ids, b.ShopperID)
	}
	return among(ids)
}

// observe hears which refunds have arrived: how often the provider had to be asked is its own affair. Nothing arrives that the model does not send.
func (m *machine) observe() {
	m.TB.Helper()
	seen := map[*mRefund]bool{}
	for _, row := range m.rows("SELECT r.id, r.order_id, r.kind, r.state, r.amount, r.whole FROM refunds r JOIN orders o ON o.id = r.order_id WHERE o.shopper_id" + m.people()) {
		id, o, kind, state := row[0], m.order(row[1]), order.RefundKind(row[2]), order.RefundState(row[3])
		i := slices.IndexFunc(o.refunds, func(r *mRefund) bool { return r.id == id || r.id == "" && r.kind == kind })
		if i < 0 {
			m.TB.Fatalf("order %s has a refund %v that the rules know nothing of", o.id, row)
		}
		r := o.refunds[i]
		seen[r] = true
		if row[4] != fmt.Sprint(r.amount) || (row[5] == "1" || row[5] == "true") != r.whole {
			m.TB.Fatalf("refund %v of %s is by the rules %d, whole %v", row, o.id, r.amount, r.whole)
		}
		if r.state == order.RefundApproved && state == order.RefundSettled {
			m.settled(o, r)
		}
		if state == order.RefundFailed {
			state = order.RefundApproved
		}
		if state != r.state {
			m.TB.Fatalf("refund %v of %s is %s by the rules", row, o.id, r.state)
		}
	}
	for _, o := range m.orders {
		for _, r := range o.refunds {
			if !seen[r] {
				m.TB.Fatalf("order %s has no refund %+v", o.id, *r)
			}
		}
	}
}

// compare says where the shop differs from the model.
func (m *machine) compare() error {
	return errors.Join(m.compareOrders(), m.compareGroups(), m.compareCampaigns(), m.comparePayments())
}

func (m *machine) compareOrders() error {
	var wrong []error
	rows := m.rows(`SELECT o.id, o.state, COALESCE(s.state, 'RELEASED'), COALESCE(s.group_id, ''), COALESCE(s.leader, 0), COALESCE(s.units_sold, 0)
		FROM orders o LEFT JOIN group_seats s ON s.order_key = o.id WHERE o.shopper_id` + m.people())
	if len(rows) != len(m.orders) {
		wrong = append(wrong, fmt.Errorf("there are %d orders, by the rules %d", len(rows), len(m.orders)))
	}
	for _, row := range rows {
		o := m.order(row[0])
		if row[2] == "REFUND_FAILED" {
			row[2] = string(returning)
		}
		if o.group.id == "" {
			o.group.id = row[3]
		}
		leads := o.leader
		if row[3] == "" {
			leads, row[3] = false, o.group.id
		}
		got := fmt.Sprint(row[1], " with a seat ", row[2], " in ", row[3], ", leads ", row[4] == "1" || row[4] == "true", ", sold ", row[5])
		want := fmt.Sprint(o.state, " with a seat ", o.seat, " in ", o.group.id, ", leads ", leads, ", sold ", o.sold)
		if got != want {
			wrong = append(wrong, fmt.Errorf("order %s is %s; by the rules %s", o.id, got, want))
		}
	}
	m.walkSeats()
	return errors.Join(wrong...)
}

func (m *machine) compareGroups() error {
	var wrong []error
	groups := map[string]*mGroup{}
	var ids []string
	for _, c := range m.campaigns {
		ids = append(ids, c.id)
		for _, g := range c.groups {
			groups[g.id] = g
		}
	}
	rows := m.rows(`SELECT id, state, capacity - seats_left, paid, COALESCE(completed_by, ''), rung_reached, CASE WHEN leader_id IS NULL THEN 1 ELSE 0 END FROM group_buys
		WHERE campaign_id` + among(ids))
	if len(rows) != len(groups) {
		wrong = append(wrong, fmt.Errorf("there are %d groups, by the rules %d", len(rows), len(groups)))
	}
	for _, row := range rows {
		g := groups[row[0]]
		if g == nil {
			wrong = append(wrong, fmt.Errorf("group %v is nobody's", row))
			continue
		}
		taken, n := m.counts(g)
		leaderless := 0
		if g.leaderless {
			leaderless = 1
		}
		if got, want := fmt.Sprint(row[1:]), fmt.Sprint([]any{g.state, taken, n, g.by, g.rung, leaderless}); got != want {
			wrong = append(wrong, fmt.Errorf("group %s is %s; by the rules %s", g.id, got, want))
		}
	}
	return errors.Join(wrong...)
}

func (m *machine) compareCampaigns() error {
	var wrong []error
	for _, c := range m.campaigns {
		left, inHold, sold := m.units(c)
		got := m.rows("SELECT units_left, units_held, units_sold FROM group_campaigns WHERE id = ?", c.id)[0]
		if want := fmt.Sprint([]int{left, inHold, sold}); fmt.Sprint(got) != want {
			wrong = append(wrong, fmt.Errorf("campaign %s has %v left, held, sold; by the rules %s", c.id, got, want))
		}
	}
	if got := m.Count("SELECT available FROM stocks WHERE id = ?", m.skuID); got != m.available() {
		wrong = append(wrong, fmt.Errorf("%d are on the shelf, by the rules %d", got, m.available()))
	}
	return errors.Join(wrong...)
}

func (m *machine) comparePayments() error {
	var wrong []error
	for _, row := range m.rows("SELECT number, CASE WHEN captured > 0 THEN 'PAID' ELSE state END, captured, refunded + refunding FROM payments WHERE shopper_id" + m.people()) {
		o, p := m.byNumber(row[0])
		if p == nil {
			wrong = append(wrong, fmt.Errorf("payment %v is of no order", row))
			continue
		}
		if got, want := fmt.Sprint(row[1:]), fmt.Sprint([]any{p.state, p.taken, p.back}); got != want {
			wrong = append(wrong, fmt.Errorf("payment %s of %s is %s; by the rules %s", p.number, o.id, got, want))
		}
	}
	return errors.Join(wrong...)
}

// seatWays are the state machine of a seat.
var seatWays = map[string][]string{
	"":               {"HELD"},
	"HELD":           {"PAID", "CONFIRMED", "RELEASED", "REFUND_PENDING"},
	"PAID":           {"CONFIRMED", "REFUND_PENDING"},
	"CONFIRMED":      {"REFUND_PENDING"},
	"REFUND_PENDING": {"REFUNDED", "REFUND_FAILED"},
	"REFUND_FAILED":  {"REFUND_PENDING", "REFUNDED"},
}

// reaches reports whether a seat may get from one state to another.
func reaches(from, to string, without ...string) bool {
	if from == to && from != "" {
		return true
	}
	for _, next := range seatWays[from] {
		if !slices.Contains(without, next) && reaches(next, to, append(without, next)...) {
			return true
		}
	}
	return false
}

// walkSeats fails the check when a seat went a way that there is not since it was last looked at.
func (m *machine) walkSeats() {
	m.TB.Helper()
	for _, row := range m.rows("SELECT id, state FROM group_seats WHERE shopper_id" + m.people()) {
		if !reaches(m.walkedSeats[row[0]], row[1]) {
			m.TB.Fatalf("seat %s went from %q to %s", row[0], m.walkedSeats[row[0]], row[1])
		}
		m.walkedSeats[row[0]] = row[1]
	}
}

// ways are the state machine of the rules.
var ways = map[order.State][]order.State{
	"":                   {order.PendingPayment},
	order.PendingPayment: {order.Paid, order.AwaitingGroup, order.Cancelled, order.Refunding},
	order.Cancelled:      {order.Paid, order.AwaitingGroup},
	order.AwaitingGroup:  {order.Paid, order.Refunding},
	order.Paid:           {order.Shipped, order.Refunding},
	order.Shipped:        {order.Delivered, order.Completed, order.Refunding},
	order.Delivered:      {order.Completed, order.Refunding},
	order.Completed:      {order.Refunding},
	order.Refunding:      {order.Refunded, order.Paid, order.Shipped, order.Delivered, order.Completed},
}

// walked fails the check when an order went a way that there is not.
func (m *machine) walked(o *order.Order) {
	m.TB.Helper()
	var at, from order.State
	for _, e := range o.Timeline {
		if !slices.Contains(ways[at], e.State) {
			m.TB.Fatalf("order %s went from %q to %s", o.ID, at, e.State)
		}
		if at == order.Refunding && e.State != order.Refunded && e.State != from {
			m.TB.Fatalf("order %s was %s, REFUNDING, and then %s", o.ID, from, e.State)
		}
		from, at = at, e.State
	}
	if at != o.State {
		m.TB.Fatalf("order %s is %s, its timeline ends with %s", o.ID, o.State, at)
	}
}

// ended says what of an order is still under way, or is not as it ends.
func (o *mOrder) ended() error {
	if o.is(order.PendingPayment, order.AwaitingGroup) || o.group.state == groupbuy.Open || o.group.state == groupbuy.Pending {
		return fmt.Errorf("order %s is %s, its group %s", o.id, o.state, o.group.state)
	}
	for _, r := range o.refunds {
		if r.state == order.RefundApproved {
			return fmt.Errorf("order %s: %d are on their way back for ever", o.id, r.amount)
		}
	}
	for _, p := range o.payments {
		if stands := o.is(order.Paid, order.Shipped, order.Delivered, order.Completed, order.Refunding); !stands && p.taken != p.back {
			return fmt.Errorf("order %s is %s, and the shop keeps %d of it", o.id, o.state, p.taken-p.back)
		}
	}
	return nil
}
