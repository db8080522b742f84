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
	return &Service{
		store: s, clock: c, catalog: products, orders: orders, mac: mac,
		known: otter.Must(&otter.Options[string, *snapshot]{MaximumSize: knownRankings}),
	}
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
	// Near is the category that comes first beside About: later pages keep to it, though the product may move.
	Near string `json:"n,omitempty"`
}

const cursorKind = "feed"

// slack is how many more cards than asked for are read at first, for those that meanwhile sold out, were withdrawn or bought.
const slack = 4

// mostAtOnce bounds how many products are read at once: what is left of a ranking may be sold out to the last place.
const mostAtOnce = 400

// Page returns the next cards: visible, in stock, not bought by the viewer, and none that an earlier page of this visit had.
//
// Errors: fault.InvalidInput (first), fault.InvalidCursor (not ours, of another scene, or one to two hours old).
func (s *Service) Page(ctx context.Context, a Args) (*Page, error) {
	if err := a.Check(); err != nil {
		return nil, err
	}
	if !a.showsProducts() || a.First == 0 {
		return &Page{}, nil
	}
	ranking, last, err := s.start(ctx, a)
	if err != nil {
		return nil, err
	}
	order := sceneOrder(ranking, last)
	hidden, err := s.hidden(ctx, a)
	if err != nil {
		return nil, err
	}
	p := &Page{Info: page.Info{HasPreviousPage: a.After != ""}}
	next := last.Index + 1
	for more := a.First + slack; len(p.Cards) < a.First && next < len(order); more = min(2*more, mostAtOnce) {
		chunk := candidatesOf(ranking, order, next, more, hidden)
		if len(chunk) == 0 {
			next = len(order)
			break
		}
		if next, err = s.fill(ctx, p, a, ranking, last, order, chunk); err != nil {
			return nil, err
		}
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

// start finds the ranking to read, and the place where the page before ended.
func (s *Service) start(ctx context.Context, a Args) (*snapshot, place, error) {
	if a.After == "" {
		ranking, err := s.current(ctx)
		if err != nil {
			return nil, place{}, err
		}
		first := place{Snapshot: ranking.ID, Index: -1, Scene: a.Scene, About: a.About}
		if a.Scene == ProductDetail && a.About != "" {
			first.Near, err = s.categoryOf(ctx, ranking, a.About)
		}
		return ranking, first, err
	}
	var after place
	if err := page.Decode(a.After, cursorKind, &after); err != nil {
		return nil, after, err
	}
	if after.Scene != a.Scene || after.About != a.About || after.Index < 0 || after.Index > snapshotOf {
		return nil, after, fault.InvalidCursor
	}
	ranking, err := s.load(ctx, after.Snapshot)
	return ranking, after, err
}

// sceneOrder gives the ranking's places in the order of the scene: beside a product, those of its category come first.
func sceneOrder(ranking *snapshot, at place) []int {
	order := make([]int, len(ranking.Items))
	for i := range order {
		order[i] = i
	}
	if at.Near != "" {
		slices.SortStableFunc(order, func(x, y int) int {
			return away(ranking.Items[x].Category, at.Near) - away(ranking.Items[y].Category, at.Near)
		})
	}
	return order
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

// candidatesOf are the next places of order, at most n, whose products this viewer may see.
func candidatesOf(ranking *snapshot, order []int, next, n int, hidden map[string]bool) []int {
	var chunk []int
	for ; next < len(order) && len(chunk) < n; next++ {
		if !hidden[ranking.Items[order[next]].Product] {
			chunk = append(chunk, next)
		}
	}
	return chunk
}

// fill adds what can be shown of chunk, places of order, and returns the place after the last that is used up.
func (s *Service) fill(ctx context.Context, p *Page, a Args, ranking *snapshot, at place, order, chunk []int) (int, error) {
	ids := make([]string, len(chunk))
	for n, index := range chunk {
		ids[n] = ranking.Items[order[index]].Product
	}
	products, err := s.catalog.Products(ctx, ids, a.Need)
	if err != nil {
		return 0, err
	}
	byID := make(map[string]*catalog.Product, len(products))
	for _, product := range products {
		byID[product.ID] = product
	}
	for n, index := range chunk {
		product := byID[ids[n]]
		if product == nil || !product.Visible || !inStock(product) {
			continue
		}
		i := order[index]
		at.Index = index
		p.Cards = append(p.Cards, Card{
			Product: product, Reason: &Reason{Code: ranking.Items[i].Reason}, Cursor: page.Encode(cursorKind, at),
			Impression: s.impression(ranking.ID, i),
		})
		if len(p.Cards) == a.First {
			return index + 1, nil
		}
	}
	return chunk[len(chunk)-1] + 1, nil
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
