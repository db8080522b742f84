package sandbox_test

import (
	"bufio"
	"context"
	"fmt"
	"os"
	"os/exec"
	"testing"

	"github.com/kaituan/kaituan/shop/payment"
	"github.com/kaituan/kaituan/shop/payment/sandbox"
)

// killMe names the book of a process that decides payments until it is killed.
const killMe = "SANDBOX_TEST_BOOK"

func TestMain(m *testing.M) {
	if path := os.Getenv(killMe); path != "" {
		decideForever(path)
	}
	os.Exit(m.Run())
}

// decideForever prints each number only after it was paid and refunded in part.
func decideForever(path string) {
	ctx := context.Background()
	p, err := sandbox.Open(ctx, sandbox.Config{Path: path, Key: key})
	for i := 0; err == nil; i++ {
		number := fmt.Sprintf("PAY%d", i)
		if _, err = p.Prepay(ctx, payment.Prepay{Number: number, Amount: 1990, Currency: "CNY"}); err != nil {
			break
		}
		if _, err = p.Decide(ctx, number, true); err != nil {
			break
		}
		if _, err = p.Refund(ctx, aRefund(number, "REF"+number, 90)); err != nil {
			break
		}
		fmt.Println(number)
	}
	fmt.Fprintln(os.Stderr, err)
	os.Exit(1)
}

// What was answered is in the book, even when the process was killed right after.
func TestBookSurvivesKill(t *testing.T) {
	path := bookFile(t)
	cmd := exec.Command(os.Args[0])
	cmd.Env = append(os.Environ(), killMe+"="+path)
	cmd.Stderr = os.Stderr
	out, err := cmd.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	var said []string
	for lines := bufio.NewScanner(out); lines.Scan(); {
		said = append(said, lines.Text())
		if len(said) == 25 {
			if err := cmd.Process.Kill(); err != nil { // what it still prints is read, too
				t.Fatal(err)
			}
		}
	}
	_ = cmd.Wait()
	if len(said) < 25 {
		t.Fatalf("it ended by itself after %d payments", len(said))
	}
	p := open(t, sandbox.Config{Path: path})
	book, err := p.Book(context.Background())
	if err != nil {
		t.Fatal(err)
	}
	for _, number := range said {
		if book[number] != (sandbox.Account{State: payment.TradePaid, Captured: 1990, Refunded: 90}) {
			t.Errorf("%s: %+v", number, book[number])
		}
	}
}

// A caller who gives up must not take the book in memory along.
func TestBookInMemorySurvivesCancelledCalls(t *testing.T) {
	p, _ := started(t)
	pay(t, p, "PAY1")
	for range 50 {
		ctx, cancel := context.WithCancel(context.Background())
		go cancel()
		_, _ = p.Decide(ctx, "PAY1", true)
		_, _ = p.Book(ctx)
		cancel()
	}
	if got, err := p.Query(context.Background(), "PAY1"); err != nil || got.State != payment.TradePaid {
		t.Fatalf("%+v, %v", got, err)
	}
}

func TestOpenRefuses(t *testing.T) {
	for name, cfg := range map[string]sandbox.Config{
		"no key":           {},
		"a short key":      {Key: []byte("short")},
		"a path to nobody": {Key: key, Path: "/nowhere/at/all/book.db"},
	} {
		if _, err := sandbox.Open(context.Background(), cfg); err == nil {
			t.Errorf("%s: accepted", name)
		}
	}
}
