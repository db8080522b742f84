package identity

import (
	"context"
	"crypto/hmac"
	"crypto/rand"
	"fmt"
	"math/big"
	"time"

	"github.com/kaituan/kaituan/ent/db"
	"github.com/kaituan/kaituan/ent/db/phonecode"
	"github.com/kaituan/kaituan/internal/fault"
)

// What bounds text message codes.
const (
	codeTTL     = 5 * time.Minute
	codeTries   = 5
	resendAfter = time.Minute
	codesPerDay = 10 // per phone, within 24 hours of the first
	codesWindow = 24 * time.Hour
)

// phoneProof is a phone whose owner has shown the code that was sent to it; the code is not used up yet.
type phoneProof struct {
	number   string // with its country
	hash     string
	codeHash string
}

func (s *Service) phoneHash(number string) string { return s.keys.Lookup("phone", number) }

// codeHash binds the code to its phone. Keyed: a million codes could be tried against a plain hash.
func (s *Service) codeHash(phoneHash, code string) string {
	return s.keys.Lookup("phone code", phoneHash+" "+code)
}

// PhoneCodeSend sends a sign-in code by text message and returns when the next one may be asked for. The answer is the same whether the phone is known or
// not. ip may be empty: then only the phone counts.
//
// Errors: fault.Blank, fault.Invalid, fault.NotYet (nothing sends messages), fault.TooOften, fault.Unavailable (the message could not be sent).
func (s *Service) PhoneCodeSend(ctx context.Context, phone, ip string) (time.Duration, error) {
	number, err := normalPhone(phone)
	if err != nil {
		return 0, fault.Of(err).At("input", "phone")
	}
	if s.sms == nil {
		return 0, fault.NotYet.At("input", "phone")
	}
	if wait := s.wait(ip); wait > 0 {
		return 0, fault.TooOften.WithRetryAfter(wait)
	}
	n, err := rand.Int(rand.Reader, big.NewInt(1_000_000))
	if err != nil {
		return 0, fmt.Errorf("draw a code: %w", err)
	}
	code := fmt.Sprintf("%06d", n)
	if err := s.store.InTx(ctx, func(ctx context.Context) error { return s.keepCode(ctx, s.phoneHash(number), code) }); err != nil {
		return 0, err
	}
	if err := s.sms.Send(ctx, number, code); err != nil {
		return 0, fmt.Errorf("%w: send a code: %w", fault.Unavailable.WithRetryAfter(resendAfter), err)
	}
	return resendAfter, nil
}

// keepCode puts a new code in the place of the phone's last one, if it may have one by now.
func (s *Service) keepCode(ctx context.Context, phoneHash, code string) error {
	now := s.clock()
	codeHash, ends := s.codeHash(phoneHash, code), now.Add(codeTTL)
	const renew = "UPDATE phone_codes SET code_hash = ?, tries = 0, used_at = NULL, sent_at = ?, expires_at = ?, ver = ver + 1, "
	same, err := s.store.Guard(ctx, renew+"sent = sent + 1 WHERE phone_hash = ? AND sent_at <= ? AND window_from > ? AND sent < ?",
		codeHash, now, ends, phoneHash, now.Add(-resendAfter), now.Add(-codesWindow), codesPerDay)
	if err != nil || same {
		return wrapped("keep a code", err)
	}
	next, err := s.store.Guard(ctx, renew+"sent = 1, window_from = ? WHERE phone_hash = ? AND sent_at <= ? AND window_from <= ?",
		codeHash, now, ends, now, phoneHash, now.Add(-resendAfter), now.Add(-codesWindow))
	if err != nil || next {
		return wrapped("keep a code", err)
	}
	first, err := s.store.Unique(ctx, func(ctx context.Context) error {
		return s.store.Client(ctx).PhoneCode.Create().SetPhoneHash(phoneHash).SetCodeHash(codeHash).SetSentAt(now).SetExpiresAt(ends).SetWindowFrom(now).Exec(ctx)
	})
	if err != nil || first {
		return wrapped("keep a code", err)
	}
	return s.tooOften(ctx, phoneHash, now)
}

// tooOften reads, after the guards have refused, when the next code may be sent.
func (s *Service) tooOften(ctx context.Context, phoneHash string, now time.Time) error {
	row, err := s.store.Client(ctx).PhoneCode.Query().Where(phonecode.PhoneHash(phoneHash)).Only(ctx)
	if err != nil {
		return fmt.Errorf("read a code: %w", err)
	}
	wait := row.SentAt.Add(resendAfter).Sub(now)
	if row.Sent >= codesPerDay {
		wait = max(wait, row.WindowFrom.Add(codesWindow).Sub(now))
	}
	return fault.TooOften.At("input", "phone").WithRetryAfter(max(wait, time.Second))
}

// provePhone checks a code against its phone. Each try is counted and committed before its answer is known, so that tries at once are counted, too.
func (s *Service) provePhone(ctx context.Context, phone, code string) (*phoneProof, error) {
	number, err := normalPhone(phone)
	if err != nil {
		return nil, fault.Of(err).At("input", "phone")
	}
	p := &phoneProof{number: number, hash: s.phoneHash(number)}
	p.codeHash = s.codeHash(p.hash, code)
	var refusal error
	err = s.store.InTx(ctx, func(ctx context.Context) (err error) {
		refusal, err = s.tryCode(ctx, p)
		return err
	})
	if err != nil {
		return nil, err
	}
	return p, refusal
}

// tryCode counts a try and says what is wrong with the code, if anything.
func (s *Service) tryCode(ctx context.Context, p *phoneProof) (refusal, err error) {
	counted, err := s.store.Guard(ctx, "UPDATE phone_codes SET tries = tries + 1, ver = ver + 1 WHERE phone_hash = ? AND used_at IS NULL AND tries < ? AND expires_at > ?",
		p.hash, codeTries, s.clock())
	if err != nil {
		return nil, fmt.Errorf("try a code: %w", err)
	}
	row, err := s.store.Client(ctx).PhoneCode.Query().Where(phonecode.PhoneHash(p.hash)).Only(ctx)
	if db.IsNotFound(err) {
		return ErrCodeInvalid, nil
	}
	if err != nil {
		return nil, fmt.Errorf("read a code: %w", err)
	}
	right := hmac.Equal([]byte(row.CodeHash), []byte(p.codeHash))
	switch {
	case right && row.UsedAt != nil:
		return ErrCodeUsed, nil
	case !right || !counted:
		return ErrCodeInvalid, nil
	default:
		return nil, nil
	}
}

// useCode uses the proven code up, in the transaction of what it was shown for.
func (s *Service) useCode(ctx context.Context, p *phoneProof, now time.Time) error {
	used, err := s.store.Guard(ctx, "UPDATE phone_codes SET used_at = ?, ver = ver + 1 WHERE phone_hash = ? AND code_hash = ? AND used_at IS NULL",
		now, p.hash, p.codeHash)
	if err != nil {
		return fmt.Errorf("use a code: %w", err)
	}
	if !used {
		return ErrCodeUsed
	}
	return nil
}

// wrapped says what was tried; nil stays nil.
func wrapped(tried string, err error) error {
	if err == nil {
		return nil
	}
	return fmt.Errorf("%s: %w", tried, err)
}
