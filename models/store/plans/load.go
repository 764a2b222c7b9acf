package plans

import (
	"context"
	"fmt"
	"slices"

	"github.com/jackc/pgx/v5"

	"github.com/brevstemme/brevstemme/models"
	"github.com/brevstemme/brevstemme/models/journal"
	"github.com/brevstemme/brevstemme/models/planning"
	"github.com/brevstemme/brevstemme/models/store/book"
)

// records reads records inside or outside a transaction, with "$1" in where.
type records struct {
	elections  func(where string, args ...any) ([]models.Election, error)
	places     func(where string, args ...any) ([]models.Place, error)
	sessions   func(where string, args ...any) ([]models.Session, error)
	agreements func(where string, args ...any) ([]planning.Agreement, error)
	elsewhere  func(where string, args ...any) ([]planning.Elsewhere, error)
	roster     func(election string) ([]planning.Presence, error)
}

// presences is everybody whom the roster has at a session of the election.
const presences = `SELECT h.session, h.from_at, h.until_at FROM shift h JOIN session s ON s.id = h.session
	WHERE jsonb_exists(s.elections, $1) AND h.state IN ('proposed', 'approved', 'confirmed', 'offered') AND NOT h.stand_in`

func collectPresences(rows pgx.Rows, err error) ([]planning.Presence, error) {
	if err != nil {
		return nil, err
	}
	return pgx.CollectRows(rows, func(row pgx.CollectableRow) (planning.Presence, error) {
		var p planning.Presence
		return p, row.Scan(&p.Session, &p.From, &p.Until)
	})
}

// lightSessions reads of each session what a plan shows and checks, and not the
// desk's book: a page of 40 places and 42 days is 1,680 sessions.
func (s *Plans) lightSessions(ctx context.Context) func(string, ...any) ([]models.Session, error) {
	return func(where string, args ...any) ([]models.Session, error) {
		rows, err := s.book.Pool().Query(ctx, `SELECT id, place, state, starts, ends, (doc->>'stop')::int, doc->>'room', (doc->>'need')::int, (doc->>'booths')::int, doc->>'note', (doc->>'sequence')::int,
			elections FROM session WHERE `+where, args...)
		if err != nil {
			return nil, err
		}
		return pgx.CollectRows(rows, func(row pgx.CollectableRow) (models.Session, error) {
			var x models.Session
			err := row.Scan(&x.ID, &x.Place, &x.State, &x.Starts, &x.Ends, &x.Stop, &x.Room, &x.Need, &x.Booths, &x.Note, &x.Sequence, &x.Elections)
			x.Starts, x.Ends = x.Starts.In(models.Copenhagen), x.Ends.In(models.Copenhagen)
			return x, err
		})
	}
}

// lightAgreements reads of each talk where it stands, and not its steps.
func (s *Plans) lightAgreements(ctx context.Context) func(string, ...any) ([]planning.Agreement, error) {
	return func(where string, args ...any) ([]planning.Agreement, error) {
		rows, err := s.book.Pool().Query(ctx, `SELECT id, place, series, state, brev_instant(doc->'terms'->>'starts'), brev_instant(doc->'terms'->>'ends') FROM agreement WHERE `+where, args...)
		if err != nil {
			return nil, err
		}
		return pgx.CollectRows(rows, func(row pgx.CollectableRow) (planning.Agreement, error) {
			var a planning.Agreement
			return a, row.Scan(&a.ID, &a.Place, &a.Series, &a.State, &a.Terms.Starts, &a.Terms.Ends)
		})
	}
}

// loadPlan reads the plan of an election with everything that checking needs.
func loadPlan(r records, election string) (planning.Plan, error) {
	var p planning.Plan
	var err error
	if p.Sessions, err = r.sessions("jsonb_exists(elections, $1) AND state <> 'cancelled' ORDER BY starts, place, id", election); err != nil {
		return p, err
	}
	ids := []string{election}
	for _, s := range p.Sessions {
		for _, e := range s.Elections {
			if !slices.Contains(ids, e) {
				ids = append(ids, e)
			}
		}
	}
	if p.Elections, err = r.elections("id = ANY($1) ORDER BY id", ids); err != nil {
		return p, err
	}
	if p.Places, err = r.places("true ORDER BY name, id"); err != nil {
		return p, err
	}
	talks, err := r.agreements("id IN (SELECT id FROM session WHERE jsonb_exists(elections, $1))", election)
	p.Agreements = make(map[string]planning.Agreement, len(talks))
	for _, a := range talks {
		p.Agreements[a.ID] = a
	}
	if err != nil {
		return p, err
	}
	lists, err := r.elsewhere("id = $1", election)
	for _, l := range lists {
		p.Elsewhere = append(p.Elsewhere, l.Hours...)
	}
	if err != nil {
		return p, err
	}
	roster, err := r.roster(election)
	p.Crew = planning.Crews(p.Sessions, roster)
	return p, err
}

