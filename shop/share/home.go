package share

import (
	"context"

	"github.com/kaituan/kaituan/internal/id"
)

// home is the target of links to the shop itself: of a kind of its own, and no id.
const home = "shop"

// homePage is where a mini-program begins.
const homePage = "pages/index/index"

// personalChannel is where a personal code is shared: everywhere, so it has one name for all channels.
const personalChannel = "H5"

// kindOf is what a target's Describer is registered by, "" for what is not shared.
func kindOf(targetID string) string {
	if targetID == home {
		return home
	}
	return id.Prefix(targetID)
}

// theShop describes the shop itself.
func theShop(name string) Describer {
	return func(context.Context, []string) (map[string]*Subject, error) {
		return map[string]*Subject{home: {Title: name, MiniProgramPage: homePage}}, nil
	}
}

// Home returns the shopper's link to the shop itself, making it the first time: his personal code, one for all channels.
//
// Errors: those of identity.Touch when it is made.
func (s *Service) Home(ctx context.Context, sharerID string) (*Link, error) {
	links, err := s.Links(ctx, sharerID, personalChannel, []string{home})
	return links[home], err
}
