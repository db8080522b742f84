package main

import (
	"bufio"
	"bytes"
	"fmt"
	"io"
	"net"
	"net/http"
	"strings"
	"time"
)

// client is one keep-alive connection. It costs less than net/http's, since it shares the processors with what it measures.
type client struct {
	conn net.Conn
	in   *bufio.Reader
	body bytes.Buffer
}

// answerTime bounds one answer; a server that is slower is broken, not slow.
const answerTime = 30 * time.Second

func dial(address string) (*client, error) {
	conn, err := net.Dial("tcp", address)
	if err != nil {
		return nil, err
	}
	return &client{conn: conn, in: bufio.NewReaderSize(conn, 32<<10)}, nil
}

// do sends a whole request and returns the answer's body, which is valid until the next call. Anything but 200 is an error.
func (c *client) do(request []byte) ([]byte, error) {
	if err := c.conn.SetDeadline(time.Now().Add(answerTime)); err != nil {
		return nil, err
	}
	if _, err := c.conn.Write(request); err != nil {
		return nil, err
	}
	response, err := http.ReadResponse(c.in, nil)
	if err != nil {
		return nil, err
	}
	c.body.Reset()
	_, err = io.Copy(&c.body, response.Body)
	if err == nil && response.StatusCode != http.StatusOK {
		err = fmt.Errorf("%s: %.300s", response.Status, c.body.Bytes())
	}
	return c.body.Bytes(), err
}

// get and post are requests as they go over the wire.
func get(path string) []byte {
	return []byte("GET " + path + " HTTP/1.1\r\nHost: bench\r\n\r\n")
}

func post(path, body string) []byte {
	var b strings.Builder
	fmt.Fprintf(&b, "POST %s HTTP/1.1\r\nHost: bench\r\nContent-Type: application/json\r\nContent-Length: %d\r\n\r\n%s", path, len(body), body)
	return []byte(b.String())
}

// once sends one request over a connection of its own.
func once(address string, request []byte) ([]byte, error) {
	c, err := dial(address)
	if err != nil {
		return nil, err
	}
	defer c.conn.Close()
	return c.do(request)
}
