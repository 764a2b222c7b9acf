package site

import (
	"strings"

	"github.com/brevstemme/brevstemme/models"
	"github.com/brevstemme/brevstemme/models/custody"
	"github.com/brevstemme/brevstemme/models/language"
	"github.com/brevstemme/brevstemme/models/onward"
)

func (r *Request) OriginName(code string) string {
	if code == onward.Abroad {
		return r.Text("onward.abroad")
	}
	return MunicipalityName(code) + " (" + code + ")"
}

// Holder names a holder for people.
func (r *Request) Holder(holder string, places map[string]string) string {
	id := custody.HolderID(holder)
	if n := places[id]; n != "" {
		id = n
	} else if k := custody.HolderKind(holder); k == "leg" || k == "container" || k == "difference" {
		id = models.GroupSerial(id)
	}
	key := "holder." + custody.HolderKind(holder)
	if !language.Has(key) {
		return holder
	}
	if id == "" {
		return r.Text(key)
	}
	return r.Text(key) + " " + id
}

// Item is what is counted, in words: "Kuvert, egen kommune (KV26)".
func (r *Request) Item(item string) string {
	if election, to, ok := custody.EnvelopeOf(item); ok {
		switch to {
		case custody.Own, custody.Unknown:
			return r.Text("item.envelope."+to, election)
		}
		return r.Text("item.envelope.other", MunicipalityName(to), election)
	}
	if election, what := custody.MaterialOf(item); what != "" && language.Has("desk.material."+what) {
		return r.Text("desk.material."+what) + " (" + election + ")"
	}
	kind, id, _ := strings.Cut(item, ":")
	if key := "item." + kind; language.Has(key) {
		return r.Text(key, models.GroupSerial(id))
	}
	return item
}

// Phone is a name with its number, which is not broken over two lines.
func Phone(p models.Private) string {
	return strings.TrimSpace(p.Name + " " + strings.ReplaceAll(p.Phone, " ", "\u00a0"))
}

// MunicipalityName is the name behind a kommunekode, the code itself when unknown.
func MunicipalityName(code string) string {
	if m, ok := models.MunicipalityByCode(code); ok {
		return m.Name
	}
	return code
}

// HolderName is what a holder is called, with the names of places.
func (r *Request) HolderName(holder string) string {
	names, err := r.Server.PlaceNames(r)
	if err != nil {
		return holder
	}
	return r.Holder(holder, names)
}

func (s *Server) PlaceNames(r *Request) (map[string]string, error) {
	places, err := s.Store.Places(r.Context())
	names := make(map[string]string, len(places))
	for _, p := range places {
		names[p.ID] = p.Name
	}
	return names, err
}

// PlacesAndNames are the names of places and the private data of people by id.
func (s *Server) PlacesAndNames(r *Request) (map[string]string, map[string]models.Private, error) {
	places, err := s.PlaceNames(r)
	if err != nil {
		return nil, nil, err
	}
	names, err := s.Store.Names(r.Context())
	return places, names, err
}

func PlaceNamesOf(places []models.Place) map[string]string {
	names := make(map[string]string, len(places))
	for _, p := range places {
		names[p.ID] = p.Name
	}
	return names
}

// AddressOf is the address on one line.
func AddressOf(p models.Place) string {
	town := strings.TrimSpace(p.Postcode + " " + p.City)
	switch {
	case town == "" || strings.Contains(p.Address, town):
		return p.Address
	case p.Address == "":
		return town
	}
	return p.Address + ", " + town
}

func HrefOf(scheme, s string) string {
	if s == "" {
		return ""
	}
	return scheme + s
}

// Telephone is a number as a tel: link takes it.
func Telephone(s string) string {
	out := []byte{}
	for i := range len(s) {
		if s[i] >= '0' && s[i] <= '9' || s[i] == '+' && len(out) == 0 {
			out = append(out, s[i])
		}
	}
	return string(out)
}

// BinName is a bin as people read it.
func (r *Request) BinName(key string, ds map[string]onward.District) string {
	kind, id, _ := strings.Cut(key, ":")
	switch kind {
	case "own":
		if d, ok := ds[id]; ok {
			return d.Label()
		}
		return id
	case "other":
		return MunicipalityName(id) + " (" + id + ")"
	}
	return r.Text("onward.bin." + kind)
}

func ByID(ds []onward.District) map[string]onward.District {
	m := map[string]onward.District{}
	for _, d := range ds {
		m[d.ID] = d
	}
	return m
}
