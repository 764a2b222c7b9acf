package custody

import (
	"maps"

	"github.com/brevstemme/brevstemme/app/web/site"
	"github.com/brevstemme/brevstemme/models"
	"github.com/brevstemme/brevstemme/models/custody"
)

// holderNames names the holders of a line as people know them: a desk by its
// place and day, a bin and a polling station by its district, a run and a
// deviation by its number in groups.
func (s *Server) holderNames(r *site.Request, l custody.Line, places map[string]string) (map[string]string, error) {
	out := maps.Clone(places)
	ds, err := s.Store.Districts(r.Context(), s.Municipality)
	if err != nil {
		return nil, err
	}
	for _, h := range l.Holders {
		id := custody.HolderID(h.Holder)
		switch custody.HolderKind(h.Holder) {
		case "desk":
			x, err := s.Store.Session(r.Context(), id)
			if models.CodeOf(err) == models.CodeNotFound {
				continue
			}
			if err != nil {
				return nil, err
			}
			out[id] = places[x.Place] + " " + r.ShortDay(models.DateOf(x.Starts))
		case "bin":
			out[id] = r.BinName(id, site.ByID(ds))
		case "station":
			if d, ok := site.ByID(ds)[id]; ok {
				out[id] = d.Label()
			}
		case "municipality", "origin":
			if n := site.MunicipalityName(id); n != "" {
				out[id] = n
			}
		case "leg", "difference":
			out[id] = models.GroupSerial(id)
		}
	}
	return out, nil
}

// withLegs adds handovers to the names of places, each by the places that it
// goes between: who looks for a box asks where it is going, not for a number.
func withLegs(places map[string]string, handovers ...custody.Handover) map[string]string {
	out := maps.Clone(places)
	for _, h := range handovers {
		out[h.ID] = places[h.From] + " → " + places[h.To]
	}
	return out
}

func containerTag(r *site.Request, st custody.ContainerState) site.Tag {
	kind := map[custody.ContainerState]string{custody.ContainerSealed: "ok", custody.ContainerReceived: "ok", custody.ContainerPacked: "warn", custody.ContainerInTransit: "info", custody.ContainerMissing: "bad"}[st]
	if kind == "" {
		kind = "plain"
	}
	return site.Tag{Kind: kind, Text: r.Text("container.state." + string(st))}
}
