package feed

import (
	"context"
	"slices"
	"sync"
	"sync/atomic"
	"time"

	"github.com/maypok86/otter/v2"

	"github.com/kaituan/kaituan/internal/clock"
	"github.com/kaituan/kaituan/internal/fault"
	"github.com/kaituan/kaituan/internal/page"
	"github.com/kaituan/kaituan/internal/store"
	"github.com/kaituan/kaituan/shop/assist"
	"github.com/kaituan/kaituan/shop/catalog"
	"github.com/kaituan/kaituan/shop/groupbuy"
	"github.com/kaituan/kaituan/shop/order"
	"github.com/kaituan/kaituan/shop/taste"
)

// knownRankings bounds the rankings kept in memory: at most 32 of at most 2,000 places of about 400 bytes with what finds them, 26 MB.
const knownRankings = 32

// Service makes feeds.
type Service struct {
	store   *store.Store
	clock   clock.Clock
	catalog *catalog.Service
	orders  *order.Service
	groups  *groupbuy.Service
	assists *assist.Service
	taste   *taste.Service // nil: nobody is known
	mac     func(data []byte) []byte

	latest atomic.Pointer[snapshot]
	known  *otter.Cache[string, *snapshot]
	making sync.Mutex
	keptAt time.Time // guarded by making
}

// New returns the service; mac signs impressions.
func New(s *store.Store, c clock.Clock, products *catalog.Service, orders *order.Service, groups *groupbuy.Service, assists *assist.Service, mac func(data []byte) []byte) *Service {
	return &Service{
		store: s, clock: c, catalog: products, orders: orders, groups: groups, assists: assists, mac: mac,
		known: otter.Must(&otter.Options[string, *snapshot]{MaximumSize: knownRankings}),
	}
}

// Args are what a page is asked for with.
type Args struct {
	page.Args
	Scene Scene
	// About is the product of PRODUCT_DETAIL.
	About string
	// ViewerID is "" without a session; then DeviceID says whose taste it is, "" nobody's.
	ViewerID, DeviceID string
	// Accepts are the card kinds that the app knows; nil means all.
	Accepts []CardKind
	Need    catalog.Need
}

// Card is one place of the feed: a campaign, a product, or a help-me campaign.
type Card struct {
	// Product is also there beside a campaign, as its product; nil on a help-me campaign's card.
	Product *catalog.Product
	// Campaign is nil on a product's card.
	Campaign *groupbuy.Campaign
	// HelpMe is nil on every other card.
	HelpMe     *assist.Campaign
	Reason     *Reason
	Cursor     string
	Impression string
}

// Page is one page of the feed.
type Page struct {
	Cards []Card
	Info  page.Info
}

// place is where a page ended: a ranking, and what of it the visit has had.
type place struct {
	Snapshot string `json:"s"`
	Used     used   `json:"i"`
	// Last is the place of the card before, -1 without one: its neighbour is to be another kind of thing.
	Last  int    `json:"l"`
	Scene Scene  `json:"c"`
	About string `json:"a,omitempty"`
	// Near is the category that comes first beside About: later pages keep to it, though the product may move.
	Near string `json:"n,omitempty"`
	// Asked are the help-me campaigns that the visit was shown, Turn is where it began among the tools.
	Asked []string `json:"h,omitempty"`
	Turn  int      `json:"t,omitempty"`
}

const cursorKind = "feed"

// slack is how many more cards than asked for are read at first, for those that meanwhile sold out, were withdrawn or bought.
const slack = 4

// mostAtOnce bounds how many products are read at once: what is left of a ranking may be sold out to the last place.
const mostAtOnce = 400

