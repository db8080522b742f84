package order

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/kaituan/kaituan/ent/db"
	"github.com/kaituan/kaituan/ent/db/order"
	"github.com/kaituan/kaituan/internal/deadline"
	"github.com/kaituan/kaituan/shop/fact"
)

// become takes an order that is Paid, and that nobody has seen so yet, to where its activity's verdict leaves it. refundID is the id of the refund that this may
// make, empty for any.
func (s *Service) become(ctx context.Context, row *db.Order, lines []*Line, v Verdict, refundID string, now time.Time) error {
	if v.State != Paid {
		var moved bool
		var err error
		if row, moved, err = s.shift(ctx, row.ID, []State{Paid}, v.State); err != nil {
			return err
		} else if !moved {
			return lost("hold back", row.ID)
		}
	}
	if err := s.event(ctx, row.ID, row.Ver, v.State, "", now); err != nil {
		return err
	}
	switch v.State {
	case AwaitingGroup: // its stock stays held
		return nil
	case Refunding:
		_, err := s.giveBack(ctx, row, lines, RefundGroupEnded, refundID, groupEnded, now)
		return err
	default:
		return s.standing(ctx, row, lines, v, now)
	}
}

// standing sells what an order holds that has just become PAID, spends its points, and gives back what its activity's price in the end is lower.
func (s *Service) standing(ctx context.Context, row *db.Order, lines []*Line, v Verdict, now time.Time) error {
	if err := s.capturePoints(ctx, row); err != nil {
		return err
	}
	if err := s.catalog.Sell(ctx, row.ID); err != nil {
		return err
	}
	err := s.outbox.Emit(ctx, row.ID, row.Ver, fact.OrderPaid{
		OrderID: row.ID, ShopperID: row.ShopperID, Channel: row.Channel, Lines: factLines(lines), Total: row.Total, At: now,
	}, now)
	if err != nil {
		return err
	}
	if err := s.rebate(ctx, row, lines, v, now); err != nil {
		return err
	}
	return s.reward(ctx, row, v.Points)
}

// groupEnded is the reason of a refund that the shopper did not ask for.
const groupEnded = "未成团，款项退回"

// giveBack refunds the whole of a paid order that was never sold, in the transaction that made it REFUNDING: approved at once, its goods are on sale again,
// the money follows. refundID may be empty. It returns the refund's id.
func (s *Service) giveBack(ctx context.Context, row *db.Order, lines []*Line, kind RefundKind, refundID, reason string, now time.Time) (string, error) {
	n := newRefund{id: refundID, orderID: row.ID, kind: kind, state: RefundApproved, whole: true, reason: reason, now: now}
	if row.PaymentID != nil {
		p, err := s.payments.Get(ctx, *row.PaymentID)
		if err != nil {
			return "", err
		}
		n.paymentID, n.amount = p.ID, p.Left()
	}
	for _, line := range lines {
		n.lines = append(n.lines, refundShare{lineID: line.ID, quantity: int64(line.Quantity), amount: line.Total.Minor, points: line.Points})
		n.points += line.Points
	}
	id, err := s.insertRefund(ctx, n)
	if err != nil {
		return "", err
	}
	if err := s.reserveMoney(ctx, n.paymentID, id, n.amount, now); err != nil {
		return "", err
	}
	ver, err := s.moneyBack(ctx, row.ID, n.amount)
	if err != nil {
		return "", err
	}
	if err := s.takeShares(ctx, n.lines); err != nil {
		return "", err
	}
	if err := s.returnCoupons(ctx, row); err != nil {
		return "", err
	}
	if err := s.releasePoints(ctx, row, kind == RefundGroupEnded); err != nil { // never spent, as its goods were never sold
		return "", err
	}
	if err := s.catalog.Release(ctx, row.ID); err != nil {
		return "", err
	}
	return id, s.outbox.Emit(ctx, row.ID, ver, fact.OrderReturned{
		OrderID: row.ID, ShopperID: row.ShopperID, RefundID: id, Amount: n.amount, Whole: true, At: now,
	}, now)
}

