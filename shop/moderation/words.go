package moderation

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"log/slog"
	"os"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"time"
)

// list is a list whose words are folded, each in its place.
type list struct {
	List
	folded [][]rune
}

// Bounds of a file: its bytes; of the lists of a file or of a Set together: their words; of a word: its letters.
const (
	mostBytes = 8 << 20
	mostWords = 100_000
	mostWord  = 64
	mostName  = 64
)

// parse reads lists from JSON: {"version": "…", "reject": ["…"], "hold": ["…"], "mask": ["…"]}. Each is there, maybe without words.
//
// Errors: another field, something behind, and those of prepare.
func parse(text []byte) ([]*list, error) {
	var given struct {
		Version            string
		Reject, Hold, Mask []string
	}
	decoder := json.NewDecoder(bytes.NewReader(text))
	decoder.DisallowUnknownFields()
	if err := decoder.Decode(&given); err != nil {
		return nil, err
	}
	if decoder.More() {
		return nil, errors.New("there is something after the lists")
	}
	return prepare([]List{
		{Name: "reject", Version: given.Version, Words: given.Reject, Action: Reject},
		{Name: "hold", Version: given.Version, Words: given.Hold, Action: Hold},
		{Name: "mask", Version: given.Version, Words: given.Mask, Action: Mask},
	})
}

// prepare checks and folds lists.
//
// Errors: one that names what is wrong: no name, no version, no action, a name twice, too many words, a word that is nothing but spaces and punctuation, or too long.
func prepare(lists []List) ([]*list, error) {
	ready, names, words := make([]*list, 0, len(lists)), map[string]bool{}, 0
	for _, given := range lists {
		switch {
		case strings.TrimSpace(given.Name) == "" || len(given.Name) > mostName || names[given.Name]:
			return nil, fmt.Errorf("%q: a list has a name of its own, of %d bytes at most", given.Name, mostName)
		case strings.TrimSpace(given.Version) == "" || len(given.Version) > mostName:
			return nil, fmt.Errorf("%s: version: it must name these lists, in %d bytes at most", given.Name, mostName)
		case given.Action != Mask && given.Action != Hold && given.Action != Reject:
			return nil, fmt.Errorf("%s: a list masks, holds or rejects", given.Name)
		}
		if words += len(given.Words); words > mostWords {
			return nil, fmt.Errorf("%s: with it there are more than %d words", given.Name, mostWords)
		}
		names[given.Name] = true
		given.Words = slices.Clone(given.Words)
		l := &list{List: given, folded: make([][]rune, len(given.Words))}
		for i, word := range given.Words {
			if l.folded[i] = foldWord(word); len(l.folded[i]) == 0 || len(l.folded[i]) > mostWord {
				return nil, fmt.Errorf("%s: %q: a word has 1 to %d letters or digits", given.Name, word, mostWord)
			}
		}
		ready = append(ready, l)
	}
	return ready, nil
}

// foldWord is a word as texts are searched for it.
func foldWord(word string) (folded []rune) {
	for _, l := range fold(nil, word) {
		if l.kind != sign {
			folded = append(folded, l.r)
		}
	}
	return folded
}

// builtIn are the lists of a shop that has none of its own: the commonest spam, and ways to lead buyers out of the shop.
var builtIn = sync.OnceValue(func() []*list {
	lists, err := parse([]byte(`{"version": "built-in 2",
		"reject": ["加微信", "加v信", "加vx", "代开发票", "代开票", "刻章办证", "办证刻章", "刷单返现", "兼职刷单", "高仿奢侈品", "裸聊", "六合彩", "时时彩",
			"网上赌场", "在线博彩", "澳门赌场", "online casino", "casino bonus", "crypto giveaway", "buy followers", "fake id cards", "add me on whatsapp", "add my telegram"],
		"hold": ["vx", "v信", "薇信", "微信号", "扣扣群", "扣扣裙", "qq群", "加群", "加qq", "私下交易", "线下转账", "whatsapp", "telegram", "wechat id", "dm me"]}`))
	if err != nil {
		panic("moderation: the built-in lists: " + err.Error())
	}
	return lists
})

// lookEvery is how long a changed file may stay unseen while texts are judged.
const lookEvery = 2 * time.Second

// file is a file of lists. There is nothing that runs beside: whoever judges looks whether it has changed, now and then.
type file struct {
	path  string
	lists atomic.Pointer[[]*list]
	// due is when the next one looks, Unix nanoseconds.
	due atomic.Int64

	mu   sync.Mutex
	seen stamp // of the version that was read last, good or not
}

// stamp tells versions of a file apart.
type stamp struct {
	changed time.Time
	size    int64
}

func openFile(path string) (*file, error) {
	f := &file{path: path}
	f.due.Store(time.Now().Add(lookEvery).UnixNano())
	return f, f.look()
}

// changed reports whether lists holds others than before.
func (f *file) changed() bool {
	now := time.Now()
	due := f.due.Load()
	if now.UnixNano() < due || !f.due.CompareAndSwap(due, now.Add(lookEvery).UnixNano()) {
		return false
	}
	before := f.lists.Load()
	if err := f.look(); err != nil {
		slog.Error("the word lists could not be read; the earlier ones stay", "file", f.path, "version", (*before)[0].Version, "error", err)
	}
	return f.lists.Load() != before
}

// look reads the file when it is another than the one seen last.
func (f *file) look() error {
	f.mu.Lock()
	defer f.mu.Unlock()
	info, err := os.Stat(f.path)
	if err != nil {
		return fmt.Errorf("word lists: %w", err)
	}
	now := stamp{info.ModTime(), info.Size()}
	if now == f.seen {
		return nil
	}
	if info.Size() > mostBytes {
		f.seen = now
		return fmt.Errorf("word lists: %s has more than %d bytes", f.path, mostBytes)
	}
	text, err := os.ReadFile(f.path)
	if err != nil {
		return fmt.Errorf("word lists: %w", err)
	}
	f.seen = now // a bad one is complained about once
	fresh, err := parse(text)
	if err != nil {
		return fmt.Errorf("word lists: %s: %w", f.path, err)
	}
	f.lists.Store(&fresh)
	return nil
}
