package referral

// InPieces has merges and erasures rewrite n bindings at once.
func (s *Service) InPieces(n int) { s.piece = n }
