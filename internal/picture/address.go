package picture

import (
	"fmt"
	"net/netip"

	"github.com/kaituan/kaituan/internal/internet"
)

// Public returns an error unless the address is one of the internet's, at the port of HTTP or HTTPS.
func Public(to netip.AddrPort) error {
	if to.Port() != 443 && to.Port() != 80 {
		return fmt.Errorf("picture: port %d is not the web's", to.Port())
	}
	return internet.Check(to.Addr())
}
