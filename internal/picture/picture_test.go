package picture

import (
	"bytes"
	"compress/zlib"
	"encoding/binary"
	"errors"
	"hash/crc32"
	"image"
	"image/color"
	"image/gif"
	"image/jpeg"
	"image/png"
	"net/http"
	"net/http/httptest"
	"net/netip"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"
)

func drawn(w, h int) image.Image {
	p := image.NewPaletted(image.Rect(0, 0, w, h), color.Palette{color.White, color.Black})
	for i := range p.Pix {
		p.Pix[i] = uint8(i % 2)
	}
	return p
}

func pngOf(w, h int) []byte {
	var b bytes.Buffer
	_ = png.Encode(&b, drawn(w, h))
	return b.Bytes()
}

// bomb is a PNG whose header promises w by h pixels, in a few bytes.
func bomb(w, h uint32) []byte {
	b := bytes.NewBufferString("\x89PNG\r\n\x1a\n")
	chunk := func(kind string, data []byte) {
		_ = binary.Write(b, binary.BigEndian, uint32(len(data)))
		sum := crc32.NewIEEE()
		for _, part := range [][]byte{[]byte(kind), data} {
			b.Write(part)
			sum.Write(part)
		}
		_ = binary.Write(b, binary.BigEndian, sum.Sum32())
	}
	head := binary.BigEndian.AppendUint32(binary.BigEndian.AppendUint32(nil, w), h)
	chunk("IHDR", append(head, 8, 6, 0, 0, 0))
	var packed bytes.Buffer
	z := zlib.NewWriter(&packed)
	_, _ = z.Write(make([]byte, 1<<20))
	_ = z.Close()
	chunk("IDAT", packed.Bytes())
	chunk("IEND", nil)
	return b.Bytes()
}

// local lets the test's own server pass, and nothing else of what Public refuses.
func local(own *httptest.Server) func(netip.AddrPort) error {
	return func(to netip.AddrPort) error {
		if to.String() == own.Listener.Addr().String() {
			return nil
		}
		return Public(to)
	}
}

func TestFetch(t *testing.T) {
	var jpegFile, gifFile bytes.Buffer
	_ = jpeg.Encode(&jpegFile, drawn(900, 1200), nil)
	_ = gif.Encode(&gifFile, drawn(40, 30), nil)
	mux := http.NewServeMux()
	serve := func(path string, body []byte) {
		mux.HandleFunc(path, func(w http.ResponseWriter, _ *http.Request) { _, _ = w.Write(body) })
	}
	serve("/small.png", pngOf(40, 30))
	serve("/big.png", pngOf(3000, 1500))
	serve("/long.png", pngOf(4000, 10))
	serve("/photo.jpg", jpegFile.Bytes())
	serve("/moving.gif", gifFile.Bytes())
	serve("/broken.png", pngOf(400, 300)[:100])
	serve("/page.html", []byte("<html>"))
	serve("/bomb.png", bomb(60_000, 60_000))
	serve("/lying.png", bomb(4000, 4000))
	serve("/heavy.png", append(pngOf(40, 30), make([]byte, maxBytes)...))
	mux.HandleFunc("/streamed.png", func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Encoding", "identity")
		for range 80 {
			_, _ = w.Write(make([]byte, 64<<10))
			w.(http.Flusher).Flush()
		}
	})
	for path, to := range map[string]string{
		"/once": "/small.png", "/loop": "/loop", "/inside": "http://127.0.0.1:1/x", "/metadata": "http://169.254.169.254/latest", "/file": "file:///etc/passwd",
		"/named": "http://u:p@127.0.0.1/", "/three": "/two", "/two": "/once", "/four": "/three",
	} {
		mux.Handle(path, http.RedirectHandler(to, http.StatusFound))
	}
	server := httptest.NewServer(mux)
	defer server.Close()
	for _, tc := range []struct {
		path string
		w, h int // 0: no picture
	}{
		{"/small.png", 40, 30},
		{"/big.png", 1500, 750},
		{"/long.png", 20, 10},
		{"/photo.jpg", 750, 1000},
		{"/moving.gif", 40, 30},
		{"/once", 40, 30},
		{"/three", 40, 30},
		{"/four", 0, 0},
		{"/loop", 0, 0},
		{"/inside", 0, 0},
		{"/metadata", 0, 0},
		{"/file", 0, 0},
		{"/named", 0, 0},
		{"/none", 0, 0},
		{"/broken.png", 0, 0},
		{"/page.html", 0, 0},
		{"/bomb.png", 0, 0},
		{"/lying.png", 0, 0},
		{"/heavy.png", 0, 0},
		{"/streamed.png", 0, 0},
	} {
		t.Run(tc.path, func(t *testing.T) {
			f := NewFetcher(Config{PlainHTTP: true, Allow: local(server)})
			picture, err := f.Picture(t.Context(), server.URL+tc.path)
			if tc.w == 0 {
				if err == nil || picture != nil {
					t.Fatalf("got a picture, %v", err)
				}
				return
			}
			if err != nil || picture.Bounds().Dx() != tc.w || picture.Bounds().Dy() != tc.h {
				t.Fatalf("%v, %v; want %d by %d", picture, err, tc.w, tc.h)
			}
		})
	}
}

