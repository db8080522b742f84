// Package h5 holds the built storefront, so that the program serves it and nobody needs npm to run the shop. `npm run build -w h5` makes dist anew.
package h5

import "embed"

// Files are dist: index.html and, under assets, files whose names change with their content.
//
//go:embed dist
var Files embed.FS
