package provenance

import (
	"crypto/sha256"
	"math/bits"
)

// leafHash and nodeHash are apart by their first byte, so that a node is never taken for a leaf.
func leafHash(data []byte) Hash { return sha256.Sum256(append([]byte{0}, data...)) }

func nodeHash(left, right Hash) Hash {
	return sha256.Sum256(append(append([]byte{1}, left[:]...), right[:]...))
}

// root is the Merkle tree hash of leaves (RFC 9162, 2.1.1).
func root(leaves []Hash) Hash {
	switch len(leaves) {
	case 0:
		return sha256.Sum256(nil)
	case 1:
		return leaves[0]
	}
	k := split(len(leaves))
	return nodeHash(root(leaves[:k]), root(leaves[k:]))
}

// split is the largest power of two below n, which is at least 2.
func split(n int) int { return 1 << (bits.Len(uint(n-1)) - 1) }

// path proves that a leaf is in a tree (RFC 9162, 2.1.3.1): from the leaf up, what stands beside.
func path(leaves []Hash, at int) []Hash {
	if len(leaves) < 2 {
		return nil
	}
	if k := split(len(leaves)); at < k {
		return append(path(leaves[:k], at), root(leaves[k:]))
	} else {
		return append(path(leaves[k:], at-k), root(leaves[:k]))
	}
}

// climb is the root that a leaf and its path lead to (RFC 9162, 2.1.3.2); false when there is no such path in a tree of that size.
func climb(leaf Hash, at, size int64, path []Hash) (Hash, bool) {
	if at < 0 || at >= size {
		return Hash{}, false
	}
	node, last := at, size-1
	for _, beside := range path {
		if last == 0 {
			return Hash{}, false
		}
		if node&1 == 1 || node == last {
			leaf = nodeHash(beside, leaf)
			for node&1 == 0 && node != 0 {
				node, last = node>>1, last>>1
			}
		} else {
			leaf = nodeHash(leaf, beside)
		}
		node, last = node>>1, last>>1
	}
	return leaf, last == 0
}
