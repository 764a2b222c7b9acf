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
	running bool // somebody listens for this process
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

// listen runs while the server does. A lost connection is taken up again. Whenever
// one stands all are told once: what was written before was not heard.
func (n *news) listen(s *Server) {
	var newest int64
	for wait := time.Duration(0); ; wait = min(max(2*wait, time.Second), maxSilence) {
		select {
		case <-s.closing:
			return
		case <-time.After(wait):
		}
		if n.hear(s, &newest) {
			wait = 0
		}
	}
}

// maxSilence bounds the time from one attempt to listen to the next.
const maxSilence = 15 * time.Second

// hear listens until the connection is lost or the server closes; false: it could not.
func (n *news) hear(s *Server, newest *int64) bool {
	ctx, cancel := context.WithCancel(context.Background())
	defer cancel()
	ch, err := s.Store.Listen(ctx)
	if err != nil {
		s.Log.Error("board: listen", "cause", err.Error())
		return false
	}
	n.tell(*newest)
	for {
		select {
		case <-s.closing:
			return true
		case seq, ok := <-ch:
			if !ok {
				s.Log.Warn("board: the listening connection is lost")
				return true
			}
			*newest = seq
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
