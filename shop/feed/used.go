package feed

import (
	"encoding/base64"
	"encoding/binary"
	"encoding/json"
	"errors"
)

// used are the places of a ranking that a visit has had. It travels in the cursor as runs, so that a visit needs no row: some ten bytes a page.
type used struct {
	words [snapshotOf/64 + 1]uint64
}

func (u *used) has(place int) bool { return u.words[place/64]&(1<<(place%64)) != 0 }
func (u *used) add(place int)      { u.words[place/64] |= 1 << (place % 64) }

var errUsed = errors.New("feed: places that are none")

// MarshalJSON writes by turns how many places come that are not used, and how many that are.
func (u used) MarshalJSON() ([]byte, error) {
	var raw []byte
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
	return json.Marshal(base64.RawURLEncoding.EncodeToString(raw))
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
