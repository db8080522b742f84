package assist

import (
	"testing"
	"time"
)

// Who was here before may have had all that began by then, and nothing that began later; who never was has had nothing.
func TestEarlier(t *testing.T) {
	midnight := time.Date(2026, 5, 6, 16, 0, 0, 0, time.UTC)
	for _, tc := range []struct {
		name     string
		until    time.Time
		began    time.Time
		any, had bool
	}{
		{"never here, begun long ago", time.Time{}, midnight.AddDate(-1, 0, 0), false, false},
		{"begun long before he left", midnight, midnight.AddDate(-1, 0, 0), true, true},
		{"begun on the day that he left", midnight, midnight.Add(-time.Microsecond), true, true},
		{"begun with the next day", midnight, midnight, true, false},
		{"begun later", midnight, midnight.Add(time.Hour), true, false},
	} {
		t.Run(tc.name, func(t *testing.T) {
			e := earlier{tc.until}
			if e.any() != tc.any || e.had(tc.began) != tc.had {
				t.Errorf("any %v, had %v; want %v, %v", e.any(), e.had(tc.began), tc.any, tc.had)
			}
		})
	}
}
