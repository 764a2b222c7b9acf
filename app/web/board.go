package web

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"sync"
	"time"

	"github.com/brevstemme/brevstemme/models"
	"github.com/brevstemme/brevstemme/models/custody"
	"github.com/brevstemme/brevstemme/models/language"
	"github.com/brevstemme/brevstemme/models/store"
)

// boardReaders watch the day.
var boardReaders = roles{models.RoleCoordinator, models.RoleLibraryLead, models.RoleAuditor}

func (s *Server) boardRoutes() []Route {
	return []Route{
		get("/tavle", boardReaders, s.board).nav("nav.board"),
		get("/tavle/strom", boardReaders, s.boardStream),
		post("/plan/:id/prognose", coordinator, s.expectVotes),
	}
}

type boardPage struct {
	Chrome
	Table Table
	Calls []Banner
	Total []Fact
	Bars  []hourBar
	Width int
	Known bool // there is a forecast to hold the day against
	Basis string
	Hours Table
	At    time.Time
}

var boardView = newView[*boardPage]("board")

// quiet is how long a desk may be silent before the board says so; low is how
// many sets left call for more.
const (
	quietAfter = 2 * time.Minute
	lowStock   = 10
)

// board shows every place of today.
func (s *Server) board(r *Request) error {
	now := s.now()
	day := models.DateOf(now)
	lines, err := s.store.Board(r.Context(), day)
	if err != nil {
		return err
	}
	if own := r.places(); own != nil {
		lines = slices.DeleteFunc(lines, func(l store.BoardLine) bool { return !slices.Contains(own, l.Session.Place) })
	}
	p := &boardPage{At: now, Table: Table{Caption: r.Text("board.places"), Quiet: true, Empty: r.Text("board.empty"), Columns: []Column{{Text: r.Text("desk.place")}, {Text: r.Text("desk.state")},
		{Text: r.Text("desk.crew")}, {Text: r.Text("board.count"), Number: true}, {Text: r.Text("desk.mark.line"), Number: true}, {Text: r.Text("board.stock")}, {Text: r.Text("board.network")}, {Text: r.Text("board.last")}}}}
	totals := map[string]int{}
	exercises, err := s.exercises(r)
	if err != nil {
		return err
	}
	for _, l := range lines {
		if practice := !slices.ContainsFunc(l.Session.Elections, func(e string) bool { return !exercises[e] }); practice {
			l.Place += " (" + r.Text("desk.practice") + ")"
			clear(l.Count)
		}
		p.Table.Rows = append(p.Table.Rows, r.boardRow(l, now))
		for e, n := range l.Count {
			totals[e] += n
		}
		if l.Help != "" {
			p.Calls = append(p.Calls, Banner{Kind: "bad", Title: l.Place, Text: r.Text("desk.mark."+l.Help) + " · " + r.clock(l.HelpAt)})
		}
	}
	for _, e := range slices.Sorted(keysOf(totals)) {
		p.Total = append(p.Total, Fact{Name: e, Text: language.Number(r.Lang, int64(totals[e]))})
	}
	if err := s.boardBars(r, p, day); err != nil {
		return err
	}
	return boardView.render(r, p)
}

// exercises are the elections that nobody counts.
func (s *Server) exercises(r *Request) (map[string]bool, error) {
	all, err := s.store.Elections(r.Context())
	out := map[string]bool{}
	for _, e := range all {
		out[e.ID] = e.Practice
	}
	return out, err
}

func keysOf(m map[string]int) func(func(string) bool) {
	return func(yield func(string) bool) {
		for k := range m {
			if !yield(k) {
				return
			}
		}
	}
}

// boardRow is one place in words, each state with its own tag.
func (r *Request) boardRow(l store.BoardLine, now time.Time) []Cell {
	x := l.Session
	state := r.deskTag(x)
	if x.State == models.SessionPublished && now.After(x.Starts) {
		state = Tag{"bad", r.Text("board.late", r.clock(x.Starts))}
	}
	here := 0
	for _, c := range x.Crew {
		if c.Until.IsZero() {
			here++
		}
	}
	var counts []string
	for _, e := range x.Elections {
		counts = append(counts, fmt.Sprintf("%s %s", e, language.Number(r.Lang, int64(l.Count[e]))))
	}
	line := ""
	if !l.LineAt.IsZero() && x.State == models.SessionOpen {
		line = fmt.Sprintf("%d (%s)", l.InLine, r.clock(l.LineAt))
	}
	place := Cell{Text: l.Place}
	if r.Account.Is(desk...) {
		place.Href = "/skranke/" + x.ID
	}
	return []Cell{place, {Tag: state}, {Text: fmt.Sprint(here)}, {Text: strings.Join(counts, " · ")}, {Text: line},
		{Tag: r.stockTag(l)}, {Tag: r.networkTag(l, now)}, {Text: r.lastSign(l)}}
}

func (r *Request) stockTag(l store.BoardLine) Tag {
	if l.Session.State != models.SessionOpen {
		return Tag{}
	}
	for item, n := range l.Held {
		election, what := custody.MaterialOf(item)
		if left := int(n) - l.Count[election]; what == custody.MaterialSet && left < lowStock {
			return Tag{"warn", r.Text("board.low", election, max(0, left))}
		}
	}
	return Tag{"ok", r.Text("board.enough")}
}

func (r *Request) networkTag(l store.BoardLine, now time.Time) Tag {
	switch {
	case l.Session.State != models.SessionOpen:
		return Tag{}
	case l.SeenAt.IsZero():
		return Tag{"plain", r.Text("board.no_sign")}
	case now.Sub(l.SeenAt) > quietAfter:
		return Tag{"bad", r.Text("board.silent", r.clock(l.SeenAt))}
	case l.Waiting > 0:
		return Tag{"warn", r.Text("board.waiting", l.Waiting)}
	}
	return Tag{"ok", r.Text("desk.js.online")}
}

func (r *Request) lastSign(l store.BoardLine) string {
	at := l.LastAt
	if l.SeenAt.After(at) {
		at = l.SeenAt
	}
	if at.IsZero() {
		return ""
	}
	return r.clock(at)
}

// news tells every open board of this process that something was written, by
// any process: one listening connection to the database serves them all.
type news struct {
	mu      sync.Mutex
	running bool
	subs    map[chan int64]bool
}

// subscribe gives a channel of sequence numbers; the newest wins.
func (n *news) subscribe(s *Server) (<-chan int64, func()) {
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
	ch, err := s.store.Listen(ctx)
	if err != nil {
		s.log.Error("board: listen", "cause", err.Error())
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

// boardStream tells a board that it is out of date: the number of the newest
// entry. The board then fetches itself.
func (s *Server) boardStream(r *Request) error {
	seqs, leave := s.news.subscribe(s)
	defer leave()
	return r.stream(func(ctx context.Context, e *Events) error {
		beat := time.NewTicker(20 * time.Second)
		defer beat.Stop()
		for {
			var err error
			select {
			case <-ctx.Done():
				return nil
			case seq := <-seqs:
				err = e.Send("news", seq)
			case <-beat.C:
				err = e.Beat()
			}
			if err != nil {
				return err
			}
		}
	})
}
