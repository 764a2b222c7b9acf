package webtest

import (
	"bytes"
	"sync"
)

// Log is a log that may be written and read at the same time.
type Log struct {
	mu sync.Mutex
	b  bytes.Buffer
}

// Write is called by the server's logger.
func (j *Log) Write(p []byte) (int, error) {
	j.mu.Lock()
	defer j.mu.Unlock()
	return j.b.Write(p)
}

// String is everything that was logged.
func (j *Log) String() string {
	j.mu.Lock()
	defer j.mu.Unlock()
	return j.b.String()
}
