package config

import (
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"os"
	"slices"
	"strings"
	"time"

	"github.com/kaituan/kaituan/internal/fault"
	"github.com/kaituan/kaituan/internal/money"
	"github.com/kaituan/kaituan/shop/points"
)

// Membership is what a shop says of its points. A zero leaves points.New its default.
type Membership struct {
	Programme    points.Programme
	ValidityDays int
	CheckIn      []int64
	// WorthPer100 is what 100 points are worth, in minor units.
	WorthPer100 int64
}

// Membership reads the programme's file; without one it is the built-in programme.
//
// Errors: one that names everything that is wrong with the file.
func (c *Config) Membership() (Membership, error) {
	if c.Programme == "" {
		return Membership{Programme: points.DefaultProgramme()}, nil
	}
	text, err := os.ReadFile(c.Programme)
	if err != nil {
		return Membership{}, fmt.Errorf("--programme: %w", err)
	}
	m, err := ParseMembership(text)
	if err != nil {
		return Membership{}, fmt.Errorf("--programme: %s: %w", c.Programme, err)
	}
	return m, nil
}

// Bounds of what the file may say.
const (
	mostValidityDays = 3650
	mostStreak       = 366
	mostCheckIn      = 1_000_000
	mostWorth        = 1_000_000
)

// ParseMembership reads the text of a programme's file. What it leaves out is as in points.DefaultProgramme; tiers are given all or none.
func ParseMembership(text []byte) (Membership, error) {
	m := Membership{Programme: points.DefaultProgramme()}
	var wrong []error
	file := readObject("", text, &wrong)
	p := &m.Programme
	if tiers := file.list("tiers"); tiers != nil {
		p.Tiers = readTiers(tiers)
	}
	file.read("graceDays", &p.GraceDays)
	file.read("channels", &p.Channels)
	for _, campaign := range file.list("campaigns") {
		p.Campaigns = append(p.Campaigns, readCampaign(campaign))
	}
	file.read("spendPercent", &p.SpendPercent)
	if file.read("validityDays", &m.ValidityDays) && (m.ValidityDays < 1 || m.ValidityDays > mostValidityDays) {
		file.say("validityDays", "they must be 1 to %d", mostValidityDays)
	}
	if file.read("checkIn", &m.CheckIn) && (len(m.CheckIn) < 1 || len(m.CheckIn) > mostStreak || slices.Min(m.CheckIn) < 0 || slices.Max(m.CheckIn) > mostCheckIn) {
		file.say("checkIn", "1 to %d days, each of 0 to %d points", mostStreak, mostCheckIn)
	}
	if file.read("worthPer100", &m.WorthPer100) && (m.WorthPer100 < 1 || m.WorthPer100 > mostWorth) {
		file.say("worthPer100", "it must be 1 to %d minor units", mostWorth)
	}
	file.done()
	return m, errors.Join(append(wrong, p.Validate())...)
}

func readTiers(list []*object) []points.Tier {
	tiers := make([]points.Tier, len(list))
	codes := map[string]bool{}
	for i, o := range list {
		t := points.Tier{Rank: i + 1, EarnRate: points.RateScale}
		var code string
		if o.read("code", &code); code == "" || codes[code] {
			o.say("code", "each tier needs a word of its own, such as gold")
		}
		codes[code] = true
		t.ID = points.TierID(code)
		o.read("id", &t.ID)
		t.Name = readText(o.object("name"))
		o.read("threshold", &t.Threshold)
		o.decimal("earnRate", 4, &t.EarnRate)
		o.decimal("priceOff", 2, &t.PriceOff)
		for _, benefit := range o.list("benefits") {
			t.Benefits = append(t.Benefits, readText(benefit))
		}
		o.done()
		tiers[i] = t
	}
	return tiers
}

func readText(o *object) (t fault.Text) {
	o.read("en", &t.En)
	o.read("zh", &t.Zh)
	o.done()
	return t
}

func readCampaign(o *object) points.Campaign {
	var c points.Campaign
	o.read("name", &c.Name)
	var from, until time.Time
	o.read("from", &from)
	o.read("until", &until)
	c.From, c.Until = from.UTC(), until.UTC()
	o.read("percent", &c.Percent)
	o.read("channels", &c.Channels)
	o.done()
	return c
}

// object is a JSON object that is taken apart field by field, so that everything that is wrong with a file is told at once. What is wrong with an object
// itself is told once, and it has no fields then.
type object struct {
	path   string
	fields map[string]json.RawMessage
	wrong  *[]error
}

func readObject(path string, text json.RawMessage, wrong *[]error) *object {
	o := &object{path: path, wrong: wrong}
	err := json.Unmarshal(text, &o.fields)
	var other *json.UnmarshalTypeError
	switch {
	case errors.As(err, &other) || err == nil && o.fields == nil:
		o.say("", "must be a JSON object")
	case err != nil:
		o.say("", "%w", err)
	}
	return o
}

// say notes what is wrong with a field, or with the object when it names none.
func (o *object) say(field, format string, args ...any) {
	where := strings.Trim(o.path+"."+field, ".")
	if where == "" {
		where = "the file"
	}
	*o.wrong = append(*o.wrong, fmt.Errorf("%s: "+format, append([]any{where}, args...)...))
}

// read reads a field, and reports whether it was there and well formed.
func (o *object) read(field string, into any) bool {
	text, there := o.take(field)
	if !there {
		return false
	}
	if err := json.Unmarshal(text, into); err != nil {
		o.say(field, "%w", err)
		return false
	}
	return true
}

func (o *object) take(field string) (json.RawMessage, bool) {
	text, there := o.fields[field]
	delete(o.fields, field)
	return text, there
}

// decimal reads a number with at most so many places, in units of the last; written as a number or as a text.
func (o *object) decimal(field string, places int, into *int64) {
	var number json.Number
	if !o.read(field, &number) {
		return
	}
	n, err := money.ParsePlaces(string(number), places)
	if err != nil {
		o.say(field, "%q is no number with at most %d decimal places", number, places)
		return
	}
	*into = n
}

// object is a field that is an object, an empty one when it is not there.
func (o *object) object(field string) *object {
	text, there := o.take(field)
	if !there {
		text = json.RawMessage("{}")
	}
	return readObject(o.path+"."+field, text, o.wrong)
}

// list is a field that is a list of objects, nil when it is not there.
func (o *object) list(field string) []*object {
	var texts []json.RawMessage
	if !o.read(field, &texts) {
		return nil
	}
	list := make([]*object, len(texts))
	for i, text := range texts {
		list[i] = readObject(strings.TrimPrefix(fmt.Sprintf("%s.%s[%d]", o.path, field, i), "."), text, o.wrong)
	}
	return list
}

// done names the fields that nobody has read.
func (o *object) done() {
	for _, field := range slices.Sorted(maps.Keys(o.fields)) {
		o.say(field, "there is no such setting")
	}
}
