package identity

import (
	"context"
	"crypto/subtle"
	"errors"
	"fmt"
	"strings"
	"time"

	"github.com/kaituan/kaituan/ent/db"
	"github.com/kaituan/kaituan/ent/db/memberguess"
	"github.com/kaituan/kaituan/ent/db/membernumber"
	"github.com/kaituan/kaituan/ent/db/predicate"
	"github.com/kaituan/kaituan/ent/db/shopper"
	"github.com/kaituan/kaituan/internal/fault"
	"github.com/kaituan/kaituan/internal/id"
)

// MemberRef names a member at a till, by exactly one of the three.
type MemberRef struct{ ID, Code, Phone *string }

// limit bounds wrong guesses within a window that the first one opens.
type limit struct {
	wrong  int
	window time.Duration
}

// What bounds guesses, over all processes. A partner's misses of codes and of phones are counted apart.
var (
	guessesOfNumber   = limit{5, 15 * time.Minute}
	guessesByPartner  = limit{50, time.Hour}
	phoneMissesByTill = limit{50, time.Hour}
)

// driftSteps is how many steps before and after this one a code counts: for the time between the screen and the till.
const driftSteps = 1

// Recognised is whom a reference means. A code is not used up before Take.
type Recognised struct {
	ShopperID string
	take      func(ctx context.Context) error
}

// Take uses up the code that he was recognised by, inside the transaction of what it is for: one that rolls back leaves the code unused. Of all that take a code
// of a partner and step, one commits. It does nothing for other references.
//
// Errors: ErrCodeUsed at code.
func (r *Recognised) Take(ctx context.Context) error {
	if r.take == nil {
		return nil
	}
	return r.take(ctx)
}

// Identify is Recognise for an answer that is all there is: a code is used up by it.
//
// Errors: those of Recognise and Take.
func (s *Service) Identify(ctx context.Context, partnerID string, ref MemberRef) (string, error) {
	found, err := s.Recognise(ctx, partnerID, ref)
	if err != nil {
		return "", err
	}
	if err := s.store.InTx(ctx, found.Take); err != nil {
		return "", err
	}
	return found.ShopperID, nil
}

// Named stands for a reference where it is kept to be compared: the same for the same, and no phone can be guessed from it.
func (s *Service) Named(ref MemberRef) string {
	switch {
	case ref.Code != nil:
		return "code " + strings.ReplaceAll(*ref.Code, " ", "")
	case ref.Phone != nil:
		number, err := normalPhone(*ref.Phone)
		if err != nil {
			number = *ref.Phone
		}
		return "phone " + s.phoneHash(number)
	case ref.ID != nil:
		return *ref.ID
	}
	return ""
}

// Recognise finds the active shopper whom a partner's till means. The id serves for the movements that follow; who has become part of another shopper is that
// other. A code is good once per partner and step: see Take. It must not run inside a transaction: what was guessed wrong stays counted whatever else fails.
//
// Errors, with a Field that begins at ref (callers put what is above by Under): fault.Invalid (not exactly one of the three; no phone number), fault.Blank
// (phone), fault.Missing (id, phone), ErrCodeInvalid, fault.TooOften.
func (s *Service) Recognise(ctx context.Context, partnerID string, ref MemberRef) (*Recognised, error) {
	given := 0
	for _, one := range []*string{ref.ID, ref.Code, ref.Phone} {
		if one != nil {
			given++
		}
	}
	switch {
	case given != 1:
		return nil, fault.Invalid.Saying("Give exactly one of id, code and phone.", "id、code、phone 须且只能填写一项。")
	case ref.Code != nil:
		return s.identifyByCode(ctx, partnerID, *ref.Code)
	}
	by, value := s.identifyByID, ref.ID
	if ref.Phone != nil {
		by, value = func(ctx context.Context, phone string) (string, error) {
			return s.identifyByPhone(ctx, partnerID, phone)
		}, ref.Phone
	}
	shopperID, err := by(ctx, *value)
	if err != nil {
		return nil, err
	}
	return &Recognised{ShopperID: shopperID}, nil
}

