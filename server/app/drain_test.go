package app_test

import (
	"bufio"
	"fmt"
	"io"
	"net"
	"net/http"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/gorilla/websocket"
)

// On SIGTERM sockets are told to come back, a request that is under way is answered, and the program ends with 0.
func TestSIGTERMFinishesWhatIsUnderWay(t *testing.T) {
	p := newBox(t).serve()
	k := dial(t, p.url, `{}`)
	wantEqual(t, k.hear().Type, "connection_ack")

	body := `{"query":"{ serverTime }"}`
	conn, err := net.Dial("tcp", strings.TrimPrefix(p.url, "http://"))
	if err != nil {
		t.Fatal(err)
	}
	defer conn.Close()
	_, _ = fmt.Fprintf(conn, "POST /graphql HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\nContent-Length: %d\r\nExpect: 100-continue\r\n\r\n", len(body))
	reader := bufio.NewReader(conn)
	goOn, err := reader.ReadString('\n') // is said once our body is being read
	if err != nil || !strings.HasPrefix(goOn, "HTTP/1.1 100 ") {
		t.Fatalf("%q %v", goOn, err)
	}
	if end, err := reader.ReadString('\n'); err != nil || end != "\r\n" {
		t.Fatalf("%q %v", end, err)
	}
	_, _ = io.WriteString(conn, body[:10])

	if err := p.cmd.Process.Signal(syscall.SIGTERM); err != nil {
		t.Fatal(err)
	}
	_, err = k.read(20 * time.Second)
	if !websocket.IsCloseError(err, 4491) {
		t.Errorf("the socket: %v, want close code 4491", err)
	}
	eventually(t, "nobody new is let in", func() bool {
		c, err := net.Dial("tcp", strings.TrimPrefix(p.url, "http://"))
		if err == nil {
			_ = c.Close()
		}
		return err != nil
	})
	_, _ = io.WriteString(conn, body[10:])
	res, err := http.ReadResponse(reader, nil)
	if err != nil {
		t.Fatal(err)
	}
	answer, _ := io.ReadAll(res.Body)
	if res.StatusCode != 200 || !strings.Contains(string(answer), "serverTime") {
		t.Errorf("the request under way: %d %s", res.StatusCode, answer)
	}
	wantEqual(t, p.wait(), 0)
}
