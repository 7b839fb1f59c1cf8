package local

import (
	"context"

	"github.com/pulumi/pulumi-go-provider/infer"

	"vethlab/toolchain/pulumi-resource-command/output"
)

// Run is the function local.run: a command that runs whenever the program does, previews included.
type Run struct{}

// RunInputs are the arguments of local.run.
type RunInputs struct {
	ProcessInputs
	Command string `pulumi:"command"`
}

// Annotate describes the arguments in the schema.
func (i *RunInputs) Annotate(a infer.Annotator) {
	a.Describe(&i.Command, "The command to run.")
}

// RunOutputs is the result of local.run: its arguments and what the command produced.
type RunOutputs struct {
	RunInputs
	ProcessOutputs
}

// Invoke runs the command.
func (Run) Invoke(
	ctx context.Context, req infer.FunctionRequest[RunInputs],
) (infer.FunctionResponse[RunOutputs], error) {
	outputs, err := execute(ctx, req.Input.Command, req.Input.ProcessInputs, output.Streams{})
	return infer.FunctionResponse[RunOutputs]{Output: RunOutputs{req.Input, outputs}}, err
}
