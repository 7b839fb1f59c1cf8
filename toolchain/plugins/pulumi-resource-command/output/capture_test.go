package output

import (
	"strings"
	"testing"
)

func TestLinesAreLoggedOneByOne(t *testing.T) {
	lines := logged("one\ntw", "o\n\nthree")
	want := []string{"one", "two", "", "three"}
	if strings.Join(lines, "|") != strings.Join(want, "|") {
		t.Errorf("got %q, want %q", lines, want)
	}
}

func TestLongLineIsCutBetweenCharacters(t *testing.T) {
	text := strings.Repeat("a", maxLineBytes-1) + strings.Repeat("é", maxLineBytes)
	lines := logged(text + "\nend\n")
	if joined := strings.Join(lines, ""); joined != text+"end" {
		t.Errorf("got %d bytes, want %d", len(joined), len(text)+3)
	}
	for _, line := range lines {
		if len(line) > maxLineBytes {
			t.Errorf("a piece has %d bytes, more than %d", len(line), maxLineBytes)
		}
	}
}

func TestCapture(t *testing.T) {
	capture := NewCapture(t.Context(), new(LogNone))
	write(t, capture, "out 1\n", "err 1\n", "out 2\n\n")
	capture.End()
	if got := capture.Streams(); got != (Streams{Stdout: "out 1\nout 2\n", Stderr: "err 1"}) {
		t.Errorf("streams: %q", got)
	}
	if got := capture.Transcript(); got != "out 1\nerr 1\nout 2\n\n" {
		t.Errorf("transcript: %q", got)
	}
}

func TestBytesThatAreNotTextAreReplaced(t *testing.T) {
	capture := NewCapture(t.Context(), new(LogNone))
	write(t, capture, "a\xffb", "")
	if got := capture.Streams().Stdout; got != "a\uFFFDb" {
		t.Errorf("got %q", got)
	}
}

func TestLogging(t *testing.T) {
	for _, test := range []struct {
		logging        *Logging
		stdout, stderr bool
	}{
		{nil, true, true},
		{new(LogStdoutAndStderr), true, true},
		{new(LogStdout), true, false},
		{new(LogStderr), false, true},
		{new(LogNone), false, false},
	} {
		capture := NewCapture(t.Context(), test.logging)
		if (capture.stdout.log != nil) != test.stdout || (capture.stderr.log != nil) != test.stderr {
			t.Errorf("%v: stdout %v, stderr %v", test.logging, capture.stdout.log != nil, capture.stderr.log != nil)
		}
	}
}

// logged returns the lines that a stream written in these pieces gives.
func logged(pieces ...string) []string {
	var lines []string
	log := &lineLog{log: func(line string) { lines = append(lines, line) }}
	for _, piece := range pieces {
		log.write([]byte(piece))
	}
	log.end()
	return lines
}

// write writes texts to stdout and stderr in turns.
func write(t *testing.T, capture *Capture, texts ...string) {
	t.Helper()
	for i, text := range texts {
		to := capture.Stdout()
		if i%2 == 1 {
			to = capture.Stderr()
		}
		if _, err := to.Write([]byte(text)); err != nil {
			t.Fatal(err)
		}
	}
}
