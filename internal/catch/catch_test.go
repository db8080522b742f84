package catch_test

import (
	"errors"
	"strings"
	"testing"

	"github.com/kaituan/kaituan/internal/catch"
)

func TestPanic(t *testing.T) {
	refused := errors.New("refused")
	if err := catch.Panic(func() error { return refused }); !errors.Is(err, refused) {
		t.Errorf("an error came back as %v", err)
	}
	if err := catch.Panic(func() error { return nil }); err != nil {
		t.Errorf("nothing came back as %v", err)
	}
	err := catch.Panic(func() error { panic("no") })
	if err == nil || !strings.HasPrefix(err.Error(), "panic: no\n") || !strings.Contains(err.Error(), "catch_test.go") {
		t.Errorf("a panic came back as %v", err)
	}
}
