package main

import (
	"bytes"
	"context"
	"fmt"
	"math/rand/v2"
	"net"
	"net/http"
	"os"
	"os/exec"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/kaituan/kaituan/internal/testdb"
)

// The README's walk-through, pasted into a shell as a newcomer would, against a fresh demo shop.
func TestReadmeWalkThrough(t *testing.T) {
	readme, err := os.ReadFile("../README.md")
	if err != nil {
		t.Fatal(err)
	}
	_, part, ok := strings.Cut(string(readme), "<!-- walk-through")
	part, _, ended := strings.Cut(part, "<!-- End of the walk-through -->")
	if !ok || !ended {
		t.Fatal("the README's walk-through is not marked")
	}
	script := "set -eu -o pipefail\n"
	for _, block := range regexp.MustCompile("(?s)```bash\n(.*?)```").FindAllStringSubmatch(part, -1) {
		script += block[1]
	}
	address := startDemo(t)
	shell := exec.CommandContext(t.Context(), "bash", "-c", strings.ReplaceAll(script, "127.0.0.1:8080", address))
	var out bytes.Buffer
	shell.Stdout, shell.Stderr = &out, &out
	if err := shell.Run(); err != nil {
		t.Fatalf("%v\n%s", err, out.String())
	}
	said := out.String()
	for _, want := range []string{
		`"state":"PENDING_PAYMENT"`, `"order":{"state":"PAID"`, `"order":{"state":"SHIPPED"`, `"order":{"state":"DELIVERED"`, `"order":{"state":"REFUNDING"}`,
		`"refund":{"state":"APPROVED"}`, `"order":{"state":"REFUNDED","refunds":[{"state":"SETTLED"`, `"payment":{"state":"REFUNDED"}`, `"order":{"state":"CANCELLED"`,
		"now it sees: 进口水果 (Because you like 进口水果)", "now it sees: 鞋帽箱包 (Because you like 鞋帽箱包)",
		`"order":{"state":"AWAITING_GROUP"`, `{"groupBuyUpdated":{"state":"OPEN","paidSeats":1,"heldSeats":0,"seatsLeft":1`, `{"groupBuyUpdated":{"state":"COMPLETED","paidSeats":2`,
		`"state":"PAID","channel":"WECHAT_MINI_PROGRAM","groupBuy":{"state":"COMPLETED","completedBy":"MEMBERS"`,
		`"state":"REFUNDED","groupBuy":{"state":"EXPIRED","viewerSeat":{"state":"REFUNDED"}},"refunds":[{"kind":"GROUP_ENDED","state":"SETTLED","amount":{"amount":"15.90"}}]`,
		`{"chosen":true,"saves":{"amount":"2.00"},"refusal":null,`,
		`"liveRoomStart":{"room":{"state":"LIVE"}`, `"left":3,"sku":{"title":"2.5斤","price":{"sale":{"amount":"19.90"},"live":{"amount":"9.90"}}}`, `"order":{"state":"PAID","adjustments":[{"kind":"LIVE_OFFER"}]}`,
		`"pinned":{"note":"picked today"}}}}`, `"offer":{"price":{"amount":"9.90"},"left":1,"offerState":"OPEN"}`, `{"__typename":"LiveOrderPlaced","seq":`, `"comments":[{"author":{"nickname":"h**"},"text":"Got two!"}]`,
		`"liveCouponClaim":{"coupon":{"state":"USABLE"}`, `"drop":{"left":4}`, `"winners":[{"ticket":1,"nickname":"h**"}]`, `"likeCount":20,"ordersPaid":1,"sales":{"amount":"19.80"}`, "caught up without a gap",
		`"liveRoom":{"state":"ENDED","likeCount":20,"events":{"nodes":[{"__typename":"LiveStateChanged","seq":1,`,
		`"shareVisit":{"counted":true`, `"commission":{"pending":{"amount":"0.99"},"available":{"amount":"0.00"}`, `"level":1,"base":{"amount":"19.90"},"rate":"0.05","amount":{"amount":"0.99"}`,
		`"visits":1,"reads":1,"orders":1,"earned":{"amount":"0.99"}`, `"commission":{"pending":{"amount":"0.00"},"available":{"amount":"0.99"}`,
		`"withdrawals":{"nodes":[{"state":"SETTLED","amount":{"amount":"0.99"}}]}`, `"withdrawn":{"amount":"0.99"},"clawedBack":{"amount":"0.99"},"debt":{"amount":"0.99"}`,
		`"progress":3,"goal":3,"state":"REACHED","priceNow":{"amount":"59.00"}`, `"adjustments":[{"kind":"ASSIST","amount":{"amount":"-40.00"}}]`, `"assist":{"state":"REDEEMED"`,
		`"progress":2,"goal":2,"state":"REACHED","priceNow":{"amount":"19.90"}`, `"assist":{"state":"REACHED","winners":[{"nickname":"`, `"donatedTotal":{"amount":"1.00"}`,
		`{"template":{"title":"好友点赞券 满20减6"},"state":"USABLE"}`, `"points":{"available":200}`, `{"campaign":{"kind":"INVITE"},"state":"REACHED"}`,
		`"order":{"state":"COMPLETED","pointsEarned":19}`, `"entry":{"points":888,"balanceAfter":907},"member":{"points":{"tier":{"name":"Silver"}}}`,
		`"member":{"points":{"available":757,"held":0}}`, `"merged":true`, `{"kind":"MERGE","points":5,"balanceAfter":762,"channel":"DOUYIN_MINI_PROGRAM","reason":"Accounts became one"`,
		`{"kind":"EARN","points":5,"balanceAfter":5,"channel":"DOUYIN_MINI_PROGRAM","reason":"Daily check-in"`,
		`"pointsUsed":100,`, `{"state":"REFUNDED","refunds":[{"amount":{"amount":"18.71"},"points":100}]},"me":{"points":{"available":762,"nextExpiry":{"points":762,`,
		`{"points":{"available":0,"tier":{"name":"Silver"},"entries":{"nodes":[{"kind":"EXPIRE","points":-`, "NET,WECHAT_MINI_PROGRAM,-19,-0.19,CNY",
		`verified {"type":"order.placed"`, `verified {"type":"order.paid"`, `{"topic":"ORDER_PAID","state":"DELIVERED","attempts":1,"lastStatus":204}`,
	} {
		if !strings.Contains(said, want) {
			t.Errorf("the walk-through never said %s", want)
		}
	}
	for _, unwanted := range []string{`"errors"`, `"userErrors":[{`} {
		if strings.Contains(said, unwanted) {
			t.Errorf("the walk-through said %s", unwanted)
		}
	}
	if t.Failed() {
		t.Log(said)
	}
}

