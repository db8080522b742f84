package commission

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strconv"
	"time"

	"github.com/kaituan/kaituan/ent/db"
	"github.com/kaituan/kaituan/ent/db/commission"
	"github.com/kaituan/kaituan/internal/fault"
	"github.com/kaituan/kaituan/internal/id"
	"github.com/kaituan/kaituan/internal/outbox"
	"github.com/kaituan/kaituan/shop/fact"
	"github.com/kaituan/kaituan/shop/identity"
	"github.com/kaituan/kaituan/shop/referral"
)

// Consumers are what commission hears of. The two may work on one order at once, and in any order: each takes the order's row first and goes by what its lines keep
// then.
func (s *Service) Consumers() []outbox.Consumer {
	return []outbox.Consumer{
		outbox.On("commission.completed", func(ctx context.Context, f fact.OrderCompleted) error { return s.OnCompleted(ctx, f) }),
		outbox.On("commission.returned", func(ctx context.Context, f fact.OrderReturned) error { return s.OnReturned(ctx, f) }),
	}
}

// OnCompleted pays those who brought an order's buyer, in one transaction with a number of statements that does not depend on the order's lines. However often it is
// told, they are paid once.
func (s *Service) OnCompleted(ctx context.Context, f fact.OrderCompleted) error {
	snapshot, err := s.referral.Snapshot(ctx, f.OrderID)
	if err != nil || snapshot == nil {
		return err
	}
	return s.store.InTx(ctx, func(ctx context.Context) error {
		people, err := s.touch(ctx, beneficiariesOf(snapshot))
		if err != nil {
			return err
		}
		if err := s.lockOrder(ctx, f.OrderID); err != nil {
			return err
		}
		program := s.referral.Program()
		first, err := s.store.Guard(ctx, "UPDATE commission_orders SET completed_at = ?, cap = ?, ver = ver + 1 WHERE order_id = ? AND completed_at IS NULL",
			f.At, program.Cap, f.OrderID)
		if err != nil || !first {
			return wrap(err, "commission of %s", f.OrderID)
		}
		buyer, err := s.identity.PersonOf(ctx, snapshot.BuyerID)
		if err != nil {
			return err
		}
		sum, err := s.earn(ctx, snapshot, entitled(snapshot.Beneficiaries, buyer, people), f.At.Add(program.Matures))
		if err != nil {
			return err
		}
		_, err = s.store.Exec(ctx, "UPDATE commission_orders SET earned = ?, ver = ver + 1 WHERE order_id = ?", sum, f.OrderID)
		return wrap(err, "commission of %s", f.OrderID)
	})
}

// OnReturned claws back what a refund has taken the ground from. Where it comes before OnCompleted it leaves the order's row, which the other then waits for.
func (s *Service) OnReturned(ctx context.Context, f fact.OrderReturned) error {
	snapshot, err := s.referral.Snapshot(ctx, f.OrderID)
	if err != nil {
		return err
	}
	paid, err := s.paid(ctx, f.OrderID) // after the snapshot: whom that knows no more was paid before
	whose := append(beneficiariesOf(snapshot), paid...)
	if err != nil || len(whose) == 0 {
		return err
	}
	return s.store.InTx(ctx, func(ctx context.Context) error {
		people, err := s.touch(ctx, whose)
		if err != nil {
			return err
		}
		if err := s.lockOrder(ctx, f.OrderID); err != nil {
			return err
		}
		rows, err := s.commissionsOf(ctx, f.OrderID)
		if err != nil {
			return err
		}
		return s.clawBack(ctx, f.OrderID, rows, people)
	})
}

func beneficiariesOf(snapshot *referral.Snapshot) (ids []string) {
	if snapshot != nil {
		for _, b := range snapshot.Beneficiaries {
			ids = append(ids, b.ShopperID)
		}
	}
	return ids
}

// paid is who has earned by an order, as the persons of today.
func (s *Service) paid(ctx context.Context, orderID string) ([]string, error) {
	persons, err := s.store.Texts(ctx, "SELECT DISTINCT "+identity.Person("c.beneficiary_id")+" FROM commissions c WHERE c.order_id = ?", orderID)
	return persons, wrap(err, "who has earned by %s", orderID)
}

// person is who a shopper is, and whether he may act.
type person struct {
	id     string
	active bool
}

