package site

import (
	"strings"

	"github.com/brevstemme/brevstemme/models"
	"github.com/brevstemme/brevstemme/models/journal"
	"github.com/brevstemme/brevstemme/models/language"
)

// KindText names an act in words where the catalogue has them; the stable name stays in sight otherwise.
func (r *Request) KindText(kind string) string {
	if key := "act." + kind; language.Has(key) {
		return r.Text(key)
	}
	return kind
}

// WhoActed did it; an act without a person is the program's own.
func WhoActed(l language.Lang, e journal.Entry, names map[string]models.Private) string {
	if len(e.Actors) == 0 {
		return language.Text(l, "book.program")
	}
	var out []string
	for _, a := range e.Actors {
		if n := names[a.Person].Name; n != "" {
			out = append(out, n)
		} else if a.Person != "" {
			out = append(out, a.Person)
		}
	}
	return strings.Join(out, ", ")
}

func (s *Server) ActorNames(r *Request, entries []journal.Entry) (map[string]models.Private, error) {
	seen := map[string]bool{}
	var ids []string
	for _, e := range entries {
		for _, a := range e.Actors {
			if a.Person != "" && !seen[a.Person] {
				seen[a.Person] = true
				ids = append(ids, a.Person)
			}
		}
	}
	if len(ids) == 0 {
		return nil, nil
	}
	return s.Store.Names(r.Context(), ids...)
}