// Page returns the next cards: visible, in stock, not bought by the viewer, and none that an earlier page of this visit had. A product has one place: where its
// campaign runs and the app takes such cards, the campaign's card is there and the product has no other, since it can be bought alone from that one too; when
// the campaign ends or sells out while a visitor pages, the product's own card takes the place. A campaign in which the viewer has a seat is not shown, nor is
// its product.
//
// A page of four cards or more has one help-me card at most, and a visit three, of tools that take turns; where there is no card of goods there is none.
//
// What a campaign's card tells is at most a second old, how full its groups are two; what is sold is decided by the order.
//
// Errors: fault.InvalidInput (first), fault.InvalidCursor (not ours, of another scene, or one to two hours old).
func (s *Service) Page(ctx context.Context, a Args) (*Page, error) {
	if err := a.Check(); err != nil {
		return nil, err
	}
	if shows := a.shows(); a.First == 0 || !shows.products && !shows.groups {
		return &Page{}, nil
	}
	ranking, last, err := s.start(ctx, a)
	if err != nil {
		return nil, err
	}
	hidden, isNew, err := s.hidden(ctx, a)
	if err != nil {
		return nil, err
	}
	v := &visit{Args: a, shows: a.shows(), ranking: ranking, at: last, hidden: hidden, isNew: isNew}
	if v.liking, err = s.liking(ctx, v); err != nil {
		return nil, err
	}
	v.order = v.arrange()
	if v.asks, err = s.helpMe(ctx, v); err != nil {
		return nil, err
	}
	p := &Page{Info: page.Info{HasPreviousPage: a.After != ""}}
	left := v.order
	for more := a.First + slack; len(p.Cards) < a.First && len(left) > 0; more = min(2*more, mostAtOnce) {
		used, err := s.fill(ctx, p, v, left[:min(more, len(left))])
		if err != nil {
			return nil, err
		}
		left = left[used:]
	}
	p.Info.HasNextPage = len(left) > 0
	if n := len(p.Cards); n > 0 {
		p.Info.StartCursor, p.Info.EndCursor = &p.Cards[0].Cursor, &p.Cards[n-1].Cursor
	}
	return p, nil
}

// shown are the kinds of cards that a page may have.
type shown struct{ products, groups, assists bool }

// shows: scenes of what the shop does not have yet are empty, and so is a feed for an app that knows none of its cards.
func (a Args) shows() shown {
	accepts := func(kind CardKind) bool { return a.Accepts == nil || slices.Contains(a.Accepts, kind) }
	switch a.Scene {
	case Following, Live:
		return shown{}
	case GroupBuy:
		return shown{groups: accepts(GroupCard)}
	}
	return shown{products: accepts(ProductCard), groups: accepts(GroupCard), assists: accepts(AssistCard)}
}

// start finds the ranking to read, and the place where the page before ended.
func (s *Service) start(ctx context.Context, a Args) (*snapshot, place, error) {
	if a.After == "" {
		ranking, err := s.current(ctx)
		if err != nil {
			return nil, place{}, err
		}
		first := place{Snapshot: ranking.ID, Last: -1, Scene: a.Scene, About: a.About, Turn: beginning(a.ViewerID, s.clock())}
		if a.Scene == ProductDetail && a.About != "" {
			first.Near, err = s.categoryOf(ctx, ranking, a.About)
		}
		return ranking, first, err
	}
	var after place
	if err := page.Decode(a.After, cursorKind, &after); err != nil {
		return nil, after, err
	}
	if after.Scene != a.Scene || after.About != a.About || after.Last < -1 || after.Last >= snapshotOf || !after.turns() {
		return nil, after, fault.InvalidCursor
	}
	ranking, err := s.load(ctx, after.Snapshot)
	if err == nil && after.Last >= len(ranking.Items) {
		err = fault.InvalidCursor
	}
	return ranking, after, err
}

// categoryOf is the category of a product: as ranked, else, for one that is sold out or withdrawn, read.
func (s *Service) categoryOf(ctx context.Context, ranking *snapshot, productID string) (string, error) {
	for _, i := range ranking.Items {
		if i.Product == productID {
			return i.Category, nil
		}
	}
	about, err := s.catalog.Products(ctx, []string{productID}, catalog.Need{Category: true})
	if err != nil || len(about) == 0 || about[0].Category == nil {
		return "", err
	}
	return about[0].Category.ID, nil
}
