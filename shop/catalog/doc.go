// Package catalog keeps products, SKUs, categories and stock. It calls no other domain; what is sold reaches it by facts.
package catalog
