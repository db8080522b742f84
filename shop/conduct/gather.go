package conduct

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/kaituan/kaituan/ent/db"
	"github.com/kaituan/kaituan/ent/db/conductaction"
)

// What a judgement looks at.
const (
	remembered  = 30 * 24 * time.Hour
	mostOwn     = 200 // of his actions, the newest
	mostTargets = 12  // of those whom he helped last
	mostDevices = 3   // of those that he used last
	mostOthers  = 64  // of the actions of each of these targets and devices, the newest
)

// scored is the score of a person, all of whose ids these are, by what is known at a moment.
func (s *Service) scored(ctx context.Context, ids []string, now time.Time) (Score, error) {
	own, err := s.own(ctx, ids, now)
	if err != nil || len(own) == 0 {
		return Score{}, err
	}
	others, err := s.others(ctx, ids, own, now)
	if err != nil {
		return Score{}, err
	}
	return score(own, others, s.zone), nil
}

// own is what a person did, newest first.
func (s *Service) own(ctx context.Context, ids []string, now time.Time) ([]deed, error) {
	rows, err := s.store.Client(ctx).ConductAction.Query().Where(conductaction.ShopperIDIn(ids...), conductaction.AtGT(now.Add(-remembered))).
		Order(db.Desc(conductaction.FieldAt, conductaction.FieldID)).Limit(mostOwn).All(ctx)
	if err != nil {
		return nil, fmt.Errorf("what %s did: %w", ids[0], err)
	}
	list := make([]deed, len(rows))
	for i, row := range rows {
		list[i] = deed{person: row.ShopperID, kind: Kind(row.Kind), target: row.Target, network: row.Network, device: row.Device, at: row.At}
	}
	return list, nil
}

// looksAt are the targets whom he helped last and the devices that he used last, of what he did, newest first.
func looksAt(own []deed) (targets, devices []string) {
	for _, d := range own {
		if d.kind == Help && len(targets) < mostTargets && !slices.Contains(targets, d.target) {
			targets = append(targets, d.target)
		}
		if d.device != "" && len(devices) < mostDevices && !slices.Contains(devices, d.device) {
			devices = append(devices, d.device)
		}
	}
	return targets, devices
}

// others is what others did to his targets or with his devices. Somebody who was two counts as two here: to know it would be one more look per row.
func (s *Service) others(ctx context.Context, ids []string, own []deed, now time.Time) (list []deed, err error) {
	query, args := othersQuery(own, now)
	if query == "" {
		return nil, nil
	}
	err = s.store.Each(ctx, query, args, func(scan func(...any) error) error {
		var d deed
		if err := scan(&d.person, &d.kind, &d.target, &d.network, &d.device, &d.at); err != nil {
			return err
		}
		if !slices.Contains(ids, d.person) {
			list = append(list, d)
		}
		return nil
	})
	if err != nil {
		return nil, fmt.Errorf("who did as %s: %w", ids[0], err)
	}
	return list, nil
}

// othersQuery reads the newest actions of each target and of each device, each along its index: an OR over them all would read all there are. It is "" when there is
// nothing to look at.
func othersQuery(own []deed, now time.Time) (string, []any) {
	var parts []string
	var args []any
	look := func(column string, values []string) {
		for _, value := range values {
			parts = append(parts, fmt.Sprintf(`SELECT * FROM (SELECT shopper_id, kind, target, COALESCE(network, '') AS network, COALESCE(device, '') AS device, at FROM conduct_actions
				WHERE %s = ? AND at > ? ORDER BY at DESC LIMIT %d) newest%d`, column, mostOthers, len(parts)))
			args = append(args, value, now.Add(-remembered))
		}
	}
	targets, devices := looksAt(own)
	look("target", targets)
	look("device", devices)
	return strings.Join(parts, " UNION ALL "), args
}
