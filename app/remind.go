package main

import (
	"context"
	"log/slog"
	"sync"
	"time"
)

// remindEvery is how often the program looks for what is due. Alarms are set to
// whole minutes.
const remindEvery = time.Minute

// reminding tells people in its own time what is due or late.
type reminding struct {
	cancel context.CancelFunc
	done   sync.WaitGroup
}

// startReminding calls remind at once, since the program may have been down when
// something fell due, and then at every tick. A failure is logged and tried again
// at the next.
func startReminding(ctx context.Context, log *slog.Logger, tick time.Duration, remind func(context.Context) (int, error)) *reminding {
	ctx, cancel := context.WithCancel(context.WithoutCancel(ctx))
	r := &reminding{cancel: cancel}
	r.done.Go(func() {
		every := time.NewTicker(tick)
		defer every.Stop()
		for {
			n, err := remind(ctx)
			if err != nil && ctx.Err() == nil {
				log.ErrorContext(ctx, "not everything was reminded of", "cause", err.Error())
			}
			if n > 0 {
				log.InfoContext(ctx, "reminded", "reminders", n)
			}
			select {
			case <-ctx.Done():
				return
			case <-every.C:
			}
		}
	})
	return r
}

// stop ends it; what is being told is told first.
func (r *reminding) stop() {
	r.cancel()
	r.done.Wait()
}
