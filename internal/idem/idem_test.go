package idem_test

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"sync"
	"testing"

	"github.com/kaituan/kaituan/internal/clock"
	"github.com/kaituan/kaituan/internal/fault"
	"github.com/kaituan/kaituan/internal/idem"
	"github.com/kaituan/kaituan/internal/store"
	"github.com/kaituan/kaituan/internal/testdb"
)

type input struct{ A, B string }

func claim(ctx context.Context, s *store.Store, owner, key string, in any, result string) (existing string, err error) {
	err = s.InTx(ctx, func(ctx context.Context) (err error) {
		existing, err = idem.Claim(ctx, s, clock.System(), owner, "orderPlace", key, in, result)
		return err
	})
	return existing, err
}

func TestClaim(t *testing.T) {
	s := testdb.Open(t)
	for _, step := range []struct {
		name, owner, key string
		in               any
		result, want     string
		err              error
	}{
		{"a fresh key", "shp_1", "k", input{"1", "2"}, "ord_1", "", nil},
		{"a replay gives the first result", "shp_1", "k", input{"1", "2"}, "ord_2", "ord_1", nil},
		{"other input", "shp_1", "k", input{"1", "3"}, "ord_3", "", fault.KeyReused},
		{"another owner's key is his own", "shp_2", "k", input{"1", "3"}, "ord_4", "", nil},
		{"keys differ by case", "shp_1", "K", input{"1", "3"}, "ord_5", "", nil},
		{"empty", "shp_1", "", input{}, "ord_6", "", fault.Invalid},
		{"too long", "shp_1", strings.Repeat("k", 65), input{}, "ord_6", "", fault.Invalid},
		{"a trailing space", "shp_1", "k ", input{}, "ord_6", "", fault.Invalid},
		{"not ASCII", "shp_1", "钥", input{}, "ord_6", "", fault.Invalid},
	} {
		got, err := claim(t.Context(), s, step.owner, step.key, step.in, step.result)
		if got != step.want || !errors.Is(err, step.err) {
			t.Errorf("%s: got %q, %v; want %q, %v", step.name, got, err, step.want, step.err)
		}
	}
	if found, err := idem.Lookup(t.Context(), s, "shp_1", "orderPlace", "k"); err != nil || found != "ord_1" {
		t.Errorf("lookup: %q, %v", found, err)
	}
	if found, err := idem.Lookup(t.Context(), s, "shp_1", "orderPlace", "none"); err != nil || found != "" {
		t.Errorf("lookup of nothing: %q, %v", found, err)
	}
}

func TestARefusalLeavesTheKeyFree(t *testing.T) {
	s := testdb.Open(t)
	boom := errors.New("refused")
	err := s.InTx(t.Context(), func(ctx context.Context) error {
		if _, err := idem.Claim(ctx, s, clock.System(), "shp_1", "orderPlace", "k", 1, "ord_1"); err != nil {
			return err
		}
		return boom
	})
	if !errors.Is(err, boom) {
		t.Fatal(err)
	}
	if got, err := claim(t.Context(), s, "shp_1", "k", 2, "ord_2"); got != "" || err != nil {
		t.Fatalf("got %q, %v; want a fresh key", got, err)
	}
}

func TestManyAtOnceHaveOneResult(t *testing.T) {
	s := testdb.Open(t)
	const rivals = 16
	results := make([]string, rivals)
	var group sync.WaitGroup
	for i := range rivals {
		group.Go(func() {
			own := fmt.Sprintf("ord_%d", i)
			existing, err := claim(t.Context(), s, "shp_1", "k", "same", own)
			if err != nil {
				t.Error(err)
			}
			if results[i] = existing; existing == "" {
				results[i] = own
			}
		})
	}
	group.Wait()
	for _, r := range results {
		if r != results[0] {
			t.Fatalf("results differ: %v", results)
		}
	}
}
