package main

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"time"
)

// What a live room is measured with: the document that viewers watch by, and the comment that is published.
const (
	watchDoc    = `subscription($roomId:ID!){liveRoomEvents(roomId:$roomId){seq ... on LiveTick{comments{text}}}}`
	publishBody = `{"query":"mutation($i:LiveCommentSendInput!){liveCommentSend(input:$i){comment{id}}}","variables":{"i":{"roomId":"{{room}}","text":"\"ts\":\"{{ts}}\" {{text}}","clientId":"{{ts}}"}}}`
	// sentMarker is what stands before the time in a frame: quotes inside a JSON string are escaped.
	sentMarker = `\"ts\":\"`
	textBytes  = "150"
)

// contender is a server that sends what is published to all who watch.
type contender struct {
	name string
	*process
	protocol, path, publish, room, token string
}

// fanned is what the loader says of one run.
type fanned struct {
	Subscribers int `json:"subscribers"`
	Wanted      int `json:"subscribers_wanted"`
	Expected    int `json:"expected"`
	Delivered   int `json:"delivered"`
	Lost        int `json:"lost"`
	Latency     struct {
		P50 float64 `json:"p50"`
		P99 float64 `json:"p99"`
	} `json:"latency_ms"`
	PerMillion float64  `json:"server_cpu_s_per_million"`
	PerIdle    float64  `json:"rss_kib_per_idle_conn"`
	Closed     int      `json:"closed_by_server"`
	Failed     int      `json:"publish_errors"`
	Errors     []string `json:"errors"`
	// Started is when publishing began, in Unix milliseconds.
	Started int64 `json:"started_unix_ms"`
	// What was seen of the events' numbers: those left out, those that came twice, whole states in place of what was missed, and subscribers who saw none.
	Gaps       int `json:"gaps"`
	Duplicates int `json:"duplicates"`
	Resets     int `json:"resets"`
	Silent     int `json:"silent"`
	// How many came back, how long all of them took to, and until each had caught up, in seconds.
	Resumed  int     `json:"resumed"`
	ResumeS  float64 `json:"resume_s"`
	CaughtUp float64 `json:"caught_up_s"`
	// Visits is how many connected, subscribed, saw an event and left, a second.
	Visits float64 `json:"churned_per_s"`
}

func (f fanned) begun() time.Time { return time.UnixMilli(f.Started) }
func (f fanned) p99() float64     { return f.Latency.P99 }

// fan runs the loader against a contender.
func (b *bench) fan(ctx context.Context, c *contender, more ...string) (out fanned, err error) {
	args := append([]string{
		"-protocol", c.protocol, "-url", "ws://" + c.address + c.path, "-room", c.room, "-document", watchDoc, "-server-pid", strconv.Itoa(c.cmd.Process.Pid),
		"-publish-url", "http://" + c.address + c.publish, "-publish-body", publishBody, "-publish-header", "Authorization: Bearer " + c.token,
		"-ts-marker", sentMarker, "-text-bytes", textBytes, "-settle", "2s",
	}, more...)
	cmd := exec.CommandContext(ctx, b.loader, args...)
	var stderr bytes.Buffer
	cmd.Stderr = &stderr
	raw, err := cmd.Output()
	if err != nil {
		return out, fmt.Errorf("the loader on %s: %w\n%s", c.name, err, stderr.String())
	}
	if err := json.Unmarshal(raw, &out); err != nil {
		return out, fmt.Errorf("the loader on %s: %w in %s", c.name, err, raw)
	}
	if out.Subscribers != out.Wanted || out.Failed > 0 || len(out.Errors) > 0 {
		return out, fmt.Errorf("the loader on %s: %s", c.name, raw)
	}
	return out, nil
}

