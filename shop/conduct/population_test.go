package conduct

import (
	"fmt"
	"math"
	"math/rand/v2"
	"slices"
	"time"
)

// A generated population, by which the detector is judged. What follows was written before there was a detector. One population is the actions of 30 days, in
// the shop's hours; the same seed makes the same one.
//
// The honest are 2,000, in these shapes:
//
//	friends    circles of 5 to 12 who know six in ten of each other. When one starts an assist (1.5 a month), half of those who know him help within hours.
//	           They order (3 a month) and join groups (1); one in six never does anything but help. Home and mobile networks, one or two devices.
//	dormitory  20 to 40 behind one address, who help each other as friends do, a quarter of them each time.
//	office     12 to 25 behind one address, at its hours.
//	family     3 to 5 who share a tablet for half of what they do, and one home, and mostly help each other and two relatives.
//	super      helps whoever asks in his three to six chats of some 15 people: 60 to 120 times a month. Each chat has several like him.
//	newcomer   signed up to help one friend, once (one in five: twice), and has done nothing else; a quarter on the friend's network, one in twenty on his device.
//	           Some of these friends went around in a chat, so that 10 to 30 newcomers came within a day.
//	night      friends who work at night.
//
// The farmed are 200, in cohorts that help their clients; each cohort shares networks and devices to a degree of its own (40 to 100 percent of its actions
// come from the cohort's networks, the others from mobile ones; 30 to 100 percent of its helpers share devices, the others have one each):
//
//	rack       20 to 25 on one or two networks, 3 to 5 to a device: jobs of 20 minutes in the daytime, one to three a day for 5 to 20 days, most of the cohort
//	           at each, for 4 to 12 clients. One action in twenty is something else.
//	clock      scripts, 15 to 25 on four to six networks, one to three to a device: jobs at any hour, over six hours each.
//	hands      10 to 15 accounts of people at a desk, three or four to a device, from nine to noon: one or two jobs a day for 6 to 20 clients; one action
//	           in seven is something else.
//	batch      15 to 25 fresh accounts that live one to three days, help one to three clients and are thrown away; one to three networks, 3 to 6 to a device.
//
// Shifted shapes, for which nothing is tuned:
//
//	half       as above, and as many honest actions again: orders, groups, starts and helps for people of their own, at waking hours, on mobile networks.
//	proxies    as above, but each action comes from some home's network or a mobile one, and each helper has a device of his own.
//	slow       as above, but a job every two or three days at which a third of the cohort helps, each within a day.
type population struct {
	rng     *rand.Rand
	helpers []*helper
	names   int
	mobile  []string // carriers' networks, each of which many share
	homes   []string // providers' networks: a few neighbours share one
}

// helper is one person of the population.
type helper struct {
	ID      string
	Farmed  bool
	Shape   string
	Actions []Action
	devices []string
	network string // where he is at home
	mobile  []string
	share   float64        // how much of what he does comes from his network
	waking  func() float64 // an hour of the day at which he is awake, 0 to 24
}

const (
	honestOnes     = 2000
	farmedOnes     = 200
	populationDays = 30
)

// populationZone is the shop's, and populationStart the first midnight.
var (
	populationZone  = time.FixedZone("CST", 8*60*60)
	populationStart = time.Date(2026, 10, 1, 0, 0, 0, 0, populationZone)
	populationEnd   = populationStart.AddDate(0, 0, populationDays)
)

// shift says how the farmed differ from the base shapes.
type shift string

const (
	base    shift = "base"
	half    shift = "half"
	proxies shift = "proxies"
	slow    shift = "slow"
)

// generate makes the population of a seed.
func generate(seed uint64, s shift) []*helper {
	p := &population{rng: rand.New(rand.NewPCG(seed, 0x6b61697475616e))}
	for i := range 60 {
		p.mobile = append(p.mobile, fmt.Sprintf("36.1.%d", i))
	}
	for i := range 700 {
		p.homes = append(p.homes, fmt.Sprintf("58.%d.%d", i/256, i%256))
	}
	p.honest()
	p.farms(s)
	for _, h := range p.helpers {
		h.Actions = slices.DeleteFunc(h.Actions, func(a Action) bool { return a.At.Before(populationStart) || !a.At.Before(populationEnd) })
		slices.SortStableFunc(h.Actions, func(a, b Action) int { return a.At.Compare(b.At) })
	}
	return p.helpers
}

