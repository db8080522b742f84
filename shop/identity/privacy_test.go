package identity_test

import (
	"bytes"
	"context"
	"crypto/hmac"
	"crypto/sha256"
	"fmt"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"os"
	"strings"
	"testing"

	"github.com/kaituan/kaituan/internal/fault"
	"github.com/kaituan/kaituan/internal/id"
	"github.com/kaituan/kaituan/internal/secret"
	"github.com/kaituan/kaituan/internal/store"
	"github.com/kaituan/kaituan/internal/testdb"
	"github.com/kaituan/kaituan/shop/identity"
)

func TestNothingPersonalIsInTheDatabase(t *testing.T) {
	url := testdb.URL(t)
	db, err := store.Open(t.Context(), url)
	if err != nil {
		t.Fatal(err)
	}
	defer db.Close()
	s := on(t, db)
	session := s.signIn(t, wechat, "oOPENID-7788/uUNION-7788")
	s.save(t, session.ShopperID, draft(nil))
	code := s.send(t, "13800138000", phoneIs)
	if _, err := s.PhoneBind(t.Context(), session.ShopperID, "13800138000", code); err != nil {
		t.Fatal(err)
	}
	key, err := s.KeyCreate(t.Context(), "till", []string{"ORDER_READ"})
	if err != nil {
		t.Fatal(err)
	}
	s.refused(t, till, byNumber("13900139000"), fault.Missing)
	member := s.code(t, session.ShopperID)
	s.identified(t, till, byCode(member), session.ShopperID)
	kept := dump(t, db)
	for _, secret := range []string{
		"OPENID-7788", "UNION-7788", "13800138000", "王小明", "漕溪北路", "徐汇区", session.RefreshToken[3:], session.AccessToken, key[3:], "'" + code + "'",
		"13900139000", member, "'" + member[12:] + "'",
	} {
		if bytes.Contains(kept, []byte(secret)) {
			t.Errorf("%s is there to read", secret)
		}
	}
	if !bytes.Contains(kept, []byte(session.ShopperID)) {
		t.Error("the shopper's id is not there: the dump proves nothing")
	}
	path, file := strings.CutPrefix(url, "sqlite:")
	for _, name := range []string{path, path + "-wal"} {
		if raw, err := os.ReadFile(name); file && err == nil {
			for _, secret := range []string{"OPENID-7788", "UNION-7788", "13800138000", "王小明", "漕溪北路"} {
				if bytes.Contains(raw, []byte(secret)) {
					t.Errorf("%s is in the file", secret)
				}
			}
		}
	}
}

// dump is every value of every table of ours, as text between quotes.
func dump(t *testing.T, db *store.Store) []byte {
	t.Helper()
	var out bytes.Buffer
	for _, table := range []string{
		"shoppers", "channel_identities", "sessions", "refresh_tokens", "phone_codes", "addresses", "partner_keys", "host_grants",
		"member_numbers", "member_code_uses", "member_guesses", "departures",
	} {
		rows, err := db.DB().QueryContext(t.Context(), "SELECT * FROM "+table)
		if err != nil {
			t.Fatal(err)
		}
		columns, _ := rows.Columns()
		for rows.Next() {
			values := make([]any, len(columns))
			for i := range values {
				values[i] = new(any)
			}
			if err := rows.Scan(values...); err != nil {
				t.Fatal(err)
			}
			for _, v := range values {
				switch v := (*v.(*any)).(type) {
				case []byte:
					fmt.Fprintf(&out, "'%s'\n", v)
				default:
					fmt.Fprintf(&out, "'%v'\n", v)
				}
			}
		}
		if err := rows.Err(); err != nil {
			t.Fatal(err)
		}
		rows.Close()
	}
	return out.Bytes()
}

