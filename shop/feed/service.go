package feed

import (
	"context"
	"encoding/base64"
	"encoding/binary"
	"slices"
	"sync"
	"sync/atomic"
	"time"

	"github.com/maypok86/otter/v2"

	"github.com/kaituan/kaituan/internal/clock"
	"github.com/kaituan/kaituan/internal/fault"
	"github.com/kaituan/kaituan/internal/page"
	"github.com/kaituan/kaituan/internal/store"
	"github.com/kaituan/kaituan/shop/catalog"
	"github.com/kaituan/kaituan/shop/order"
)

// knownRankings bounds the rankings kept in memory: at most 64 of at most 2,000 places of about 90 bytes, 12 MB.
const knownRankings = 64

// Service makes feeds.
type Service struct {
	store   *store.Store
	clock   clock.Clock
	catalog *catalog.Service
	orders  *order.Service
	mac     func(data []byte) []byte

	latest atomic.Pointer[snapshot]
	known  *otter.Cache[string, *snapshot]
	making sync.Mutex
	keptAt time.Time // guarded by making
}

// New returns the service; mac signs impressions.
func New(s *store.Store, c clock.Clock, products *catalog.Service, orders *order.Service, mac func(data []byte) []byte) *Service {
	return &Service{store: s, clock: c, catalog: products, orders: orders, mac: mac,
		known: otter.Must(&otter.Options[string, *snapshot]{MaximumSize: knownRankings})}
}

// Args are what a page is asked for with.
type Args struct {
	page.Args
	Scene Scene
	// About is the product of PRODUCT_DETAIL.
	About string
	// ViewerID is "" without a session.
	ViewerID string
	// Accepts are the card kinds that the app knows; nil means all.
	Accepts []CardKind
	Need    catalog.Need
}

// Card is one place of the feed.
type Card struct {
	Product    *catalog.Product
	Reason     *Reason
	Cursor     string
	Impression string
}

// Page is one page of the feed.
type Page struct {
	Cards []Card
	Info  page.Info
}

// place is where a page ended: a ranking, and an index in it as the scene orders it.
type place struct {
	Snapshot string `json:"s"`
	Index    int    `json:"i"`
	Scene    Scene  `json:"c"`
	About    string `json:"a,omitempty"`
}

const cursorKind = "feed"

// slack is how many more cards than asked for are read at first, for those that meanwhile sold out, were withdrawn or bought.
const slack = 4

// Page returns the next cards: visible, in stock, not bought by the viewer, and none that an earlier page of this visit had.
//
// Errors: fault.InvalidInput (first), fault.InvalidCursor (not ours, of another scene, or older than an hour).
func (s *Service) Page(ctx context.Context, a Args) (*Page, error) {
	if err := a.Check(); err != nil {
		return nil, err
	}
	if !a.showsProducts() || a.First == 0 {
		return &Page{}, nil
	}
	ranking, from, err := s.start(ctx, a)
	if err != nil {
		return nil, err
	}
	order, err := s.sceneOrder(ctx, ranking, a)
	if err != nil {
		return nil, err
	}
	hidden, err := s.hidden(ctx, a)
	if err != nil {
		return nil, err
	}
	p := &Page{Info: page.Info{HasPreviousPage: a.After != ""}}
	next := from
	for len(p.Cards) < a.First && next < len(order) {
		chunk := order[next:min(len(order), next+a.First-len(p.Cards)+slack)]
		used, err := s.fill(ctx, p, a, ranking, chunk, next, hidden)
		if err != nil {
			return nil, err
		}
		next += used
	}
	p.Info.HasNextPage = next < len(order)
	if n := len(p.Cards); n > 0 {
		p.Info.StartCursor, p.Info.EndCursor = &p.Cards[0].Cursor, &p.Cards[n-1].Cursor
	}
	return p, nil
}

// showsProducts: scenes of what the shop does not have yet are empty, and so is a feed for an app that knows no product cards.
func (a Args) showsProducts() bool {
	if a.Accepts != nil && !slices.Contains(a.Accepts, ProductCard) {
		return false
	}
	return a.Scene != Following && a.Scene != Live && a.Scene != GroupBuy
}

