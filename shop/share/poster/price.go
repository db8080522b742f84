package poster

import (
	"image"
	"strings"

	"golang.org/x/image/font"

	"github.com/kaituan/kaituan/internal/money"
)

// room is how wide the prices may be.
const room = 450 - 8 - margin

// prices are the line over them, the price, and what it is compared with.
func (c canvas) prices(card Card) {
	if words := drawable(card.Line); words != "" {
		f := face(bold(), 26)
		words = fit(f, words, room-32)
		c.fill(rounded(image.Rect(margin, 930, margin+measure(f, words)+32, 974), 10), image.NewUniform(tint))
		c.text(f, margin+16, 962, words, deep)
	}
	if card.Price != nil {
		c.price(*card.Price)
	}
	if card.Compare != nil && card.Price != nil && card.Compare.Minor > card.Price.Minor {
		f := face(regular(), 28)
		const label = "原价 "
		x := c.text(f, margin, 1112, label, soft)
		end := c.text(f, x, 1112, fit(f, sign(card.Compare.Code)+amount(*card.Compare), room-measure(f, label)), soft)
		c.bar(image.Rect(x-2, 1101, end+2, 1104), soft)
	}
}

// price writes the amount as big as fits: whole units big, the rest small.
func (c canvas) price(m money.Money) {
	whole, rest, _ := strings.Cut(amount(m), ".")
	if rest != "" {
		rest = "." + rest
	}
	var small, big font.Face
	for size := 92.0; ; size -= 8 {
		small, big = face(bold(), size*.5), face(bold(), size)
		if size <= 28 || measure(small, sign(m.Code))+measure(big, whole)+measure(small, rest)+8 <= room {
			break
		}
	}
	x := c.text(small, margin, 1060, sign(m.Code), price)
	x = c.text(big, x+4, 1060, whole, price)
	c.text(small, x+2, 1060, rest, price)
}

// amount is the number in major units, without decimals that are all zero.
func amount(m money.Money) string {
	whole, rest, _ := strings.Cut(string(m.Amount()), ".")
	if strings.Trim(rest, "0") == "" {
		return whole
	}
	return whole + "." + rest
}

// sign is what stands before an amount of a currency.
func sign(currency string) string {
	switch currency {
	case "CNY", "JPY":
		return "¥"
	case "USD":
		return "$"
	case "HKD":
		return "HK$"
	case "TWD":
		return "NT$"
	case "EUR":
		return "€"
	case "GBP":
		return "£"
	}
	return drawable(currency) + " "
}