func (s *Service) identifyByID(ctx context.Context, shopperID string) (string, error) {
	if !id.Is(shopperID, "shp") {
		return "", fault.Missing.At("id")
	}
	row, err := s.activeSelf(ctx, shopper.ID(shopperID))
	if err != nil {
		return "", err
	}
	if row == nil {
		return "", fault.Missing.At("id")
	}
	return row.ID, nil
}

func (s *Service) identifyByPhone(ctx context.Context, partnerID, written string) (string, error) {
	number, err := normalPhone(written)
	if err != nil {
		return "", fault.Of(err).At("phone")
	}
	row, err := s.activeSelf(ctx, shopper.PhoneHash(s.phoneHash(number)))
	if err != nil {
		return "", err
	}
	err = s.judge(ctx, row != nil, []count{{"phones of partner", partnerID, phoneMissesByTill}})
	switch {
	case errors.Is(err, fault.TooOften):
		return "", fault.Of(err).At("phone")
	case err != nil:
		return "", err
	case row == nil:
		return "", fault.Missing.At("phone").Saying("No member has this phone.", "没有使用该手机号的会员。")
	}
	return row.ID, nil
}

func (s *Service) identifyByCode(ctx context.Context, partnerID, code string) (*Recognised, error) {
	number, digits, ok := cutCode(code)
	if !ok { // another bar code; no guess
		return nil, ErrCodeInvalid.At("code")
	}
	m, err := s.memberByCode(ctx, number, digits, stepAt(s.clock()))
	if err != nil {
		return nil, err
	}
	err = s.judge(ctx, m != nil, []count{{"member number", number, guessesOfNumber}, {"codes of partner", partnerID, guessesByPartner}})
	switch {
	case errors.Is(err, fault.TooOften):
		return nil, fault.Of(err).At("code")
	case err != nil:
		return nil, err
	case m == nil:
		return nil, ErrCodeInvalid.At("code")
	}
	return &Recognised{m.shopperID, func(ctx context.Context) error { return s.takeCode(ctx, partnerID, m) }}, nil
}

func (s *Service) takeCode(ctx context.Context, partnerID string, m *memberMatch) error {
	first, err := s.store.Unique(ctx, func(ctx context.Context) error {
		return s.store.Client(ctx).MemberCodeUse.Create().SetPartnerID(partnerID).SetShopperID(m.numbered).SetStep(m.step).SetUsedAt(s.clock()).Exec(ctx)
	})
	if err != nil {
		return fmt.Errorf("use a member code: %w", err)
	}
	if !first {
		return ErrCodeUsed.At("code")
	}
	return nil
}

// cutCode takes a code apart into member number and digits. Tills may send it in groups.
func cutCode(code string) (number, digits string, ok bool) {
	if len(code) > maxCode {
		return "", "", false
	}
	code = strings.ReplaceAll(code, " ", "")
	if len(code) != memberNumberLen+totpDigits || strings.Trim(code, "0123456789") != "" {
		return "", "", false
	}
	return code[:memberNumberLen], code[memberNumberLen:], true
}

// memberMatch is whom a right code names.
type memberMatch struct {
	numbered  string // the shopper that the number was made for
	shopperID string // who that is now
	step      int64
}

// memberByCode compares the digits with those of the steps around now. It is nil for whatever is wrong: number, digits, or a member who is not active.
func (s *Service) memberByCode(ctx context.Context, number, digits string, now int64) (*memberMatch, error) {
	own, err := s.memberNumber(ctx, membernumber.Number(number))
	if err != nil || own == nil {
		return nil, err
	}
	person, err := s.activeSelf(ctx, shopper.ID(own.ShopperID))
	if err != nil || person == nil {
		return nil, err
	}
	key, err := s.readDataKey(ctx, own.ShopperID)
	if errors.Is(err, ErrErased) {
		return nil, nil
	}
	if err != nil {
		return nil, fmt.Errorf("check a member code: %w", err)
	}
	shared, err := key.open(purposeMember, own.SecretCipher)
	if err != nil {
		return nil, err
	}
	var match *memberMatch
	for step := now - driftSteps; step <= now+driftSteps; step++ {
		if subtle.ConstantTimeCompare([]byte(memberDigits(shared, step)), []byte(digits)) == 1 {
			match = &memberMatch{numbered: own.ShopperID, shopperID: person.ID, step: step}
		}
	}
	return match, nil
}

