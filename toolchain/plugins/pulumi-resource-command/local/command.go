package local

import (
	"context"

	"github.com/pulumi/pulumi-go-provider/infer"
	"github.com/pulumi/pulumi/sdk/v3/go/common/resource"
)

// Command is local.Command: commands that run when the resource is created, updated and deleted.
type Command struct{}

// CommandInputs are the arguments of a local.Command.
type CommandInputs struct {
	ProcessInputs
	Create   *string `pulumi:"create,optional"`
	Update   *string `pulumi:"update,optional"`
	Delete   *string `pulumi:"delete,optional"`
	Triggers []any   `pulumi:"triggers,optional" provider:"replaceOnChanges"`
}

// Annotate describes the arguments in the schema.
func (i *CommandInputs) Annotate(a infer.Annotator) {
	a.Describe(&i.Create, "The command to run on creation.")
	a.Describe(&i.Update, "The command to run when an argument changes. Default: create.")
	a.Describe(&i.Delete, "The command to run on deletion, with the arguments of the last create or update.")
	a.Describe(&i.Triggers, "Values of any type; a change replaces the resource.")
}

// CommandOutputs is the state of a local.Command.
type CommandOutputs struct {
	CommandInputs
	ProcessOutputs
}

// Create runs create, if there is one.
func (Command) Create(
	ctx context.Context, req infer.CreateRequest[CommandInputs],
) (infer.CreateResponse[CommandOutputs], error) {
	state := CommandOutputs{CommandInputs: req.Inputs}
	if req.DryRun {
		return infer.CreateResponse[CommandOutputs]{Output: state}, nil
	}
	id, err := resource.NewUniqueHex(req.Name, 8, 0)
	if err == nil && req.Inputs.Create != nil {
		state.ProcessOutputs, err = execute(ctx, *req.Inputs.Create, req.Inputs.ProcessInputs, state.Streams)
	}
	return infer.CreateResponse[CommandOutputs]{ID: id, Output: state}, err
}

// Update runs update, or create without one. With neither, the outputs stay.
func (Command) Update(
	ctx context.Context, req infer.UpdateRequest[CommandInputs, CommandOutputs],
) (infer.UpdateResponse[CommandOutputs], error) {
	state := CommandOutputs{CommandInputs: req.Inputs, ProcessOutputs: req.State.ProcessOutputs}
	command := req.Inputs.Update
	if command == nil {
		command = req.Inputs.Create
	}
	var err error
	if command != nil && !req.DryRun {
		state.ProcessOutputs, err = execute(ctx, *command, req.Inputs.ProcessInputs, req.State.Streams)
	}
	return infer.UpdateResponse[CommandOutputs]{Output: state}, err
}

// Delete runs delete, if there is one.
func (Command) Delete(ctx context.Context, req infer.DeleteRequest[CommandOutputs]) (infer.DeleteResponse, error) {
	var err error
	if req.State.Delete != nil {
		_, err = execute(ctx, *req.State.Delete, req.State.ProcessInputs, req.State.Streams)
	}
	return infer.DeleteResponse{}, err
}
