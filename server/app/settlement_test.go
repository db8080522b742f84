package app_test

import (
	"encoding/csv"
	"net/http"
	"net/url"
	"regexp"
	"strings"
	"testing"
	"time"
)

// settlementFile asks for a settlement as a file.
func (s *shop) settlementFile(authorization, query string) (*http.Response, string) {
	s.t.Helper()
	return s.fetch("GET", "/partner/points-settlement.csv?"+query, "Authorization", authorization)
}

func TestSettlementFile(t *testing.T) {
	s := openShop(t)
	ming, till := s.shopper("ming"), s.till("POINTS_WRITE")
	books := s.till("INSIGHT_READ").authorization
	month := "since=2020-01-01&until=2020-02-01"
	resp, body := s.settlementFile(books, month)
	wantEqual(t, []any{resp.StatusCode, body}, []any{200, "issued_by,redeemed_at,points,cost,currency\r\n"})

	till.do(pointsEarn, earning(ming.shopperID, 80, vars{"channel": "APP"}))
	till.do(pointsCapture, vars{"in": vars{"idempotencyKey": key(), "holdId": till.holding(ming.shopperID, 55)}})
	now := s.Clock.Now()
	span := url.Values{"since": {now.Add(-time.Hour).Format(time.RFC3339)}, "until": {now.Add(time.Hour).Format(time.RFC3339)}}.Encode()
	resp, body = s.settlementFile(books, span)
	wantEqual(t, body, "issued_by,redeemed_at,points,cost,currency\r\nAPP,STORE,55,0.55,CNY\r\nNET,APP,-55,-0.55,CNY\r\nNET,STORE,55,0.55,CNY\r\n")
	wantEqual(t, []string{resp.Header.Get("Content-Type"), resp.Header.Get("Cache-Control"), resp.Header.Get("X-Content-Type-Options")},
		[]string{"text/csv; charset=utf-8; header=present", "no-store", "nosniff"})
	lines, err := csv.NewReader(strings.NewReader(body)).ReadAll()
	if err != nil {
		t.Fatal(err)
	}
	for _, cell := range strings.Split(strings.Join(flat(lines), " "), " ") {
		if !regexp.MustCompile(`^([A-Za-z_0-9]+|-?[0-9]+(\.[0-9]+)?)$`).MatchString(cell) {
			t.Errorf("%q is neither a word nor a number", cell)
		}
	}
	local := now.In(s.Config.Zone())
	plus := "since=" + local.Add(-time.Hour).Format("2006-01-02T15:04:05+08:00") + "&until=" + local.AddDate(0, 0, 1).Format(time.DateOnly) // nobody escaped it
	if _, same := s.settlementFile(books, plus); same != body {
		t.Errorf("%s: %s", plus, same)
	}

	for name, tc := range map[string]struct {
		authorization, query string
		status               int
	}{
		"nobody":           {"", month, 401},
		"a wrong key":      {"Bearer kt_wrong", month, 401},
		"a shopper":        {ming.authorization, month, 403},
		"another scope":    {s.till("ORDER_READ").authorization, month, 403},
		"no span":          {books, "", 400},
		"half a span":      {books, "since=2020-01-01", 400},
		"no time":          {books, "since=yesterday&until=2020-02-01", 400},
		"backwards":        {books, "since=2020-02-01&until=2020-01-01", 400},
		"more than a year": {books, "since=2020-01-01&until=2021-01-02", 400},
	} {
		resp, body := s.settlementFile(tc.authorization, tc.query)
		if resp.StatusCode != tc.status || resp.Header.Get("Cache-Control") != "no-store" || len(body) > 100 || strings.Contains(body, "yesterday") {
			t.Errorf("%s: %d %q", name, resp.StatusCode, body)
		}
	}
}

func flat(lines [][]string) (cells []string) {
	for _, line := range lines {
		cells = append(cells, line...)
	}
	return cells
}
