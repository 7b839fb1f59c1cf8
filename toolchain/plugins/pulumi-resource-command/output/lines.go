package output

import (
	"bytes"
	"unicode/utf8"
)

// maxLineBytes is where a long line is cut in the log. The official plugin stops reading at 64 KiB, and the command hangs.
const maxLineBytes = 32 << 10

// lineLog passes a stream on line by line.
type lineLog struct {
	log  func(line string)
	rest []byte // the line that has no newline yet
}

func (l *lineLog) write(p []byte) {
	l.rest = append(l.rest, p...)
	for {
		if end := bytes.IndexByte(l.rest, '\n'); end >= 0 && end <= maxLineBytes {
			l.log(printable(l.rest[:end]))
			l.rest = l.rest[end+1:]
		} else if len(l.rest) > maxLineBytes {
			cut := maxLineBytes
			for cut > maxLineBytes-utf8.UTFMax && !utf8.RuneStart(l.rest[cut]) {
				cut--
			}
			l.log(printable(l.rest[:cut]))
			l.rest = l.rest[cut:]
		} else {
			return
		}
	}
}

func (l *lineLog) end() {
	if len(l.rest) > 0 {
		l.log(printable(l.rest))
		l.rest = nil
	}
}