// touch touches shoppers in the order of their ids, so that what is theirs neither moves in a merge nor ends by erasure before the commit. Money is taken from, and
// given back to, those who may act no more, too: their accounts' rows are what that waits for.
func (s *Service) touch(ctx context.Context, ids []string) (map[string]person, error) {
	people := make(map[string]person, len(ids))
	for _, shopperID := range slices.Sorted(slices.Values(ids)) {
		if _, done := people[shopperID]; done {
			continue
		}
		is, err := s.identity.TouchPerson(ctx, shopperID)
		if err != nil && !errors.Is(err, fault.Unauthenticated) {
			return nil, err
		}
		people[shopperID] = person{is, err == nil}
	}
	return people, nil
}

// owners are whose commissions are today, each once more for each row. People who were touched under the id of a row are known; the few others are looked up once.
func (s *Service) owners(ctx context.Context, rows []*db.Commission, people map[string]person) ([]string, error) {
	list := make([]string, len(rows))
	for i, c := range rows {
		p, known := people[c.BeneficiaryID]
		if !known {
			is, err := s.identity.PersonOf(ctx, c.BeneficiaryID)
			if err != nil {
				return nil, err
			}
			p = person{id: is}
			people[c.BeneficiaryID] = p
		}
		list[i] = p.id
	}
	return list, nil
}

// lockOrder takes an order's row: whoever has it works alone on the order's commission until his commit.
func (s *Service) lockOrder(ctx context.Context, orderID string) error {
	const take = "UPDATE commission_orders SET ver = ver + 1 WHERE order_id = ?"
	took, err := s.store.Guard(ctx, take, orderID)
	if err != nil || took {
		return wrap(err, "commission of %s", orderID)
	}
	fresh, err := s.store.Unique(ctx, func(ctx context.Context) error {
		_, err := s.store.Exec(ctx, "INSERT INTO commission_orders (ver, order_id, cap) VALUES (1, ?, 0)", orderID)
		return err
	})
	if err == nil && !fresh { // somebody else was the first
		_, err = s.store.Guard(ctx, take, orderID)
	}
	return wrap(err, "commission of %s", orderID)
}

// entitled are the beneficiaries who may act and are not the buyer himself, as the persons of today, the nearer first; each once, although two may have become one
// since the snapshot was read.
func entitled(beneficiaries []referral.Beneficiary, buyer string, people map[string]person) (list []referral.Beneficiary) {
	seen := []string{buyer}
	for _, b := range beneficiaries {
		if p := people[b.ShopperID]; p.active && !slices.Contains(seen, p.id) {
			b.ShopperID = p.id
			seen, list = append(seen, p.id), append(list, b)
		}
	}
	return list
}

// earn writes what beneficiaries, whom the transaction has touched, earn by an order, and returns the sum; it is PENDING until available.
func (s *Service) earn(ctx context.Context, snapshot *referral.Snapshot, beneficiaries []referral.Beneficiary, available time.Time) (sum int64, err error) {
	all, err := s.earnings(ctx, snapshot.OrderID, beneficiaries)
	if err != nil || len(all) == 0 {
		return 0, err
	}
	now := s.clock()
	var persons []string
	var rows [][]any
	for i := range all {
		e := &all[i]
		e.id = id.New("cms")
		sum += e.amount
		persons = append(persons, e.beneficiary.ShopperID)
		rows = append(rows, []any{
			e.id, 1, snapshot.OrderID, e.line.ID, e.beneficiary.ShopperID, nullable(snapshot.LinkID), e.beneficiary.Level, e.line.OrderNumber, e.line.Title, e.line.Kept,
			e.rate, e.amount, 0, string(Pending), now, available,
		})
	}
	err = s.insert(ctx, "commissions (id, ver, order_id, line_id, beneficiary_id, link_id, level, order_number, line_title, base, rate, amount, clawed_back, state, earned_at, available_at)", rows)
	if err != nil {
		return 0, err
	}
	accounts, err := s.open(ctx, persons...)
	if err != nil {
		return 0, err
	}
	for _, e := range all {
		accounts[e.beneficiary.ShopperID].move(earned, e.id, &e.id, parts{pending: e.amount})
	}
	if err := s.close(ctx, accounts, now); err != nil {
		return 0, err
	}
	return sum, s.deadlines.Set(ctx, MatureDeadline, snapshot.OrderID, available, now)
}

