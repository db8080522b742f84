package main

import (
	"bufio"
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"
	"syscall"
	"time"
)

// stopTime is how long a process may take to end after it was asked to.
const stopTime = 30 * time.Second

// process is a server in a process of its own.
type process struct {
	cmd *exec.Cmd
	// address is the loopback host and port it listens on; begun is right before it was started.
	address string
	begun   time.Time
}

var listening = regexp.MustCompile(`http://(127\.0\.0\.1:\d+)`)

// launch starts a program in dir and waits until it prints where it listens. Settings of the shop in our own environment do not reach it.
func launch(ctx context.Context, dir, program string, args ...string) (*process, error) {
	log, err := os.Create(filepath.Join(dir, filepath.Base(program)+".log"))
	if err != nil {
		return nil, err
	}
	defer log.Close() // the child has its own
	p := &process{cmd: exec.CommandContext(ctx, program, args...)}
	p.cmd.Dir, p.cmd.Stderr, p.cmd.WaitDelay = dir, log, stopTime
	p.cmd.Cancel = func() error { return p.cmd.Process.Signal(syscall.SIGTERM) }
	for _, setting := range os.Environ() {
		if !strings.HasPrefix(setting, "KAITUAN_") {
			p.cmd.Env = append(p.cmd.Env, setting)
		}
	}
	out, err := p.cmd.StdoutPipe()
	if err != nil {
		return nil, err
	}
	p.begun = time.Now()
	if err := p.cmd.Start(); err != nil {
		return nil, err
	}
	lines := bufio.NewReader(out)
	line, err := lines.ReadString('\n')
	found := listening.FindStringSubmatch(line)
	if err != nil || found == nil {
		_ = p.cmd.Process.Kill()
		_ = p.cmd.Wait()
		said, _ := os.ReadFile(log.Name())
		return nil, fmt.Errorf("%s did not start: %q\n%s", program, line, said)
	}
	p.address = found[1]
	go func() { _, _ = io.Copy(io.Discard, lines) }()
	return p, nil
}

// stop ends the process in good order.
func (p *process) stop() error {
	if err := p.cmd.Process.Signal(syscall.SIGTERM); err != nil {
		return err
	}
	kill := time.AfterFunc(stopTime, func() { _ = p.cmd.Process.Kill() })
	defer kill.Stop()
	var exit *exec.ExitError
	if err := p.cmd.Wait(); err != nil && !errors.As(err, &exit) {
		return err
	}
	return nil
}

// ticksPerSecond is what Linux counts CPU time in for every program (USER_HZ).
const ticksPerSecond = 100

// cpu is the CPU time that the process has used so far, in user and system mode.
func (p *process) cpu() (time.Duration, error) {
	raw, err := os.ReadFile(fmt.Sprintf("/proc/%d/stat", p.cmd.Process.Pid))
	if err != nil {
		return 0, err
	}
	fields := strings.Fields(string(raw[bytes.LastIndexByte(raw, ')')+1:])) // the name before may hold spaces
	user, userErr := strconv.Atoi(fields[11])
	system, systemErr := strconv.Atoi(fields[12])
	return time.Duration(user+system) * time.Second / ticksPerSecond, errors.Join(userErr, systemErr)
}

// ownCPU is the CPU time that this process has used so far.
func ownCPU() (time.Duration, error) {
	var used syscall.Rusage
	err := syscall.Getrusage(syscall.RUSAGE_SELF, &used)
	return time.Duration(used.Utime.Nano() + used.Stime.Nano()), err
}

// resident is the memory of the process that is in RAM, in MB (10^6 bytes).
func (p *process) resident() (float64, error) {
	raw, err := os.ReadFile(fmt.Sprintf("/proc/%d/status", p.cmd.Process.Pid))
	if err != nil {
		return 0, err
	}
	for line := range strings.Lines(string(raw)) {
		if rest, ok := strings.CutPrefix(line, "VmRSS:"); ok {
			kilobytes, err := strconv.Atoi(strings.Fields(rest)[0])
			return float64(kilobytes) * 1024 / 1e6, err
		}
	}
	return 0, errors.New("no VmRSS in status")
}
