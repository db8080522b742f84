// Command release makes what frontends are given of a change: `gen` the published schemas and the list of errors, `manifest` what a version of an app sends,
// `baseline` what the next change is compared with. It works on the folder that it runs in, the repository's root.
package main

import (
	"flag"
	"fmt"
	"os"
	"path/filepath"

	"github.com/vektah/gqlparser/v2/ast"

	"github.com/kaituan/kaituan/graph/exec"
	"github.com/kaituan/kaituan/internal/contract"
)

const (
	schemas   = "frontend-contracts/schema"
	baselines = "frontend-contracts/schema/released"
	manifests = "frontend-contracts/manifest"
)

const usage = `usage: go run ./frontend-contracts/release gen
       go run ./frontend-contracts/release manifest [--from persisted-documents.json] [--operations FOLDER] APP VERSION
       go run ./frontend-contracts/release baseline`

func main() {
	if err := run(os.Args[1:]); err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}

func run(args []string) error {
	if len(args) == 0 {
		return fmt.Errorf("%s", usage)
	}
	schema := exec.NewExecutableSchema(exec.Config{}).Schema()
	switch args[0] {
	case "gen":
		return generate(schema)
	case "baseline":
		return publish(schema, baselines)
	case "manifest":
		flags := flag.NewFlagSet("manifest", flag.ContinueOnError)
		from := flags.String("from", "frontend-contracts/client/persisted-documents.json", "documents by the hex of their hash, as codegen writes them")
		operations := flags.String("operations", "frontend-contracts/operations", "folder of a folder for each page")
		if err := flags.Parse(args[1:]); err != nil {
			return err
		}
		if flags.NArg() != 2 {
			return fmt.Errorf("%s", usage)
		}
		return release(schema, *from, *operations, flags.Arg(0), flags.Arg(1))
	default:
		return fmt.Errorf("%s", usage)
	}
}

func generate(schema *ast.Schema) error {
	if err := publish(schema, schemas); err != nil {
		return err
	}
	list, err := errorList(schema, ".")
	if err != nil {
		return err
	}
	return write("frontend-contracts/errors.md", list)
}

// publish writes the contract of each audience into a folder.
func publish(schema *ast.Schema, folder string) error {
	for _, a := range contract.All {
		if err := write(filepath.Join(folder, a.File()), contract.Print(contract.Of(schema, a))); err != nil {
			return err
		}
	}
	return nil
}

func write(path string, content []byte) error {
	if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
		return err
	}
	return os.WriteFile(path, content, 0o644)
}