// gql asks a contender's shop and reads one string of the answer.
func gql(address, token, query string, variables map[string]any, path ...string) (string, error) {
	body, err := json.Marshal(map[string]any{"query": query, "variables": variables})
	if err != nil {
		return "", err
	}
	req, err := http.NewRequest(http.MethodPost, "http://"+address+"/graphql", bytes.NewReader(body))
	if err != nil {
		return "", err
	}
	req.Header.Set("Content-Type", "application/json")
	if token != "" {
		req.Header.Set("Authorization", "Bearer "+token)
	}
	res, err := http.DefaultClient.Do(req)
	if err != nil {
		return "", err
	}
	defer res.Body.Close()
	raw, err := io.ReadAll(res.Body)
	if err != nil {
		return "", err
	}
	var at any
	if err := json.Unmarshal(raw, &at); err != nil {
		return "", err
	}
	for _, step := range append([]string{"data"}, path...) {
		switch on := at.(type) {
		case map[string]any:
			at = on[step]
		case []any:
			i, err := strconv.Atoi(step)
			if err != nil || i >= len(on) {
				return "", fmt.Errorf("%s: no %s", raw, step)
			}
			at = on[i]
		}
	}
	found, ok := at.(string)
	if !ok {
		return "", fmt.Errorf("%s: no %s", raw, strings.Join(path, "."))
	}
	return found, nil
}

// openRoom signs the demo's host in and has him open a room.
func openRoom(address string) (room, token string, err error) {
	token, err = gql(address, "", `mutation { sessionCreate(input: {channel: H5, code: "demo:host"}) { session { accessToken } } }`, nil, "sessionCreate", "session", "accessToken")
	if err != nil {
		return "", "", err
	}
	product, err := gql(address, "", `{ products(first: 1) { nodes { id } } }`, nil, "products", "nodes", "0", "id")
	if err != nil {
		return "", "", err
	}
	room, err = gql(address, token, `mutation($p: [ID!]!) { liveRoomCreate(input: {idempotencyKey: "bench", title: "bench", productIds: $p}) { room { id } } }`,
		map[string]any{"p": []string{product}}, "liveRoomCreate", "room", "id")
	if err != nil {
		return "", "", err
	}
	_, err = gql(address, token, `mutation($r: ID!) { liveRoomStart(input: {roomId: $r}) { room { id } } }`, map[string]any{"r": room}, "liveRoomStart", "room", "id")
	return room, token, err
}

// contend starts the contenders of these names, with rooms that tick as often as tick says, calls measure with them, and stops them.
func (b *bench) contend(ctx context.Context, tick time.Duration, names []string, measure func(c ...*contender) error) (err error) {
	at, err := engine{Name: "SQLite"}.fresh()
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, at.remove(ctx)) }()
	var all []*contender
	defer func() {
		for _, c := range all {
			err = errors.Join(err, c.stop())
		}
	}()
	for _, name := range names {
		c, err := b.contender(ctx, name, filepath.Join(at.dir, name), tick)
		if err != nil {
			return err
		}
		all = append(all, c)
		if name == "floor" {
			c.protocol, c.path, c.publish, c.room = "raw", "/ws", "/publish", "none"
			continue
		}
		if c.room, c.token, err = openRoom(c.address); err != nil {
			return fmt.Errorf("open a room of %s: %w", name, err)
		}
	}
	return measure(all...)
}

// contender starts one of them in a folder of its own.
func (b *bench) contender(ctx context.Context, name, dir string, tick time.Duration) (*contender, error) {
	self, err := os.Executable()
	if err != nil {
		return nil, err
	}
	if err := os.Mkdir(dir, 0o700); err != nil {
		return nil, err
	}
	c := &contender{name: name, protocol: "graphql-ws", path: "/graphql", publish: "/graphql"}
	switch name {
	case "ours":
		c.process, err = launch(ctx, dir, b.program, "--listen", "127.0.0.1:0", "--live-tick", tick.String())
	case "stock":
		c.path = "/stock"
		c.process, err = launch(ctx, dir, self, "-stock", tick.String())
	case "floor":
		c.process, err = launch(ctx, dir, self, "-broadcast")
	default:
		err = fmt.Errorf("no contender is named %s", name)
	}
	return c, err
}
