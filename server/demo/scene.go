package demo

import "fmt"

// scenes are the backgrounds, each in a 400 by 400 frame with its floor at y = 318. w is the wall's colour.
var scenes = []func(w colour) string{
	func(w colour) string { // a disc behind
		return fmt.Sprintf(`<circle cx="200" cy="192" r="150" fill="%s"/><circle cx="200" cy="192" r="150" fill="none" stroke="#fff" stroke-opacity=".5" stroke-width="2"/><path d="M0 318Q200 296 400 318V400H0Z" fill="%s"/>`, w.lift(.5), w.lift(-.07))
	},
	func(w colour) string { // an arch, and a round podium
		return fmt.Sprintf(`<path d="M78 330V190A122 122 0 0 1 322 190V330Z" fill="%s"/><path d="M98 330V190A102 102 0 0 1 302 190V330Z" fill="%s"/><path d="M0 330H400V400H0Z" fill="%s"/><path d="M52 320V352A148 28 0 0 0 348 352V320Z" fill="%s"/><ellipse cx="200" cy="320" rx="148" ry="28" fill="%s"/>`,
			w.lift(-.1), w.lift(.35), w.lift(-.06), w.lift(.25), w.lift(.62))
	},
	func(w colour) string { // light from a window
		return fmt.Sprintf(`<path d="M0 296H400V400H0Z" fill="%s"/><path d="M40 0H130L360 400H180ZM160 0H220L400 312V400H392Z" fill="#fff" opacity=".22"/><path d="M0 296H400" stroke="#fff" stroke-opacity=".35" stroke-width="2"/>`, w.lift(-.09))
	},
	func(w colour) string { // a low sun over the table's edge
		return fmt.Sprintf(`<circle cx="292" cy="132" r="92" fill="%s"/><path d="M0 276Q90 244 190 268T400 250V400H0Z" fill="%s"/><path d="M0 300H400V400H0Z" fill="%s"/>`, w.turn(-24).lift(.45), w.lift(-.06), w.lift(.3))
	},
	func(w colour) string { // soft shapes and confetti
		return fmt.Sprintf(`<path d="M-20 90C60-40 190 10 230 80S420 120 420-20H-20Z" fill="%s"/><path d="M-20 420V270C80 200 170 300 280 260S400 230 420 210V420Z" fill="%s"/><g fill="%s"><circle cx="54" cy="196" r="9"/><circle cx="346" cy="172" r="13"/><circle cx="318" cy="60" r="7"/><circle cx="92" cy="72" r="12"/><rect x="360" y="230" width="16" height="16" rx="4" transform="rotate(20 368 238)"/></g>`,
			w.lift(.4), w.lift(-.07), w.turn(40).lift(.35))
	},
	func(w colour) string { // steps
		return fmt.Sprintf(`<path d="M0 240H120V400H0ZM280 200H400V400H280Z" fill="%s"/><path d="M0 240H120V250H0ZM280 200H400V210H280Z" fill="#fff" opacity=".4"/><path d="M60 306H340V400H60Z" fill="%s"/><path d="M60 306H340V322H60Z" fill="%s"/>`, w.lift(-.08), w.lift(.2), w.lift(.55))
	},
}

// walls are where a backdrop's hue lies from the product's: near it, or opposite for contrast; lightness sets pale rooms beside strong ones.
var walls = []struct{ turn, s, l float64 }{
	{28, .52, .86}, {180, .42, .85}, {-32, .55, .84}, {200, .38, .80}, {0, .45, .89}, {150, .40, .84}, {-20, .5, .78}, {170, .34, .88},
}
