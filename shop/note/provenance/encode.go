package provenance

import (
	"encoding/binary"
	"time"
)

// bytes collects what is hashed; README.md has the form.
type bytes []byte

func (b *bytes) integer(n int64)   { *b = binary.BigEndian.AppendUint64(*b, uint64(n)) }
func (b *bytes) text(s string)     { b.integer(int64(len(s))); *b = append(*b, s...) }
func (b *bytes) hash(h Hash)       { *b = append(*b, h[:]...) }
func (b *bytes) time(at time.Time) { b.integer(at.UnixMicro()) }
