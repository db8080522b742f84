package conduct

import "math"

// Entropy is how evenly n things of several sorts are spread over them, in bits: 0 when all are of one sort, log2(m) when m sorts have as many each. It is
// Shannon's H = −Σ p log2 p (C. E. Shannon, A Mathematical Theory of Communication, Bell System Technical Journal 27, 1948, section 6) of the shares
// that were counted. A small sample shows fewer sorts than there are, so that its H is too low by about (m − 1) / 2n nats, which are added (G. A. Miller,
// Note on the bias of information estimates, 1955, which names W. G. Madow), as far as it stays at most log2(n): n things show no more.
//
// counts are how many there are of each sort; those below 1 are left out. No things have entropy 0.
func Entropy(counts []int) float64 {
	n, sorts := 0, 0
	for _, c := range counts {
		if c > 0 {
			n += c
			sorts++
		}
	}
	if sorts < 2 {
		return 0
	}
	h := 0.0
	for _, c := range counts {
		if c > 0 {
			share := float64(c) / float64(n)
			h -= share * math.Log2(share)
		}
	}
	corrected := h + float64(sorts-1)/(2*float64(n)*math.Ln2)
	return min(corrected, math.Log2(float64(n)))
}
