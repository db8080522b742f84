//go:build ignore

// entc generates ent/db from ent/schema.
package main

import (
	"log"

	"entgo.io/ent/entc"
	"entgo.io/ent/entc/gen"
)

func main() {
	err := entc.Generate("./schema", &gen.Config{
		Target:   "./db",
		Package:  "github.com/kaituan/kaituan/ent/db",
		Features: []gen.Feature{gen.FeatureUpsert, gen.FeatureModifier, gen.FeatureExecQuery, gen.FeatureVersionedMigration},
	})
	if err != nil {
		log.Fatal("generate ent/db: ", err)
	}
}
