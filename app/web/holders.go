package web

import (
	"maps"

	"github.com/brevstemme/brevstemme/models"
	"github.com/brevstemme/brevstemme/models/custody"
)

// holderNames names the holders of a line as people know them: a desk by its
// place and day, a bin and a polling station by its district, a run and a
// deviation by its number in groups.
func (s *Server) holderNames(r *Request, l custody.Line, places map[string]string) (map[string]string, error) {
	out := maps.Clone(places)
	ds, err := s.store.Districts(r.Context(), s.municipality)
	if err != nil {
		return nil, err
	}
	for _, h := range l.Holders {
		id := custody.HolderID(h.Holder)
		switch custody.HolderKind(h.Holder) {
		case "desk":
			x, err := s.store.Session(r.Context(), id)
			if models.CodeOf(err) == models.CodeNotFound {
				continue
			}
			if err != nil {
				return nil, err
			}
			out[id] = places[x.Place] + " " + r.shortDay(models.DateOf(x.Starts))
		case "bin":
			out[id] = r.binName(id, byID(ds))
		case "station":
			if d, ok := byID(ds)[id]; ok {
				out[id] = d.Label()
			}
		case "municipality", "origin":
			if n := municipalityName(id); n != "" {
				out[id] = n
			}
		case "leg", "difference":
			out[id] = models.GroupSerial(id)
		}
	}
	return out, nil
}
