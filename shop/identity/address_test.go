package identity_test

import (
	"context"
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/kaituan/kaituan/internal/fault"
	"github.com/kaituan/kaituan/internal/id"
	"github.com/kaituan/kaituan/shop/identity"
)

func draft(change func(*identity.AddressDraft)) identity.AddressDraft {
	d := identity.AddressDraft{Recipient: "王小明", Phone: "13800138000", Region: []string{"上海市", "上海市", "徐汇区"}, Street: "漕溪北路 1 号"}
	if change != nil {
		change(&d)
	}
	return d
}

func (s *shop) save(t testing.TB, shopperID string, d identity.AddressDraft) *identity.Address {
	t.Helper()
	a, err := s.AddressSave(t.Context(), shopperID, d)
	if err != nil {
		t.Fatal(err)
	}
	return a
}

func TestAddresses(t *testing.T) {
	s := open(t)
	ctx := t.Context()
	me, other := s.signIn(t, wechat, "o-1").ShopperID, s.signIn(t, wechat, "o-2").ShopperID
	if none, err := s.DefaultAddress(ctx, me); err != nil || none != nil {
		t.Fatalf("%+v, %v", none, err)
	}
	home := s.save(t, me, draft(nil))
	if !home.IsDefault || home.PhoneMasked != "138****8000" || home.Phone != "13800138000" {
		t.Fatalf("%+v; want the first one to be the default", home)
	}
	s.clock.Advance(time.Second)
	work := s.save(t, me, draft(func(d *identity.AddressDraft) { d.Street = "work" }))
	if work.IsDefault {
		t.Fatal("the second one is not the default")
	}
	work = s.save(t, me, draft(func(d *identity.AddressDraft) {
		*d = identity.AddressDraft{ID: work.ID, Recipient: " 李 ", Region: d.Region, Street: "moved", Default: true}
	}))
	if !work.IsDefault || work.Phone != "13800138000" || work.Recipient != "李" || work.Street != "moved" {
		t.Fatalf("%+v; want the phone kept and the default moved", work)
	}
	work = s.save(t, me, draft(func(d *identity.AddressDraft) { d.ID = work.ID }))
	if !work.IsDefault {
		t.Fatal("an edit takes the default away")
	}
	list, err := s.Addresses(ctx, me)
	if err != nil || len(list) != 2 || list[0].ID != work.ID || list[1].IsDefault {
		t.Fatalf("%v, %v", list, err)
	}
	_, err = s.Address(ctx, other, home.ID)
	want(t, err, fault.Missing)
	_, err = s.AddressSave(ctx, other, draft(func(d *identity.AddressDraft) { d.ID = home.ID }))
	want(t, err, fault.Missing, "input", "id")
	_, err = s.AddressSave(ctx, other, draft(func(d *identity.AddressDraft) { d.ID = home.ID; d.Phone = "" }))
	want(t, err, fault.Missing, "input", "id")
	_, err = s.AddressDelete(ctx, other, home.ID)
	want(t, err, fault.Missing, "input", "id")
	if gone, err := s.AddressDelete(ctx, me, work.ID); err != nil || gone.Street != work.Street {
		t.Fatalf("%+v, %v", gone, err)
	}
	if next, err := s.DefaultAddress(ctx, me); err != nil || next.ID != home.ID {
		t.Fatalf("%+v, %v; want the one left", next, err)
	}
	if _, err := s.AddressDelete(ctx, me, home.ID); err != nil {
		t.Fatal(err)
	}
	_, err = s.AddressDelete(ctx, me, home.ID)
	want(t, err, fault.Missing)
	if list, err := s.Addresses(ctx, me); err != nil || len(list) != 0 {
		t.Fatalf("%v, %v", list, err)
	}
}

