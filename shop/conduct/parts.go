package conduct

import (
	"math"
	"time"
)

const (
	sorts = 4  // there are of Kind
	hours = 24 // of a day
	// enoughForHours is how many actions say something about a person's hours.
	enoughForHours = 8
	// Of the most that a day's hours can have, people's entropy stays between these.
	narrow, roundTheClock = 0.65, 0.90
	// together is within which time helps of one target are about the same time: friends take hours, farms minutes.
	together = 6 * time.Hour
	// So many others make company count half.
	networkHalf, deviceHalf, cohortHalf = 3, 8, 4
)

// sameKind is 1 for one kind of action only, 0 for all kinds alike.
func sameKind(own []deed) float64 {
	return max(0, 1-Entropy(tally(own, func(d deed) Kind { return d.kind }))/math.Log2(sorts))
}

// fewTargets is 1 when several actions had one target, 0 when each had another. One action says nothing.
func fewTargets(own []deed) float64 {
	if len(own) < 2 {
		return 0
	}
	return 1 - Entropy(tally(own, func(d deed) string { return d.target }))/math.Log2(float64(len(own)))
}

// oddHours is 1 for one hour of the day only, and for all hours exactly alike; 0 in between, where people are.
func oddHours(own []deed, zone *time.Location) float64 {
	if len(own) < enoughForHours {
		return 0
	}
	spread := min(1, Entropy(tally(own, func(d deed) int { return d.at.In(zone).Hour() }))/math.Log2(hours))
	return max(0, 1-spread/narrow, (spread-roundTheClock)/(1-roundTheClock))
}

func tally[K comparable](own []deed, sort func(d deed) K) []int {
	counts := map[K]int{}
	for _, d := range own {
		counts[sort(d)]++
	}
	list := make([]int, 0, len(counts))
	for _, n := range counts {
		list = append(list, n)
	}
	return list
}

// saturating goes from 0 without others towards 1, and is half at so many.
func saturating(others, half float64) float64 { return others / (others + half) }

// fromOneNetwork is how many others helped the same person from the same network at about the same time, on average over his helps.
func fromOneNetwork(own, others []deed) float64 {
	type place struct{ target, network string }
	at := map[place][]deed{}
	for _, o := range others {
		if o.kind == Help && o.network != "" {
			at[place{o.target, o.network}] = append(at[place{o.target, o.network}], o)
		}
	}
	helps, sum := 0, 0.0
	for _, d := range own {
		if d.kind != Help {
			continue
		}
		helps++
		with := map[string]bool{}
		for _, o := range at[place{d.target, d.network}] {
			if d.at.Sub(o.at).Abs() <= together {
				with[o.person] = true
			}
		}
		sum += saturating(float64(len(with)), networkHalf)
	}
	if helps == 0 {
		return 0
	}
	return sum / float64(helps)
}

// onOneDevice is how many others use his devices.
func onOneDevice(own, others []deed) float64 {
	his, with := map[string]bool{}, map[string]bool{}
	for _, d := range own {
		his[d.device] = true
	}
	for _, o := range others {
		if o.device != "" && his[o.device] {
			with[o.person] = true
		}
	}
	return saturating(float64(len(with)), deviceHalf)
}

// inOneCohort is how many others helped both of two whom he helped, on average over all such two. Who helped but one has no cohort.
func inOneCohort(own, others []deed) float64 {
	his, shared := map[string]bool{}, map[string]map[string]bool{}
	for _, d := range own {
		if d.kind == Help {
			his[d.target] = true
		}
	}
	if len(his) < 2 {
		return 0
	}
	for _, o := range others {
		if o.kind != Help || !his[o.target] {
			continue
		}
		if shared[o.person] == nil {
			shared[o.person] = map[string]bool{}
		}
		shared[o.person][o.target] = true
	}
	both := 0
	for _, targets := range shared {
		both += pairs(len(targets))
	}
	return saturating(float64(both)/float64(pairs(min(len(his), mostTargets))), cohortHalf)
}

func pairs(n int) int { return n * (n - 1) / 2 }
