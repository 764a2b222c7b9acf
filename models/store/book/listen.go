package book

import (
	"context"
	"fmt"
	"strconv"
)

// Listen tells of every batch that any process commits: the sequence number of
// its newest entry. It holds a connection of its own until ctx ends; then, or
// when the connection is lost, the channel is closed and the caller listens
// again. A slow reader misses numbers in between, never the newest.
func (s *Reader) Listen(ctx context.Context) (<-chan int64, error) {
	conn, err := s.pool.Acquire(ctx)
	if err != nil {
		return nil, fmt.Errorf("store: %w", err)
	}
	c := conn.Hijack() // it never goes back to the pool: it would still listen there
	if _, err := c.Exec(ctx, "LISTEN brevstemme"); err != nil {
		_ = c.Close(context.WithoutCancel(ctx))
		return nil, fmt.Errorf("store: %w", err)
	}
	out := make(chan int64, 1)
	go func() {
		defer close(out)
		defer func() { _ = c.Close(context.WithoutCancel(ctx)) }()
		for {
			n, err := c.WaitForNotification(ctx)
			if err != nil {
				return
			}
			seq, err := strconv.ParseInt(n.Payload, 10, 64)
			if err != nil {
				continue // not of our making
			}
			select {
			case <-out: // unread and older
			default:
			}
			out <- seq
		}
	}()
	return out, nil
}
