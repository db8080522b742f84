// Bench measures the shop on this machine, each figure beside its floor: what the same work costs at least. See README.md.
package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"os"
	"os/exec"
	"os/signal"
	"path/filepath"
	"runtime"
	"slices"
	"strings"
	"syscall"
	"time"
)

// rounds is how often the legs of a comparison take turns.
const rounds = 3

// warmUp is how long each leg runs before its first round, at most.
const warmUp = time.Second

// bench is one run.
type bench struct {
	duration    time.Duration // of a round
	connections int
	entries     int      // of the longer statement
	only        []string // what is measured
	program     string   // the shop's, as built for this run
	loader      string   // that of live rooms
	figures     []figure
	notes       []string // shown under the table: query plans
}

var (
	parts = slices.Concat([]string{"feed", "product", "taste", "place", "join", "groups", "points", "statement", "share", "commission"}, live, []string{"start", "h5"})
	// live are the legs of live rooms; the word alone means all of them.
	live = []string{"live-fan", "live-stop", "live-resume", "live-churn"}
)

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	b := &bench{}
	flag.DurationVar(&b.duration, "duration", 5*time.Second, "how long a round is")
	flag.IntVar(&b.connections, "connections", 32, "connections, or goroutines that place orders")
	flag.IntVar(&b.entries, "entries", 1_000_000, "how many entries the longer statement has, a multiple of 1,000")
	only := flag.String("only", strings.Join(parts, ","), "what to measure")
	asJSON := flag.Bool("json", false, "print a line of JSON per figure in place of the table")
	floor := flag.String("floor", "", "serve the floor over this database (the run starts itself so)")
	broadcast := flag.Bool("broadcast", false, "serve the floor of a live room (the run starts itself so)")
	stock := flag.String("stock", "", "serve the shop with gqlgen's own transport and this tick (the run starts itself so)")
	flag.Parse()
	b.only = strings.Split(*only, ",")
	if i := slices.Index(b.only, "live"); i >= 0 {
		b.only = slices.Replace(b.only, i, i+1, live...)
	}
	var err error
	switch {
	case *broadcast:
		err = runBroadcast(ctx)
	case *stock != "":
		err = runStock(ctx, *stock)
	default:
		err = b.run(ctx, *floor, *asJSON)
	}
	if err != nil {
		fmt.Fprintln(os.Stderr, "bench:", err)
		os.Exit(1)
	}
}

func (b *bench) run(ctx context.Context, floor string, asJSON bool) error {
	if floor != "" {
		return runFloor(ctx, floor)
	}
	for _, part := range b.only {
		if !slices.Contains(parts, part) {
			return fmt.Errorf("-only: %q is none of live, %s", part, strings.Join(parts, ", "))
		}
	}
	if b.duration <= 0 || b.connections <= 0 {
		return errors.New("-duration and -connections must be positive")
	}
	if b.entries <= 0 || b.entries%blockLines != 0 {
		return fmt.Errorf("-entries must be a multiple of %d", blockLines)
	}
	fmt.Fprintf(os.Stderr, "bench: %d processors; load average before the run: %s\n", runtime.NumCPU(), loadAverage())
	if err := b.measureAll(ctx); err != nil {
		return err
	}
	if asJSON {
		return writeLines(os.Stdout, b.figures)
	}
	if err := writeTable(os.Stdout, b.figures); err != nil {
		return err
	}
	for _, note := range b.notes {
		fmt.Println(note)
	}
	return nil
}

func (b *bench) measureAll(ctx context.Context) (err error) {
	dir, err := os.MkdirTemp("", "kaituan-bench")
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, os.RemoveAll(dir)) }()
	b.program = filepath.Join(dir, "kaituan")
	b.loader = filepath.Join(dir, "fanout")
	for program, from := range map[string]string{b.program: "server", b.loader: "bench/fanout"} {
		build := exec.CommandContext(ctx, "go", "build", "-o", program, "github.com/kaituan/kaituan/"+from)
		if said, err := build.CombinedOutput(); err != nil {
			return fmt.Errorf("build the program: %w\n%s", err, said)
		}
	}
	for _, e := range engines() {
		embedded := e.Name == "SQLite" // live rooms: a comment's rows are few, and the engine's own figures stand elsewhere
		for _, part := range []struct {
			name    string
			wanted  bool
			measure func(ctx context.Context, e engine) error
		}{
			{"pages", b.wants("feed") || b.wants("product"), b.measurePages},
			{"taste", b.wants("taste"), b.measureTaste},
			{"place", b.wants("place"), b.measurePlace},
			{"join", b.wants("join"), b.measureJoin},
			{"groups", b.wants("groups"), b.measureGroups},
			{"points", b.wants("points"), b.measurePoints},
			{"statement", b.wants("statement"), b.measureStatement},
			{"share", b.wants("share"), b.measureShare},
			{"commission", b.wants("commission"), b.measureCommission},
			{"live-fan", b.wants("live-fan") && embedded, b.measureFan},
			{"live-stop", b.wants("live-stop") && embedded, b.measureStop},
			{"live-resume", b.wants("live-resume") && embedded, b.measureResume},
			{"live-churn", b.wants("live-churn") && embedded, b.measureChurn},
			{"start", b.wants("start"), b.measureStart},
			{"h5", b.wants("h5") && embedded, b.measureH5},
		} {
			if !part.wanted {
				continue
			}
			fmt.Fprintf(os.Stderr, "bench: %s on %s\n", part.name, e.Name)
			if err := part.measure(ctx, e); err != nil {
				return fmt.Errorf("%s on %s: %w", part.name, e.Name, err)
			}
		}
	}
	return nil
}

// loadAverage says how busy the machine is; figures from a busy one say little.
func loadAverage() string {
	raw, err := os.ReadFile("/proc/loadavg")
	if err != nil {
		return "unknown"
	}
	now, _, _ := strings.Cut(string(raw), " ")
	return now
}

func (b *bench) wants(part string) bool { return slices.Contains(b.only, part) }

// measure warms every leg up and then lets them take turns.
func (b *bench) measure(legs ...func(d time.Duration) (round, error)) ([][]round, error) {
	turns := make([]leg, len(legs))
	for i, run := range legs {
		if _, err := run(min(warmUp, b.duration)); err != nil {
			return nil, err
		}
		turns[i] = func() (round, error) { return run(b.duration) }
	}
	return alternate(rounds, turns...)
}
