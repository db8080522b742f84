// Package idem makes a write happen once per key of its caller, for good.
package idem

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"time"

	"github.com/kaituan/kaituan/ent/db"
	"github.com/kaituan/kaituan/ent/db/idempotencykey"
	"github.com/kaituan/kaituan/internal/fault"
	"github.com/kaituan/kaituan/internal/store"
)

// maxKey is the longest key in bytes.
const maxKey = 64

var errKey = fault.Invalid.Saying("An idempotency key is 1 to 64 visible ASCII characters.", "幂等键须为 1 至 64 个可见 ASCII 字符。")

// Call names what is done once.
type Call struct {
	// Owner is who calls: a shopper, a partner; Operation what is called, e.g. orderPlace.
	Owner, Operation, Key string
	// Input is compared by its JSON, whose fields Go writes in the order of the struct and whose map keys it sorts. A field that is added later must be left out
	// while it is empty, or the keys of before the change would be refused.
	Input any
	// Result is the id of what do brings about.
	Result string
}

// Once does something once per key, in one transaction that first takes the key, and returns the result that the key stands for: the call's own when it is
// fresh, an earlier call's when it is a replay, of which do is not called. A refusal of do rolls back and leaves the key free. A commit whose outcome is unknown
// is looked up by its key, never called a failure; fault.BusyRetry when it has not happened.
//
// Errors: those of Claim and of do.
func Once(ctx context.Context, st *store.Store, now func() time.Time, c Call, do func(ctx context.Context) error) (result string, fresh bool, err error) {
	err = st.InTx(ctx, func(ctx context.Context) error {
		result, fresh = c.Result, true // the transaction may run again
		existing, err := Claim(ctx, st, now(), c.Owner, c.Operation, c.Key, c.Input, c.Result)
		if err != nil {
			return err
		}
		if existing != "" {
			result, fresh = existing, false
			return nil
		}
		return do(ctx)
	})
	if made := (*elsewhere)(nil); errors.As(err, &made) {
		return made.result, false, nil
	}
	if errors.Is(err, store.ErrOutcomeUnknown) {
		fresh = false
		if result, err = Lookup(ctx, st, c.Owner, c.Operation, c.Key); err == nil && result == "" {
			err = fault.BusyRetry
		}
	}
	return result, fresh, err
}

// elsewhere undoes a call that was made before.
type elsewhere struct{ result string }

func (e *elsewhere) Error() string { return "made before: " + e.result }

// Elsewhere looks whether the call was made before under another name of its owner: one who was two. do returns its error, if any: then nothing is written, and
// Once returns what that call has brought about. Errors: fault.KeyReused.
func (c Call) Elsewhere(ctx context.Context, st *store.Store, owners []string) error {
	if len(owners) == 0 {
		return nil
	}
	row, err := st.Client(ctx).IdempotencyKey.Query().
		Where(idempotencykey.OwnerIn(owners...), idempotencykey.Operation(c.Operation), idempotencykey.Key(c.Key)).Order(idempotencykey.ByID()).First(ctx)
	if db.IsNotFound(err) {
		return nil
	}
	if err != nil {
		return fmt.Errorf("look for %s under other names: %w", c.Operation, err)
	}
	hash, err := digest(c.Input)
	switch {
	case err != nil:
		return err
	case row.InputHash != hash:
		return fault.KeyReused.At("input", "idempotencyKey")
	}
	return &elsewhere{row.Result}
}

// Claim takes key for one operation of owner (a shopper, a partner), inside the transaction of what it brings about; result is the id of that.
//
// It returns "" when the key is fresh: the caller goes on, and a refusal, which rolls back, leaves the key free. With the same input before, it returns
// that call's result and the caller writes nothing. Two calls at once wait for each other at the unique key, so one of them is the replay.
//
// Errors: Invalid at input.idempotencyKey (not 1..64 visible ASCII characters; a trailing space would be another key on one engine and the same on
// another), KeyReused (other input before).
func Claim(ctx context.Context, st *store.Store, now time.Time, owner, operation, key string, input any, result string) (existing string, err error) {
	if !valid(key) {
		return "", errKey.At("input", "idempotencyKey")
	}
	hash, err := digest(input)
	if err != nil {
		return "", fmt.Errorf("claim %s of %s: %w", operation, owner, err)
	}
	fresh, err := st.Unique(ctx, func(ctx context.Context) error {
		_, err := st.Exec(ctx, "INSERT INTO idempotency_keys (owner, operation, `key`, input_hash, result, created_at) VALUES (?, ?, ?, ?, ?, ?)",
			owner, operation, key, hash, result, now)
		return err
	})
	if err != nil {
		return "", fmt.Errorf("claim %s of %s: %w", operation, owner, err)
	}
	if fresh {
		return "", nil
	}
	row, err := find(ctx, st, owner, operation, key)
	if err != nil {
		return "", fmt.Errorf("claim %s of %s: %w", operation, owner, err)
	}
	if row.InputHash != hash {
		return "", fault.KeyReused.At("input", "idempotencyKey")
	}
	return row.Result, nil
}

// Lookup returns the result that key stands for, "" when nothing does: for a commit whose outcome is unknown.
func Lookup(ctx context.Context, st *store.Store, owner, operation, key string) (string, error) {
	row, err := find(ctx, st, owner, operation, key)
	if db.IsNotFound(err) {
		return "", nil
	}
	if err != nil {
		return "", fmt.Errorf("look up %s of %s: %w", operation, owner, err)
	}
	return row.Result, nil
}

func find(ctx context.Context, st *store.Store, owner, operation, key string) (*db.IdempotencyKey, error) {
	return st.Client(ctx).IdempotencyKey.Query().
		Where(idempotencykey.Owner(owner), idempotencykey.Operation(operation), idempotencykey.Key(key)).Only(ctx)
}

func valid(key string) bool {
	if len(key) == 0 || len(key) > maxKey {
		return false
	}
	for i := range len(key) {
		if key[i] <= ' ' || key[i] > '~' {
			return false
		}
	}
	return true
}

func digest(input any) (string, error) {
	raw, err := json.Marshal(input)
	if err != nil {
		return "", fmt.Errorf("hash the input: %w", err)
	}
	sum := sha256.Sum256(raw)
	return hex.EncodeToString(sum[:]), nil
}
