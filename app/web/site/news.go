package site

import (
	"context"
	"sync"
	"time"

	"github.com/brevstemme/brevstemme/models"
	"github.com/brevstemme/brevstemme/models/forecast"
)

// news tells every open board of this process that something was written, by
// any process: one listening connection to the database serves them all.
type news struct {
	mu      sync.Mutex
	running bool
	subs    map[chan int64]bool
}

// Subscribe gives a channel of sequence numbers; the newest wins.
func (n *news) Subscribe(s *Server) (<-chan int64, func()) {
	n.mu.Lock()
	defer n.mu.Unlock()
	ch := make(chan int64, 1)
	if n.subs == nil {
		n.subs = map[chan int64]bool{}
	}
	n.subs[ch] = true
	if !n.running {
		n.running = true
		go n.listen(s)
	}
	return ch, func() { n.mu.Lock(); delete(n.subs, ch); n.mu.Unlock() }
}

func (n *news) tell(seq int64) {
	n.mu.Lock()
	defer n.mu.Unlock()
	for ch := range n.subs {
		select {
		case <-ch:
		default:
		}
		ch <- seq
	}
}

// listen runs while the server does and there is somebody to tell. A lost
// connection is taken up again by the next board that is opened.
func (n *news) listen(s *Server) {
	ctx, cancel := context.WithCancel(context.Background())
	defer cancel()
	defer func() { n.mu.Lock(); n.running = false; n.mu.Unlock() }()
	ch, err := s.Store.Listen(ctx)
	if err != nil {
		s.Log.Error("board: listen", "cause", err.Error())
		return
	}
	for {
		select {
		case <-s.closing:
			return
		case seq, ok := <-ch:
			if !ok {
				return
			}
			n.tell(seq)
		}
	}
}

// Outlook is the forecast of one day, kept for a while: it needs the whole book,
// and the board is drawn anew with every envelope.
type Outlook struct {
	Mu    sync.Mutex
	Day   models.Date
	Until time.Time
	At    map[string][]forecast.Opening // by place
	Basis []string                      // election ids whose forecast is known
	Rates forecast.Rates
}

// OutlookLasts is how long a forecast is kept.
const OutlookLasts = 5 * time.Minute
