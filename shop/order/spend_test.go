package order_test

import (
	"context"
	"errors"
	"sync/atomic"
	"testing"
	"time"

	"github.com/kaituan/kaituan/internal/fault"
	"github.com/kaituan/kaituan/internal/money"
	"github.com/kaituan/kaituan/shop/catalog"
	"github.com/kaituan/kaituan/shop/coupon"
	"github.com/kaituan/kaituan/shop/order"
	"github.com/kaituan/kaituan/shop/points"
	"github.com/kaituan/kaituan/shop/shoptest"
)

// till is a whole shop with tea at 19.90 (and, in the points mall, for 300 points and 5.00) and a cup at 10.00 (for 500 points alone).
type till struct {
	*shoptest.Shop
	tea, cup *catalog.Sku
	buyer    order.Buyer
}

func openTill(t *testing.T) *till {
	t.Helper()
	flat := points.DefaultProgramme()
	flat.Tiers = flat.Tiers[:1] // what a test earns raises nobody's tier, and changes no price
	s := &till{Shop: shoptest.Open(t, func(w *shoptest.Setup) { w.Programme = flat })}
	stock := 10_000
	results, err := s.Catalog.Upsert(t.Context(), []*catalog.ProductInput{
		{Handle: "tea", Title: "茶", Skus: []*catalog.SkuInput{
			{Code: "tea", Price: "19.90", Stock: &stock, PricePoints: new(int64(300)), PricePointsMoney: new(money.Decimal("5.00"))},
		}},
		{Handle: "cup", Title: "杯", Skus: []*catalog.SkuInput{{Code: "cup", Price: "10.00", Stock: &stock, PricePoints: new(int64(500))}}},
		{Handle: "pot", Title: "壶", Skus: []*catalog.SkuInput{{Code: "pot", Price: "88.00", Stock: &stock}}},
	})
	s.Must(err)
	for _, r := range results {
		if len(r.Refused) > 0 {
			t.Fatal(r.Refused)
		}
	}
	s.tea, s.cup, s.buyer = s.sku("tea"), s.sku("cup"), s.Shopper("ann")
	return s
}

func (s *till) sku(handle string) *catalog.Sku {
	s.TB.Helper()
	p, err := s.Catalog.ByHandle(context.Background(), handle, catalog.Need{})
	s.Must(err)
	return p.Skus[0]
}

func (s *till) earn(n int64) {
	s.TB.Helper()
	_, err := s.Points.Earn(context.Background(), points.Earning{
		ShopperID: s.buyer.ShopperID, Channel: "STORE", Points: n, Owner: "ptn_test", Key: shoptest.NewKey(), Reason: "test", Reference: "1",
	})
	s.Must(err)
}

// has fails the test unless the buyer has so many points available, held and owed.
func (s *till) has(available, held, debt int64) {
	s.TB.Helper()
	a, err := s.Points.Account(context.Background(), s.buyer.ShopperID)
	s.Must(err)
	if a.Available != available || a.Held != held || a.Debt != debt {
		s.TB.Fatalf("the account has %d available, %d held, %d owed; want %d, %d and %d", a.Available, a.Held, a.Debt, available, held, debt)
	}
}

// checkout is lines, of which those with a negative quantity are paid in points.
func checkout(usePoints int64, lines ...order.LineInput) *order.Checkout {
	c := &order.Checkout{}
	if usePoints != 0 {
		c.UsePoints = &usePoints
	}
	for _, line := range lines {
		c.Lines = append(c.Lines, &line)
	}
	return c
}

func (s *till) input(c *order.Checkout, total string) *order.PlaceInput {
	expected := money.Decimal(total)
	return &order.PlaceInput{IdempotencyKey: shoptest.NewKey(), Checkout: c, ExpectedTotal: &expected}
}

func (s *till) place(in *order.PlaceInput) *order.Order {
	s.TB.Helper()
	o, err := s.Orders.Place(context.Background(), s.buyer, in)
	s.Must(err)
	return o
}

func (s *till) quote(c *order.Checkout) *order.Quote {
	s.TB.Helper()
	q, err := s.Orders.Quote(context.Background(), s.buyer, c)
	s.Must(err)
	return q
}

// complete ships a paid order and has its shopper receive it.
func (s *till) complete(o *order.Order) *order.Order {
	s.TB.Helper()
	_, err := s.Orders.Ship(context.Background(), o.ID, "SF", shoptest.NewKey())
	s.Must(err)
	o, err = s.Orders.Complete(context.Background(), s.buyer.ShopperID, o.ID)
	s.Must(err)
	return o
}

