package identity

import (
	"context"
	"errors"
	"fmt"

	"github.com/kaituan/kaituan/internal/fault"
)

// Refusals of a one-time code.
var (
	ErrCodeInvalid = fault.Refuse("CODE_INVALID", "The code is wrong or has expired.", "验证码错误或已过期。").At("input", "code")
	ErrCodeUsed    = fault.Refuse("CODE_USED", "The code was used before; get a new one.", "验证码已被使用，请重新获取。").At("input", "code")
)

// ErrClosed: the shopper may not sign in.
var ErrClosed = fault.BadRequest("FORBIDDEN", "This account has been closed.", "账号已停用。")

// maxCode bounds a one-time code; platforms' have up to about 130 characters.
const maxCode = 512

// SignIn is what a client signs in with.
type SignIn struct {
	Channel string
	Credentials
}

// proof is who a one-time code proves to be there: a platform's subject, or the owner of a phone.
type proof struct {
	channel     string
	subject     string
	subjectHash string
	unionHash   string // "": the platform gave no union id
	phone       *phoneProof
	demo        string // the demo shopper's name
}

// SessionCreate signs in with a channel's one-time code, and creates the shopper on first sight: two first sign-ins at once give one shopper.
//
// Errors: ErrCodeInvalid, ErrCodeUsed, fault.NotYet (the channel takes no sign-in), fault.Blank and fault.Invalid (phone, on APP and H5), ErrClosed,
// fault.Unavailable (the platform cannot be asked; the same code may be tried again).
func (s *Service) SessionCreate(ctx context.Context, in SignIn) (*Session, error) {
	p, err := s.prove(ctx, in)
	if err != nil {
		return nil, err
	}
	var session *Session
	err = s.store.InTx(ctx, func(ctx context.Context) (err error) {
		session, err = s.enter(ctx, p)
		return err
	})
	if errors.Is(err, fault.Unauthenticated) {
		return nil, ErrClosed
	}
	return session, err
}

// prove asks, outside any transaction, whom the code belongs to.
func (s *Service) prove(ctx context.Context, in SignIn) (proof, error) {
	if in.Code == "" {
		return proof{}, fault.Blank.At("input", "code")
	}
	if len(in.Code) > maxCode || len(in.AnonymousCode) > maxCode {
		return proof{}, ErrCodeInvalid
	}
	if name, ok := demoName(in.Code); ok && s.demo {
		return s.proveDemo(in.Channel, name), nil
	}
	if in.Channel == "APP" || in.Channel == "H5" {
		phone, err := s.provePhone(ctx, in.Phone, in.Code)
		return proof{channel: in.Channel, phone: phone}, err
	}
	platform := s.platforms[in.Channel]
	if platform == nil {
		return proof{}, fault.NotYet.At("input", "channel")
	}
	subject, err := platform.Exchange(ctx, in.Credentials)
	if err == nil && subject.OpenID == "" {
		err = errors.New("the platform named nobody")
	}
	switch {
	case errors.Is(err, ErrPlatformCodeInvalid):
		return proof{}, ErrCodeInvalid
	case errors.Is(err, ErrPlatformCodeUsed):
		return proof{}, ErrCodeUsed
	case err != nil:
		return proof{}, fmt.Errorf("%w: ask %s whose code it is: %w", fault.Unavailable, in.Channel, err)
	}
	p := proof{channel: in.Channel, subject: subject.OpenID, subjectHash: s.keys.Lookup("subject", subject.OpenID)}
	if subject.UnionID != "" {
		p.unionHash = s.keys.Lookup("union of "+owner(in.Channel), subject.UnionID)
	}
	return p, nil
}

// enter finds or makes the shopper and opens a session.
func (s *Service) enter(ctx context.Context, p proof) (*Session, error) {
	now := s.clock()
	find := s.personOfSubject
	if p.phone != nil {
		if err := s.useCode(ctx, p.phone, now); err != nil {
			return nil, err
		}
		find = s.personOfPhone
	}
	shopperID := ""
	for range 3 { // who loses a race for a unique key finds the winner's shopper the next time
		var err error
		if shopperID, err = find(ctx, p, now); err != nil {
			return nil, err
		}
		if shopperID != "" {
			break
		}
	}
	if shopperID == "" {
		return nil, fmt.Errorf("find a shopper: %w", fault.BusyRetry)
	}
	if p.demo == demoHost {
		if err := s.grantHost(ctx, shopperID, now); err != nil {
			return nil, err
		}
	}
	return s.open(ctx, shopperID, p.channel, now)
}
