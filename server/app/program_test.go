package app_test

import (
	"bufio"
	"bytes"
	"errors"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"
)

// program builds kaituan once and returns its path.
var program = sync.OnceValue(func() string {
	dir, err := os.MkdirTemp("", "kaituan-program")
	if err != nil {
		panic(err)
	}
	built = dir
	path := filepath.Join(dir, "kaituan")
	if out, err := exec.Command("go", "build", "-o", path, "..").CombinedOutput(); err != nil {
		panic(string(out))
	}
	return path
})

// built is the folder of the program, "" as long as no test has wanted it.
var built string

func removeProgram() {
	if built != "" {
		_ = os.RemoveAll(built)
	}
}

// box is where a program runs: a folder of its own and nothing configured but env.
type box struct {
	t   testing.TB
	dir string
	env []string
}

func newBox(t testing.TB, env ...string) *box {
	return &box{t: t, dir: t.TempDir(), env: append([]string{"PATH=" + os.Getenv("PATH"), "HOME=" + t.TempDir()}, env...)}
}

func (b *box) command(args ...string) *exec.Cmd {
	cmd := exec.Command(program(), args...)
	cmd.Dir, cmd.Env = b.dir, b.env
	return cmd
}

// run runs a command to its end.
func (b *box) run(args ...string) (code int, out, problems string) {
	b.t.Helper()
	cmd := b.command(args...)
	var stdout, stderr bytes.Buffer
	cmd.Stdout, cmd.Stderr = &stdout, &stderr
	err := cmd.Run()
	var exit *exec.ExitError
	if err != nil && !errors.As(err, &exit) {
		b.t.Fatal(err)
	}
	return cmd.ProcessState.ExitCode(), stdout.String(), stderr.String()
}

// must runs a command that ends with 0 and returns what it printed.
func (b *box) must(args ...string) string {
	b.t.Helper()
	code, out, problems := b.run(args...)
	if code != 0 {
		b.t.Fatalf("%v: exit %d\n%s%s", args, code, out, problems)
	}
	return out
}

// process is a running server.
type process struct {
	*box
	cmd    *exec.Cmd
	url    string
	output chan string // all of standard output after the first line, once the program has ended
	log    *logBuffer
}

var listening = regexp.MustCompile(`listens on (http://[^/]+)/graphql`)

// serve starts the program and waits until it listens.
func (b *box) serve(args ...string) *process {
	b.t.Helper()
	p := &process{box: b, cmd: b.command(append([]string{"serve", "--listen", "127.0.0.1:0"}, args...)...), output: make(chan string, 1), log: &logBuffer{}}
	out, err := p.cmd.StdoutPipe()
	if err != nil {
		b.t.Fatal(err)
	}
	p.cmd.Stderr = p.log
	if err := p.cmd.Start(); err != nil {
		b.t.Fatal(err)
	}
	reader := bufio.NewReader(out)
	first, _ := reader.ReadString('\n')
	go func() {
		rest, _ := io.ReadAll(reader)
		p.output <- string(rest)
	}()
	b.t.Cleanup(func() { p.kill() })
	found := listening.FindStringSubmatch(first)
	if found == nil {
		p.kill()
		b.t.Fatalf("the program does not listen: %q\n%s", first, p.log)
	}
	p.url = found[1]
	return p
}

// visitor is a caller of the program's.
func (p *process) visitor() *client { return &client{t: p.t, url: p.url + "/graphql"} }

// kill ends the program as a power cut would.
func (p *process) kill() {
	if p.cmd.ProcessState == nil {
		_ = p.cmd.Process.Kill()
		<-p.output
		_ = p.cmd.Wait()
	}
}

// stop asks the program to end, waits, and returns its exit code.
func (p *process) stop() int {
	p.t.Helper()
	if err := p.cmd.Process.Signal(syscall.SIGTERM); err != nil {
		p.t.Fatal(err)
	}
	return p.wait()
}

func (p *process) wait() int {
	p.t.Helper()
	late := time.AfterFunc(60*time.Second, func() { _ = p.cmd.Process.Kill() })
	defer late.Stop()
	<-p.output
	_ = p.cmd.Wait()
	return p.cmd.ProcessState.ExitCode()
}

func wantContains(t testing.TB, text string, all ...string) {
	t.Helper()
	for _, part := range all {
		if !strings.Contains(text, part) {
			t.Errorf("%q is missing in\n%s", part, text)
		}
	}
}
