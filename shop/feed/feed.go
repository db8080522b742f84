// Package feed ranks what a shopper sees first.
package feed

import (
	"fmt"

	"github.com/kaituan/kaituan/internal/fault"
)

// Scene is where a feed is shown.
type Scene string

const (
	Home          Scene = "HOME"
	Following     Scene = "FOLLOWING"
	Live          Scene = "LIVE"
	GroupBuy      Scene = "GROUP_BUY"
	ProductDetail Scene = "PRODUCT_DETAIL"
	CartScene     Scene = "CART"
	OrderDone     Scene = "ORDER_DONE"
)

// CardKind is what a card shows.
type CardKind string

const (
	ProductCard CardKind = "PRODUCT"
	GroupCard   CardKind = "GROUP_BUY" // a campaign of group buying
	AssistCard  CardKind = "ASSIST"    // a help-me campaign
)

// ReasonCode says why a card is there.
type ReasonCode string

const (
	// Liked: the shopper likes such things.
	Liked    ReasonCode = "INTEREST"
	Trending ReasonCode = "TRENDING"
	JustIn   ReasonCode = "NEW"
	Explore  ReasonCode = "EXPLORE"
	// NearlyFull: a group of the campaign that anybody may join lacks few people.
	NearlyFull ReasonCode = "GROUP_NEARLY_FULL"
)

// Reason is why a card is there, in words for the shopper.
type Reason struct {
	Code ReasonCode
	Text string
	// Lacks is how many people NearlyFull is about: those that complete the group, or, with Complete, those that fill one that has enough already.
	Lacks    int
	Complete bool
	// Tag is what Liked is about.
	Tag string
	// HelpMe: the card is a help-me campaign's.
	HelpMe bool
}

// Describe puts a reason into words for the shopper.
func (r *Reason) Describe(locale string) *Reason {
	words := map[ReasonCode]fault.Text{
		Liked:      {En: "Because you like " + r.Tag, Zh: "因为你喜欢「" + r.Tag + "」"},
		Trending:   {En: "Selling well this week", Zh: "本周热卖"},
		JustIn:     {En: "New in the shop", Zh: "新品上架"},
		Explore:    {En: "Something to discover", Zh: "发现好物"},
		NearlyFull: nearlyFull(r.Lacks, r.Complete),
	}
	if r.HelpMe {
		words[r.Code] = fault.Text{En: "Your friends can help you to it", Zh: "邀好友一起助力"}
	}
	described := *r
	described.Text = words[r.Code].In(locale)
	return &described
}

func nearlyFull(lacks int, complete bool) fault.Text {
	switch {
	case complete:
		return fault.Text{En: fmt.Sprintf("%d to go to a full group", lacks), Zh: fmt.Sprintf("还差 %d 人满团", lacks)}
	case lacks == 1:
		return fault.Text{En: "1 more person completes a group", Zh: "还差 1 人成团"}
	}
	return fault.Text{En: fmt.Sprintf("%d more people complete a group", lacks), Zh: fmt.Sprintf("还差 %d 人成团", lacks)}
}
