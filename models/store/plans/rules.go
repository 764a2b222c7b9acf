package plans

import (
	"context"
	"slices"

	"github.com/brevstemme/brevstemme/models"
	"github.com/brevstemme/brevstemme/models/journal"
	"github.com/brevstemme/brevstemme/models/planning"
	"github.com/brevstemme/brevstemme/models/store/book"
)

// Patterns are the rules of an election's plan; none when it has none.
func (s *Plans) Patterns(ctx context.Context, election string) (planning.Patterns, error) {
	p, err := book.Load[planning.Patterns](ctx, s.book, election)
	if models.CodeOf(err) == models.CodeNotFound {
		return planning.Patterns{Election: election}, nil
	}
	return p, err
}

// PreviewPatterns tells what rules would make of a plan, and changes nothing.
func (s *Plans) PreviewPatterns(ctx context.Context, election string, rules []planning.Pattern) (planning.Applied, error) {
	e, err := s.Election(ctx, election)
	if err != nil {
		return planning.Applied{}, err
	}
	p, _, err := s.Plan(ctx, election)
	if err != nil {
		return planning.Applied{}, err
	}
	before, err := s.Patterns(ctx, election)
	if err != nil {
		return planning.Applied{}, err
	}
	return planning.Apply(p, e, before.Patterns, rules)
}

// SavePatterns keeps the rules of a plan and brings its drafts to them, in one
// entry. was is the planning.Mark of the rules as the person saw them:
// CodeConflict when somebody changed them meanwhile. What refuses rules comes with
// the findings about them.
func (s *Plans) SavePatterns(ctx context.Context, act models.Act, election, was string, rules []planning.Pattern) (planning.Applied, error) {
	var refused planning.Applied
	entry, _, err := s.book.Append(ctx, act, book.Needs("election", election).And("plan_pattern", election), func(w *book.Working) (journal.Draft, error) {
		e, err := book.Get[models.Election](w, election)
		if err != nil {
			return journal.Draft{}, err
		}
		before, _, err := book.Find[planning.Patterns](w, election)
		if err != nil {
			return journal.Draft{}, err
		}
		before.Election = election
		if planning.Mark(before) != was {
			return journal.Draft{}, models.E(models.CodeConflict, "planning.pattern.conflict")
		}
		p, _, err := planIn(w, election)
		if err != nil {
			return journal.Draft{}, err
		}
		now, applied, d, err := planning.SavePatterns(p, e, before, rules)
		if err != nil {
			refused = applied
			return d, err
		}
		w.Put(now)
		for _, x := range slices.Concat(applied.Removed, applied.Added) {
			w.Put(x)
		}
		return d, nil
	})
	if err != nil {
		return refused, err
	}
	return s.savedPatterns(ctx, entry)
}

// savedPatterns is what an entry of SavePatterns did; the same to the same click.
func (s *Plans) savedPatterns(ctx context.Context, entry journal.Entry) (planning.Applied, error) {
	rules, err := book.Changed[planning.Patterns](entry)
	if err != nil {
		return planning.Applied{}, err
	}
	changed, err := book.AllChanged[models.Session](entry)
	if err != nil {
		return planning.Applied{}, err
	}
	e, err := s.Election(ctx, rules.Election)
	if err != nil {
		return planning.Applied{}, err
	}
	p, _, err := s.Plan(ctx, e.ID)
	if err != nil {
		return planning.Applied{}, err
	}
	return planning.SavedPatterns(p, e, entry, rules, changed)
}

// Elsewhere is the comparison list of a plan; empty when there is none.
func (s *Plans) Elsewhere(ctx context.Context, election string) (planning.Elsewhere, error) {
	e, err := book.Load[planning.Elsewhere](ctx, s.book, election)
	if models.CodeOf(err) == models.CodeNotFound {
		return planning.Elsewhere{Election: election}, nil
	}
	return e, err
}

// CompareHours reads the hours that another list publishes, in the place of those
// read before. Row errors come with CodeInvalid, and nothing is changed. No rows
// at all end the comparison.
func (s *Plans) CompareHours(ctx context.Context, act models.Act, election, source string, rows [][]string) (planning.Elsewhere, []planning.RowError, error) {
	var bad []planning.RowError
	e, _, err := s.book.Append(ctx, act, book.Needs("election", election), func(w *book.Working) (journal.Draft, error) {
		if _, err := book.Get[models.Election](w, election); err != nil {
			return journal.Draft{}, err
		}
		var hours []planning.Hours
		if len(rows) > 0 {
			places, err := book.ListIn[models.Place](w, "true")
			if err != nil {
				return journal.Draft{}, err
			}
			if hours, bad = planning.ReadElsewhere(rows, places, source); len(bad) > 0 {
				return journal.Draft{}, models.Invalid("file", "import.errors", len(bad))
			}
		}
		list, d, err := planning.Compare(election, source, hours, w.ByNow())
		if err == nil {
			w.Put(list)
		}
		return d, err
	})
	if err != nil {
		return planning.Elsewhere{}, bad, err
	}
	list, err := book.Changed[planning.Elsewhere](e)
	return list, nil, err
}