// startDemo runs the server's own command line on a free port and an empty database.
func startDemo(t *testing.T) string {
	t.Helper()
	address := freeAddress(t)
	url := testdb.URL(t)
	t.Chdir(t.TempDir()) // where a server on MySQL keeps its development secrets
	ctx, stop := context.WithCancel(context.Background())
	ended := make(chan int, 1)
	go func() { ended <- run(ctx, []string{"--listen", address, "--database-url", url}) }()
	t.Cleanup(func() {
		stop()
		if code := <-ended; code != 0 {
			t.Errorf("the server ended with %d", code)
		}
	})
	for begun := time.Now(); ; time.Sleep(20 * time.Millisecond) {
		select {
		case code := <-ended:
			ended <- code
			t.Fatal("the server ended at once")
		default:
		}
		res, err := http.Get("http://" + address + "/readyz")
		if err == nil {
			res.Body.Close()
			if res.StatusCode == http.StatusOK {
				return address
			}
		}
		if time.Since(begun) > time.Minute {
			t.Fatal("the server did not become ready")
		}
	}
}

// freeAddress is one that nobody listens at. Its port is below those that the kernel gives to whoever asks for any, so that no client takes it before the server does.
func freeAddress(t *testing.T) string {
	t.Helper()
	for range 100 {
		address := fmt.Sprintf("127.0.0.1:%d", 24000+rand.IntN(8000))
		if listener, err := net.Listen("tcp", address); err == nil {
			if err := listener.Close(); err != nil {
				t.Fatal(err)
			}
			return address
		}
	}
	t.Fatal("no port is free")
	return ""
}
