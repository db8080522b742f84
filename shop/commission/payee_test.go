package commission_test

import (
	"context"
	"fmt"
	"sync"
	"testing"
	"time"

	"github.com/kaituan/kaituan/internal/fault"
	"github.com/kaituan/kaituan/shop/commission"
	"github.com/kaituan/kaituan/shop/identity"
	"github.com/kaituan/kaituan/shop/order"
	"github.com/kaituan/kaituan/shop/payment"
	"github.com/kaituan/kaituan/shop/payment/sandbox"
	"github.com/kaituan/kaituan/shop/shoptest"
)

// wallets are the sandbox as a provider that pays people by their ids on the channel's platform.
type wallets struct {
	*sandbox.Provider
	mu   sync.Mutex
	paid map[string]string // who was paid, by number
}

func (w *wallets) Serves(string) bool { return true }

func (w *wallets) Payout(ctx context.Context, o payment.PayoutOrder) (payment.PayoutResult, error) {
	w.mu.Lock()
	w.paid[o.Number] = o.PayeeID
	w.mu.Unlock()
	return w.Provider.Payout(ctx, o)
}

// openWallets is a bazaar that pays into wallets, and where commission is available as soon as an order is complete.
func openWallets(t *testing.T) (*bazaar, *wallets) {
	w := &wallets{paid: map[string]string{}}
	b := open(t, func(with *shoptest.Setup) {
		with.Wrap = func(p *sandbox.Provider) payment.Provider { w.Provider = p; return w }
		with.Program.Matures = 0
		with.Program.Payout.PerDay = 100
	})
	return b, w
}

// earns brings a shopper a friend, who buys: 10.00 are available.
func (b *bazaar) earns(who order.Buyer) {
	b.TB.Helper()
	friend := b.Shopper("friend" + shoptest.NewKey()[4:])
	b.brings(who, friend)
	b.bought(friend, 1)
	b.After(time.Microsecond)
}

// links gives a shopper the WeChat account of a name, and returns the person.
func (b *bazaar) links(who order.Buyer, name string) order.Buyer {
	b.TB.Helper()
	person, _, err := b.Members.ChannelLink(ctx, who.ShopperID, identity.SignIn{Channel: wechat, Credentials: identity.Credentials{Code: "demo:" + name}})
	b.Must(err)
	who.ShopperID = person.ID
	return who
}

// rests fails the test unless withdrawals are refused for exactly so long.
func (b *bazaar) rests(who order.Buyer, wait time.Duration) {
	b.TB.Helper()
	for _, after := range []time.Duration{0, wait - time.Microsecond} {
		b.Clock.Advance(after)
		_, err := b.withdraws(who, "1.00")
		if got := shoptest.Refuses(b.TB, err, fault.TooOften, "input").RetryAfter; got != wait-after {
			b.TB.Errorf("again after %v, want %v", got, wait-after)
		}
	}
	b.Clock.Advance(time.Microsecond)
}

// paidTo fails the test unless a withdrawal goes to the WeChat account of a name.
func (b *bazaar) paidTo(w *wallets, who order.Buyer, name string) {
	b.TB.Helper()
	made := b.withdrawn(who, "1.00")
	if got := w.paid[payment.NumberOf(made.ID)]; got != "demo:"+name {
		b.TB.Errorf("%q was paid, want %q", got, name)
	}
}

// The wallet that an account was made with is paid from the first moment on; one that was linked to it rests for a day.
func TestALinkedWalletRests(t *testing.T) {
	b, w := openWallets(t)
	ann := b.Shopper("ann")
	b.earns(ann)
	b.paidTo(w, ann, "ann")
	b.links(ann, "thief")
	b.rests(ann, 24*time.Hour)
	b.paidTo(w, ann, "thief")
	b.links(ann, "another")
	b.Clock.Advance(time.Minute)
	b.Shopper("ann")
	b.paidTo(w, ann, "ann") // who signs in by the first one again need not wait
	b.Clock.Advance(time.Minute)
	b.Shopper("another")
	b.rests(ann, 24*time.Hour-2*time.Minute)
	b.paidTo(w, ann, "another")
}

func in(key string) commission.WithdrawInput {
	return commission.WithdrawInput{IdempotencyKey: key, Amount: "1.00"}
}