func (s *till) approve(refundID string, err error) {
	s.TB.Helper()
	s.Must(err)
	s.Must(s.Orders.DecideRefund(context.Background(), refundID, true, true, ""))
	s.Work()
}

func TestPointsComeOffThePriceAndOrdersEarn(t *testing.T) {
	s := openTill(t)
	s.earn(1000)
	c := checkout(600, order.LineInput{SkuID: s.tea.ID, Quantity: 1})
	q := s.quote(c)
	if q.PointsUsable != 995 || q.PointsUsed != 600 || q.PointsEarned != 13 || q.Total.Minor != 1390 || len(q.Notices) != 0 {
		t.Fatalf("the quote is %+v", q)
	}
	o := s.place(s.input(c, "13.90"))
	if o.PointsUsed != 600 || o.PointsEarned != 13 || len(o.Adjustments) != 1 || o.Adjustments[0].Kind != order.ByPoints || o.Adjustments[0].Amount.Minor != -600 {
		t.Fatalf("the order is %+v", o)
	}
	s.has(400, 600, 0)
	s.Pay(o)
	s.has(400, 0, 0)
	if o = s.complete(o); o.PointsEarned != 13 {
		t.Errorf("it has earned %d", o.PointsEarned)
	}
	s.has(413, 0, 0)
	s.approve(s.AskBack(o))
	o = s.Is(o, order.Refunded)
	s.has(1000, 0, 0)
	if o.PointsEarned != 0 || o.Refunds[0].Points != 600 || o.Refunds[0].Amount.Minor != 1390 {
		t.Errorf("after its refund it is %+v, %+v", o, o.Refunds[0])
	}
}

// A refund after what was earned has been spent leaves a debt; what comes in pays it first.
func TestEarningsThatWereSpentLeaveADebt(t *testing.T) {
	s := openTill(t)
	first := s.complete(s.Pay(s.place(s.input(checkout(0, order.LineInput{SkuID: s.sku("pot").ID, Quantity: 1}), "88.00"))))
	s.has(88, 0, 0)
	s.Pay(s.place(s.input(checkout(80, order.LineInput{SkuID: s.tea.ID, Quantity: 1}), "19.10")))
	s.has(8, 0, 0)
	s.approve(s.AskBack(first))
	s.has(0, 0, 80)
	if q := s.quote(checkout(10, order.LineInput{SkuID: s.tea.ID, Quantity: 1})); q.PointsUsable != 0 || q.Total.Minor != 1990 || len(q.Notices) != 1 {
		t.Errorf("who owes may spend: %+v", q)
	}
	s.earn(100)
	s.has(20, 0, 0)
}

func TestMoreThanTheShopAllowsIsCapped(t *testing.T) {
	s := openTill(t)
	s.earn(5000)
	c := checkout(5000, order.LineInput{SkuID: s.tea.ID, Quantity: 1})
	q := s.quote(c)
	if q.PointsUsed != 995 || q.Total.Minor != 995 || len(q.Notices) != 1 || q.Notices[0].Code != order.NoticePointsCapped {
		t.Fatalf("the quote is %+v", q)
	}
	_, err := s.Orders.Place(t.Context(), s.buyer, s.input(c, "0.00"))
	changed := shoptest.Refuses(t, err, order.ErrPriceChanged)
	if now := changed.Detail.(*order.Quote); now.Total.Minor != 995 || len(now.Notices) != 1 {
		t.Errorf("the quote beside it is %+v", now)
	}
	_, err = s.Orders.Place(t.Context(), s.buyer, s.input(checkout(0, order.LineInput{SkuID: s.tea.ID, Quantity: 1}), "19.00"))
	if now := shoptest.Refuses(t, err, order.ErrPriceChanged).Detail.(*order.Quote); now.PointsUsable != 995 || now.Total.Minor != 1990 {
		t.Errorf("the quote beside a changed price says %d points of %d", now.PointsUsable, now.Total.Minor)
	}
	in := s.input(c, "9.95")
	in.QuoteToken = &q.Token
	if o := s.place(in); o.PointsUsed != 995 {
		t.Errorf("it costs %d points", o.PointsUsed)
	}
}

