package output

import "github.com/pulumi/pulumi-go-provider/infer"

// Streams are the outputs of every command.
type Streams struct {
	Stdout string `pulumi:"stdout"`
	Stderr string `pulumi:"stderr"`
}

// Annotate describes the outputs in the schema.
func (s *Streams) Annotate(a infer.Annotator) {
	a.Describe(&s.Stdout, "The standard output of the command's process")
	a.Describe(&s.Stderr, "The standard error of the command's process")
}

// Environment returns the variables that hand the outputs of the last create or update to the next command. A stream
// that was empty has none.
func (s Streams) Environment() map[string]string {
	environment := map[string]string{}
	if s.Stdout != "" {
		environment["PULUMI_COMMAND_STDOUT"] = s.Stdout
	}
	if s.Stderr != "" {
		environment["PULUMI_COMMAND_STDERR"] = s.Stderr
	}
	return environment
}