func TestSealing(t *testing.T) {
	s := open(t)
	a, b := s.signIn(t, wechat, "o-1").ShopperID, s.signIn(t, wechat, "o-2").ShopperID
	seal := func(who, plain string) []byte {
		t.Helper()
		sealed, err := s.Seal(t.Context(), who, []byte(plain))
		if err != nil {
			t.Fatal(err)
		}
		return sealed
	}
	ofA, ofB := seal(a, "of a"), seal(b, "of b")
	if plain, err := s.Unseal(t.Context(), a, ofA); err != nil || string(plain) != "of a" {
		t.Fatalf("%q, %v", plain, err)
	}
	if _, err := s.Unseal(t.Context(), b, ofA); err == nil {
		t.Fatal("another person's key opens it")
	}
	if _, err := s.Unseal(t.Context(), a, nil); err == nil {
		t.Fatal("nothing opens")
	}
	var statements store.Counter
	ctx := store.CountStatements(t.Context(), &statements)
	many := []identity.Sealed{{ShopperID: b, Cipher: ofB}, {ShopperID: a, Cipher: ofA}, {ShopperID: b, Cipher: ofB}}
	plain, err := s.UnsealMany(ctx, many)
	if err != nil || string(bytes.Join(plain, []byte(","))) != "of b,of a,of b" || statements.Count() != 1 {
		t.Fatalf("%q, %v, %d statements", plain, err, statements.Count())
	}

	s.exec(t, "UPDATE shoppers SET data_key = NULL, state = 'erased' WHERE id = ?", a)
	_, err = s.Unseal(t.Context(), a, ofA)
	want(t, err, identity.ErrErased)
	_, err = s.Seal(t.Context(), a, ofA)
	want(t, err, identity.ErrErased)
	_, err = s.Seal(t.Context(), id.New("shp"), ofA)
	want(t, err, identity.ErrErased)
	_, err = s.PayerID(t.Context(), a, wechat)
	want(t, err, identity.ErrErased)
	if plain, err := s.UnsealMany(t.Context(), many); err != nil || plain[1] != nil || string(plain[0]) != "of b" {
		t.Fatalf("%q, %v; want b's only", plain, err)
	}
	if who, err := s.Shopper(t.Context(), a); err != nil || who.PhoneMasked != nil {
		t.Fatalf("%+v, %v", who, err)
	}
}

func TestForeignMasterKeys(t *testing.T) {
	s := open(t)
	a := s.signIn(t, wechat, "o-1").ShopperID
	sealed, err := s.Seal(t.Context(), a, []byte("x"))
	if err != nil {
		t.Fatal(err)
	}
	s.cfg.Keys = newKeys(t) // other master keys: a wrong deployment, not an erased person
	_, err = identity.New(s.cfg).Unseal(t.Context(), a, sealed)
	want(t, err, secret.ErrUnwrap)
}

func TestWebhookSender(t *testing.T) {
	s := open(t)
	status := http.StatusOK
	var got *http.Request
	var body bytes.Buffer
	gateway := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		got = r
		body.Reset()
		_, _ = body.ReadFrom(r.Body)
		w.Header().Set("Location", "/elsewhere")
		w.WriteHeader(status)
	}))
	defer gateway.Close()
	sender, err := identity.NewWebhookSender(gateway.URL+"/?token=hidden", []byte("0123456789abcdef"), s.clock.Now)
	if err != nil {
		t.Fatal(err)
	}
	if err := sender.Send(t.Context(), phoneIs, "123456"); err != nil {
		t.Fatal(err)
	}
	mac := hmac.New(sha256.New, []byte("0123456789abcdef"))
	mac.Write([]byte("1772353800." + body.String()))
	if body.String() != `{"phone":"+8613800138000","code":"123456"}` || got.Header.Get("X-Kaituan-Timestamp") != "1772353800" ||
		got.Header.Get("X-Kaituan-Signature") != fmt.Sprintf("%x", mac.Sum(nil)) {
		t.Fatalf("%s %v", body.String(), got.Header)
	}
	for _, status = range []int{http.StatusFound, http.StatusBadRequest, http.StatusInternalServerError} {
		if err := sender.Send(t.Context(), phoneIs, "123456"); err == nil || got.URL.Path != "/" {
			t.Fatalf("%d: %v, asked %s", status, err, got.URL)
		}
	}
	gateway.Close()
	err = sender.Send(t.Context(), phoneIs, "123456")
	if err == nil || strings.Contains(err.Error(), "hidden") || strings.Contains(err.Error(), "138") {
		t.Fatalf("%v", err)
	}
	for _, bad := range []string{"", "ftp://x", "/x", "::"} {
		if _, err := identity.NewWebhookSender(bad, make([]byte, 16), s.clock.Now); err == nil {
			t.Errorf("%q is taken", bad)
		}
	}
	if _, err := identity.NewWebhookSender(gateway.URL, make([]byte, 15), s.clock.Now); err == nil {
		t.Error("a short secret is taken")
	}
}

func TestLogSender(t *testing.T) {
	var out bytes.Buffer
	if err := (identity.LogSender{Log: slog.New(slog.NewTextHandler(&out, nil))}).Send(context.Background(), phoneIs, "123456"); err != nil {
		t.Fatal(err)
	}
	if line := out.String(); !strings.Contains(line, "code=123456") || !strings.Contains(line, "138****8000") || strings.Contains(line, "13800138000") {
		t.Fatal(line)
	}
}
