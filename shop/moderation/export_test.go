package moderation

// LookNow makes the next judgement look at the file, as if time had passed.
func (s *Service) LookNow() { s.file.due.Store(0) }

// Version is of the rejected words that Judge goes by now.
func (s *Service) Version() string { return s.current().lists[0].Version }

// Bytes is the memory of what finds words.
func (s *Service) Bytes() (nodes, bytes int) {
	find := s.current().find
	return len(find.nodes), find.bytes()
}
