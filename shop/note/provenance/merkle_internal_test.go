package provenance

import (
	"encoding/hex"
	"slices"
	"testing"

	"pgregory.net/rapid"
)

// The leaves and roots that Certificate Transparency's implementations are tested with; their tree is that of RFC 6962 and RFC 9162.
func TestKnownTrees(t *testing.T) {
	var leaves []Hash
	known := []string{
		"e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855", "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d", "fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125",
		"aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77", "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7", "4e3bbb1f7b478dcfe71fb631631519a3bca12c9aefca1612bfce4c13a86264d4",
		"76e67dadbcdf1e10e1b74ddc608abd2f98dfb16fbce75277b5232a127f2087ef", "ddb89be403809e325750d3d263cd78929c2942b7942a34b77e122c9594a74c8c", "5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328",
	}
	for i, input := range []string{"", "00", "10", "2021", "3031", "40414243", "5051525354555657", "606162636465666768696a6b6c6d6e6f", ""} {
		if got := root(leaves).String(); got != known[i] {
			t.Errorf("%d leaves: %s", i, got)
		}
		data, err := hex.DecodeString(input)
		if err != nil {
			t.Fatal(err)
		}
		leaves = append(leaves, leafHash(data))
	}
}

// The paths that RFC 9162 shows for its tree of seven leaves (2.1.5), d0 to d6: [b, h, l], [c, g, l], [f, j, k], [i, k].
func TestThePathsOfTheRFC(t *testing.T) {
	var d []Hash
	for i := range 7 {
		d = append(d, leafHash([]byte{byte(i)}))
	}
	g, h, i, j := nodeHash(d[0], d[1]), nodeHash(d[2], d[3]), nodeHash(d[4], d[5]), d[6]
	k, l := nodeHash(g, h), nodeHash(i, j)
	if root(d) != nodeHash(k, l) {
		t.Error("another root")
	}
	for at, want := range map[int][]Hash{0: {d[1], h, l}, 3: {d[2], g, l}, 4: {d[5], j, k}, 6: {i, k}} {
		if got := path(d, at); !slices.Equal(got, want) {
			t.Errorf("path of d%d: %v", at, got)
		}
	}
}

// Every leaf has a path that leads to the root, and no other place, size, leaf or path does.
func TestOnlyTheRightPathLeadsThere(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		size := rapid.IntRange(1, 70).Draw(t, "size")
		leaves := make([]Hash, size)
		for i := range leaves {
			leaves[i] = leafHash([]byte{byte(i)})
		}
		top, at := root(leaves), rapid.IntRange(0, size-1).Draw(t, "at")
		way := path(leaves, at)
		leads := func(leaf Hash, at, size int, way []Hash) bool {
			got, ok := climb(leaf, int64(at), int64(size), way)
			return ok && got == top
		}
		if !leads(leaves[at], at, size, way) {
			t.Fatalf("leaf %d of %d is not in its tree", at, size)
		}
		if other := rapid.IntRange(-1, size).Draw(t, "other"); other != at && leads(leaves[at], other, size, way) {
			t.Fatalf("leaf %d of %d is at %d, too", at, size, other)
		}
		if leads(leafHash([]byte("other")), at, size, way) || leads(leaves[at], at, size, append(slices.Clone(way), Hash{})) || len(way) > 0 && leads(leaves[at], at, size, way[1:]) {
			t.Fatal("another leaf or path leads there")
		}
		for i := range way {
			other := slices.Clone(way)
			other[i][0]++
			if leads(leaves[at], at, size, other) {
				t.Fatalf("step %d counts for nothing", i)
			}
		}
	})
}
