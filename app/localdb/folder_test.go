package localdb

import (
	"os/exec"
	"sync"
	"testing"
)

// A program that stops its database and starts it again may be starting other
// programs meanwhile; their half-made processes must not hold the folder.
func TestLockIsFreeWhileChildrenStart(t *testing.T) {
	t.Parallel()
	dir := openDir(t)
	done := make(chan struct{})
	var starters sync.WaitGroup
	for range 4 {
		starters.Go(func() {
			for {
				select {
				case <-done:
					return
				default:
				}
				if err := exec.Command("true").Run(); err != nil {
					t.Error(err)
					return
				}
			}
		})
	}
	for range 2000 {
		lock, err := takeLock(dir)
		if err != nil {
			t.Error(err)
			break
		}
		if err := freeLock(lock); err != nil {
			t.Fatal(err)
		}
	}
	close(done)
	starters.Wait()
}
