package custody

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"time"

	deskpages "github.com/brevstemme/brevstemme/app/web/desk"
	"github.com/brevstemme/brevstemme/app/web/site"
	"github.com/brevstemme/brevstemme/models"
	"github.com/brevstemme/brevstemme/models/custody"
	"github.com/brevstemme/brevstemme/models/desk"
	"github.com/brevstemme/brevstemme/models/language"
	"github.com/brevstemme/brevstemme/models/store/desks"
)

// BoardReaders watch the day.
var BoardReaders = site.Roles{models.RoleCoordinator, models.RoleLibraryLead, models.RoleAuditor}

func (s *Server) boardRoutes() []site.Route {
	return []site.Route{
		site.Get("/tavle", BoardReaders, s.board).InMenu("nav.board"),
		site.Get("/tavle/strom", BoardReaders, s.BoardStream),
		site.Post("/plan/:id/prognose", site.Coordinator, s.expectVotes),
	}
}

type boardPage struct {
	site.Chrome
	Table site.Table
	Calls []site.Banner
	Total []site.Fact
	Bars  []hourBar
	Width int
	Known bool // there is a forecast to hold the day against
	Basis string
	Hours site.Table
	At    time.Time
}

var boardView = site.NewView[*boardPage]("board")

// quiet is how long a desk may be silent before the board says so; low is how
// many sets left call for more.
const (
	quietAfter = 2 * time.Minute
	lowStock   = 10
)

// board shows every place of today.
func (s *Server) board(r *site.Request) error {
	now := s.Now()
	day := models.DateOf(now)
	lines, err := s.Store.Board(r.Context(), day)
	if err != nil {
		return err
	}
	if own := r.Places(); own != nil {
		lines = slices.DeleteFunc(lines, func(l desks.BoardLine) bool { return !slices.Contains(own, l.Session.Place) })
	}
	p := &boardPage{At: now, Table: site.Table{Caption: r.Text("board.places"), Quiet: true, Empty: r.Text("board.empty"), Columns: []site.Column{{Text: r.Text("desk.place")}, {Text: r.Text("plan.hours")}, {Text: r.Text("desk.state")},
		{Text: r.Text("desk.crew")}, {Text: r.Text("board.count"), Number: true}, {Text: r.Text("desk.mark.line"), Number: true}, {Text: r.Text("board.stock")}, {Text: r.Text("board.network")}, {Text: r.Text("board.last")}}}}
	totals := map[string]int{}
	elections, err := s.ElectionsByID(r)
	if err != nil {
		return err
	}
	for _, l := range lines {
		if practice := !slices.ContainsFunc(l.Session.Elections, func(e string) bool { return !elections[e].Practice }); practice {
			l.Place += " (" + r.Text("desk.practice") + ")"
			clear(l.Count)
		}
		p.Table.Rows = append(p.Table.Rows, boardRow(r, l, elections, now))
		for e, n := range l.Count {
			totals[e] += n
		}
		if l.Help != "" {
			p.Calls = append(p.Calls, site.Banner{Kind: "bad", Title: l.Place, Text: r.Text("desk.mark."+l.Help) + " · " + r.Clock(l.HelpAt)})
		}
	}
	for _, e := range slices.Sorted(keysOf(totals)) {
		p.Total = append(p.Total, site.Fact{Name: site.Signed(elections[e]), Text: language.Number(r.Lang, int64(totals[e]))})
	}
	if err := s.boardBars(r, p, elections, day); err != nil {
		return err
	}
	return boardView.Render(r, p)
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
func boardRow(r *site.Request, l desks.BoardLine, elections site.Elections, now time.Time) []site.Cell {
	x := l.Session
	state := deskpages.DeskTag(r, x)
	if x.State == models.SessionPublished && now.After(x.Starts) {
		state = site.Tag{Kind: "bad", Text: r.Text("board.late", r.Clock(x.Starts))}
	}
	crew := ""
	if x.State != models.SessionPublished { // nobody is there before the opening
		crew = fmt.Sprint(crewHere(x))
	}
	var counts []string
	for _, e := range x.Elections {
		counts = append(counts, fmt.Sprintf("%s %s", elections.Sign(e), language.Number(r.Lang, int64(l.Count[e]))))
	}
	line := ""
	if !l.LineAt.IsZero() && x.State == models.SessionOpen {
		line = fmt.Sprintf("%d (%s)", l.InLine, r.Clock(l.LineAt))
	}
	place := site.Cell{Text: l.Place}
	if r.Account.Is(site.Desk...) {
		place.Href = "/skranke/" + x.ID
	}
	return []site.Cell{place, {Text: r.ClockSpan(x)}, {Tag: state}, {Text: crew}, {Text: strings.Join(counts, " · ")}, {Text: line},
		{Tag: stockTag(r, l, elections)}, {Tag: networkTag(r, l, now)}, {Text: lastSign(r, l)}}
}

func crewHere(x models.Session) (n int) {
	for _, c := range x.Crew {
		if c.Until.IsZero() {
			n++
		}
	}
	return n
}

func stockTag(r *site.Request, l desks.BoardLine, elections site.Elections) site.Tag {
	if l.Session.State != models.SessionOpen {
		return site.Tag{}
	}
	for item, n := range l.Held {
		election, what := custody.MaterialOf(item)
		if left := int(n) - l.Count[election]; what == desk.MaterialSet && left < lowStock {
			return site.Tag{Kind: "warn", Text: r.Text("board.low", elections.Sign(election), max(0, left))}
		}
	}
	return site.Tag{Kind: "ok", Text: r.Text("board.enough")}
}

func networkTag(r *site.Request, l desks.BoardLine, now time.Time) site.Tag {
	switch {
	case l.Session.State != models.SessionOpen:
		return site.Tag{}
	case l.SeenAt.IsZero():
		return site.Tag{Kind: "plain", Text: r.Text("board.no_sign")}
	case now.Sub(l.SeenAt) > quietAfter:
		return site.Tag{Kind: "bad", Text: r.Text("board.silent", r.Clock(l.SeenAt))}
	case l.Waiting > 0:
		return site.Tag{Kind: "warn", Text: r.Text("board.waiting", l.Waiting)}
	}
	return site.Tag{Kind: "ok", Text: r.Text("desk.js.online")}
}

func lastSign(r *site.Request, l desks.BoardLine) string {
	at := l.LastAt
	if l.SeenAt.After(at) {
		at = l.SeenAt
	}
	if at.IsZero() {
		return ""
	}
	return r.Clock(at)
}

// BoardStream tells a board that it is out of date: the number of the newest
// entry. The board then fetches itself.
func (s *Server) BoardStream(r *site.Request) error {
	seqs, leave := s.News.Subscribe(s.Server)
	defer leave()
	return r.Stream(func(ctx context.Context, e *site.Events) error {
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
