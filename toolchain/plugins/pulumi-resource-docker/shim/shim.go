// Package shim opens the Terraform provider's internal package to the bridge.
// Its import path lies below the provider's own, which is what lets it import `internal/provider`.
package shim

import (
	"github.com/hashicorp/terraform-plugin-sdk/v2/helper/schema"
	"github.com/terraform-providers/terraform-provider-docker/internal/provider"
)

// NewProvider returns the Docker provider of the given version, not yet configured.
func NewProvider(version string) *schema.Provider { return provider.New(version)() }
