package main

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net"
	"net/http"
	"time"

	"github.com/kaituan/kaituan/server/app"
	"github.com/kaituan/kaituan/server/config"
)

// Time limits of the HTTP server: a slow client may not hold a connection for nothing. Sockets leave it at the upgrade.
const (
	headerTime = 10 * time.Second
	bodyTime   = 60 * time.Second
	answerTime = 60 * time.Second
	idleTime   = 2 * time.Minute
	drainTime  = 20 * time.Second
)

type serve struct{}

// Run serves until a signal comes, then finishes what is under way.
func (serve) Run(ctx context.Context, c *config.Config) error {
	stopTracing, err := app.StartTracing(ctx)
	if err != nil {
		return err
	}
	a, err := open(ctx, c)
	if err != nil {
		return err
	}
	defer func() {
		if err := errors.Join(a.Close(), stopTracing(context.Background())); err != nil {
			slog.Error("close", "error", err)
		}
	}()
	if c.HasDemo() {
		if err := a.OpenDemo(ctx); err != nil {
			return err
		}
	}
	listener, err := net.Listen("tcp", c.Listen)
	if err != nil {
		return fmt.Errorf("listen: %w", err)
	}
	greet(c, listener.Addr().String())
	if c.Production() && c.NatsURL == "" {
		slog.Info("signals stay within this process; of several, set KAITUAN_NATS_URL for each, or subscriptions hear what another one did up to 10 s late")
	}
	return serveOn(ctx, a, listener)
}

// serveOn runs the workers and answers requests until ctx ends. Sockets are told to come back, requests under way are finished, then the workers stop.
func serveOn(ctx context.Context, a *app.App, listener net.Listener) error {
	working, stopWorking := context.WithCancel(context.Background())
	worked := make(chan struct{})
	go func() { defer close(worked); a.Work(working) }()
	defer func() { stopWorking(); <-worked }()

	server := &http.Server{
		Handler: app.Traced(a.Handler()), ReadHeaderTimeout: headerTime, ReadTimeout: bodyTime, WriteTimeout: answerTime, IdleTimeout: idleTime,
		MaxHeaderBytes: 32 << 10,
	}
	failed := make(chan error, 1)
	go func() { failed <- server.Serve(listener) }()
	select {
	case err := <-failed:
		return fmt.Errorf("serve: %w", err)
	case <-ctx.Done():
	}
	slog.Info("stopping: finishing what is under way")
	draining, cancel := context.WithTimeout(context.Background(), drainTime)
	defer cancel()
	drained := make(chan error, 1)
	go func() { drained <- a.Drain(draining) }() // sockets, while plain requests finish; nothing new is let in
	return errors.Join(server.Shutdown(draining), <-drained)
}

// greet prints where the shop is, and two lines to try.
func greet(c *config.Config, address string) {
	fmt.Printf("Kaituan listens on http://%s/graphql\n", address)
	if c.HasDemo() {
		fmt.Printf("  look: http://%s/\n", address)
	} else {
		fmt.Printf("  look: curl -s http://%s/readyz\n", address)
	}
	fmt.Printf("  try:  curl -s http://%s/graphql -H 'content-type: application/json' -d '{\"query\":\"{feed(first:3){edges{node{... on Product{title price{best{amount}}} ... on GroupBuyCampaign{title size}}}}}\"}'\n", address)
}