// earnings are what beneficiaries earn by an order's lines.
func (s *Service) earnings(ctx context.Context, orderID string, beneficiaries []referral.Beneficiary) ([]earning, error) {
	if len(beneficiaries) == 0 {
		return nil, nil
	}
	lines, err := s.orders.Kept(ctx, orderID)
	if err != nil {
		return nil, err
	}
	products := make([]string, len(lines))
	for i, line := range lines {
		products[i] = line.ProductID
	}
	kinds, err := s.catalog.Kinds(ctx, products)
	if err != nil {
		return nil, err
	}
	return shares(lines, kinds, beneficiaries, s.referral.Program())
}

// nullable is nil for an empty text.
func nullable(text string) any {
	if text == "" {
		return nil
	}
	return text
}

// commissionsOf are an order's commissions, whose row the transaction has taken.
func (s *Service) commissionsOf(ctx context.Context, orderID string) ([]*db.Commission, error) {
	rows, err := s.store.Client(ctx).Commission.Query().Where(commission.OrderID(orderID)).Order(commission.ByID()).All(ctx)
	return rows, wrap(err, "commission of %s", orderID)
}

// clawBack takes from an order's commissions, which are rows, what its lines do not keep the money for.
func (s *Service) clawBack(ctx context.Context, orderID string, rows []*db.Commission, people map[string]person) error {
	if len(rows) == 0 {
		return nil
	}
	lines, err := s.orders.Kept(ctx, orderID)
	if err != nil {
		return err
	}
	kept := make(map[string]int64, len(lines))
	for _, line := range lines {
		kept[line.ID] = line.Kept
	}
	var less []*db.Commission
	taken := map[string]int64{}
	for _, c := range rows {
		target, err := share(kept[c.LineID], c.Rate)
		if err != nil {
			return fmt.Errorf("commission %s: %w", c.ID, err)
		}
		if back := c.Amount - c.ClawedBack - target; back > 0 {
			less, taken[c.ID] = append(less, c), back
		}
	}
	return s.takeBack(ctx, less, taken, people)
}

// takeBack takes so much of each commission, from where its money is.
func (s *Service) takeBack(ctx context.Context, rows []*db.Commission, taken map[string]int64, people map[string]person) error {
	if len(rows) == 0 {
		return nil
	}
	owners, err := s.owners(ctx, rows, people)
	if err != nil {
		return err
	}
	accounts, err := s.open(ctx, slices.Clone(owners)...)
	if err != nil {
		return err
	}
	for i, c := range rows {
		a, back := accounts[owners[i]], taken[c.ID]
		from := parts{pending: -back}
		if c.State == commission.StateAVAILABLE {
			from = a.charge(back)
		}
		c.ClawedBack += back
		from.clawedBack = back
		a.move(clawBack, c.ID+":"+strconv.FormatInt(c.ClawedBack, 10), &c.ID, from)
		if c.ClawedBack == c.Amount {
			c.State = commission.StateCLAWED_BACK
		}
	}
	if err := s.writeClawedBack(ctx, rows); err != nil {
		return err
	}
	return s.close(ctx, accounts, s.clock())
}

// writeClawedBack writes what is clawed back of commissions by one statement.
func (s *Service) writeClawedBack(ctx context.Context, rows []*db.Commission) error {
	amounts, states, list := "", "", ""
	var amountArgs, stateArgs, ids []any
	for i, c := range rows {
		amounts, states = amounts+" WHEN ? THEN ?", states+" WHEN ? THEN ?"
		amountArgs, stateArgs = append(amountArgs, c.ID, c.ClawedBack), append(stateArgs, c.ID, string(c.State))
		if i > 0 {
			list += ", "
		}
		list, ids = list+"?", append(ids, c.ID)
	}
	n, err := s.store.Exec(ctx, "UPDATE commissions SET clawed_back = CASE id"+amounts+" END, state = CASE id"+states+" END, ver = ver + 1 WHERE id IN ("+list+")",
		slices.Concat(amountArgs, stateArgs, ids)...)
	if err == nil && n != int64(len(rows)) {
		err = fmt.Errorf("%d rows of %d", n, len(rows))
	}
	return wrap(err, "claw back from %s", rows[0].OrderID)
}
