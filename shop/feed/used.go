package feed

import (
	"bytes"
	"encoding/base64"
	"encoding/binary"
	"encoding/json"
	"errors"
)

// used are the places of a ranking that a visit has had. It travels in the cursor, so that a visit needs no row: as runs, some bytes for who goes from the first place to
// the last, or as bits where that is shorter, 250 bytes at most.
type used struct {
	words [snapshotOf/64 + 1]uint64
}

// How used is written: the first byte says.
const (
	asRuns = 0
	asBits = 1
)

func (u *used) has(place int) bool { return u.words[place/64]&(1<<(place%64)) != 0 }
func (u *used) add(place int)      { u.words[place/64] |= 1 << (place % 64) }

var errUsed = errors.New("feed: places that are none")

// MarshalJSON writes the shorter form.
func (u used) MarshalJSON() ([]byte, error) {
	raw := u.runs()
	if bits := u.bits(); len(bits) < len(raw) {
		raw = bits
	}
	return json.Marshal(base64.RawURLEncoding.EncodeToString(raw))
}

// runs are by turns how many places come that are not used, and how many that are.
func (u *used) runs() []byte {
	raw := []byte{asRuns}
	for at, want := 0, false; at < snapshotOf; want = !want {
		from := at
		for at < snapshotOf && u.has(at) == want {
			at++
		}
		if at == snapshotOf && !want {
			break // nothing more is used
		}
		raw = binary.AppendUvarint(raw, uint64(at-from))
	}
	return raw
}

// bits are the places, eight to a byte, up to the last that is used.
func (u *used) bits() []byte {
	raw := []byte{asBits}
	for _, word := range u.words {
		raw = binary.LittleEndian.AppendUint64(raw, word)
	}
	return bytes.TrimRight(raw, "\x00")
}

// UnmarshalJSON refuses what MarshalJSON does not write: anybody can write a cursor.
func (u *used) UnmarshalJSON(text []byte) error {
	var encoded string
	if err := json.Unmarshal(text, &encoded); err != nil {
		return err
	}
	raw, err := base64.RawURLEncoding.DecodeString(encoded)
	if err != nil {
		return err
	}
	*u = used{}
	switch {
	case len(raw) == 0:
		return errUsed
	case raw[0] == asRuns:
		return u.readRuns(raw[1:])
	case raw[0] == asBits:
		return u.readBits(raw[1:])
	}
	return errUsed
}

func (u *used) readRuns(raw []byte) error {
	for at, take := 0, false; len(raw) > 0; take = !take {
		run, n := binary.Uvarint(raw)
		if n <= 0 || run > snapshotOf || at+int(run) > snapshotOf {
			return errUsed
		}
		for range int(run) {
			if take {
				u.add(at)
			}
			at++
		}
		raw = raw[n:]
	}
	return nil
}

func (u *used) readBits(raw []byte) error {
	if len(raw) > snapshotOf/8 {
		return errUsed
	}
	for i, b := range raw {
		u.words[i/8] |= uint64(b) << (i % 8 * 8)
	}
	return nil
}
