package order_test

import (
	"context"
	"slices"

	"github.com/kaituan/kaituan/internal/outbox"
	"github.com/kaituan/kaituan/shop/fact"
)

// listener is a consumer of every fact about orders; it keeps the topics that it was told, by order.
type listener struct{ told map[string][]string }

func hears[F any](l *listener, orderOf func(F) string) outbox.Consumer {
	var zero F
	topic := outbox.Topic(zero)
	return outbox.On("test."+topic, func(_ context.Context, f F) error {
		l.told[orderOf(f)] = append(l.told[orderOf(f)], topic)
		return nil
	})
}

func (l *listener) consumers() []outbox.Consumer {
	return []outbox.Consumer{
		hears(l, func(f fact.OrderPlaced) string { return f.OrderID }), hears(l, func(f fact.OrderPaid) string { return f.OrderID }),
		hears(l, func(f fact.OrderCancelled) string { return f.OrderID }), hears(l, func(f fact.OrderShipped) string { return f.OrderID }),
		hears(l, func(f fact.OrderDelivered) string { return f.OrderID }), hears(l, func(f fact.OrderCompleted) string { return f.OrderID }),
		hears(l, func(f fact.RefundRequested) string { return f.OrderID }), hears(l, func(f fact.RefundRejected) string { return f.OrderID }),
		hears(l, func(f fact.OrderReturned) string { return f.OrderID }), hears(l, func(f fact.RefundSettled) string { return f.OrderID }),
	}
}

// hear delivers every fact, and fails the test unless each came once, and in the order of its order's versions.
func (s *shop) hear() {
	s.tb.Helper()
	for {
		n, err := s.dispatcher.Once(context.Background())
		s.must(err)
		if n == 0 {
			break
		}
	}
	rows, err := s.store.SQL(context.Background()).QueryContext(context.Background(), "SELECT aggregate, topic FROM facts ORDER BY aggregate, aggregate_ver")
	s.must(err)
	defer rows.Close()
	written := map[string][]string{}
	for rows.Next() {
		var orderID, topic string
		s.must(rows.Scan(&orderID, &topic))
		written[orderID] = append(written[orderID], topic)
	}
	s.must(rows.Err())
	for orderID, topics := range written {
		if !slices.Equal(topics, s.listener.told[orderID]) {
			s.tb.Errorf("order %s: told %v, written %v", orderID, s.listener.told[orderID], topics)
		}
	}
}
