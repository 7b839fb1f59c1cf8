// Command pulumi-resource-docker is the plugin behind the npm package @pulumi/docker 5.2.0, for machines that cannot
// fetch the official one: the same Terraform provider behind the same bridge, under the same names.
//
// Left out is what the official plugin adds to the Terraform provider in code of its own: docker.Image, which builds
// and pushes images.
package main

import "github.com/pulumi/pulumi-terraform-bridge/v3/pkg/tfbridge"

// version is that of the npm package; the build sets it.
var version = "0.0.0-dev"

func main() {
	// No schema: the Node program brings its own types, and the bridge works without.
	tfbridge.Main("docker", version, providerInfo(), []byte("{}"))
}
