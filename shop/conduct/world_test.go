package conduct

import (
	"slices"
	"strings"
	"time"
)

// world is what the table holds of a population, read in the bounds that the service reads it in.
type world struct {
	helpers              []*helper
	own, helped, devices map[string][]deed // oldest first
}

func newWorld(helpers []*helper) *world {
	w := &world{helpers, map[string][]deed{}, map[string][]deed{}, map[string][]deed{}}
	var all []deed
	for _, h := range helpers {
		for _, a := range h.Actions {
			network := a.From.IP[:strings.LastIndexByte(a.From.IP, '.')]
			all = append(all, deed{person: a.ShopperID, kind: a.Kind, target: a.Target, network: network, device: a.From.Device, at: a.At})
		}
	}
	slices.SortStableFunc(all, func(a, b deed) int { return a.at.Compare(b.at) })
	for _, d := range all {
		w.own[d.person] = append(w.own[d.person], d)
		w.helped[d.target] = append(w.helped[d.target], d)
		w.devices[d.device] = append(w.devices[d.device], d)
	}
	return w
}

// score judges a helper by what had happened until a moment.
func (w *world) score(h *helper, until time.Time) Score {
	own := newest(w.own[h.ID], until, mostOwn)
	targets, devices := looksAt(own)
	var others []deed
	for _, target := range targets {
		others = append(others, newest(w.helped[target], until, mostOthers)...)
	}
	for _, device := range devices {
		others = append(others, newest(w.devices[device], until, mostOthers)...)
	}
	others = slices.DeleteFunc(others, func(d deed) bool { return d.person == h.ID })
	return score(own, others, populationZone)
}

// newest are the last so many of the remembered days before a moment, newest first.
func newest(list []deed, until time.Time, most int) (last []deed) {
	for _, d := range slices.Backward(list) {
		if len(last) == most || !d.at.After(until.Add(-remembered)) {
			break
		}
		if !d.at.After(until) {
			last = append(last, d)
		}
	}
	return last
}
