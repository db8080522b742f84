package app_test

import (
	"log/slog"
	"os"
	"testing"

	"go.uber.org/goleak"

	"github.com/kaituan/kaituan/server/transport"
)

// logged keeps what the servers log: it would only be noise on a terminal.
var logged logBuffer

func TestMain(m *testing.M) {
	slog.SetDefault(slog.New(transport.WithTrace(slog.NewTextHandler(&logged, nil))))
	code := m.Run()
	removeProgram()
	if code == 0 {
		if err := goleak.Find(); err != nil {
			_, _ = os.Stderr.WriteString(err.Error() + "\n")
			code = 1
		}
	}
	os.Exit(code)
}