func TestShortPointsGiveNoDiscount(t *testing.T) {
	s := openTill(t)
	s.earn(400)
	line := order.LineInput{SkuID: s.tea.ID, Quantity: 1}
	if q := s.quote(checkout(600, line)); q.PointsUsed != 400 || q.Total.Minor != 1590 || q.Notices[0].Code != order.NoticePointsCapped {
		t.Errorf("the quote is %+v", q)
	}
	_, err := s.Orders.Place(t.Context(), s.buyer, s.input(checkout(600, line), "13.90"))
	if f := shoptest.Refuses(t, err, points.ErrInsufficientPoints, "input", "checkout", "usePoints"); *f.Available != 400 {
		t.Errorf("there are %d", *f.Available)
	}
	for _, n := range []int64{-1, points.Most + 1} {
		_, err := s.Orders.Place(t.Context(), s.buyer, s.input(checkout(n, line), "13.90"))
		shoptest.Refuses(t, err, fault.OutOfRange, "input", "checkout", "usePoints")
	}
	line.PayWithPoints, line.Quantity = true, 2
	if q := s.quote(checkout(0, line)); q.PointsUsed != 0 || q.Total.Minor != 3980 || q.Notices[0].Code != order.NoticePointsCapped || *q.Notices[0].Target != s.tea.ID {
		t.Errorf("the quote of what cannot be had for points is %+v", q)
	}
	_, err = s.Orders.Place(t.Context(), s.buyer, s.input(checkout(0, line), "10.00"))
	shoptest.Refuses(t, err, points.ErrInsufficientPoints, "input", "checkout", "lines", "0", "payWithPoints")
	s.has(400, 0, 0)
}

func TestThePointsMall(t *testing.T) {
	s := openTill(t)
	s.earn(1500)
	tea, cup := order.LineInput{SkuID: s.tea.ID, Quantity: 1, PayWithPoints: true}, order.LineInput{SkuID: s.cup.ID, Quantity: 2, PayWithPoints: true}
	c := checkout(0, tea, cup)
	q := s.quote(c)
	if q.PointsUsed != 1300 || q.Total.Minor != 500 || q.Subtotal.Minor != 3990 || q.PointsUsable != 0 || q.PointsEarned != 5 {
		t.Fatalf("the quote is %+v", q)
	}
	_, err := s.Orders.Place(t.Context(), s.buyer, s.input(c, "5.00"))
	shoptest.Refuses(t, err, fault.Invalid, "input", "expectedPoints")
	in := s.input(c, "5.00")
	in.ExpectedPoints = new(int64(1200))
	_, err = s.Orders.Place(t.Context(), s.buyer, in)
	shoptest.Refuses(t, err, order.ErrPriceChanged)
	in.ExpectedPoints = new(int64(1300))
	o := s.Pay(s.place(in))
	if o.State != order.Paid || o.PointsUsed != 1300 || o.Lines[0].Points != 300 || o.Lines[1].Points != 1000 || o.Lines[1].Total.Minor != 0 {
		t.Fatalf("the order is %+v", o)
	}
	s.has(200, 0, 0)
	refundID, err := s.Orders.RequestRefund(t.Context(), order.Requester{ShopperID: s.buyer.ShopperID}, order.RefundInput{
		IdempotencyKey: shoptest.NewKey(), OrderID: o.ID, Reason: "chipped", Lines: []order.RefundLineInput{{LineID: o.Lines[1].ID, Quantity: 1}},
	})
	s.approve(refundID, err)
	s.Is(o, order.Paid)
	s.has(700, 0, 0)
	s.approve(s.AskBack(o))
	s.Is(o, order.Refunded)
	s.has(1500, 0, 0)
}

// Goods for points alone are paid for inside orderPlace.
func TestForPointsAloneNothingIsToPay(t *testing.T) {
	s := openTill(t)
	s.earn(500)
	in := s.input(checkout(0, order.LineInput{SkuID: s.cup.ID, Quantity: 1, PayWithPoints: true}), "0.00")
	in.ExpectedPoints = new(int64(500))
	o := s.place(in)
	s.Is(o, order.Paid)
	s.has(0, 0, 0)
	s.approve(s.AskBack(o))
	s.Is(o, order.Refunded)
	s.has(500, 0, 0)
}

