// Package internet tells addresses of the internet from all others: what somebody else names may lead to it, and never into this machine or its networks.
package internet

import (
	"fmt"
	"net/netip"
)

// reserved are the networks that nobody outside is reached in: this machine's, private and shared ones, those that carry other addresses inside, multicast,
// benchmarks, documentation, and what clouds tell their machines by.
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

// global is all of IPv6 that is routed on the internet; NAT64, private, link-local and multicast networks lie outside.
var global = netip.MustParsePrefix("2000::/3")

// Check returns an error unless the address is one of the internet's; an IPv4 address mapped into IPv6 counts as what it is.
func Check(address netip.Addr) error {
	addr := address.Unmap()
	if !addr.IsValid() {
		return fmt.Errorf("internet: no address")
	}
	if addr.Is6() && (!global.Contains(addr) || addr.Zone() != "") {
		return fmt.Errorf("internet: %s is not public", addr)
	}
	for _, network := range reserved {
		if network.Contains(addr) {
			return fmt.Errorf("internet: %s is not public", addr)
		}
	}
	return nil
}
