package plans

import (
	"context"
	"fmt"
	"time"

	"github.com/brevstemme/brevstemme/models"
	"github.com/brevstemme/brevstemme/models/journal"
	"github.com/brevstemme/brevstemme/models/planning"
	"github.com/brevstemme/brevstemme/models/schedule"
	"github.com/brevstemme/brevstemme/models/store/book"
)

// CreateElection adds an election; one that is copied from an earlier one gets
// its ballots and its sessions as drafts.
func (s *Plans) CreateElection(ctx context.Context, act models.Act, n planning.NewElection) (models.Election, error) {
	e, _, err := s.book.Append(ctx, act, book.Need{}, func(w *book.Working) (journal.Draft, error) {
		var from models.Election
		if n.CopiedFrom != "" {
			var err error
			if from, err = book.Get[models.Election](w, n.CopiedFrom); err != nil {
				return journal.Draft{}, err
			}
			n.Settings = planning.Inherited(from)
			if len(n.Ballots) == 0 && n.Type == from.Type {
				n.Ballots = from.Ballots
			}
		}
		rec, d, err := planning.Elect(n, func(id string) (bool, error) {
			_, found, err := book.Find[models.Election](w, id)
			return found, err
		})
		if err != nil {
			return d, err
		}
		if rec.CopiedFrom != "" {
			n, err := copyPlan(w, from, rec)
			if err != nil {
				return d, err
			}
			d = d.Fact("copied_from", rec.CopiedFrom).Fact("sessions", fmt.Sprint(n))
		}
		w.Put(rec)
		return d, nil
	})
	if err != nil {
		return models.Election{}, err
	}
	return book.Changed[models.Election](e)
}

// Elections lists every election, the latest day first.
func (s *Plans) Elections(ctx context.Context) ([]models.Election, error) {
	return book.List[models.Election](ctx, s.book, "true ORDER BY day DESC, id")
}

// Running lists the elections under way, for the head of every page.
func (s *Plans) Running(ctx context.Context) ([]models.Election, error) {
	return book.List[models.Election](ctx, s.book, "state = 'running' ORDER BY day, id")
}

// Election loads one.
func (s *Plans) Election(ctx context.Context, id string) (models.Election, error) {
	return book.Load[models.Election](ctx, s.book, id)
}

// Places lists every place in use, in Danish order of names.
func (s *Plans) Places(ctx context.Context) ([]models.Place, error) {
	return book.List[models.Place](ctx, s.book, "NOT coalesce((doc->>'retired')::boolean, false) ORDER BY name, id")
}

// EveryPlace is Places with those that are retired.
func (s *Plans) EveryPlace(ctx context.Context) ([]models.Place, error) {
	return book.List[models.Place](ctx, s.book, "true ORDER BY name, id")
}

// Place loads one.
func (s *Plans) Place(ctx context.Context, id string) (models.Place, error) {
	return book.Load[models.Place](ctx, s.book, id)
}

// AddPlace adds a place that is not on any list (the reception, a hospital).
// Its id is made from the name when it has none.
func (s *Plans) AddPlace(ctx context.Context, act models.Act, p models.Place) (models.Place, error) {
	e, _, err := s.book.Append(ctx, act, book.Need{}, func(w *book.Working) (journal.Draft, error) {
		var lookup error
		taken := func(id string) bool {
			_, found, err := book.Find[models.Place](w, id)
			if err != nil {
				lookup = err
			}
			return found && err == nil
		}
		if p.ID == "" {
			p.ID = planning.PlaceID(p.Name, taken)
		} else if taken(p.ID) {
			return journal.Draft{}, models.Invalid("id", "place.taken", p.ID)
		}
		if lookup != nil {
			return journal.Draft{}, lookup
		}
		w.Put(p)
		return journal.Draft{Kind: "place.added", Place: p.ID}, nil
	})
	if err != nil {
		return models.Place{}, err
	}
	return book.Changed[models.Place](e)
}

