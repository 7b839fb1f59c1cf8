// Package local runs commands on this machine.
package local

import (
	"github.com/pulumi/pulumi-go-provider/infer"
	"github.com/pulumi/pulumi-go-provider/infer/types"
	"github.com/pulumi/pulumi/sdk/v3/go/common/resource"

	"vethlab/toolchain/pulumi-resource-command/output"
)

// ProcessInputs are the arguments that Command and Run share.
type ProcessInputs struct {
	Interpreter            []string          `pulumi:"interpreter,optional"`
	Dir                    *string           `pulumi:"dir,optional"`
	Environment            map[string]string `pulumi:"environment,optional"`
	Stdin                  *string           `pulumi:"stdin,optional"`
	Logging                *output.Logging   `pulumi:"logging,optional"`
	AddPreviousOutputInEnv *bool             `pulumi:"addPreviousOutputInEnv,optional"`
	AssetPaths             []string          `pulumi:"assetPaths,optional"`
	ArchivePaths           []string          `pulumi:"archivePaths,optional"`
}

// Annotate describes the arguments in the schema and sets their defaults.
func (i *ProcessInputs) Annotate(a infer.Annotator) {
	a.Describe(&i.Interpreter, `The program and arguments that run the command. Default: ["/bin/sh", "-c"].`)
	a.Describe(&i.Dir, "The directory to run in, which must exist. Default: the project's.")
	a.Describe(&i.Environment, "Variables in addition to the plugin's own.")
	a.Describe(&i.Stdin, "Text for the command's standard input. Default: none.")
	a.Describe(&i.Logging, "Which streams are shown while the command runs. Default: stdoutAndStderr.")
	a.Describe(&i.AddPreviousOutputInEnv, "Whether the command gets the outputs of the last create or update as "+
		"PULUMI_COMMAND_STDOUT and PULUMI_COMMAND_STDERR. Default: true.")
	a.SetDefault(&i.AddPreviousOutputInEnv, true)
	a.Describe(&i.AssetPaths, "Globs of files to return as `assets`, relative to dir; `!` excludes, later rules win.")
	a.Describe(&i.ArchivePaths, "Globs of files to return as `archive`, relative to dir; `!` excludes, later rules win.")
}

// ProcessOutputs are the outputs that Command and Run share.
type ProcessOutputs struct {
	output.Streams
	Assets  map[string]types.AssetOrArchive `pulumi:"assets,optional"`
	Archive *resource.Archive               `pulumi:"archive,optional"`
}

// Annotate describes the outputs in the schema.
func (o *ProcessOutputs) Annotate(a infer.Annotator) {
	a.Describe(&o.Assets, "The files that assetPaths selects after the command, by path relative to dir.")
	a.Describe(&o.Archive, "The files that archivePaths selects after the command.")
}
