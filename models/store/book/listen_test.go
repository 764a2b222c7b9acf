package book

import (
	"context"
	"testing"
)

// A listener hears of what is committed, and its channel ends with its context.
func TestListenHearsCommits(t *testing.T) {
	t.Parallel()
	s := testStore(t)
	ctx, cancel := context.WithCancel(t.Context())
	defer cancel()
	news, err := s.Listen(ctx)
	if err != nil {
		t.Fatal(err)
	}
	for i, key := range []string{"a", "b"} {
		if _, _, err := receive(s, key); err != nil {
			t.Fatal(err)
		}
		if seq := <-news; seq != int64(i+1) {
			t.Errorf("heard of entry %d", seq)
		}
	}
	cancel()
	if _, open := <-news; open {
		t.Error("still open")
	}
}
