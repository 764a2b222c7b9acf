package main

import (
	"bytes"
	"context"
	"errors"
	"log/slog"
	"strings"
	"testing"
	"time"
)

// It tells at the start, goes on after a failure, and is over when stopped.
func TestRemindingGoesOnAfterAFailure(t *testing.T) {
	t.Parallel()
	calls := make(chan int)
	n := 0
	var log bytes.Buffer
	r := startReminding(t.Context(), slog.New(slog.NewTextHandler(&log, nil)), time.Millisecond, func(ctx context.Context) (int, error) {
		n++
		select {
		case calls <- n:
		case <-ctx.Done():
		}
		if n == 1 {
			return 0, errors.New("database away")
		}
		return 3, nil
	})
	for want := 1; want <= 3; want++ {
		if got := <-calls; got != want {
			t.Fatalf("call %d, want %d", got, want)
		}
	}
	r.stop()
	for _, s := range []string{"database away", "reminders=3"} {
		if !strings.Contains(log.String(), s) {
			t.Errorf("the log says nothing of %q:\n%s", s, log.String())
		}
	}
}
