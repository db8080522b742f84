package share

import (
	"context"
	"fmt"
	"slices"

	"github.com/kaituan/kaituan/ent/db"
	"github.com/kaituan/kaituan/ent/db/sharelink"
	"github.com/kaituan/kaituan/internal/fault"
	"github.com/kaituan/kaituan/internal/id"
)

// Link returns what the shopper shares of the target on the channel, making it the first time. However many ask at once, there is one.
//
// Errors: fault.Missing at input.targetId (there is no such target, it may not be seen, or its kind is not shared); those of identity.Touch when a link is made.
func (s *Service) Link(ctx context.Context, sharerID, channel, targetID string) (*Link, error) {
	if targetID == home { // has no id that anybody could name
		return nil, errTarget
	}
	links, err := s.Links(ctx, sharerID, channel, []string{targetID})
	if err != nil {
		return nil, err
	}
	if l := links[targetID]; l != nil {
		return l, nil
	}
	return nil, errTarget
}

var errTarget = fault.Missing.At("input", "targetId")

// Links is Link for many targets, which may be of several kinds: by target id, leaving out those that Link would refuse. Links that exist take one statement
// for all, those to be made one transaction.
func (s *Service) Links(ctx context.Context, sharerID, channel string, targetIDs []string) (map[string]*Link, error) {
	links, err := s.existing(ctx, sharerID, channel, targetIDs)
	if err != nil {
		return nil, err
	}
	all := make([]*Link, 0, len(targetIDs))
	for _, target := range targetIDs {
		if s.kinds[kindOf(target)] == nil {
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
		if err := s.make(ctx, sharerID, channel, all); err != nil {
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
	return &Link{
		ID: row.ID, Token: row.Token, TargetID: row.TargetID, SharerID: row.ShopperID, Channel: row.Channel, Visits: row.Visits, Reads: row.Reads, base: s.base,
	}
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

// make gives each fresh link its row, in a constant number of statements. Who shares is touched, so nobody else makes any of them meanwhile.
func (s *Service) make(ctx context.Context, sharerID, channel string, links []*Link) error {
	var targets []string
	for _, l := range links {
		if l.fresh() && !slices.Contains(targets, l.TargetID) {
			targets = append(targets, l.TargetID)
		}
	}
	var made map[string]*Link // kept apart: the transaction may run again
	err := s.store.InTx(ctx, func(ctx context.Context) (err error) {
		if err := s.identity.Touch(ctx, sharerID); err != nil {
			return err
		}
		if made, err = s.existing(ctx, sharerID, channel, targets); err != nil {
			return err
		}
		client, now := s.store.Client(ctx), s.clock()
		var rows []*db.ShareLinkCreate
		for _, target := range targets {
			if made[target] == nil {
				l := &Link{ID: id.New("shl"), Token: newToken()}
				made[target] = l
				rows = append(rows, client.ShareLink.Create().
					SetID(l.ID).SetToken(l.Token).SetTargetID(target).SetShopperID(sharerID).SetChannel(channel).SetCreatedAt(now))
			}
		}
		return client.ShareLink.CreateBulk(rows...).Exec(ctx)
	})
	if err != nil {
		return fmt.Errorf("make share links of %s: %w", sharerID, err)
	}
	for _, l := range links {
		if l.fresh() {
			row := made[l.TargetID]
			l.ID, l.Token, l.Visits, l.Reads = row.ID, row.Token, row.Visits, row.Reads
		}
	}
	return nil
}
