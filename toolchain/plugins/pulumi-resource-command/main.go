// Command pulumi-resource-command is the plugin behind the npm package @pulumi/command 1.2.1, for machines that cannot
// fetch the official one. Names, defaults and semantics are those of the package's type definitions.
//
// Left out is only what the package itself has deprecated: remote.CopyFile (use remote.CopyToRemote).
package main

import (
	"context"
	"fmt"
	"os"

	provider "github.com/pulumi/pulumi-go-provider"
	"github.com/pulumi/pulumi-go-provider/infer"

	"vethlab/toolchain/pulumi-resource-command/local"
	"vethlab/toolchain/pulumi-resource-command/remote"
)

// version is that of the npm package; the build sets it.
var version = "0.0.0-dev"

func main() {
	plugin, err := infer.NewProviderBuilder().
		WithNamespace("vethlab").
		WithResources(
			infer.Resource(local.Command{}),
			infer.Resource(remote.Command{}),
			infer.Resource(remote.CopyToRemote{}),
		).
		WithFunctions(infer.Function(local.Run{})).
		Build()
	if err == nil {
		err = provider.RunProvider(context.Background(), "command", version, plugin)
	}
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}
