// Package catalog keeps products, SKUs, categories and stock.
package catalog
