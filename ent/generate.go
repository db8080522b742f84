// Package ent holds the tables: schema and mixin by hand, db generated from them, migrate the versioned SQL.
package ent

//go:generate go run ./entc.go
