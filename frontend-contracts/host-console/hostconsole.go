// Package hostconsole holds the built console of live hosts, so that the program serves it and nobody needs npm to run the shop. `npm run build` here makes dist anew.
package hostconsole

import "embed"

// Files are dist: index.html and, under assets, files whose names change with their content.
//
//go:embed dist
var Files embed.FS
