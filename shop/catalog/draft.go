package catalog

import (
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/kaituan/kaituan/ent/schema"
	"github.com/kaituan/kaituan/internal/fault"
	plain "github.com/kaituan/kaituan/internal/text"
)

// Bounds of a product; lengths in characters.
const (
	maxHandle      = 200
	maxTitle       = 255
	maxDescription = 20_000
	maxVendor      = 255
	maxTags        = 50
	maxTag         = 60
	maxMedia       = 50
	maxAlt         = 512
	maxURL         = 1024
	maxLevels      = 4
	maxLevel       = 60
	maxSkus        = 100
	maxRefusals    = 20 // reported per product
)

var errHandle = fault.Invalid.Saying("A handle is 1 to 200 letters, digits, '-' and '_'.", "商品标识须为 1 到 200 个字母、数字、- 或 _。")

// content is what a product's input says, checked and in the form that is stored. Nil: it stays as it is.
type content struct {
	Title               string
	Description, Vendor *string
	Category            []string
	Tags                []string
	Media               []schema.Media
	Skus                []skuContent
}

// draft is one input on its way into the catalogue.
type draft struct {
	content
	handle  string
	visible bool
	// hash of content: the same as the stored one when the input was the last one again. New SKUs' stock is no part of it.
	hash string

	result *UpsertResult
	// productID is the product that has the handle, "" when it is new.
	productID string
	// categoryID is set when Category names one.
	categoryID *string
}

// refuse notes why the product cannot be stored.
func (d *draft) refuse(e *fault.Error) {
	if len(d.result.Refused) < maxRefusals {
		d.result.Refused = append(d.result.Refused, e)
	}
}

func (d *draft) refused() bool { return len(d.result.Refused) > 0 }

// newDraft checks an input; refusals are in result, their Fields relative to the input.
func (s *Service) newDraft(in *ProductInput, result *UpsertResult) *draft {
	d := &draft{handle: in.Handle, visible: in.Visible == nil || *in.Visible, result: result}
	if !validHandle(in.Handle) {
		d.refuse(errHandle.At("handle"))
	}
	d.Title = d.text(in.Title, 1, maxTitle, "title")
	d.Vendor = d.optional(in.Vendor, maxVendor, "vendor")
	d.describe(in.Description)
	d.categorise(in.Category)
	d.tag(in.Tags)
	d.picture(in.Media)
	s.draftSkus(d, in.Skus)
	d.hash = d.content.digest()
	return d
}

func (c content) digest() string {
	raw, err := json.Marshal(c)
	if err != nil {
		panic("catalog: a product's content must marshal: " + err.Error())
	}
	sum := sha256.Sum256(raw)
	return hex.EncodeToString(sum[:])
}

func (d *draft) describe(text *string) {
	if text == nil {
		return
	}
	trimmed := strings.TrimSpace(*text)
	if utf8.RuneCountInString(trimmed) > maxDescription {
		d.refuse(fault.TooLong.At("description"))
	}
	if !utf8.ValidString(trimmed) {
		d.refuse(fault.Invalid.At("description"))
	}
	d.Description = &trimmed
}

func (d *draft) categorise(path []string) {
	if path == nil {
		return
	}
	if len(path) > maxLevels {
		d.refuse(fault.OutOfRange.At("category"))
		return
	}
	d.Category = make([]string, len(path))
	for i, name := range path {
		d.Category[i] = d.text(name, 1, maxLevel, "category", strconv.Itoa(i))
		if strings.Contains(name, "/") { // joins the levels of a stored path
			d.refuse(fault.Invalid.At("category", strconv.Itoa(i)))
		}
	}
}

func (d *draft) tag(tags []string) {
	if tags == nil {
		return
	}
	d.Tags = make([]string, 0, len(tags))
	for i, tag := range tags {
		if tag = d.text(tag, 1, maxTag, "tags", strconv.Itoa(i)); !slices.Contains(d.Tags, tag) {
			d.Tags = append(d.Tags, tag)
		}
		if len(d.Tags) > maxTags {
			d.refuse(fault.OutOfRange.At("tags"))
			return
		}
	}
}

func (d *draft) picture(media []*MediaInput) {
	if media == nil {
		return
	}
	if len(media) > maxMedia {
		d.refuse(fault.OutOfRange.At("media"))
		return
	}
	d.Media = make([]schema.Media, len(media))
	for i, m := range media {
		d.Media[i] = schema.Media{Kind: string(Image), URL: m.URL}
		if m.Kind != nil {
			d.Media[i].Kind = string(*m.Kind)
		}
		if m.Alt != nil {
			d.Media[i].Alt = d.text(*m.Alt, 0, maxAlt, "media", strconv.Itoa(i), "alt")
		}
		if !ValidURL(m.URL) {
			d.refuse(fault.Invalid.At("media", strconv.Itoa(i), "url"))
		}
	}
}

// optional is text that may be empty or left out.
func (d *draft) optional(text *string, most int, field ...string) *string {
	if text == nil {
		return nil
	}
	trimmed := d.text(*text, 0, most, field...)
	return &trimmed
}

// text trims a line of text and checks its length and characters. Spaces at the end would make two keys one on MySQL, which pads them.
func (d *draft) text(text string, least, most int, field ...string) string {
	text = strings.TrimSpace(text)
	switch n := utf8.RuneCountInString(text); {
	case n < least:
		d.refuse(fault.Blank.At(field...))
	case n > most:
		d.refuse(fault.TooLong.At(field...))
	case !plain.Line(text):
		d.refuse(fault.Invalid.At(field...))
	}
	return text
}

func validHandle(handle string) bool {
	n := utf8.RuneCountInString(handle)
	return n >= 1 && n <= maxHandle && utf8.ValidString(handle) && !strings.ContainsFunc(handle, func(r rune) bool {
		return !unicode.IsLetter(r) && !unicode.IsMark(r) && !unicode.IsNumber(r) && r != '-' && r != '_'
	})
}

// ValidURL reports whether s is an absolute http or https address, or a path of this server's.
func ValidURL(s string) bool {
	u, err := url.Parse(s)
	if err != nil || len(s) > maxURL || !utf8.ValidString(s) {
		return false
	}
	absolute := (u.Scheme == "https" || u.Scheme == "http") && u.Host != "" && u.User == nil
	ours := u.Scheme == "" && u.Host == "" && strings.HasPrefix(s, "/") && !strings.HasPrefix(s, "//")
	return absolute || ours
}
