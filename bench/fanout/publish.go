package main

import (
	"bytes"
	"fmt"
	"io"
	"net/http"
	"strconv"
	"strings"
	"sync"
	"sync/atomic"
	"time"
)

// publishers bounds the events that are under way at once.
const publishers = 64

// publish posts events at the rate, whether or not the last ones have been answered. inWindow is what was delivered within the time of publishing, window.
func (l *loader) publish(res map[string]any, start time.Time) (events int, inWindow int64, window time.Duration) {
	text := strings.Repeat("0123456789abcdefghij", l.textBytes/20+1)[:l.textBytes]
	body := strings.NewReplacer("{{room}}", l.room, "{{text}}", text).Replace(l.publishBody)
	hc := &http.Client{Timeout: 20 * time.Second, Transport: &http.Transport{MaxIdleConnsPerHost: publishers}}
	var took hist
	var failed atomic.Int64
	var wg sync.WaitGroup
	var lag time.Duration
	free := make(chan struct{}, publishers)
	events = int(l.duration.Seconds() * l.rate)
	for i := range events {
		at := start.Add(time.Duration(float64(i) / l.rate * 1e9))
		time.Sleep(time.Until(at))
		free <- struct{}{}
		lag = max(lag, time.Since(at))
		wg.Go(func() {
			defer func() { <-free }()
			sent := time.Now()
			if err := l.post(hc, strings.NewReplacer("{{ts}}", strconv.FormatInt(sent.UnixNano(), 10), "{{seq}}", strconv.Itoa(i)).Replace(body)); err != nil {
				failed.Add(1)
				l.note(err)
			}
			took.add(int64(time.Since(sent)))
		})
	}
	time.Sleep(time.Until(start.Add(l.duration)))
	inWindow, window = l.delivered.Load(), time.Since(start)
	wg.Wait()
	q, _ := took.quantiles(0.5, 0.99)
	res["publish_ms"] = map[string]float64{"p50": round3(q[0]), "p99": round3(q[1])}
	res["publish_errors"] = failed.Load()
	res["publish_lag_ms_max"] = round3(float64(lag) / 1e6)
	return events, inWindow, window
}

func (l *loader) post(hc *http.Client, body string) error {
	req, err := http.NewRequest(http.MethodPost, l.publishURL, strings.NewReader(body))
	if err != nil {
		return err
	}
	req.Header.Set("Content-Type", "application/json")
	for _, s := range l.publishHeaders {
		if a, v, ok := strings.Cut(s, ":"); ok {
			req.Header.Set(strings.TrimSpace(a), strings.TrimSpace(v))
		}
	}
	r, err := hc.Do(req)
	if err != nil {
		return fmt.Errorf("publish: %T", err)
	}
	defer r.Body.Close()
	answer, _ := io.ReadAll(r.Body)
	if r.StatusCode != http.StatusOK || bytes.Contains(answer, []byte(`"error`)) {
		return fmt.Errorf("publish: %d %.120s", r.StatusCode, answer)
	}
	return nil
}
