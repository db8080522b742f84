package main

import (
	"context"
	"errors"
	"fmt"
	"net"
	"net/http"
	"os"
	"time"

	"github.com/99designs/gqlgen/graphql/handler"
	"github.com/99designs/gqlgen/graphql/handler/transport"

	"github.com/kaituan/kaituan/server/app"
	"github.com/kaituan/kaituan/server/config"
)

// runStock serves the shop with gqlgen's own websocket transport beside ours, over the same schema and services: at /stock each subscription is executed for itself.
func runStock(ctx context.Context, tick string) (err error) {
	pause, err := time.ParseDuration(tick)
	if err != nil {
		return err
	}
	dir, err := os.Getwd()
	if err != nil {
		return err
	}
	c := &config.Config{
		Env: "development", DatabaseURL: "sqlite:" + dir + "/kaituan.db", Listen: "127.0.0.1:0", Currency: "CNY", TimeZone: "Asia/Shanghai",
		ShippingFlat: "0", ShippingFreeFrom: "0", LiveTick: pause,
	}
	a, err := app.Open(ctx, c, func(string) {})
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, a.Close()) }()
	if err := a.OpenDemo(ctx); err != nil {
		return err
	}
	go a.Work(ctx)
	stock := handler.New(a.Schema())
	stock.AddTransport(transport.Websocket{KeepAlivePingInterval: 20 * time.Second})
	mux := http.NewServeMux()
	mux.Handle("/stock", stock)
	mux.Handle("/", a.Handler())
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return err
	}
	fmt.Printf("stock listens on http://%s\n", listener.Addr())
	server := &http.Server{Handler: mux, ReadHeaderTimeout: 10 * time.Second}
	go func() { <-ctx.Done(); _ = server.Close() }()
	if err := server.Serve(listener); !errors.Is(err, http.ErrServerClosed) {
		return err
	}
	return nil
}
