package picture

import (
	"fmt"
	"net/netip"
)

// reserved are the networks that no picture comes from: this machine's, private and shared ones, those that carry other addresses inside, documentation,
// and what clouds tell their machines by.
var reserved = func() []netip.Prefix {
	var all []netip.Prefix
	for _, s := range []string{
		"0.0.0.0/8", "10.0.0.0/8", "100.64.0.0/10", "127.0.0.0/8", "169.254.0.0/16", "172.16.0.0/12", "192.0.0.0/24", "192.0.2.0/24", "192.88.99.0/24",
		"192.168.0.0/16", "198.18.0.0/15", "198.51.100.0/24", "203.0.113.0/24", "224.0.0.0/4", "240.0.0.0/4",
		"168.63.129.16/32",           // Azure's answers about the machine
		"2001::/23", "2001:db8::/32", // protocols' own, Teredo among them; documentation
		"2002::/16", "3fff::/20", // 6to4; documentation
	} {
		all = append(all, netip.MustParsePrefix(s))
	}
	return all
}()

// global is all of IPv6 that is routed on the internet; NAT64, private and link-local networks lie outside.
var global = netip.MustParsePrefix("2000::/3")

// Public returns an error unless the address is one of the internet's, at the port of HTTP or HTTPS.
func Public(to netip.AddrPort) error {
	addr := to.Addr().Unmap()
	if to.Port() != 443 && to.Port() != 80 {
		return fmt.Errorf("picture: port %d is not the web's", to.Port())
	}
	if addr.Is6() && (!global.Contains(addr) || addr.Zone() != "") {
		return fmt.Errorf("picture: %s is not public", addr)
	}
	for _, network := range reserved {
		if network.Contains(addr) {
			return fmt.Errorf("picture: %s is not public", addr)
		}
	}
	if !addr.IsValid() {
		return fmt.Errorf("picture: %s is no address", to)
	}
	return nil
}
