package conduct

import "time"

// honest makes the honest, community by community, so many of each shape.
func (p *population) honest() {
	for left := honestOnes * 50 / 100; left > 0; {
		left -= p.friends(min(left, p.between(5, 12)), "friends")
	}
	for left := honestOnes * 8 / 100; left > 0; {
		left -= p.house(min(left, p.between(20, 40)), "dormitory", 0.25)
	}
	for left := honestOnes * 5 / 100; left > 0; {
		left -= p.house(min(left, p.between(12, 25)), "office", 0.3)
	}
	for left := honestOnes * 8 / 100; left > 0; {
		left -= p.family(min(left, p.between(3, 5)))
	}
	p.supers(honestOnes * 3 / 100)
	p.newcomers(honestOnes * 21 / 100)
	for left := honestOnes * 5 / 100; left > 0; {
		left -= p.friends(min(left, p.between(5, 12)), "night")
	}
}

// person makes an honest one with a home, a carrier or two and a device or two.
func (p *population) person(shape string) *helper {
	h := &helper{ID: p.name("shp"), Shape: shape, network: pick(p, p.homes), mobile: []string{pick(p, p.mobile), pick(p, p.mobile)}, share: p.uniform(0.3, 0.8)}
	h.devices = []string{p.name("phone")}
	if p.chance(0.3) {
		h.devices = append(h.devices, p.name("tablet"))
	}
	h.waking = p.around(p.uniform(11, 21), p.uniform(2, 4.5), 7, 24.5)
	if shape == "night" {
		h.waking = p.around(p.uniform(22, 27), p.uniform(1.5, 3), 19, 30)
	}
	p.helpers = append(p.helpers, h)
	return h
}

// community lets people ask each other for help, so many times a month each; knows tells who knows whom, and of these so many help.
func (p *population) community(members []*helper, asks, helps float64, knows func(helper, owner int) bool) {
	for o, owner := range members {
		for range p.count(asks) {
			asked := at(p.rng.IntN(populationDays), owner.waking())
			p.starts(owner, asked)
			for i, friend := range members {
				if i != o && knows(i, o) && p.chance(helps) {
					p.act(friend, Help, owner.ID, p.awakeAfter(friend, asked))
				}
			}
		}
	}
}

func everybody(int, int) bool { return true }

func (p *population) friends(size int, shape string) int {
	var members []*helper
	for range size {
		h := p.person(shape)
		if !p.chance(1.0 / 6) {
			p.everyday(h, 3, 1)
		}
		members = append(members, h)
	}
	acquainted := map[[2]int]bool{}
	for i := range size {
		for j := range i {
			acquainted[[2]int{i, j}] = p.chance(0.6)
		}
	}
	p.community(members, 1.5, 0.5, func(i, j int) bool { return acquainted[[2]int{max(i, j), min(i, j)}] })
	return size
}

// house is many people behind one address.
func (p *population) house(size int, shape string, helps float64) int {
	address, members := p.network(61), []*helper{}
	for range size {
		h := p.person(shape)
		h.network, h.share = address, p.uniform(0.6, 0.9)
		if shape == "office" {
			h.waking = p.around(p.uniform(11, 16), 2, 8.5, 19)
		}
		p.everyday(h, 3, 1)
		members = append(members, h)
	}
	p.community(members, 1.2, helps, everybody)
	return size
}

func (p *population) family(size int) int {
	home, tablet, members := pick(p, p.homes), p.name("tablet"), []*helper{}
	for range size {
		h := p.person("family")
		h.network, h.share, h.devices = home, p.uniform(0.6, 0.9), []string{p.name("phone")}
		if p.chance(0.5) {
			h.devices = []string{tablet, h.devices[0]}
		} else {
			h.devices = append(h.devices, tablet)
		}
		p.everyday(h, 3, 1)
		members = append(members, h)
	}
	p.community(members, 2, 0.7, everybody)
	for range 2 {
		relative := p.name("own")
		for range p.count(2) {
			asked := at(p.rng.IntN(populationDays), p.uniform(8, 22))
			for _, h := range members {
				if p.chance(0.7) {
					p.act(h, Help, relative, p.awakeAfter(h, asked))
				}
			}
		}
	}
	return size
}

// supers are in chats with others like them, in which somebody always asks.
func (p *population) supers(size int) {
	var chats [][]string
	for range size * 3 / 4 { // with four to five chats each, six of them to a chat
		var owners []string
		for range p.between(10, 20) {
			owners = append(owners, p.name("own"))
		}
		chats = append(chats, owners)
	}
	for range size {
		h := p.person("super")
		p.everyday(h, 2, 1)
		var owners []string
		for range p.between(3, 6) {
			owners = append(owners, pick(p, chats)...)
		}
		for range p.between(60, 120) {
			p.act(h, Help, pick(p, owners), at(p.rng.IntN(populationDays), h.waking()))
		}
		for range p.count(2) {
			p.starts(h, at(p.rng.IntN(populationDays), h.waking()))
		}
	}
}

// newcomers come for one friend; a third of them for a friend who went around in a chat.
func (p *population) newcomers(size int) {
	all := p.helpers // those who were made before
	for left := size; left > 0; {
		friend, crowd := pick(p, all), 1
		if p.chance(0.03) {
			crowd = min(left, p.between(10, 30))
		}
		asked := at(p.rng.IntN(populationDays), friend.waking())
		for range crowd {
			p.newcomer(friend, asked)
			left--
		}
	}
}

func (p *population) newcomer(friend *helper, asked time.Time) {
	h := p.person("newcomer")
	if p.chance(0.25) {
		h.network, h.share = friend.network, 1
	}
	if p.chance(0.05) {
		h.devices = friend.devices[:1]
	}
	when := p.awakeAfter(h, asked)
	p.act(h, Help, friend.ID, when)
	if p.chance(0.2) {
		p.act(h, Help, friend.ID, p.awakeAfter(h, when.AddDate(0, 0, p.between(1, 6))))
	}
}