// start finds the ranking to read, and where in it.
func (s *Service) start(ctx context.Context, a Args) (*snapshot, int, error) {
	if a.After == "" {
		ranking, err := s.current(ctx)
		return ranking, 0, err
	}
	var after place
	if err := page.Decode(a.After, cursorKind, &after); err != nil {
		return nil, 0, err
	}
	if after.Scene != a.Scene || after.About != a.About || after.Index < 0 {
		return nil, 0, fault.InvalidCursor
	}
	ranking, err := s.load(ctx, after.Snapshot)
	if err != nil {
		return nil, 0, err
	}
	return ranking, min(after.Index+1, len(ranking.Items)), nil
}

// sceneOrder gives the ranking's places in the order of the scene: beside a product, those of its category come first.
func (s *Service) sceneOrder(ctx context.Context, ranking *snapshot, a Args) ([]int, error) {
	order := make([]int, len(ranking.Items))
	for i := range order {
		order[i] = i
	}
	if a.Scene != ProductDetail || a.About == "" {
		return order, nil
	}
	about, err := s.catalog.Products(ctx, []string{a.About}, catalog.Need{Category: true})
	if err != nil || len(about) == 0 || about[0].Category == nil {
		return order, err
	}
	near := about[0].Category.ID
	slices.SortStableFunc(order, func(x, y int) int {
		return away(ranking.Items[x].Category, near) - away(ranking.Items[y].Category, near)
	})
	return order, nil
}

func away(category, near string) int {
	if category == near {
		return 0
	}
	return 1
}

// hidden are the products that this viewer is not to see here.
func (s *Service) hidden(ctx context.Context, a Args) (map[string]bool, error) {
	hidden := map[string]bool{}
	if a.About != "" {
		hidden[a.About] = true
	}
	if a.ViewerID == "" {
		return hidden, nil
	}
	bought, err := s.orders.Bought(ctx, a.ViewerID)
	for _, id := range bought {
		hidden[id] = true
	}
	return hidden, err
}

// fill adds what can be shown of chunk, whose first place is at from, and returns how many places of it are used up.
func (s *Service) fill(ctx context.Context, p *Page, a Args, ranking *snapshot, chunk []int, from int, hidden map[string]bool) (int, error) {
	var ids []string
	for _, i := range chunk {
		if !hidden[ranking.Items[i].Product] {
			ids = append(ids, ranking.Items[i].Product)
		}
	}
	products, err := s.catalog.Products(ctx, ids, a.Need)
	if err != nil {
		return 0, err
	}
	byID := make(map[string]*catalog.Product, len(products))
	for _, product := range products {
		byID[product.ID] = product
	}
	for n, i := range chunk {
		product := byID[ranking.Items[i].Product]
		if product == nil || !product.Visible || !inStock(product) {
			continue
		}
		at := place{Snapshot: ranking.ID, Index: from + n, Scene: a.Scene, About: a.About}
		p.Cards = append(p.Cards, Card{Product: product, Reason: &Reason{Code: ranking.Items[i].Reason}, Cursor: page.Encode(cursorKind, at),
			Impression: s.impression(ranking.ID, i)})
		if len(p.Cards) == a.First {
			return n + 1, nil
		}
	}
	return len(chunk), nil
}

func inStock(p *catalog.Product) bool {
	return slices.ContainsFunc(p.Skus, func(k *catalog.Sku) bool { return k.Available() })
}

// impression names a card that was really served: ranking, place and a MAC, so that events about it can be believed.
func (s *Service) impression(snapshotID string, index int) string {
	raw := binary.BigEndian.AppendUint16([]byte(snapshotID), uint16(index))
	return base64.RawURLEncoding.EncodeToString(append(raw, s.mac(raw)[:8]...))
}

// Describe puts a reason into words for the shopper.
func (r *Reason) Describe(locale string) *Reason {
	words := map[ReasonCode]fault.Text{
		Trending: {En: "Selling well this week", Zh: "本周热卖"},
		JustIn:   {En: "New in the shop", Zh: "新品上架"},
		Explore:  {En: "Something to discover", Zh: "发现好物"},
	}
	return &Reason{Code: r.Code, Text: words[r.Code].In(locale)}
}
