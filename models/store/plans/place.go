package plans

import (
	"context"
	"fmt"
	"slices"
	"strconv"

	"github.com/brevstemme/brevstemme/models"
	"github.com/brevstemme/brevstemme/models/journal"
	"github.com/brevstemme/brevstemme/models/planning"
	"github.com/brevstemme/brevstemme/models/store/book"
)

// SavePlace changes a place. was is the planning.Mark of the place as the person
// saw it: CodeConflict when somebody changed it meanwhile.
func (s *Plans) SavePlace(ctx context.Context, act models.Act, was string, p models.Place) error {
	_, _, err := s.book.Append(ctx, act, book.Needs("place", p.ID), func(w *book.Working) (journal.Draft, error) {
		old, err := book.Get[models.Place](w, p.ID)
		if err != nil {
			return journal.Draft{}, err
		}
		if !act.MayActAt(p.ID) {
			return journal.Draft{}, models.E(models.CodeForbidden, "")
		}
		if planning.Mark(old) != was {
			return journal.Draft{}, models.E(models.CodeConflict, "place.conflict", old.Name)
		}
		if err := planning.CheckPlace(p); err != nil {
			return journal.Draft{}, err
		}
		w.Put(p)
		return journal.Draft{Kind: "place.changed", Place: p.ID}, nil
	})
	return err
}

// ImportPlaces adds and changes places in one entry: all rows or none. The rows
// are read inside the act, against the places as they are then. Row errors come
// with CodeInvalid.
func (s *Plans) ImportPlaces(ctx context.Context, act models.Act, rows [][]string) (added, altered int, bad []planning.RowError, err error) {
	e, _, err := s.book.Append(ctx, act, book.Need{}, func(w *book.Working) (journal.Draft, error) {
		added, altered, bad = 0, 0, nil
		known, err := book.ListIn[models.Place](w, "true")
		if err != nil {
			return journal.Draft{}, err
		}
		people, err := book.ListIn[models.Person](w, "true")
		if err != nil {
			return journal.Draft{}, err
		}
		places, errs := planning.ReadPlaces(rows, known, func(id string) bool {
			return slices.ContainsFunc(people, func(p models.Person) bool { return p.ID == id && !p.Erased })
		})
		if bad = errs; len(errs) > 0 {
			return journal.Draft{}, models.Invalid("file", "import.errors", len(errs))
		}
		before := map[string][]string{}
		for _, p := range known {
			before[p.ID] = planning.PlaceRow(p)
		}
		for _, p := range places {
			switch was, ok := before[p.ID]; {
			case !ok:
				added++
			case !slices.Equal(was, planning.PlaceRow(p)): // the file says all of a place: the same row is the same place
				altered++
			default:
				continue
			}
			w.Put(p)
		}
		if added+altered == 0 {
			return journal.Draft{}, models.E(models.CodeState, "planning.change.nothing")
		}
		return journal.Draft{Kind: "place.imported"}.Fact("added", fmt.Sprint(added)).Fact("changed", fmt.Sprint(altered)), nil
	})
	if err != nil {
		return 0, 0, bad, err
	}
	if added, err = strconv.Atoi(e.Value("added")); err == nil { // of the entry: the second click is told the same
		altered, err = strconv.Atoi(e.Value("changed"))
	}
	return added, altered, nil, err
}

// PlaceNames are the names of the places by id, for the words of a reminder.
func (s *Plans) PlaceNames(ctx context.Context) (map[string]string, error) {
	places, err := s.Places(ctx)
	names := make(map[string]string, len(places))
	for _, p := range places {
		names[p.ID] = p.Name
	}
	return names, err
}
