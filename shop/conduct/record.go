package conduct

import (
	"context"
	"encoding/hex"
	"fmt"
	"net/netip"
)

// Record remembers an action, in the transaction of ctx when there is one. Of where it came from it keeps keyed hashes only: of the address's network (/24, in
// IPv6 /48), none when the address is not one of the internet's, and of the device.
func (s *Service) Record(ctx context.Context, a Action) error {
	return s.store.InTx(ctx, func(ctx context.Context) error {
		row, err := s.store.Client(ctx).ConductAction.Create().SetShopperID(a.ShopperID).SetKind(string(a.Kind)).SetTarget(a.Target).
			SetNetwork(s.hash("network", network(a.From.IP))).SetDevice(s.hash("device", a.From.Device)).SetAt(a.At.UTC()).Save(ctx)
		if err != nil {
			return fmt.Errorf("record what %s did: %w", a.ShopperID, err)
		}
		return s.keepSweeping(ctx, row.ID)
	})
}

// hash is the keyed hash of what a client is known by; "" stays "".
func (s *Service) hash(what, text string) string {
	if text == "" {
		return ""
	}
	return hex.EncodeToString(s.mac([]byte(what + ":" + text)))
}

// carriers share these addresses among all whom they serve, within their own networks.
var carriers = netip.MustParsePrefix("100.64.0.0/10")

// network is the network of an address on the internet, "" of any other: those say nothing, or that a proxy is not trusted.
func network(ip string) string {
	address, err := netip.ParseAddr(ip)
	if err != nil {
		return ""
	}
	address = address.Unmap().WithZone("")
	if !address.IsGlobalUnicast() || address.IsPrivate() || carriers.Contains(address) {
		return ""
	}
	bits := 48
	if address.Is4() {
		bits = 24
	}
	prefix, err := address.Prefix(bits)
	if err != nil {
		return ""
	}
	return prefix.String()
}