func (p *population) name(prefix string) string {
	p.names++
	return fmt.Sprintf("%s%d", prefix, p.names)
}

// network is a /24 that nobody else has.
func (p *population) network(first int) string {
	p.names++
	return fmt.Sprintf("%d.%d.%d", first, p.names/256, p.names%256)
}

func (p *population) chance(of float64) bool { return p.rng.Float64() < of }

// between draws a whole number, both ends included.
func (p *population) between(low, high int) int { return low + p.rng.IntN(high-low+1) }

func (p *population) uniform(low, high float64) float64 { return low + (high-low)*p.rng.Float64() }

// count draws a Poisson number by Knuth's product of uniforms.
func (p *population) count(mean float64) int {
	n, left := 0, p.rng.Float64()
	for limit := math.Exp(-mean); left > limit; n++ {
		left *= p.rng.Float64()
	}
	return n
}

func pick[T any](p *population, of []T) T { return of[p.rng.IntN(len(of))] }

// around draws hours near a middle, and always within [from, to), which may pass midnight.
func (p *population) around(middle, spread, from, to float64) func() float64 {
	return func() float64 {
		for range 100 {
			if h := middle + spread*p.rng.NormFloat64(); h >= from && h < to {
				return math.Mod(h+24, 24)
			}
		}
		return math.Mod(middle+24, 24)
	}
}

func at(day int, hour float64) time.Time {
	return populationStart.AddDate(0, 0, day).Add(time.Duration(hour * float64(time.Hour)))
}

// awakeAfter is when somebody who was asked at a moment gets to it: hours later, when he is awake.
func (p *population) awakeAfter(h *helper, asked time.Time) time.Time {
	then := asked.Add(time.Duration(p.rng.ExpFloat64() * 4 * float64(time.Hour)))
	local := then.In(populationZone)
	hour, usual := local.Hour(), h.waking()
	if min(math.Abs(float64(hour)-usual), 24-math.Abs(float64(hour)-usual)) < 5 {
		return then
	}
	next := time.Date(local.Year(), local.Month(), local.Day(), 0, 0, 0, 0, populationZone).Add(time.Duration(usual * float64(time.Hour)))
	if next.Before(then) {
		next = next.AddDate(0, 0, 1)
	}
	return next
}

// from is where a person's next request comes from.
func (p *population) from(h *helper) From {
	network := h.network
	if network == "" || !p.chance(h.share) {
		network = pick(p, h.mobile)
	}
	device := h.devices[0]
	if len(h.devices) > 1 && p.chance(0.3) {
		device = h.devices[1]
	}
	return From{IP: fmt.Sprintf("%s.%d", network, p.between(1, 254)), Device: device}
}

func (p *population) act(h *helper, kind Kind, target string, when time.Time) {
	h.Actions = append(h.Actions, Action{ShopperID: h.ID, Kind: kind, Target: target, From: p.from(h), At: when})
}

// everyday gives a person so many orders and groups on average, of goods that are bought by many.
func (p *population) everyday(h *helper, orders, groups float64) {
	popular := func(prefix string, of int) string {
		return fmt.Sprintf("%s%d", prefix, int(float64(of)*math.Pow(p.rng.Float64(), 2)))
	}
	for range p.count(orders) {
		p.act(h, Order, popular("prd", 200), at(p.rng.IntN(populationDays), h.waking()))
	}
	for range p.count(groups) {
		p.act(h, Group, popular("gbc", 20), at(p.rng.IntN(populationDays), h.waking()))
	}
}

// starts makes a person ask for help at a moment.
func (p *population) starts(h *helper, when time.Time) {
	p.act(h, Start, fmt.Sprintf("asc%d", p.rng.IntN(8)), when)
}
