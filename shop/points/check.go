package points

import (
	"context"
	"slices"
	"unicode/utf8"

	"github.com/kaituan/kaituan/internal/fault"
	"github.com/kaituan/kaituan/internal/idem"
	"github.com/kaituan/kaituan/internal/text"
)

// channels are those of the contract.
var channels = []string{"WECHAT_MINI_PROGRAM", "DOUYIN_MINI_PROGRAM", "ALIPAY_MINI_PROGRAM", "APP", "H5", "STORE"}

// check refuses what no movement may say.
func (a about) check() error {
	switch {
	case !slices.Contains(channels, a.channel):
		return fault.Invalid.At("input", "channel")
	case text.Blank(a.reason):
		return fault.Blank.At("input", "reason")
	case !text.Line(a.reason):
		return fault.Invalid.At("input", "reason")
	case !text.Line(a.reference):
		return fault.Invalid.At("input", "reference")
	case utf8.RuneCountInString(a.reason) > maxReason:
		return fault.TooLong.At("input", "reason")
	case utf8.RuneCountInString(a.reference) > maxReference:
		return fault.TooLong.At("input", "reference")
	}
	return nil
}

// Most bounds the points of one movement, so that a slip of a till spoils no sum that is made of many.
const Most = 1_000_000_000

// countable refuses a number of points that no movement may have.
func countable(points int64) error {
	if points < 1 || points > Most {
		return fault.OutOfRange.At("input", "points").WithAvailable(Most)
	}
	return nil
}

// once does a movement once per owner and key, whatever kind of movement it is, and returns what it made: result, or what the key made before. Without a key
// it is done each time, and the caller's transaction has a key of its own.
func (s *Service) once(ctx context.Context, owner, key, result string, input any, do func(ctx context.Context) error) (string, error) {
	if key == "" {
		return result, s.store.InTx(ctx, do)
	}
	made, _, err := idem.Once(ctx, s.store, s.clock, idem.Call{Owner: owner, Operation: "points", Key: key, Input: input, Result: result}, do)
	return made, err
}

// Find returns what a key of an owner has made: the id of a posting, or of a hold; "" when nothing has.
func (s *Service) Find(ctx context.Context, owner, key string) (string, error) {
	return idem.Lookup(ctx, s.store, owner, "points", key)
}
