package share

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"time"

	"github.com/kaituan/kaituan/ent/db"
	"github.com/kaituan/kaituan/ent/db/sharelink"
	"github.com/kaituan/kaituan/internal/fault"
	"github.com/kaituan/kaituan/internal/id"
)

// Link returns what the shopper shares of the target on the channel, making it the first time. However many ask at once, there is one.
//
// Errors, with Field "targetId": fault.Missing (there is no such target, it may not be seen, or its kind is not shared). Those of identity.Touch when a link is
// made.
func (s *Service) Link(ctx context.Context, sharerID, channel, targetID string) (*Link, error) {
	links, err := s.Links(ctx, sharerID, channel, []string{targetID})
	if err != nil {
		return nil, err
	}
	if l := links[targetID]; l != nil {
		return l, nil
	}
	return nil, fault.Missing.At("targetId")
}

// Links is Link for many targets, which may be of several kinds: by target id, leaving out those that Link would refuse. Links that exist take one statement
// for all, those to be made one transaction.
func (s *Service) Links(ctx context.Context, sharerID, channel string, targetIDs []string) (map[string]*Link, error) {
	links, err := s.existing(ctx, sharerID, channel, targetIDs)
	if err != nil {
		return nil, err
	}
	all := make([]*Link, 0, len(targetIDs))
	for _, target := range targetIDs {
		if s.kinds[id.Prefix(target)] == nil {
			continue
		}
		l := links[target]
		if l == nil {
			l = &Link{TargetID: target, SharerID: sharerID, Channel: channel, base: s.base}
		}
		all = append(all, l)
	}
	if err := s.describe(ctx, all); err != nil {
		return nil, err
	}
	if slices.ContainsFunc(all, (*Link).fresh) {
		if err := s.make(ctx, sharerID, all); err != nil {
			return nil, err
		}
	}
	shown := make(map[string]*Link, len(all))
	for _, l := range all {
		if l.Subject != nil {
			shown[l.TargetID] = l
		}
	}
	return shown, nil
}

// ByToken returns a link that somebody has been given. Its Subject is nil when the target is gone or may not be seen.
//
// Errors: fault.Missing (unknown or malformed).
func (s *Service) ByToken(ctx context.Context, token string) (*Link, error) {
	if !isToken(token) {
		return nil, fault.Missing.At("token")
	}
	row, err := s.store.Client(ctx).ShareLink.Query().Where(sharelink.Token(token)).Only(ctx)
	if db.IsNotFound(err) {
		return nil, fault.Missing.At("token")
	}
	if err != nil {
		return nil, fmt.Errorf("read a share link: %w", err)
	}
	l := s.link(row)
	return l, s.describe(ctx, []*Link{l})
}

func (s *Service) link(row *db.ShareLink) *Link {
	return &Link{Token: row.Token, TargetID: row.TargetID, SharerID: row.ShopperID, Channel: row.Channel, base: s.base}
}

// existing reads the shopper's links by target.
func (s *Service) existing(ctx context.Context, sharerID, channel string, targetIDs []string) (map[string]*Link, error) {
	if len(targetIDs) == 0 {
		return nil, nil
	}
	rows, err := s.store.Client(ctx).ShareLink.Query().
		Where(sharelink.ShopperID(sharerID), sharelink.TargetIDIn(targetIDs...), sharelink.Channel(channel)).All(ctx)
	if err != nil {
		return nil, fmt.Errorf("read share links of %s: %w", sharerID, err)
	}
	links := make(map[string]*Link, len(rows))
	for _, row := range rows {
		links[row.TargetID] = s.link(row)
	}
	return links, nil
}

// fresh reports whether the link is still to be made.
func (l *Link) fresh() bool { return l.Token == "" && l.Subject != nil }

// make gives each fresh link a token. What another request made meanwhile, the unique key says.
func (s *Service) make(ctx context.Context, sharerID string, links []*Link) error {
	var made map[string]string // kept apart: the transaction may run again
	err := s.store.InTx(ctx, func(ctx context.Context) error {
		made = map[string]string{}
		if err := s.identity.Touch(ctx, sharerID); err != nil {
			return err
		}
		now := s.clock()
		for _, l := range links {
			if !l.fresh() || made[l.TargetID] != "" {
				continue
			}
			token, err := s.insert(ctx, l, now)
			if err != nil {
				return fmt.Errorf("make a share link to %s: %w", l.TargetID, err)
			}
			made[l.TargetID] = token
		}
		return nil
	})
	if err != nil {
		return err
	}
	for _, l := range links {
		if l.fresh() {
			l.Token = made[l.TargetID]
		}
	}
	return nil
}

// insert writes the link's row and returns its token: another one's when that was there first.
func (s *Service) insert(ctx context.Context, l *Link, now time.Time) (string, error) {
	token := newToken()
	took, err := s.store.Unique(ctx, func(ctx context.Context) error {
		return s.store.Client(ctx).ShareLink.Create().
			SetToken(token).SetTargetID(l.TargetID).SetShopperID(l.SharerID).SetChannel(l.Channel).SetCreatedAt(now).Exec(ctx)
	})
	if took || err != nil {
		return token, err
	}
	there, err := s.existing(ctx, l.SharerID, l.Channel, []string{l.TargetID})
	if err != nil {
		return "", err
	}
	if there[l.TargetID] == nil {
		return "", errors.New("a token came twice") // 119 random bits: not in this world
	}
	return there[l.TargetID].Token, nil
}