func TestAddressesThatAreNotAsked(t *testing.T) {
	var asked atomic.Int32
	server := httptest.NewServer(http.HandlerFunc(func(http.ResponseWriter, *http.Request) { asked.Add(1) }))
	defer server.Close()
	port := server.URL[strings.LastIndex(server.URL, ":"):]
	for _, address := range []string{
		server.URL, "http://localhost" + port, "http://[::1]" + port, "http://[::ffff:127.0.0.1]" + port, "http://0.0.0.0" + port, "http://127.1" + port, "http://2130706433" + port,
		"ftp://example.com/x.png", "/demo/pictures/x.svg", "", "http://", "http://a b", "data:image/png;base64,AAAA", "https://user@example.com/x.png",
	} {
		f := NewFetcher(Config{PlainHTTP: true})
		if picture, err := f.Picture(t.Context(), address); err == nil || picture != nil {
			t.Errorf("%q was asked", address)
		}
	}
	// A name that resolves to this machine only after it was looked at is caught when it is dialled: the check sees addresses, never names.
	strict := NewFetcher(Config{})
	if _, err := strict.Picture(t.Context(), server.URL); err == nil {
		t.Error("plain HTTP without leave")
	}
	if asked.Load() != 0 {
		t.Errorf("the server inside was asked %d times", asked.Load())
	}
}

func TestPublic(t *testing.T) {
	for address, public := range map[string]bool{
		"8.8.8.8:443": true, "1.1.1.1:80": true, "[2606:4700::1]:443": true, "[::ffff:8.8.8.8]:443": true,
		"8.8.8.8:22": false, "127.0.0.1:443": false, "10.1.2.3:443": false, "172.31.0.1:443": false, "192.168.1.1:443": false, "169.254.169.254:80": false,
		"100.100.100.200:80": false, "168.63.129.16:80": false, "0.0.0.0:80": false, "224.0.0.1:80": false, "255.255.255.255:80": false, "198.18.0.1:443": false,
		"[::1]:443": false, "[::]:443": false, "[fe80::1]:443": false, "[fd00:ec2::254]:80": false, "[::ffff:10.0.0.1]:443": false, "[64:ff9b::a00:1]:443": false,
		"[2002:a00:1::]:443": false, "[2001::1]:443": false, "[ff02::1]:443": false,
	} {
		if err := Public(netip.MustParseAddrPort(address)); (err == nil) != public {
			t.Errorf("%s: %v, want public %v", address, err, public)
		}
	}
}

func TestOneRequestForMany(t *testing.T) {
	var asked atomic.Int32
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		asked.Add(1)
		time.Sleep(50 * time.Millisecond)
		if r.URL.Path == "/gone" {
			w.WriteHeader(http.StatusNotFound)
			return
		}
		_, _ = w.Write(pngOf(10, 10))
	}))
	defer server.Close()
	f := NewFetcher(Config{PlainHTTP: true, Allow: local(server)})
	for _, path := range []string{"/there", "/gone"} {
		asked.Store(0)
		var group sync.WaitGroup
		for range 16 {
			group.Go(func() {
				if _, err := f.Picture(t.Context(), server.URL+path); (err != nil) != (path == "/gone") {
					t.Errorf("%s: %v", path, err)
				}
			})
		}
		group.Wait()
		_, _ = f.Picture(t.Context(), server.URL+path) // known by now, also as missing
		if asked.Load() != 1 {
			t.Errorf("%s was asked for %d times", path, asked.Load())
		}
	}
}

func TestSlowServer(t *testing.T) {
	hold := make(chan struct{})
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		select {
		case <-hold:
		case <-r.Context().Done():
		}
	}))
	defer server.Close()
	defer close(hold)
	begun := time.Now()
	_, err := NewFetcher(Config{PlainHTTP: true, Allow: local(server)}).Picture(t.Context(), server.URL)
	var timeout interface{ Timeout() bool }
	if !errors.As(err, &timeout) || !timeout.Timeout() || time.Since(begun) > 2*wait {
		t.Errorf("%v after %v", err, time.Since(begun))
	}
}
