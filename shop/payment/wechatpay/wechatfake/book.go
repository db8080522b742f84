package wechatfake

// Account is what the provider's own book says of one payment, in minor units.
type Account struct {
	// State is WeChat's trade_state.
	State    string
	Captured int64
	// Refunded is settled; Refunding is under way.
	Refunded, Refunding int64
}

// Book is the provider's own book, by payment number: what the shop's must agree with.
func (f *Fake) Book() map[string]Account {
	f.mu.Lock()
	defer f.mu.Unlock()
	book := make(map[string]Account, len(f.trades))
	for number := range f.trades {
		t := f.tradeNow(number)
		a := Account{State: t.state}
		if t.transactionID != "" {
			a.Captured = t.amount
		}
		book[number] = a
	}
	for _, r := range f.refunds {
		a := book[r.trade.number]
		switch r.status {
		case Settled:
			a.Refunded += r.amount
		case processing:
			a.Refunding += r.amount
		}
		book[r.trade.number] = a
	}
	return book
}
