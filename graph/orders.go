package graph

import (
	"context"
	"errors"

	"github.com/kaituan/kaituan/graph/model"
	"github.com/kaituan/kaituan/internal/fault"
	"github.com/kaituan/kaituan/internal/page"
	"github.com/kaituan/kaituan/internal/viewer"
	"github.com/kaituan/kaituan/shop/order"
)

// buyer is the shopper behind the session, as the order service wants him.
func buyer(v *viewer.Viewer) order.Buyer {
	return order.Buyer{ShopperID: v.ShopperID, Channel: v.Channel, ClientIP: v.ClientIP}
}

// withOrders loads beside orders what the client asked for: the SKUs of their lines, and their groups.
func (r *Resolver) withOrders(ctx context.Context, a asked, orders ...*order.Order) error {
	return r.Load.CompleteOrders(ctx, viewer.From(ctx).ShopperID, orders, ordersAsked(a))
}

// orderPayload shapes the answer of a mutation that changes one order.
func (r *Resolver) orderPayload(ctx context.Context, o *order.Order, err error) (*model.OrderPayload, error) {
	refusals, err := refused(ctx, err)
	if err != nil || len(refusals) > 0 {
		return &model.OrderPayload{UserErrors: refusals}, err
	}
	return &model.OrderPayload{Order: o, UserErrors: refusals}, r.withOrders(ctx, here(ctx).at("order"), o)
}

// placePayload shapes the answer of orderPlace and orderPay; a changed price brings the new quote along.
func (r *Resolver) placePayload(ctx context.Context, o *order.Order, err error) (*model.OrderPlacePayload, error) {
	payload := &model.OrderPlacePayload{}
	if refusal := fault.Of(err); refusal != nil {
		payload.Quote, _ = refusal.Detail.(*order.Quote)
	}
	if payload.UserErrors, err = refused(ctx, err); err != nil {
		return nil, err
	}
	if payload.Quote != nil {
		return payload, r.quoted(ctx, nil, payload.Quote)
	}
	if len(payload.UserErrors) > 0 {
		return payload, nil
	}
	payload.Order, payload.Payment = o, o.Payment
	return payload, r.withOrders(ctx, here(ctx).at("order"), o)
}

// refundPayload shapes the answer of a mutation about a refund.
func (r *Resolver) refundPayload(ctx context.Context, refundID string, err error) (*model.RefundPayload, error) {
	refusals, err := refused(ctx, err)
	if err != nil || len(refusals) > 0 {
		return &model.RefundPayload{UserErrors: refusals}, err
	}
	refund, err := r.Shop.Order.Refund(ctx, refundID)
	if err != nil {
		return nil, err
	}
	o, err := r.Shop.Order.Get(ctx, refund.OrderID)
	if err != nil {
		return nil, err
	}
	return &model.RefundPayload{Order: o, Refund: refund, UserErrors: refusals}, r.withOrders(ctx, here(ctx).at("order"), o)
}

// orders lists orders as a connection.
func (r *Resolver) orders(ctx context.Context, a order.ListArgs, first *int, after *string) (*model.OrderConnection, error) {
	a.Args = page.Args{First: orInt(first, 20), After: orString(after)}
	a.WantTotal = here(ctx).at("totalCount").any()
	listed, err := r.Shop.Order.List(ctx, a)
	if err != nil {
		return nil, err
	}
	connection := &model.OrderConnection{Nodes: listed.Orders, PageInfo: &listed.Info, TotalCount: listed.TotalCount, Edges: make([]*model.OrderEdge, len(listed.Orders))}
	for i, o := range listed.Orders {
		connection.Edges[i] = &model.OrderEdge{Cursor: listed.Cursors[i], Node: o}
	}
	return connection, r.withOrders(ctx, here(ctx).at("nodes", "edges.node"), listed.Orders...)
}

func refundInput(in model.RefundRequestInput) order.RefundInput {
	refund := order.RefundInput{IdempotencyKey: in.IdempotencyKey, OrderID: in.OrderID, Amount: in.Amount, Reason: in.Reason}
	for _, line := range in.Lines {
		refund.Lines = append(refund.Lines, order.RefundLineInput{LineID: line.LineID, Quantity: line.Quantity})
	}
	if in.Lines != nil && refund.Lines == nil {
		refund.Lines = []order.RefundLineInput{}
	}
	return refund
}

func cartChanges(lines []*model.CartLineInput) []order.CartLineChange {
	changes := make([]order.CartLineChange, len(lines))
	for i, line := range lines {
		changes[i] = order.CartLineChange{SkuID: line.SkuID, Quantity: line.Quantity, Selected: line.Selected == nil || *line.Selected}
	}
	return changes
}

func reported(events []*model.ShipmentEventInput) []order.ReportedEvent {
	list := make([]order.ReportedEvent, len(events))
	for i, e := range events {
		list[i] = order.ReportedEvent{At: e.At, Text: e.Text}
	}
	return list
}

// visibleOrder is the shopper's own order, or any for a partner that reads orders; nil when there is none to see.
func (r *Resolver) visibleOrder(ctx context.Context, id string) (*order.Order, error) {
	v := viewer.From(ctx)
	read := func() (*order.Order, error) { return r.Shop.Order.Own(ctx, v.ShopperID, id) }
	if v.Has("ORDER_READ") {
		read = func() (*order.Order, error) { return r.Shop.Order.Get(ctx, id) }
	} else if v.ShopperID == "" {
		return nil, nil
	}
	o, err := read()
	if errors.Is(err, fault.Missing) {
		return nil, nil
	}
	return o, err
}

// cart is a shopper's cart with its SKUs.
func (r *Resolver) cart(ctx context.Context, shopperID string) (*order.Cart, error) {
	who := buyer(viewer.From(ctx))
	who.ShopperID = shopperID
	cart, err := r.Shop.Order.Cart(ctx, who)
	if err != nil {
		return nil, err
	}
	return cart, r.quoted(ctx, cart, cart.Quote)
}

// quoted completes a quote, and the cart that it may be of: SKUs, and what the shop says in the reader's language.
func (r *Resolver) quoted(ctx context.Context, cart *order.Cart, quote *order.Quote) error {
	v := viewer.From(ctx)
	for _, n := range quote.Notices {
		n.Message = n.Words.In(v.Locale)
	}
	for _, c := range quote.Coupons {
		if c.Words != nil {
			why := c.Words.In(v.Locale)
			c.Refusal = &why
		}
	}
	return r.Load.QuoteSkus(ctx, v.ShopperID, cart, quote, productNeed(ctx))
}

// ofCheckout says "input" where a refusal says "checkout": for a mutation whose input is the checkout itself.
func ofCheckout(err error) error {
	if refusal := fault.Of(err); refusal != nil && len(refusal.Field) > 0 && refusal.Field[0] == "checkout" {
		return refusal.At(append([]string{"input"}, refusal.Field[1:]...)...)
	}
	return err
}

// watchOrder sends an order's changes, each with what the client asked for beside it.
func (r *Resolver) watchOrder(ctx context.Context, shopperID, orderID string) (<-chan *order.Order, error) {
	changes, err := r.Shop.Order.Watch(ctx, shopperID, orderID)
	if errors.Is(err, fault.Missing) {
		return nil, fault.NotFound
	}
	if err != nil {
		return nil, err
	}
	return completed(ctx, changes, func(o *order.Order) (*order.Order, error) { return o, r.withOrders(ctx, here(ctx), o) }), nil
}
