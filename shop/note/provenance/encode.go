package provenance

import (
	"encoding/binary"
	"time"
)

// encoding collects what is hashed; README.md has the form.
type encoding []byte

func (b *encoding) integer(n int64)   { *b = binary.BigEndian.AppendUint64(*b, uint64(n)) }
func (b *encoding) text(s string)     { b.integer(int64(len(s))); *b = append(*b, s...) }
func (b *encoding) hash(h Hash)       { *b = append(*b, h[:]...) }
func (b *encoding) time(at time.Time) { b.integer(at.UnixMicro()) }
