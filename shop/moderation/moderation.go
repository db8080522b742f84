// Package moderation judges what people write before others see it.
package moderation

// Verdict is what becomes of a text.
type Verdict int

const (
	Pass   Verdict = iota
	Hold           // somebody must look at it first
	Reject         // its author is told so
)

// Service judges texts by the shop's word lists.
type Service struct{}

// New returns a service without word lists, which lets everything pass.
func New() *Service { return &Service{} }

// Judge returns what becomes of a text.
func (s *Service) Judge(text string) Verdict { return Pass }
