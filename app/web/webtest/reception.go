package webtest

import (
	"fmt"
	"testing"

	"github.com/brevstemme/brevstemme/models"
	"github.com/brevstemme/brevstemme/models/onward"
	"github.com/brevstemme/brevstemme/models/store/persons"
)

// NewReception is a library whose municipality has a reception (place BORG), two
// people in it (grethe, ole), and three polling districts: 0751-1 to 0751-3.
func NewReception(t testing.TB) *Library {
	l := NewLibrary(t)
	_, err := l.Store.AddPlace(t.Context(), l.Act(), models.Place{ID: "BORG", Name: "Borgerservice, modtagelsen", Kind: models.PlaceReception})
	l.Must(err)
	for _, name := range []string{"grethe", "ole"} {
		p, err := l.Store.AddWithAccount(t.Context(), l.Act(), persons.NewPerson{Name: name, Person: models.Person{Roles: []models.Role{models.RoleReception}}}, persons.Credentials{Login: name, Password: Password})
		l.Must(err)
		l.Person[name] = p.ID
	}
	var ds []onward.District
	for i := 1; i <= 3; i++ {
		ds = append(ds, onward.District{Code: "0751", Number: i, Name: fmt.Sprintf("Område %d, (a/b)", i), Station: fmt.Sprint("Skole ", i), Lat: 56 + float64(i)/100, Lon: 10, Voters: 1000})
	}
	l.Must(l.Store.SaveDistricts(t.Context(), l.Act(), ds, true))
	return l
}

// Sorted lets 15 votes arrive and sorts them twice: 12 into district 1 and 3 into
// the bin of Odense.
func (l *Library) Sorted() {
	l.T.Helper()
	ctx := l.T.Context()
	by := func(who string) models.Act { a := l.Act(); a.Person = l.Person[who]; return a }
	_, err := l.Store.Arrive(ctx, by("grethe"), l.Local, "BORG", onward.ArriveCmd{From: "0101", Stated: -1, Count: 15})
	l.Must(err)
	piles := map[string]int{"own:0751-1": 12, "other:0461": 3}
	x, err := l.Store.SortFirst(ctx, by("grethe"), l.Local, "BORG", "", piles)
	l.Must(err)
	_, err = l.Store.SortAgain(ctx, by("ole"), x.ID, piles)
	l.Must(err)
}
