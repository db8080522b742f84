package transport

import (
	"bytes"
	"compress/gzip"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"strings"
	"sync"
	"testing"
)

// asked posts a document and returns the answer as it came, by a client that unpacks nothing by itself.
func asked(t *testing.T, u, query, variables, accepts string) (*http.Response, []byte) {
	t.Helper()
	body, err := json.Marshal(map[string]any{"query": query, "variables": json.RawMessage(variables)})
	if err != nil {
		t.Fatal(err)
	}
	request, err := http.NewRequest("POST", u, bytes.NewReader(body))
	if err != nil {
		t.Fatal(err)
	}
	request.Header.Set("Content-Type", "application/json")
	if accepts != "" {
		request.Header.Set("Accept-Encoding", accepts)
	}
	client := &http.Client{Transport: &http.Transport{DisableCompression: true, DisableKeepAlives: true}}
	answer, err := client.Do(request)
	if err != nil {
		t.Fatal(err)
	}
	defer answer.Body.Close()
	came, err := io.ReadAll(answer.Body)
	if err != nil {
		t.Fatal(err)
	}
	return answer, came
}

func TestAnswersAreCompressed(t *testing.T) {
	_, u := serve(t, nil)
	const hello, rename = `query($n: String) { hello(name: $n) }`, `mutation($n: String!) { rename(input: {name: $n}) { name } }`
	long, short := fmt.Sprintf(`{"n":"%s"}`, strings.Repeat("long ", 1000)), `{"n":"short"}`
	for _, tc := range []struct {
		name, query, variables, accepts string
		packed                          bool
	}{
		{"a browser's", hello, long, "gzip, deflate, br", true},
		{"by weight", hello, long, "br;q=1.0, gzip;q=0.5", true},
		{"refused", hello, long, "gzip;q=0", false},
		{"not asked for", hello, long, "", false},
		{"another coding", hello, long, "br", false},
		{"a short answer", hello, short, "gzip", false},
		{"a mutation's, which may hold a token", rename, long, "gzip", false},
	} {
		t.Run(tc.name, func(t *testing.T) {
			answer, came := asked(t, u, tc.query, tc.variables, tc.accepts)
			if got := answer.Header.Get("Content-Encoding") == "gzip"; got != tc.packed || answer.ContentLength != int64(len(came)) {
				t.Fatalf("packed: %v, %d bytes of %d", got, len(came), answer.ContentLength)
			}
			if tc.query == hello && !strings.Contains(strings.Join(answer.Header.Values("Vary"), ", "), "Accept-Encoding") {
				t.Errorf("Vary: %v", answer.Header.Values("Vary"))
			}
			_, plain := asked(t, u, tc.query, tc.variables, "")
			if got := unpacked(t, came, tc.packed); got != string(plain) {
				t.Errorf("%.100s, want %.100s", got, plain)
			}
		})
	}
}

func unpacked(t *testing.T, came []byte, packed bool) string {
	t.Helper()
	if !packed {
		return string(came)
	}
	z, err := gzip.NewReader(bytes.NewReader(came))
	if err != nil {
		t.Fatal(err)
	}
	plain, err := io.ReadAll(z)
	if err != nil {
		t.Fatal(err)
	}
	return string(plain)
}

// Answers that are packed at the same time are each their own.
func TestCompressedAnswersAreNotMixed(t *testing.T) {
	_, u := serve(t, nil)
	var all sync.WaitGroup
	for worker := range 8 {
		all.Go(func() {
			for n := range 20 {
				name := strings.Repeat(fmt.Sprintf("%d of %d, ", n, worker), 300)
				answer, came := asked(t, u, `query($n: String) { hello(name: $n) }`, fmt.Sprintf(`{"n":"%s"}`, name), "gzip")
				if answer.Header.Get("Content-Encoding") != "gzip" || !strings.Contains(unpacked(t, came, true), name) {
					t.Errorf("worker %d, answer %d is another's", worker, n)
				}
			}
		})
	}
	all.Wait()
}