// A refused withdrawal leaves its key free, and one that was made is returned whatever is linked afterwards.
func TestAKeyBesideAWalletThatRests(t *testing.T) {
	b, _ := openWallets(t)
	ann := b.Shopper("ann")
	b.earns(ann)
	made, err := b.Commission.Withdraw(ctx, ann.ShopperID, wechat, in("first"))
	b.Must(err)
	b.Clock.Advance(time.Minute)
	b.links(ann, "other")
	again, err := b.Commission.Withdraw(ctx, ann.ShopperID, wechat, in("first"))
	b.Must(err)
	if again.ID != made.ID {
		t.Errorf("%s, want %s", again.ID, made.ID)
	}
	_, err = b.Commission.Withdraw(ctx, ann.ShopperID, wechat, in("second"))
	shoptest.Refuses(t, err, fault.TooOften, "input")
	b.Clock.Advance(24 * time.Hour)
	_, err = b.Commission.Withdraw(ctx, ann.ShopperID, wechat, in("second"))
	b.Must(err)
	b.Work()
	b.stands(ann, "0.00 8.00 0.00 2.00 0.00 0.00")
}

// Accounts that become one bring wallets that were linked long ago: all of them rest for a day, whichever account stays.
func TestAMergeRestsEveryWallet(t *testing.T) {
	for _, older := range []string{"ann", "thief"} {
		t.Run(older+" was here first", func(t *testing.T) {
			b, w := openWallets(t)
			shoppers := map[string]order.Buyer{older: b.Shopper(older)}
			b.Clock.Advance(time.Hour)
			for _, name := range []string{"ann", "thief"} {
				shoppers[name] = b.Shopper(name)
			}
			b.earns(shoppers["ann"])
			b.Clock.Advance(365 * 24 * time.Hour)
			person := b.links(shoppers["ann"], "thief")
			if person.ShopperID != shoppers[older].ShopperID {
				t.Fatalf("the person is %s", person.ShopperID)
			}
			b.Shopper("thief")
			_, err := b.withdraws(person, "1.00")
			shoptest.Refuses(t, err, fault.TooOften, "input")
			b.Clock.Advance(time.Minute)
			b.Shopper("ann")
			b.rests(person, 24*time.Hour-time.Minute)
			b.paidTo(w, person, "ann")
			b.Clock.Advance(time.Minute)
			b.Shopper("thief")
			b.paidTo(w, person, "thief")
		})
	}
}

// Who was two, and becomes part of a third, rests from the last time on.
func TestAMergeOfAMergeRests(t *testing.T) {
	b, w := openWallets(t)
	var three []order.Buyer
	for i := range 3 {
		three = append(three, b.Shopper(fmt.Sprint("who", i)))
		b.Clock.Advance(time.Hour)
	}
	b.earns(three[2])
	b.links(three[2], "who1")
	b.Clock.Advance(23 * time.Hour)
	person := b.links(three[1], "who0")
	b.rests(person, 24*time.Hour)
	b.Clock.Advance(time.Minute)
	b.Shopper("who2")
	b.paidTo(w, person, "who2")
}

// While a wallet is linked, and while accounts become one, whoever withdraws is paid into the old wallet or not at all.
func TestWithdrawalsMeetLinks(t *testing.T) {
	b, w := openWallets(t)
	shoptest.Rounds(t, b.Shop, 3, func(round int) {
		name := "r" + shoptest.NewKey()[4:]
		ann := b.Shopper(name)
		b.earns(ann)
		b.Clock.Advance(time.Hour)
		if round%2 == 1 {
			b.Shopper(name + "thief")
			b.Clock.Advance(48 * time.Hour)
		}
		shoptest.Together(5, func(i int) {
			shoptest.Stagger()
			if i == 0 {
				_, _, err := b.Members.ChannelLink(ctx, ann.ShopperID, identity.SignIn{Channel: wechat, Credentials: identity.Credentials{Code: "demo:" + name + "thief"}})
				b.Try(err)
				return
			}
			if _, err := b.withdraws(ann, "1.00"); err != nil && !refusedFor(err, fault.TooOften) {
				t.Errorf("withdraw: %v", err)
			}
		})
		b.Work()
		for number, payee := range w.paid {
			if len(payee) > len(name)+len("demo:") {
				t.Errorf("round %d: %s paid %s", round, number, payee)
			}
		}
		_, err := b.withdraws(ann, "1.00")
		shoptest.Refuses(t, err, fault.TooOften, "input")
	})
}
