package manifest

import (
	"os"
	"slices"
	"strings"
	"testing"
)

// Apps in people's pockets send what their version's manifest lists: none that was released may change, vanish without its line, or slip in without one.
func TestWhatIsReleasedStaysAsItIs(t *testing.T) {
	raw, err := os.ReadFile(Sums)
	if err != nil {
		t.Fatal(err)
	}
	want := strings.Split(strings.TrimSuffix(string(raw), "\n"), "\n")
	var got []string
	for file, content := range Embedded() {
		m, err := Parse(file, content)
		if err != nil {
			t.Fatal(err)
		}
		if !m.InDevelopment() {
			got = append(got, Sum(file, content))
		}
	}
	slices.Sort(want)
	slices.Sort(got)
	if !slices.Equal(got, want) {
		t.Errorf("the folder holds\n%s\n%s lists\n%s", strings.Join(got, "\n"), Sums, strings.Join(want, "\n"))
	}
}
