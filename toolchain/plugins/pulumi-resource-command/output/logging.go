// Package output captures and logs what commands write.
package output

import "github.com/pulumi/pulumi-go-provider/infer"

// Logging says which streams of a command Pulumi shows while it runs. It does not change what is captured.
type Logging string

const (
	LogStdout          Logging = "stdout"
	LogStderr          Logging = "stderr"
	LogStdoutAndStderr Logging = "stdoutAndStderr"
	LogNone            Logging = "none"
)

// Values lists what a program may write.
func (Logging) Values() []infer.EnumValue[Logging] {
	return []infer.EnumValue[Logging]{
		{Name: "Stdout", Value: LogStdout, Description: "Capture stdout in logs but not stderr"},
		{Name: "Stderr", Value: LogStderr, Description: "Capture stderr in logs but not stdout"},
		{Name: "StdoutAndStderr", Value: LogStdoutAndStderr, Description: "Capture stdout and stderr in logs"},
		{Name: "None", Value: LogNone, Description: "Capture no logs"},
	}
}

// shows tells whether a stream (LogStdout or LogStderr) is logged. Without a choice both are.
func (l *Logging) shows(stream Logging) bool {
	return l == nil || *l == LogStdoutAndStderr || *l == stream
}
