package live_test

import (
	"sync/atomic"
	"testing"
	"time"

	"github.com/kaituan/kaituan/shop/shoptest"
)

// A connection to the bus that was away is a gap: a process that follows a room reads what messages did not bring, also when nobody speaks of it any more.
func TestAGapOfTheBusIsReadAgain(t *testing.T) {
	c := openCluster(t)
	var deaf atomic.Bool
	var lost atomic.Int64
	p := c.process(func(p *process) {
		p.BeatEvery(time.Hour) // else the next beat tells what is missing
		p.Losing(func() bool {
			if deaf.Load() {
				lost.Add(1)
			}
			return deaf.Load()
		})
	})
	topic, err := p.Topic(t.Context(), c.room, "")
	c.Must(err)
	defer topic.Close()
	seen := c.watch(p.Service, "0:0")
	last := c.told()
	eventually(t, "everything is here", func() bool { return topic.Head() >= last })

	deaf.Store(true)
	_, _, err = p.CommentSend(t.Context(), c.guest, c.room, "好茶", shoptest.NewKey())
	c.Must(err)
	_, err = p.Unpin(t.Context(), c.host, c.room)
	c.Must(err)
	_, err = p.SlowModeSet(t.Context(), c.host, c.room, 5)
	c.Must(err)
	head := c.told()
	eventually(t, "messages are lost", func() bool { return lost.Load() > 0 })
	if got := topic.Head(); got >= head {
		t.Fatalf("at %d of %d without a message", got, head)
	}
	conns, err := c.bus.Connz(nil)
	c.Must(err)
	for _, conn := range conns.Conns {
		c.Must(c.bus.DisconnectClientByID(conn.Cid))
	}
	eventually(t, "what was lost is read", func() bool { return topic.Head() >= head })
	c.until(seen, head) // in order, none missing
}
