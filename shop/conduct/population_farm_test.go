package conduct

import (
	"math"
	"time"
)

// plan is what a cohort does.
type plan struct {
	shape             string
	size              int
	networks, perhaps int     // networks of its own, and helpers to a device
	days              int     // that it works
	jobs              [2]int  // a day
	clients           int     // that it helps in all
	presence          float64 // how much of the cohort does a job
	over              float64 // hours that a job takes
	hour              func() float64
	besides           float64 // how much of what a helper does is something else
}

// farms makes the farmed, a quarter of each shape.
func (p *population) farms(s shift) {
	shapes := []func() plan{
		func() plan {
			return plan{
				"rack", p.between(20, 25), p.between(1, 2), p.between(3, 5), p.between(5, 20),
				[2]int{1, 3},
				p.between(4, 12), p.uniform(0.7, 0.9), 1.0 / 3,
				func() float64 { return p.uniform(9, 21) }, 0.05,
			}
		},
		func() plan {
			return plan{
				"clock", p.between(15, 25), p.between(4, 6), p.between(1, 3), p.between(10, 30),
				[2]int{2, 4},
				p.between(8, 24), p.uniform(0.5, 0.7), 6,
				func() float64 { return p.uniform(0, 24) }, 0,
			}
		},
		func() plan {
			return plan{
				"hands", p.between(10, 15), 1, p.between(3, 4), p.between(8, 25),
				[2]int{1, 2},
				p.between(6, 20), p.uniform(0.7, 0.9), 1,
				func() float64 { return p.uniform(9, 11) }, 0.15,
			}
		},
		func() plan {
			return plan{
				"batch", p.between(15, 25), p.between(1, 3), p.between(3, 6), p.between(1, 3),
				[2]int{1, 1},
				p.between(1, 3), p.uniform(0.8, 1), 4,
				func() float64 { return p.uniform(8, 20) }, 0,
			}
		},
	}
	for i, shape := range shapes {
		for left := (i+1)*farmedOnes/len(shapes) - i*farmedOnes/len(shapes); left > 0; {
			c := shape()
			c.size = min(c.size, left)
			if left-c.size < c.size/2 {
				c.size = left // the rest makes no cohort of its own
			}
			left -= c.size
			p.cohort(c, s)
		}
	}
}

// cohort makes a cohort's helpers, its jobs, and what they do besides.
func (p *population) cohort(c plan, s shift) {
	members := p.accounts(c, s)
	var clients []string
	for range c.clients {
		clients = append(clients, p.name("own"))
	}
	if s == slow {
		p.slowJobs(members, clients)
	} else {
		first := p.rng.IntN(populationDays - c.days + 1)
		for day := first; day < first+c.days; day++ {
			for range p.between(c.jobs[0], c.jobs[1]) {
				p.job(members, pick(p, clients), at(day, c.hour()), c.presence, c.over)
			}
		}
	}
	for _, h := range members {
		for range p.count(c.besides / (1 - c.besides) * float64(len(h.Actions))) {
			p.besides(h, pick(p, h.Actions).At.Add(time.Minute))
		}
		if s == half {
			p.honestHalf(h)
		}
	}
}

// accounts makes the helpers of a cohort with what they share.
func (p *population) accounts(c plan, s shift) (members []*helper) {
	var networks []string
	for range c.networks {
		networks = append(networks, p.network(45))
	}
	share, together, device := p.uniform(0.4, 1), p.uniform(0.3, 1), ""
	for i := range c.size {
		if i%c.perhaps == 0 {
			device = p.name("rack")
		}
		h := &helper{ID: p.name("shp"), Farmed: true, Shape: c.shape, mobile: p.mobile, network: pick(p, networks), share: share, devices: []string{p.name("phone")}}
		if p.chance(together) {
			h.devices = []string{device}
		}
		if s == proxies {
			h.network, h.mobile, h.devices = "", append(p.homes[:len(p.homes):len(p.homes)], p.mobile...), []string{p.name("phone")}
		}
		h.waking = p.around(p.uniform(11, 21), 3, 7, 24)
		members = append(members, h)
		p.helpers = append(p.helpers, h)
	}
	return members
}

func (p *population) job(members []*helper, client string, begins time.Time, presence, over float64) {
	for _, h := range members {
		if p.chance(presence) {
			p.act(h, Help, client, begins.Add(time.Duration(p.uniform(0, over)*float64(time.Hour))))
		}
	}
}

func (p *population) slowJobs(members []*helper, clients []string) {
	for day := p.between(0, 2); day < populationDays; day += p.between(2, 3) {
		p.job(members, pick(p, clients), at(day, p.uniform(0, 12)), 1.0/3, 24)
	}
}

// besides is something else that a farm's helper does.
func (p *population) besides(h *helper, when time.Time) {
	if p.chance(0.7) {
		p.starts(h, when)
		return
	}
	p.act(h, Order, "prd0", when)
}

// honestHalf gives a farm's helper as many honest actions as he has farmed ones.
func (p *population) honestHalf(h *helper) {
	n, network := len(h.Actions), h.network
	h.network = ""
	defer func() { h.network = network }()
	var friends []string
	for range p.between(3, 8) {
		friends = append(friends, p.name("own"))
	}
	for range n {
		when := at(p.rng.IntN(populationDays), h.waking())
		switch {
		case p.chance(0.4):
			p.act(h, Help, pick(p, friends), when)
		case p.chance(0.6):
			p.everydayAt(h, when)
		default:
			p.starts(h, when)
		}
	}
}

func (p *population) everydayAt(h *helper, when time.Time) {
	if p.chance(0.75) {
		p.act(h, Order, "prd"+string(rune('a'+int(26*math.Pow(p.rng.Float64(), 2)))), when)
		return
	}
	p.act(h, Group, "gbc"+string(rune('a'+p.rng.IntN(20))), when)
}