func TestAddressesThatAreRefused(t *testing.T) {
	s := open(t)
	me := s.signIn(t, wechat, "o-1").ShopperID
	for _, tc := range []struct {
		name   string
		change func(*identity.AddressDraft)
		err    error
		path   string
	}{
		{"no recipient", func(d *identity.AddressDraft) { d.Recipient = " \t" }, fault.Blank, "recipient"},
		{"long recipient", func(d *identity.AddressDraft) { d.Recipient = strings.Repeat("明", 41) }, fault.TooLong, "recipient"},
		{"line break", func(d *identity.AddressDraft) { d.Recipient = "a\nb" }, fault.Invalid, "recipient"},
		{"no phone", func(d *identity.AddressDraft) { d.Phone = "" }, fault.Blank, "phone"},
		{"bad phone", func(d *identity.AddressDraft) { d.Phone = "12" }, fault.Invalid, "phone"},
		{"no region", func(d *identity.AddressDraft) { d.Region = nil }, fault.Blank, "region"},
		{"long region", func(d *identity.AddressDraft) { d.Region = make([]string, 6) }, fault.OutOfRange, "region"},
		{"blank region", func(d *identity.AddressDraft) { d.Region = []string{"a", ""} }, fault.Blank, "region/1"},
		{"long part", func(d *identity.AddressDraft) { d.Region = []string{strings.Repeat("a", 31)} }, fault.TooLong, "region/0"},
		{"no street", func(d *identity.AddressDraft) { d.Street = "" }, fault.Blank, "street"},
		{"long street", func(d *identity.AddressDraft) { d.Street = strings.Repeat("街", 201) }, fault.TooLong, "street"},
		{"turned street", func(d *identity.AddressDraft) { d.Street = "a\u202eb" }, fault.Invalid, "street"},
		{"unknown", func(d *identity.AddressDraft) { d.ID = id.New("adr") }, fault.Missing, "id"},
	} {
		t.Run(tc.name, func(t *testing.T) {
			_, err := s.AddressSave(t.Context(), me, draft(tc.change))
			want(t, err, tc.err, append([]string{"input"}, strings.Split(tc.path, "/")...)...)
		})
	}
	s.save(t, me, draft(func(d *identity.AddressDraft) { // the longest one fits its column
		part := strings.Repeat("<", 30)
		*d = identity.AddressDraft{Recipient: strings.Repeat("<", 40), Phone: d.Phone, Region: []string{part, part, part, part, part}, Street: strings.Repeat("<", 200)}
	}))
}

func TestAddressesAtOnce(t *testing.T) {
	s := open(t)
	me := s.signIn(t, wechat, "o-1").ShopperID
	good := 0
	for _, err := range together(25, func(i int) error {
		_, err := s.AddressSave(context.Background(), me, draft(func(d *identity.AddressDraft) { d.Street = fmt.Sprint(i); d.Default = i%2 == 0 }))
		return err
	}) {
		if err == nil {
			good++
		} else {
			want(t, err, identity.ErrTooManyAddresses)
		}
	}
	list, err := s.Addresses(t.Context(), me)
	if err != nil || good != identity.MaxAddresses || len(list) != good {
		t.Fatalf("%d saved, %d kept, %v", good, len(list), err)
	}
	for i, a := range list {
		if a.IsDefault != (i == 0) {
			t.Fatalf("address %d: default %v; want one, the first", i, a.IsDefault)
		}
	}
	for _, err := range together(len(list), func(i int) error { _, err := s.AddressDelete(context.Background(), me, list[i].ID); return err }) {
		if err != nil {
			t.Fatal(err)
		}
	}
}

func TestProfile(t *testing.T) {
	s := open(t)
	me := s.signIn(t, wechat, "o-1").ShopperID
	set := func(name string) (*identity.Shopper, error) { return s.ProfileSet(t.Context(), me, &name) }
	for _, tc := range []struct {
		name string
		err  error
	}{
		{"", fault.Blank}, {"  ", fault.Blank}, {strings.Repeat("名", 21), fault.TooLong}, {"a\x00b", fault.Invalid}, {"a\u2066b", fault.Invalid}, {"a\u2028b", fault.Invalid},
	} {
		_, err := set(tc.name)
		want(t, err, tc.err, "input", "nickname")
	}
	long := strings.Repeat("🦊", 20)
	if who, err := set(" " + long + " "); err != nil || who.Nickname != long {
		t.Fatalf("%+v, %v", who, err)
	}
	if who, err := s.ProfileSet(t.Context(), me, nil); err != nil || who.Nickname != long {
		t.Fatalf("%+v, %v", who, err)
	}
	masked, err := s.Masked(t.Context(), []string{me, id.New("shp")})
	if err != nil || len(masked) != 1 || masked[me].Nickname != "🦊**" {
		t.Fatalf("%v, %v", masked, err)
	}
}
