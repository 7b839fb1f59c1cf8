// Writes the SDKs of a package schema: the code generators that `pulumi package gen-sdk` runs by its language hosts.
//
//	go run . SCHEMA FOLDER
package main

import (
	"encoding/json"
	"log"
	"os"
	"path/filepath"

	gogen "github.com/pulumi/pulumi/pkg/v3/codegen/go"
	"github.com/pulumi/pulumi/pkg/v3/codegen/python"
	"github.com/pulumi/pulumi/pkg/v3/codegen/schema"
)

func main() {
	text, err := os.ReadFile(os.Args[1])
	check(err)
	var spec schema.PackageSpec
	check(json.Unmarshal(text, &spec))
	pkg, err := schema.ImportSpec(spec, nil, schema.NewNullLoader(), schema.ValidationOptions{})
	check(err)
	goFiles, err := gogen.GeneratePackage("vethlab", pkg, nil)
	check(err)
	pythonFiles, err := python.GeneratePackage("vethlab", pkg, nil, nil)
	check(err)
	for language, files := range map[string]map[string][]byte{"go": goFiles, "python": pythonFiles} {
		for path, content := range files {
			file := filepath.Join(os.Args[2], language, path)
			check(os.MkdirAll(filepath.Dir(file), 0o755))
			check(os.WriteFile(file, content, 0o644))
		}
	}
}

func check(err error) {
	if err != nil {
		log.Fatal(err)
	}
}