func TestWhatThePointsMallRefuses(t *testing.T) {
	s := openTill(t)
	s.earn(5000)
	pot := order.LineInput{SkuID: s.sku("pot").ID, Quantity: 1, PayWithPoints: true}
	if q := s.quote(checkout(0, pot)); q.PointsUsed != 0 || q.Total.Minor != 8800 || len(q.Notices) != 1 {
		t.Errorf("the quote is %+v", q)
	}
	_, err := s.Orders.Place(t.Context(), s.buyer, s.input(checkout(0, pot), "0.00"))
	shoptest.Refuses(t, err, order.ErrNotInMall, "input", "checkout", "lines", "0", "payWithPoints")

	two := money.Decimal("2.00")
	template, err := s.Coupons.Create(t.Context(), "ptn_test", &coupon.Draft{
		IdempotencyKey: shoptest.NewKey(), Title: "券", AmountOff: &two, ValidDays: 30, Quantity: 1, PerShopperLimit: 1, Claimable: true,
	})
	s.Must(err)
	claimed, err := s.Coupons.Claim(t.Context(), s.buyer.ShopperID, template.ID)
	s.Must(err)
	c := checkout(0, order.LineInput{SkuID: s.tea.ID, Quantity: 1, PayWithPoints: true})
	c.CouponIDs = []string{claimed.ID}
	in := s.input(c, "3.00")
	in.ExpectedPoints = new(int64(300))
	_, err = s.Orders.Place(t.Context(), s.buyer, in)
	shoptest.Refuses(t, err, coupon.ErrNotApplicable, "input", "checkout", "couponIds", "0")
}

// What ran out while an order held it expires when the order ends, unless the shop could not deliver.
func TestPointsThatRanOutWhileHeld(t *testing.T) {
	s := openTill(t)
	s.earn(600)
	s.Clock.Advance(365*24*time.Hour + 11*time.Hour + 50*time.Minute) // ten minutes before the lot's midnight
	in := s.input(checkout(600, order.LineInput{SkuID: s.tea.ID, Quantity: 1}), "13.90")
	o := s.place(in)
	s.has(0, 600, 0)
	s.After(20 * time.Minute)
	s.Is(o, order.Cancelled)
	s.has(0, 0, 0)

	s.earn(600)
	taken := s.Pay(s.place(s.input(checkout(600, order.LineInput{SkuID: s.tea.ID, Quantity: 1}), "13.90")))
	s.Clock.Advance(366 * 24 * time.Hour)
	s.Must(s.Catalog.VisibilitySet(t.Context(), s.tea.Product.ID, false, "recalled"))
	s.approve(s.AskBack(taken))
	s.has(600, 0, 0)
	next, err := s.Points.NextExpiry(t.Context(), s.buyer.ShopperID)
	s.Must(err)
	if days := next.At.Sub(s.Clock.Now()).Hours() / 24; days < 7 || days > 8 {
		t.Errorf("they live %v days more", days)
	}
}

// A payment that comes after the clock has cancelled takes the points again, or goes back.
func TestALatePaymentTakesItsPointsAgain(t *testing.T) {
	s := openTill(t)
	s.earn(600)
	for _, spent := range []bool{false, true} {
		o := s.place(s.input(checkout(600, order.LineInput{SkuID: s.tea.ID, Quantity: 1}), "13.90"))
		notice := s.Lost(o)
		s.has(600, 0, 0)
		if spent {
			_, err := s.Points.Redeem(t.Context(), points.Redemption{
				ShopperID: s.buyer.ShopperID, Channel: "STORE", Points: 1, Owner: "ptn_test", Key: shoptest.NewKey(), Reason: "test", Reference: "1",
			})
			s.Must(err)
		}
		s.Notify(notice)
		if s.Work(); spent {
			s.Is(o, order.Cancelled)
			s.has(599, 0, 0)
			s.Refunded(o, 1390, 1390)
			continue
		}
		s.Is(o, order.Paid)
		s.has(0, 0, 0)
		s.approve(s.AskBack(o))
	}
}

// Balance 100, ten orders of 60 at once: one wins.
func TestTenOrdersSpendTheSamePoints(t *testing.T) {
	s := openTill(t)
	shoptest.Rounds(t, s.Shop, 2, func(int) {
		a, err := s.Points.Account(t.Context(), s.buyer.ShopperID)
		s.Must(err)
		if a.Available == 0 {
			s.earn(100)
		}
		placed := make([]*order.Order, 10)
		var short, crowded atomic.Int64
		shoptest.Together(len(placed), func(i int) {
			o, err := s.Orders.Place(context.Background(), s.buyer, s.input(checkout(60, order.LineInput{SkuID: s.tea.ID, Quantity: 1}), "19.30"))
			switch {
			case err == nil:
				placed[i] = o
			case errors.Is(err, points.ErrInsufficientPoints):
				short.Add(1)
			default:
				crowded.Add(1)
				t.Error(err)
			}
		})
		if short.Load() != 9 {
			t.Fatalf("%d of ten were short of points", short.Load())
		}
		s.has(40, 60, 0)
		for _, o := range placed {
			if o != nil {
				_, err := s.Orders.Cancel(t.Context(), s.buyer.ShopperID, o.ID, "")
				s.Must(err)
			}
		}
		s.has(100, 0, 0)
	})
}
