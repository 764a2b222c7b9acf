package store

import (
	"context"
	"fmt"

	"github.com/brevstemme/brevstemme/models"
	"github.com/brevstemme/brevstemme/models/journal"
	"github.com/brevstemme/brevstemme/models/planning"
)

// SavePlace changes a place. was is the planning.Mark of the place as the person
// saw it: CodeConflict when somebody changed it meanwhile.
func (s *Store) SavePlace(ctx context.Context, act models.Act, was string, p models.Place) error {
	_, _, err := s.append(ctx, act, need{Records: []key{{"place", p.ID}}}, func(w *working) (journal.Draft, error) {
		old, err := get[models.Place](w, p.ID)
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
		w.put(p)
		return journal.Draft{Kind: "place.changed", Place: p.ID}, nil
	})
	return err
}

// ImportPlaces adds and changes places in one entry: all rows or none. The rows
// are read inside the act, against the places as they are then. Row errors come
// with CodeInvalid.
func (s *Store) ImportPlaces(ctx context.Context, act models.Act, rows [][]string) (added, altered int, bad []planning.RowError, err error) {
	_, _, err = s.append(ctx, act, need{}, func(w *working) (journal.Draft, error) {
		added, altered, bad = 0, 0, nil
		known, err := listIn[models.Place](w, "true")
		if err != nil {
			return journal.Draft{}, err
		}
		places, errs := planning.ReadPlaces(rows, known)
		if bad = errs; len(errs) > 0 {
			return journal.Draft{}, models.Invalid("file", "import.errors", len(errs))
		}
		marks := map[string]string{}
		for _, p := range known {
			marks[p.ID] = planning.Mark(p)
		}
		for _, p := range places {
			switch mark, ok := marks[p.ID]; {
			case !ok:
				added++
			case mark != planning.Mark(p):
				altered++
			default:
				continue
			}
			w.put(p)
		}
		if added+altered == 0 {
			return journal.Draft{}, models.E(models.CodeState, "planning.change.nothing")
		}
		return journal.Draft{Kind: "place.imported"}.Fact("added", fmt.Sprint(added)).Fact("changed", fmt.Sprint(altered)), nil
	})
	return added, altered, bad, err
}