// Plan is the plan of an election and the warnings that were accepted. Sessions
// and agreements are there without what happened at the desk and in the talk.
func (s *Plans) Plan(ctx context.Context, election string) (planning.Plan, planning.Ticks, error) {
	roster := func(election string) ([]planning.Presence, error) {
		return collectPresences(s.book.Pool().Query(ctx, presences, election))
	}
	p, err := loadPlan(records{book.Reading[models.Election](ctx, s.book), book.Reading[models.Place](ctx, s.book), s.lightSessions(ctx), s.lightAgreements(ctx), book.Reading[planning.Elsewhere](ctx, s.book), roster}, election)
	if err != nil {
		return p, planning.Ticks{}, err
	}
	p.Now = s.book.Now()
	t, err := book.Load[planning.Ticks](ctx, s.book, election)
	if models.CodeOf(err) == models.CodeNotFound {
		t, err = planning.Ticks{Election: election}, nil
	}
	return p, t, err
}

// planIn is the plan inside a transaction, with its latest version.
func planIn(w *book.Working, election string) (planning.Plan, planning.Version, error) {
	roster := func(election string) ([]planning.Presence, error) {
		return collectPresences(w.Query(presences, election))
	}
	p, err := loadPlan(records{book.ReadingIn[models.Election](w), book.ReadingIn[models.Place](w), book.ReadingIn[models.Session](w), book.ReadingIn[planning.Agreement](w), book.ReadingIn[planning.Elsewhere](w), roster}, election)
	if err != nil {
		return p, planning.Version{}, err
	}
	p.Now = w.Now
	vs, err := book.ListIn[planning.Version](w, "election = $1 ORDER BY number DESC LIMIT 1", election)
	if err != nil || len(vs) == 0 {
		return p, planning.Version{}, err
	}
	return p, vs[0], nil
}

// Publish publishes the drafts of an election's plan as the next version; see
// planning.PublishPlan for what refuses it.
func (s *Plans) Publish(ctx context.Context, act models.Act, election, reason string) (planning.Version, error) {
	e, _, err := s.book.Append(ctx, act, book.Needs("election", election).And("plan_ticks", election), func(w *book.Working) (journal.Draft, error) {
		el, err := book.Get[models.Election](w, election)
		if err != nil {
			return journal.Draft{}, err
		}
		p, before, err := planIn(w, election)
		if err != nil {
			return journal.Draft{}, err
		}
		ticks, _, err := book.Find[planning.Ticks](w, election)
		if err != nil {
			return journal.Draft{}, err
		}
		out, d, err := planning.PublishPlan(p, el, before, ticks.Ticks, reason, w.ByNow())
		if err != nil {
			return d, err
		}
		for _, x := range out.Sessions {
			w.Put(x)
		}
		for _, n := range out.Notices {
			w.Put(n)
		}
		w.Put(out.Version)
		for _, e := range out.Started {
			w.Put(e)
		}
		return d, nil
	})
	if err != nil {
		return planning.Version{}, err
	}
	return book.Changed[planning.Version](e)
}

// Tick accepts warnings of a plan with a reason: those named by code, place and
// session as they stand in the plan now.
func (s *Plans) Tick(ctx context.Context, act models.Act, election string, which []planning.Tick, reason string) error {
	_, _, err := s.book.Append(ctx, act, book.Needs("election", election).And("plan_ticks", election), func(w *book.Working) (journal.Draft, error) {
		if _, err := book.Get[models.Election](w, election); err != nil {
			return journal.Draft{}, err
		}
		p, _, err := planIn(w, election)
		if err != nil {
			return journal.Draft{}, err
		}
		ticks, _, err := book.Find[planning.Ticks](w, election)
		if err != nil {
			return journal.Draft{}, err
		}
		ticks.Election = election
		found := slices.DeleteFunc(planning.Of(p, election), func(f planning.Finding) bool {
			return !slices.ContainsFunc(which, func(t planning.Tick) bool {
				return t.Code == f.Code && t.Place == f.Place && t.Session == f.Session
			})
		})
		next, err := ticks.With(found, reason)
		if err != nil {
			return journal.Draft{}, err
		}
		w.Put(next)
		return journal.Draft{Kind: "plan.ticked", Election: election}.Fact("warnings", fmt.Sprint(len(found))).Fact("reason", reason), nil
	})
	return err
}

// Versions lists the published versions of a plan, newest first.
func (s *Plans) Versions(ctx context.Context, election string) ([]planning.Version, error) {
	return book.List[planning.Version](ctx, s.book, "election = ? ORDER BY number DESC", election)
}

// Notices lists the changes of a plan after publishing, newest first.
func (s *Plans) Notices(ctx context.Context, election string) ([]planning.Notice, error) {
	return book.List[planning.Notice](ctx, s.book, "election = ? ORDER BY at DESC, (doc->>'version')::int DESC, id", election)
}

// NoticeSeen notes that the person acting has read notices of their places.
func (s *Plans) NoticeSeen(ctx context.Context, act models.Act, ids []string) error {
	_, _, err := s.book.Append(ctx, act, book.Need{}, func(w *book.Working) (journal.Draft, error) {
		if len(ids) == 0 {
			return journal.Draft{}, models.Invalid("notice", "planning.notice.none")
		}
		for _, id := range ids {
			n, err := book.Get[planning.Notice](w, id)
			if err == nil && !act.MayActAt(n.Place) {
				err = models.E(models.CodeNotFound, "")
			}
			if err != nil {
				return journal.Draft{}, err
			}
			if !n.SeenBy(act.Person) {
				n.Seen = append(slices.Clip(n.Seen), planning.Seen{Person: act.Person, At: w.ByNow().At})
				w.Put(n)
			}
		}
		return journal.Draft{Kind: "plan.notice_seen"}.Fact("notices", fmt.Sprint(len(ids))), nil
	})
	return err
}
