package output

import (
	"bytes"
	"context"
	"io"
	"strings"
	"sync"

	provider "github.com/pulumi/pulumi-go-provider"
)

// Capture keeps what one command writes: each stream by itself for the outputs, and both in order of arrival for an
// error message. Lines of the streams that logging names go to Pulumi as they come.
type Capture struct {
	mutex          sync.Mutex // a command's two streams are copied concurrently
	stdout, stderr stream
	transcript     bytes.Buffer
}

type stream struct {
	text bytes.Buffer
	log  *lineLog // nil: not logged
}

// NewCapture prepares for one command. ctx carries the resource that Pulumi shows the lines under.
func NewCapture(ctx context.Context, logging *Logging) *Capture {
	capture := &Capture{}
	log := provider.GetLogger(ctx).Info
	if logging.shows(LogStdout) {
		capture.stdout.log = &lineLog{log: log}
	}
	if logging.shows(LogStderr) {
		capture.stderr.log = &lineLog{log: log}
	}
	return capture
}

// Stdout receives the command's standard output.
func (c *Capture) Stdout() io.Writer { return writer(func(p []byte) { c.write(&c.stdout, p) }) }

// Stderr receives the command's standard error.
func (c *Capture) Stderr() io.Writer { return writer(func(p []byte) { c.write(&c.stderr, p) }) }

// End logs what is left of lines without a newline. Call it once, after the command.
func (c *Capture) End() {
	for _, stream := range []*stream{&c.stdout, &c.stderr} {
		if stream.log != nil {
			stream.log.end()
		}
	}
}

// Streams returns stdout and stderr, without one final newline each.
func (c *Capture) Streams() Streams {
	return Streams{Stdout: trimmed(&c.stdout.text), Stderr: trimmed(&c.stderr.text)}
}

// Transcript returns both streams in order of arrival.
func (c *Capture) Transcript() string { return printable(c.transcript.Bytes()) }

func (c *Capture) write(to *stream, p []byte) {
	c.mutex.Lock()
	defer c.mutex.Unlock()
	to.text.Write(p)
	c.transcript.Write(p)
	if to.log != nil {
		to.log.write(p)
	}
}

func trimmed(text *bytes.Buffer) string { return strings.TrimSuffix(printable(text.Bytes()), "\n") }

// printable replaces what is not UTF-8: neither an output nor a log message may hold it.
func printable(text []byte) string { return strings.ToValidUTF8(string(text), "\uFFFD") }

type writer func([]byte)

func (w writer) Write(p []byte) (int, error) {
	w(p)
	return len(p), nil
}
