// Kaituan serves a group-buying shop over GraphQL.
package main

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"os"
	"os/signal"
	"syscall"

	"github.com/alecthomas/kong"

	"github.com/kaituan/kaituan/server/app"
	"github.com/kaituan/kaituan/server/config"
	"github.com/kaituan/kaituan/server/transport"
)

type commands struct {
	config.Config

	Serve   serve   `cmd:"" default:"withargs" help:"Run the shop (the default)."`
	Import  imports `cmd:"" help:"Import products from Shopify product CSV files."`
	Check   check   `cmd:"" help:"Check every promise of the shop on the live database."`
	Migrate migrate `cmd:"" help:"Create or migrate the tables."`
	Key     struct {
		Create keyCreate `cmd:"" help:"Make a partner key; it is shown once."`
		List   keyList   `cmd:"" help:"List the partner keys."`
		Revoke keyRevoke `cmd:"" help:"End a partner key, within seconds."`
	} `cmd:"" help:"Partners' keys."`
	Host struct {
		Grant hostGrant `cmd:"" help:"Let a shopper run live rooms."`
	} `cmd:"" help:"Hosts of live rooms."`
	Anchor struct {
		Verify anchorVerify `cmd:"" help:"Check a signed day of published versions, or a proof made of it, by the file and the public key alone."`
		Prove  anchorProve  `cmd:"" help:"Prove that one link is in an anchor."`
	} `cmd:"" help:"Signed days of the chain of published versions."`
}

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	code := run(ctx, os.Args[1:])
	stop()
	os.Exit(code)
}

// run runs one command and returns the exit code: 0, 1 for what went wrong, 2 for words that make no sense.
func run(ctx context.Context, args []string) int {
	var cli commands
	code := -1
	parser, err := kong.New(&cli, kong.Name("kaituan"), kong.Description("A GraphQL backend for group-buying storefronts."), kong.UsageOnError(),
		kong.Exit(func(n int) { code = n }), kong.BindTo(ctx, (*context.Context)(nil)))
	if err != nil {
		fmt.Fprintln(os.Stderr, "kaituan:", err)
		return 1
	}
	command, err := parser.Parse(args)
	if code >= 0 { // --help has been shown
		return code
	}
	if err != nil {
		fmt.Fprintln(os.Stderr, "kaituan:", err)
		return 2
	}
	logTo(&cli.Config)
	if err := command.Run(ctx, &cli.Config); err != nil && !errors.Is(err, context.Canceled) {
		fmt.Fprintln(os.Stderr, "kaituan:", err)
		return 1
	}
	return 0
}

// logTo writes structured logs to standard error: JSON in production, words in development.
func logTo(c *config.Config) {
	var handler slog.Handler = slog.NewTextHandler(os.Stderr, nil)
	if c.Production() {
		handler = slog.NewJSONHandler(os.Stderr, nil)
	}
	slog.SetDefault(slog.New(transport.WithTrace(handler)))
}

// open opens the shop for a command that does not serve.
func open(ctx context.Context, c *config.Config) (*app.App, error) {
	if err := c.Validate(os.Getenv); err != nil {
		return nil, err
	}
	return app.Open(ctx, c, func(line string) { fmt.Fprintln(os.Stderr, line) })
}
