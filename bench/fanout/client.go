package main

import (
	"bytes"
	"crypto/rand"
	"encoding/base64"
	"encoding/binary"
	"errors"
	"fmt"
	"net"
	"net/url"
	"sync/atomic"
	"syscall"
	"time"
)

// client is one websocket, read by one goroutine.
type client struct {
	c   net.Conn
	buf []byte // unread bytes are buf[r:w]
	r   int
	w   int

	apart   bool // its deliveries are not measured
	stopped atomic.Bool
	track   *track // nil unless the events' numbers are followed
}

func (k *client) fill() error {
	if k.r == k.w {
		k.r, k.w = 0, 0
	}
	if k.w == len(k.buf) {
		if k.r > 0 {
			copy(k.buf, k.buf[k.r:k.w])
			k.w -= k.r
			k.r = 0
		} else {
			nb := make([]byte, 2*len(k.buf))
			copy(nb, k.buf[:k.w])
			k.buf = nb
		}
	}
	n, err := k.c.Read(k.buf[k.w:])
	k.w += n
	return err
}

// next returns the opcode and payload of one frame; the payload is valid until
// the next call. Server frames are unmasked; fragments are returned as they come.
func (k *client) next() (byte, []byte, error) {
	for {
		b := k.buf[k.r:k.w]
		if len(b) >= 2 {
			ln, hd := int(b[1]&0x7f), 2
			switch ln {
			case 126:
				hd = 4
			case 127:
				hd = 10
			}
			if len(b) >= hd {
				switch hd {
				case 4:
					ln = int(binary.BigEndian.Uint16(b[2:]))
				case 10:
					ln = int(binary.BigEndian.Uint64(b[2:]))
				}
				if len(b) >= hd+ln {
					k.r += hd + ln
					return b[0] & 0x0f, b[hd : hd+ln], nil
				}
			}
		}
		if err := k.fill(); err != nil {
			return 0, nil, err
		}
	}
}

func (k *client) send(op byte, p []byte) error {
	f := make([]byte, 0, len(p)+14)
	f = append(f, 0x80|op)
	switch {
	case len(p) < 126:
		f = append(f, 0x80|byte(len(p)))
	case len(p) < 1<<16:
		f = append(f, 0x80|126, byte(len(p)>>8), byte(len(p)))
	default:
		f = append(f, 0x80|127)
		f = binary.BigEndian.AppendUint64(f, uint64(len(p)))
	}
	f = append(f, 0, 0, 0, 0) // a zero mask key: legal, and free to apply
	_, err := k.c.Write(append(f, p...))
	return err
}

// dial connects and upgrades. A receiveBuffer above 0 is what the kernel is asked to keep at most of what is not read, in bytes; it takes up to twice as much.
func dial(u *url.URL, sub string, bufSize, receiveBuffer int, hdr []string) (*client, error) {
	dialer := net.Dialer{Timeout: 20 * time.Second}
	if receiveBuffer > 0 { // before connecting, or a larger window is offered first
		dialer.Control = func(_, _ string, raw syscall.RawConn) (err error) {
			controlErr := raw.Control(func(fd uintptr) {
				err = syscall.SetsockoptInt(int(fd), syscall.SOL_SOCKET, syscall.SO_RCVBUF, receiveBuffer)
			})
			return errors.Join(controlErr, err)
		}
	}
	c, err := dialer.Dial("tcp", u.Host)
	if err != nil {
		return nil, err
	}
	var key [16]byte
	rand.Read(key[:])
	var b bytes.Buffer
	fmt.Fprintf(&b, "GET %s HTTP/1.1\r\nHost: %s\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Version: 13\r\nSec-WebSocket-Key: %s\r\n",
		u.RequestURI(), u.Host, base64.StdEncoding.EncodeToString(key[:]))
	if sub != "" {
		fmt.Fprintf(&b, "Sec-WebSocket-Protocol: %s\r\n", sub)
	}
	for _, h := range hdr {
		b.WriteString(h + "\r\n")
	}
	b.WriteString("\r\n")
	c.SetDeadline(time.Now().Add(60 * time.Second))
	if _, err = c.Write(b.Bytes()); err != nil {
		c.Close()
		return nil, err
	}
	k := &client{c: c, buf: make([]byte, bufSize)}
	for {
		if i := bytes.Index(k.buf[:k.w], []byte("\r\n\r\n")); i >= 0 {
			if !bytes.HasPrefix(k.buf, []byte("HTTP/1.1 101")) {
				c.Close()
				return nil, fmt.Errorf("handshake: %.80q", k.buf[:k.w])
			}
			k.r = i + 4
			break
		}
		if err = k.fill(); err != nil {
			c.Close()
			return nil, err
		}
	}
	return k, nil
}

// expect reads until a message holds want.
func (k *client) expect(want string) error {
	for {
		op, p, err := k.next()
		if err != nil {
			return err
		}
		switch op {
		case 8:
			return fmt.Errorf("closed: %.100q", p)
		case 9:
			k.send(10, p)
		case 1, 2:
			if bytes.Contains(p, []byte(want)) {
				return nil
			}
			if bytes.Contains(p, []byte(`"error"`)) {
				return fmt.Errorf("server: %.200s", p)
			}
		}
	}
}
