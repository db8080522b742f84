package moderation

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"log/slog"
	"os"
	"strings"
	"sync"
	"sync/atomic"
	"time"
)

// lists are word lists as texts are compared with them.
type lists struct {
	version string
	words   *automaton
}

// Bounds of a file: its bytes, its words, and a word's letters.
const (
	mostBytes = 8 << 20
	mostWords = 100_000
	mostWord  = 64
)

// parse reads lists from JSON: {"version": "…", "reject": ["…"], "hold": ["…"]}.
//
// Errors: one that names what is wrong: another field, no version, too many words, a word that is nothing but spaces and punctuation, or too long.
func parse(text []byte) (*lists, error) {
	var given struct {
		Version      string
		Reject, Hold []string
	}
	decoder := json.NewDecoder(bytes.NewReader(text))
	decoder.DisallowUnknownFields()
	if err := decoder.Decode(&given); err != nil {
		return nil, err
	}
	if decoder.More() {
		return nil, errors.New("there is something after the lists")
	}
	if strings.TrimSpace(given.Version) == "" {
		return nil, errors.New("version: it must name these lists")
	}
	if n := len(given.Reject) + len(given.Hold); n > mostWords {
		return nil, fmt.Errorf("%d words, more than %d", n, mostWords)
	}
	words := map[Verdict][][]letter{}
	for verdict, list := range map[Verdict][]string{Reject: given.Reject, Hold: given.Hold} {
		for _, word := range list {
			folded := fold(word)
			if len(folded) == 0 || len(folded) > mostWord {
				return nil, fmt.Errorf("%q: a word has 1 to %d letters or digits", word, mostWord)
			}
			words[verdict] = append(words[verdict], folded)
		}
	}
	return &lists{version: given.Version, words: build(words)}, nil
}

// builtIn are the lists of a shop that has none of its own: the commonest spam, and ways to lead buyers out of the shop.
var builtIn = sync.OnceValue(func() *lists {
	l, err := parse([]byte(`{"version": "built-in 1",
		"reject": ["加微信", "加v信", "加vx", "加薇信", "加威信", "代开发票", "代开票", "刻章办证", "办证刻章", "刷单返现", "兼职刷单", "高仿奢侈品", "裸聊", "六合彩", "时时彩",
			"网上赌场", "在线博彩", "澳门赌场", "online casino", "casino bonus", "crypto giveaway", "buy followers", "fake id cards", "add me on whatsapp", "add my telegram"],
		"hold": ["vx", "v信", "薇信", "微信号", "扣扣群", "qq群", "加群", "加qq", "私下交易", "线下转账", "whatsapp", "telegram", "wechat id", "dm me"]}`))
	if err != nil {
		panic("moderation: the built-in lists: " + err.Error())
	}
	return l
})

// lookEvery is how long a changed file may stay unseen while texts are judged.
const lookEvery = 2 * time.Second

// file is a file of lists. There is nothing that runs beside: whoever judges looks whether it has changed, now and then.
type file struct {
	path  string
	lists atomic.Pointer[lists]
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

// current returns the newest good lists.
func (f *file) current() *lists {
	now := time.Now()
	if due := f.due.Load(); now.UnixNano() >= due && f.due.CompareAndSwap(due, now.Add(lookEvery).UnixNano()) {
		if err := f.look(); err != nil {
			slog.Error("the word lists could not be read; the earlier ones stay", "file", f.path, "version", f.lists.Load().version, "error", err)
		}
	}
	return f.lists.Load()
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
	f.lists.Store(fresh)
	return nil
}