func (s *Service) memberNumber(ctx context.Context, where predicate.MemberNumber) (*db.MemberNumber, error) {
	row, err := s.store.Client(ctx).MemberNumber.Query().Where(where).Only(ctx)
	if db.IsNotFound(err) {
		return nil, nil
	}
	if err != nil {
		return nil, fmt.Errorf("read a member number: %w", err)
	}
	return row, nil
}

// activeSelf returns the shopper, or whoever he has become part of; nil when there is none or he is not active.
func (s *Service) activeSelf(ctx context.Context, where predicate.Shopper) (*db.Shopper, error) {
	for range maxAliases {
		row, err := s.store.Client(ctx).Shopper.Query().Where(where).Only(ctx)
		if db.IsNotFound(err) {
			return nil, nil
		}
		if err != nil {
			return nil, fmt.Errorf("identify a member: %w", err)
		}
		if row.MergedInto == nil {
			if row.State != shopper.StateActive {
				return nil, nil
			}
			return row, nil
		}
		where = shopper.ID(*row.MergedInto)
	}
	return nil, errors.New("identify a member: merged in a circle")
}

// count is one tally of wrong guesses.
type count struct {
	kind, of string
	limit    limit
}

// errAgain: somebody else has opened the window; what was done is undone and done again.
var errAgain = errors.New("identity: the window has just been opened")

// judge takes the guess's turn at each tally, and only then may its answer be known: a right one needs that the limit is not reached, a wrong one is counted.
// So of a burst of guesses, however many run at once, no more than the limit get an answer.
//
// Errors: fault.TooOften. After it nothing is counted.
func (s *Service) judge(ctx context.Context, right bool, counts []count) error {
	wrong := 1
	if right {
		wrong = 0
	}
	turn := func(ctx context.Context) error {
		for _, c := range counts {
			if err := s.tally(ctx, c, wrong); err != nil {
				return err
			}
		}
		return nil
	}
	for range 5 {
		err := s.store.InTx(ctx, turn)
		if errors.Is(err, errAgain) {
			continue
		}
		if err == nil {
			s.sweepMembers(ctx)
		}
		return err
	}
	return fmt.Errorf("count a guess: %w", fault.BusyRetry)
}

// tally adds wrong (0 or 1) to a count unless it is full.
func (s *Service) tally(ctx context.Context, c count, wrong int) error {
	now, subject := s.clock(), s.keys.Lookup("guesses: "+c.kind, c.of)
	opened := now.Add(-c.limit.window)
	same, err := s.store.Guard(ctx, "UPDATE member_guesses SET wrong = wrong + ?, ver = ver + 1 WHERE subject = ? AND window_from > ? AND wrong < ?",
		wrong, subject, opened, c.limit.wrong)
	if err != nil || same {
		return wrapped("count a guess", err)
	}
	next, err := s.store.Guard(ctx, "UPDATE member_guesses SET wrong = ?, window_from = ?, ver = ver + 1 WHERE subject = ? AND window_from <= ?",
		wrong, now, subject, opened)
	if err != nil || next {
		return wrapped("count a guess", err)
	}
	row, err := s.store.Client(ctx).MemberGuess.Query().Where(memberguess.Subject(subject)).Only(ctx)
	switch {
	case err == nil && row.Wrong >= c.limit.wrong:
		return fault.TooOften.WithRetryAfter(max(row.WindowFrom.Add(c.limit.window).Sub(now), time.Second))
	case err == nil:
		return errAgain
	case !db.IsNotFound(err):
		return fmt.Errorf("read a count of guesses: %w", err)
	case wrong == 0:
		return nil
	}
	first, err := s.store.Unique(ctx, func(ctx context.Context) error {
		return s.store.Client(ctx).MemberGuess.Create().SetSubject(subject).SetWrong(wrong).SetWindowFrom(now).Exec(ctx)
	})
	if err == nil && !first {
		return errAgain
	}
	return wrapped("count a guess", err)
}
