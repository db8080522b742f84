package importer

import (
	"bufio"
	"bytes"
	"encoding/csv"
	"errors"
	"fmt"
	"io"
	"unicode/utf8"
)

// maxRecord bounds one record in bytes, so that a quote that nobody closes does not read the rest of the file into memory.
const maxRecord = 1 << 20

// records reads a CSV file record by record in bounded memory, and knows the line on which each begins.
type records struct {
	in   *bufio.Reader
	raw  []byte        // the record being read
	feed *bytes.Reader // gives raw to csv
	csv  *csv.Reader
	line int // the last line that was read
	at   place
}

// place is where in a record a byte stands.
type place int

const (
	fieldStart place = iota
	plain            // in a field without quotes; a quote in it is the parser's to refuse
	quoted           // between quotes, where a line's end ends nothing
	quoteSeen        // after a quote within quotes: it ends them, or is the first of two
)

// badRow is a record that cannot be read; the ones after it can.
type badRow struct{ reason string }

func (e *badRow) Error() string { return e.reason }

// badFile is why the rest of a file cannot be read.
type badFile struct {
	line   int // 0: the file as a whole
	reason string
}

func (e *badFile) Error() string {
	if e.line == 0 {
		return e.reason
	}
	return fmt.Sprintf("line %d: %s", e.line, e.reason)
}

func newRecords(r io.Reader) (*records, error) {
	in := bufio.NewReaderSize(r, 1<<16)
	start, _ := in.Peek(3)
	switch {
	case bytes.HasPrefix(start, []byte("\xef\xbb\xbf")):
		_, _ = in.Discard(3)
	case bytes.HasPrefix(start, []byte("\xff\xfe")), bytes.HasPrefix(start, []byte("\xfe\xff")):
		return nil, &badFile{1, "the file is in UTF-16; save it as UTF-8"}
	}
	rs := &records{in: in, feed: bytes.NewReader(nil)}
	rs.restart()
	return rs, nil
}

// restart forgets what the parser may have kept of a bad record.
func (r *records) restart() {
	r.csv = csv.NewReader(r.feed)
	r.csv.FieldsPerRecord = -1
	r.csv.ReuseRecord = true
}

// next returns the next record that is not blank and the line on which it begins; the slice is valid until the next call. io.EOF ends the file; a *badRow
// leaves the rest of it readable, any other error does not.
func (r *records) next() (fields []string, line int, err error) {
	for {
		line = r.line + 1
		if err := r.read(); err != nil {
			return nil, line, err
		}
		if !utf8.Valid(r.raw) {
			return nil, line, &badFile{line, "not UTF-8; save the file as UTF-8"}
		}
		r.feed.Reset(r.raw)
		fields, err = r.csv.Read()
		switch {
		case err == nil:
			return fields, line, nil
		case errors.Is(err, io.EOF): // a blank line
			continue
		}
		r.restart()
		var syntax *csv.ParseError
		if errors.As(err, &syntax) {
			err = syntax.Err
		}
		return nil, line, &badRow{"not CSV: " + err.Error()}
	}
}

// read takes one record into raw. A record ends with the first end of a line that does not stand between quotes.
func (r *records) read() error {
	line := r.line + 1
	r.raw, r.at = r.raw[:0], fieldStart
	for {
		part, err := r.in.ReadSlice('\n')
		r.raw = append(r.raw, part...)
		for _, c := range part {
			r.at = r.at.after(c)
		}
		if len(r.raw) > maxRecord {
			return &badFile{line, "the record that begins here is longer than 1 MiB (a quote that is not closed?); the rest of the file was not read"}
		}
		switch {
		case err == nil:
			if r.line++; r.at != quoted {
				return nil
			}
		case errors.Is(err, bufio.ErrBufferFull):
		case errors.Is(err, io.EOF):
			if len(r.raw) == 0 {
				return io.EOF
			}
			r.line++
			return nil // the last line needs no end; a quote still open is the parser's to refuse
		default:
			return fmt.Errorf("read line %d: %w", r.line+1, err)
		}
	}
}

// after is where the next byte stands once c was read.
func (p place) after(c byte) place {
	switch {
	case p == quoted && c == '"':
		return quoteSeen
	case p == quoted:
		return quoted
	case c == '"' && (p == quoteSeen || p == fieldStart):
		return quoted
	case c == ',':
		return fieldStart
	default:
		return plain
	}
}