// ImportPlan reads a checked list into draft sessions of an election, in one
// entry: all of it or nothing. It returns what was added.
func (s *Plans) ImportPlan(ctx context.Context, act models.Act, election string, result *schedule.Result) (planning.Imported, error) {
	var out planning.Imported
	entry, replayed, err := s.book.Append(ctx, act, book.Needs("election", election), func(w *book.Working) (journal.Draft, error) {
		e, err := book.Get[models.Election](w, election)
		if err != nil {
			return journal.Draft{}, err
		}
		places, err := book.ListIn[models.Place](w, "true")
		if err != nil {
			return journal.Draft{}, err
		}
		sessions, err := book.ListIn[models.Session](w, "jsonb_exists(elections, $1)", election)
		if err != nil {
			return journal.Draft{}, err
		}
		type slot struct {
			place string
			at    int64
		}
		have := map[slot]bool{}
		for _, x := range sessions {
			have[slot{x.Place, x.Starts.Unix()}] = true
		}
		imported, d, err := planning.Import(e, result, places, func(place string, x schedule.Session) bool { return have[slot{place, x.Starts.Unix()}] })
		if err != nil {
			return d, err
		}
		for _, p := range imported.Places {
			w.Put(p)
		}
		for _, x := range imported.Sessions {
			w.Put(x)
		}
		if out = imported.ReportOn(act, e, result, w.Now); out.Report != nil {
			w.Put(*out.Report)
		}
		return d, nil
	})
	if err != nil || !replayed {
		return out, err
	}
	return importedBy(entry)
}

// importedBy is what an entry imported: the same answer to the same click.
func importedBy(e journal.Entry) (out planning.Imported, err error) {
	if out.Places, err = book.AllChanged[models.Place](e); err != nil {
		return out, err
	}
	if out.Sessions, err = book.AllChanged[models.Session](e); err != nil {
		return out, err
	}
	reports, err := book.AllChanged[planning.ImportReport](e)
	if len(reports) > 0 {
		out.Report, out.Known = &reports[0], reports[0].Known
	}
	return out, err
}

// ImportReports lists the imports into an election's plan that had something to say,
// the newest first.
func (s *Plans) ImportReports(ctx context.Context, election string) ([]planning.ImportReport, error) {
	return book.List[planning.ImportReport](ctx, s.book, `doc->>'election' = ? ORDER BY seq DESC`, election)
}

// ImportReport is what an import into an election's plan said of its list.
func (s *Plans) ImportReport(ctx context.Context, election, id string) (planning.ImportReport, error) {
	x, err := book.Load[planning.ImportReport](ctx, s.book, id)
	if err == nil && x.Election != election {
		return planning.ImportReport{}, models.E(models.CodeNotFound, "")
	}
	return x, err
}

// Sessions lists the sessions of an election with from ≤ start < until, by
// start and place; a zero time leaves that side open.
func (s *Plans) Sessions(ctx context.Context, election string, from, until time.Time) ([]models.Session, error) {
	where, args := "jsonb_exists(elections, ?)", []any{election}
	if !from.IsZero() {
		where, args = where+" AND starts >= ?", append(args, from)
	}
	if !until.IsZero() {
		where, args = where+" AND starts < ?", append(args, until)
	}
	return book.List[models.Session](ctx, s.book, where+" ORDER BY starts, place, id", args...)
}

// Session loads one.
func (s *Plans) Session(ctx context.Context, id string) (models.Session, error) {
	return book.Load[models.Session](ctx, s.book, id)
}

// Work is what waits, for the first page.
type Work struct {
	SessionsToday  int
	SessionsDraft  int
	HandoversOpen  int
	DeviationsOpen int
}

// Work counts what waits at the given places; nil means everywhere.
func (s *Plans) Work(ctx context.Context, places []string) (Work, error) {
	var w Work
	today := models.DateOf(s.book.Now())
	all := len(places) == 0
	if all {
		places = []string{""}
	}
	err := s.book.DB(ctx).Raw(`SELECT
		(SELECT count(*) FROM session WHERE starts >= @from AND starts < @until AND state IN ('published', 'open', 'closing') AND (@all OR place IN @places)) AS sessions_today,
		(SELECT count(*) FROM session WHERE state = 'draft' AND (@all OR place IN @places)) AS sessions_draft,
		(SELECT count(*) FROM handover WHERE state IN ('offered', 'in_transit', 'counted', 'recount') AND (@all OR from_place IN @places OR to_place IN @places)) AS handovers_open,
		(SELECT count(*) FROM deviation WHERE state <> 'closed' AND (@all OR place IN @places)) AS deviations_open`,
		map[string]any{"from": today.At(0, 0), "until": today.Add(1).At(0, 0), "all": all, "places": places}).Scan(&w).Error
	return w, err
}
