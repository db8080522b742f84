package webhook

import "context"

// RemoveEnded is what a sweep does with what it has found.
func (s *Service) RemoveEnded(ctx context.Context, ids []string) error {
	return s.removeEnded(ctx, ids)
}

// Patience is for how long an endpoint may fail every attempt.
const Patience = patience
