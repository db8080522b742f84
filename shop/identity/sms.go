package identity

import "context"

// Sender sends a sign-in code by text message. phone has its country: "+8613…".
type Sender interface {
	Send(ctx context.Context, phone, code string) error
}
