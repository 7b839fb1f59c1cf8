package remote

import (
	"context"

	provider "github.com/pulumi/pulumi-go-provider"
	"github.com/pulumi/pulumi-go-provider/infer"
	"github.com/pulumi/pulumi-go-provider/infer/types"
	"github.com/pulumi/pulumi/sdk/v3/go/common/resource"
)

// CopyToRemote is remote.CopyToRemote: a file, text or directory that is copied to an SSH server. Deleting the resource
// leaves the copy where it is.
type CopyToRemote struct{}

// CopyInputs are the arguments of a remote.CopyToRemote.
type CopyInputs struct {
	Connection *Connection          `pulumi:"connection" provider:"secret"`
	Source     types.AssetOrArchive `pulumi:"source"`
	RemotePath string               `pulumi:"remotePath"`
	Triggers   []any                `pulumi:"triggers,optional" provider:"replaceOnChanges"`
}

// Annotate describes the arguments in the schema.
func (i *CopyInputs) Annotate(a infer.Annotator) {
	a.Describe(&i.Connection, "The server. Always secret.")
	a.Describe(&i.Source, "A FileAsset, a StringAsset or a FileArchive. Copied as it is: archives are not unpacked.")
	a.Describe(&i.RemotePath, "Where to copy to. Missing parent directories are created; into an existing directory, "+
		"a file or directory is copied under its own name.")
	a.Describe(&i.Triggers, "Values of any type; a change copies again, as a replacement.")
}

// CopyOutputs is the state of a remote.CopyToRemote.
type CopyOutputs struct{ CopyInputs }

// Check refuses sources that are not a local file, a local directory or text.
func (CopyToRemote) Check(ctx context.Context, req infer.CheckRequest) (infer.CheckResponse[CopyInputs], error) {
	inputs, failures, err := infer.DefaultCheck[CopyInputs](ctx, req.NewInputs)
	if err == nil && len(failures) == 0 {
		asset, archive := inputs.Source.Asset, inputs.Source.Archive
		if !(asset != nil && (asset.IsPath() || asset.IsText())) && !(archive != nil && archive.IsPath()) {
			failures = []provider.CheckFailure{{
				Property: "source", Reason: "must be a FileAsset, a StringAsset or a FileArchive",
			}}
		}
	}
	return infer.CheckResponse[CopyInputs]{Inputs: inputs, Failures: failures}, err
}

// Create copies the source.
func (CopyToRemote) Create(
	ctx context.Context, req infer.CreateRequest[CopyInputs],
) (infer.CreateResponse[CopyOutputs], error) {
	state := CopyOutputs{req.Inputs}
	if req.DryRun {
		return infer.CreateResponse[CopyOutputs]{Output: state}, nil
	}
	id, err := resource.NewUniqueHex(req.Name, 8, 0)
	if err == nil {
		err = copySource(ctx, req.Inputs)
	}
	return infer.CreateResponse[CopyOutputs]{ID: id, Output: state}, err
}

// Update copies the source again.
func (CopyToRemote) Update(
	ctx context.Context, req infer.UpdateRequest[CopyInputs, CopyOutputs],
) (infer.UpdateResponse[CopyOutputs], error) {
	var err error
	if !req.DryRun {
		err = copySource(ctx, req.Inputs)
	}
	return infer.UpdateResponse[CopyOutputs]{Output: CopyOutputs{req.Inputs}}, err
}