// FollowDecided has orders follow what their activity has decided, each in a transaction of its own, soon; in the transaction of the decision.
func (s *Service) FollowDecided(ctx context.Context, orderIDs []string, now time.Time) error {
	for _, orderID := range orderIDs {
		if err := s.deadlines.Set(ctx, FollowDeadline, orderID, now, now); err != nil {
			return err
		}
	}
	return nil
}

// Follow takes an order that waits for its group to where the group's end leaves it.
func (s *Service) Follow(ctx context.Context, t *deadline.Task) error {
	row, err := s.row(ctx, t.Ref, "")
	if err != nil {
		return err
	}
	return s.store.InTx(ctx, func(ctx context.Context) error {
		if err := s.touch(ctx, row.ShopperID); err != nil {
			return err
		}
		// The guard; nobody sees this state before the verdict. An order that does not wait has followed, or was refunded.
		row, waits, err := s.shift(ctx, row.ID, []State{AwaitingGroup}, Paid)
		if err != nil {
			return err
		}
		if waits {
			if err := s.follow(ctx, row); err != nil {
				return err
			}
		}
		return t.Done(ctx)
	})
}

func (s *Service) follow(ctx context.Context, row *db.Order) error {
	now := s.clock()
	lines, err := s.lines(ctx, row.ID)
	if err != nil {
		return err
	}
	activity := s.activityOf(row)
	if activity == nil {
		return lost("find the activity of", row.ID)
	}
	v, err := activity.Verdict(ctx, placingOf(row, lines, now))
	if err != nil {
		return err
	}
	return s.become(ctx, row, lines, v, "", now)
}

// leave is a refund request for an order that waits for its group: whole, and granted at once while the group is undecided. It reports whether the request is
// thereby answered; a completed group's order has become PAID, and is asked back as any other.
func (s *Service) leave(ctx context.Context, orderID string, in RefundInput, refundID string) (answered bool, err error) {
	row, waits, err := s.shift(ctx, orderID, []State{AwaitingGroup}, Paid)
	if err != nil || !waits {
		return false, err
	}
	now := s.clock()
	lines, err := s.lines(ctx, orderID)
	if err != nil {
		return false, err
	}
	plan, err := s.planRefund(ctx, row, in)
	if err != nil {
		return false, err
	}
	if !plan.whole {
		return false, ErrRefundState.Saying("While its group is open an order goes back whole.", "拼团中的订单只能整单退款。").At("input", "orderId")
	}
	activity := s.activityOf(row)
	if activity == nil {
		return false, lost("find the activity of", orderID)
	}
	left, err := activity.Leave(ctx, placingOf(row, lines, now))
	if err != nil {
		return false, err
	}
	if !left {
		v, err := activity.Verdict(ctx, placingOf(row, lines, now))
		if err != nil {
			return false, err
		}
		return v.State != Paid, s.become(ctx, row, lines, v, refundID, now)
	}
	ver, moved, err := s.move(ctx, orderID, []State{Paid}, Refunding, "", column{"resume_state", string(AwaitingGroup)})
	if err != nil || !moved {
		return false, errors.Join(err, lost("leave", orderID))
	}
	row.Ver = ver
	_, err = s.giveBack(ctx, row, lines, RefundOnRequest, refundID, in.Reason, now)
	return true, err
}

// HasPaid reports whether a shopper has ever paid for an order, but for exceptOrder. It may be relied on in a transaction that has touched the shopper.
func (s *Service) HasPaid(ctx context.Context, shopperID, exceptOrder string) (bool, error) {
	ids, err := s.identity.Aliases(ctx, shopperID)
	if err != nil {
		return false, err
	}
	paid, err := s.store.Client(ctx).Order.Query().Where(order.ShopperIDIn(ids...), order.PaidAtNotNil(), order.IDNEQ(exceptOrder)).Exist(ctx)
	if err != nil {
		return false, fmt.Errorf("paid orders of %s: %w", shopperID, err)
	}
	return paid, nil
}
