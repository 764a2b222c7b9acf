package journal

import (
	"encoding/base64"
	"errors"
	"fmt"
	"strconv"
	"strings"
)

// Checkpoint is the text of a signed checkpoint, in the form of transparency logs
// (C2SP tlog-checkpoint): origin, size, root. The root is the hash of the newest
// entry, which binds every entry before it.
func Checkpoint(origin string, seq int64, hash [32]byte) string {
	return fmt.Sprintf("%s\n%d\n%s\n", origin, seq, base64.StdEncoding.EncodeToString(hash[:]))
}

// ParseCheckpoint takes the text of a checkpoint apart.
func ParseCheckpoint(text string) (origin string, seq int64, hash []byte, err error) {
	lines := strings.Split(text, "\n")
	if len(lines) < 4 {
		return "", 0, nil, errors.New("checkpoint: not three lines")
	}
	if seq, err = strconv.ParseInt(lines[1], 10, 64); err != nil {
		return "", 0, nil, fmt.Errorf("checkpoint: size: %w", err)
	}
	hash, err = base64.StdEncoding.DecodeString(lines[2])
	return lines[0], seq, hash, err
}
