package app_test

import (
	"testing"
	"time"
)

const (
	sessionRefresh = `mutation($t: String!) { sessionRefresh(input: {refreshToken: $t}) { session { accessToken refreshToken scopes shopper { id } } userErrors { code field message } } }`
	sessionRevoke  = `mutation($t: String!) { sessionRevoke(input: {refreshToken: $t}) { revoked userErrors { code field message } } }`
)

func TestRefreshTokensRotate(t *testing.T) {
	s := openShop(t)
	ming := s.signedIn("ming")
	first := ming.refreshToken
	second := s.visitor().do(sessionRefresh, vars{"t": first}).want("sessionRefresh.session.shopper.id", ming.shopperID, "sessionRefresh.session.scopes", "[SHOPPER]")
	newer := s.visitor().with("Bearer " + second.str("sessionRefresh.session.accessToken"))
	newer.do(`{ me { id } }`, nil).want("me.id", ming.shopperID)

	s.Clock.Advance(5 * time.Minute) // past the grace that a lost answer gets
	wantEqual(t, s.visitor().send(sessionRefresh, vars{"t": first}).verdict(), "TOKEN_INVALID")
	wantEqual(t, s.visitor().send(sessionRefresh, vars{"t": second.str("sessionRefresh.session.refreshToken")}).verdict(), "TOKEN_INVALID")
	wantEqual(t, s.visitor().send(sessionRefresh, vars{"t": "rubbish"}).verdict(), "TOKEN_INVALID")
}

func TestRevokedSession(t *testing.T) {
	s := openShop(t)
	ming := s.signedIn("ming")
	s.Clock.Advance(time.Hour)
	expired := ming.send(`{ order(id: "ord_01JD8Q2M0V6T3C9E5K7R1XW4ZB") { id } }`, nil)
	wantEqual(t, expired.code(), "TOKEN_EXPIRED")
	wantEqual(t, ming.send(`{ me { id } }`, nil).code(), "TOKEN_EXPIRED")
	wantEqual(t, s.visitor().do(`{ me { id } }`, nil).at("me"), nil)
	ming.do(sessionRevoke, vars{"t": ming.refreshToken}).want("sessionRevoke.revoked", "true")
	wantEqual(t, ming.send(sessionRefresh, vars{"t": ming.refreshToken}).verdict(), "TOKEN_INVALID")
}

func TestAddresses(t *testing.T) {
	s := openShop(t)
	ming := s.shopper("ming")
	save := func(more vars) answer {
		in := vars{"recipient": "明", "phone": "13900139000", "region": []string{"北京市"}, "street": "长安街 1 号"}
		for k, v := range more {
			in[k] = v
		}
		return ming.do(addressSave, vars{"in": in})
	}
	second := save(vars{"isDefault": true}).want("addressSave.address.isDefault", "true", "addressSave.address.phoneMasked", "139****9000")
	changed := save(vars{"id": second.str("addressSave.address.id"), "phone": nil, "street": "长安街 2 号"})
	changed.want("addressSave.address.phoneMasked", "139****9000", "addressSave.address.id", second.str("addressSave.address.id"))
	all := ming.do(`{ me { addresses { id street isDefault } } }`, nil)
	wantEqual(t, len(all.list("me.addresses")), 2)
	ming.do(`mutation($id: ID!) { addressDelete(input: {id: $id}) { address { street } userErrors { code } } }`, vars{"id": second.str("addressSave.address.id")}).
		want("addressDelete.address.street", "长安街 2 号")
	ming.do(`{ me { addresses { street isDefault } } }`, nil).want("me.addresses.0.isDefault", "true", "me.addresses.0.street", "漕溪北路 1 号", "me.addresses.1", "<nil>")
}

// An answer to one person must not be kept for another.
func TestAnswersToOnePersonAreNotCached(t *testing.T) {
	s := openShop(t)
	ming := s.signedIn("ming")
	for _, query := range []string{`{ me { id } }`, `{ feed { edges { impression } } }`} {
		if got := ming.do(query, nil).header.Get("Cache-Control"); got != "no-store" && got != "private, no-store" && got != "private" {
			t.Errorf("%s: Cache-Control %q", query, got)
		}
	}
}
