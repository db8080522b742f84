// Package fact names the events that one domain tells the others. They hold ids, amounts and times, never personal data, and are delivered at least once,
// in order per aggregate.
package fact

import "time"

// Line is one line of an order.
type Line struct {
	ProductID string `json:"product"`
	SkuID     string `json:"sku"`
	Units     int64  `json:"units"`
}

// OrderPlaced: an order was made and waits for its payment.
type OrderPlaced struct {
	OrderID   string    `json:"order"`
	ShopperID string    `json:"shopper"`
	Channel   string    `json:"channel"`
	Lines     []Line    `json:"lines"`
	Total     int64     `json:"total"`
	At        time.Time `json:"at"`
}

// OrderPaid: an order's payment was captured (or nothing was to pay), and its goods are sold.
type OrderPaid struct {
	OrderID   string    `json:"order"`
	ShopperID string    `json:"shopper"`
	Channel   string    `json:"channel"`
	Lines     []Line    `json:"lines"`
	Total     int64     `json:"total"`
	At        time.Time `json:"at"`
}

// OrderCancelled: an unpaid order ended.
type OrderCancelled struct {
	OrderID   string    `json:"order"`
	ShopperID string    `json:"shopper"`
	By        string    `json:"by"`
	At        time.Time `json:"at"`
}

// OrderShipped: a parcel is on its way.
type OrderShipped struct {
	OrderID   string    `json:"order"`
	ShopperID string    `json:"shopper"`
	At        time.Time `json:"at"`
}

// OrderDelivered: the parcel has arrived.
type OrderDelivered struct {
	OrderID   string    `json:"order"`
	ShopperID string    `json:"shopper"`
	At        time.Time `json:"at"`
}

// OrderCompleted: the shopper has received it, or seven days went by since its delivery.
type OrderCompleted struct {
	OrderID   string    `json:"order"`
	ShopperID string    `json:"shopper"`
	Channel   string    `json:"channel"`
	At        time.Time `json:"at"`
}

// RefundRequested: somebody asks for money back.
type RefundRequested struct {
	OrderID   string    `json:"order"`
	ShopperID string    `json:"shopper"`
	RefundID  string    `json:"refund"`
	At        time.Time `json:"at"`
}

// RefundRejected: the shop said no; the order goes on where it was.
type RefundRejected struct {
	OrderID   string    `json:"order"`
	ShopperID string    `json:"shopper"`
	RefundID  string    `json:"refund"`
	At        time.Time `json:"at"`
}

// OrderReturned: a refund was approved; Lines are the units it takes back, none for a refund of money only.
type OrderReturned struct {
	OrderID   string    `json:"order"`
	ShopperID string    `json:"shopper"`
	RefundID  string    `json:"refund"`
	Lines     []Line    `json:"lines"`
	Amount    int64     `json:"amount"`
	Whole     bool      `json:"whole"`
	At        time.Time `json:"at"`
}

// RefundSettled: the money is back; Whole when the order has thereby ended.
type RefundSettled struct {
	OrderID   string    `json:"order"`
	ShopperID string    `json:"shopper"`
	RefundID  string    `json:"refund"`
	Amount    int64     `json:"amount"`
	Whole     bool      `json:"whole"`
	At        time.Time `json:"at"`
}

// GroupBuyOpened: a group's leader has paid, and others may join until ExpiresAt.
type GroupBuyOpened struct {
	GroupID    string    `json:"group"`
	CampaignID string    `json:"campaign"`
	ProductID  string    `json:"product"`
	LeaderID   string    `json:"leader"`
	ExpiresAt  time.Time `json:"expires"`
	At         time.Time `json:"at"`
}

// GroupBuyJoined: somebody has paid for a seat, and the group is not full yet.
type GroupBuyJoined struct {
	GroupID    string    `json:"group"`
	CampaignID string    `json:"campaign"`
	ProductID  string    `json:"product"`
	ShopperID  string    `json:"shopper"`
	Paid       int       `json:"paid"`
	SeatsLeft  int       `json:"left"`
	At         time.Time `json:"at"`
}

// GroupBuyCompleted: People have their goods at the group's price. By is MEMBERS or MERCHANT; Rung is the people of the rung reached, 0 without rungs.
type GroupBuyCompleted struct {
	GroupID    string    `json:"group"`
	CampaignID string    `json:"campaign"`
	ProductID  string    `json:"product"`
	By         string    `json:"by"`
	People     int       `json:"people"`
	Rung       int       `json:"rung"`
	At         time.Time `json:"at"`
}

// GroupBuyExpired: too few had paid in time; their money goes back.
type GroupBuyExpired struct {
	GroupID    string    `json:"group"`
	CampaignID string    `json:"campaign"`
	ProductID  string    `json:"product"`
	Paid       int       `json:"paid"`
	At         time.Time `json:"at"`
}

// GroupBuyCancelled: a group ended since nobody has a seat in it any more, or its leader never paid.
type GroupBuyCancelled struct {
	GroupID    string    `json:"group"`
	CampaignID string    `json:"campaign"`
	ProductID  string    `json:"product"`
	At         time.Time `json:"at"`
}

// AssistReached: enough friends have helped.
type AssistReached struct {
	AssistID   string    `json:"assist"`
	CampaignID string    `json:"campaign"`
	OwnerID    string    `json:"owner"`
	At         time.Time `json:"at"`
}

// PointsExpiring: so many of a shopper's points run out at At, in seven days or in one. Those that are spent before do not.
type PointsExpiring struct {
	ShopperID string    `json:"shopper"`
	Points    int64     `json:"points"`
	At        time.Time `json:"at"`
}

// ShoppersMerged: the account From has become part of Into, the same person; what was made under From keeps its id.
type ShoppersMerged struct {
	From    string    `json:"from"`
	Into    string    `json:"into"`
	Channel string    `json:"channel"`
	At      time.Time `json:"at"`
}

// ShopperErased: a person is known no more, with every account that had become part of his.
type ShopperErased struct {
	ShopperID string    `json:"shopper"`
	At        time.Time `json:"at"`
}

// ProductVisibilitySet: a product was taken off every surface, or brought back.
type ProductVisibilitySet struct {
	ProductID string    `json:"product"`
	Visible   bool      `json:"visible"`
	At        time.Time `json:"at"`
}

// PointsChanged: a points account was written; what it has since is to be asked for.
type PointsChanged struct {
	AccountID string    `json:"account"`
	ShopperID string    `json:"shopper"`
	At        time.Time `json:"at"`
}

// StockLow: few units of a SKU are left on sale, or none. It is told once, until there are more again.
type StockLow struct {
	ProductID string    `json:"product"`
	SkuID     string    `json:"sku"`
	Available int64     `json:"available"`
	At        time.Time `json:"at"`
}

// TasteDrifted: what somebody did on his last day here was unusual for him by so many standard deviations. The actor is a shopper, or a device on which nobody is signed in.
type TasteDrifted struct {
	ActorID string    `json:"actor"`
	Sigma   float64   `json:"sigma"`
	At      time.Time `json:"at"`
}
