package live

import (
	"encoding/json"
	"sync"
	"time"
)

// crowd counts who watch a room: the sum over the nodes that were heard of lately.
type crowd struct {
	gone    time.Duration
	changed func()

	mu    sync.Mutex
	nodes map[string]heardOf
	// atLeast is what the owner before counted, until is how long it stands for nodes that were not heard of yet.
	atLeast int
	until   time.Time
}

type heardOf struct {
	count int
	at    time.Time
}

func (c *crowd) heard(_ string, data []byte) {
	var p presence
	if json.Unmarshal(data, &p) != nil || p.Node == "" || p.Count < 0 {
		return
	}
	c.mu.Lock()
	before := c.nodes[p.Node].count
	if p.Count == 0 {
		delete(c.nodes, p.Node)
	} else {
		c.nodes[p.Node] = heardOf{p.Count, time.Now()}
	}
	c.mu.Unlock()
	if p.Count != before {
		c.changed()
	}
}

func (c *crowd) size(now time.Time) int {
	c.mu.Lock()
	defer c.mu.Unlock()
	sum := 0
	for node, n := range c.nodes {
		if now.Sub(n.at) > c.gone {
			delete(c.nodes, node)
			continue
		}
		sum += n.count
	}
	if now.Before(c.until) {
		return max(sum, c.atLeast)
	}
	return sum
}
