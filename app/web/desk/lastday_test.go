package desk_test

import (
	"net/http"
	"strings"
	"testing"

	"github.com/google/uuid"

	deskpages "github.com/brevstemme/brevstemme/app/web/desk"
	"github.com/brevstemme/brevstemme/app/web/webtest"
	"github.com/brevstemme/brevstemme/models"
	"github.com/brevstemme/brevstemme/models/custody"
	"github.com/brevstemme/brevstemme/models/desk"
	"github.com/brevstemme/brevstemme/models/planning"
)

// TestTwoElectionsWithDifferentLastDays: a European election beside another one
// in one session, each with its own stock, container and counts. After the last
// day of the first only the other can be logged, on the screen and by the program.
func TestTwoElectionsWithDifferentLastDays(t *testing.T) {
	t.Parallel()
	l := webtest.NewLibrary(t)
	ep, err := l.Store.CreateElection(t.Context(), l.Act(), planning.NewElection{Type: models.TypeEuropean, Name: "Europa-Parlamentsvalg", Date: models.NewDate(2025, 11, 16), Municipality: "0751", Colour: "#8A3FFC", Word: "VIOLET"})
	l.Must(err)
	if kv, err := l.Store.Election(t.Context(), l.Local); err != nil || !ep.Last.Before(kv.Last) {
		t.Fatalf("last days %v and %v: %v", ep.Last, kv.Last, err)
	}
	_, err = l.Store.ServeAlso(t.Context(), l.Act(), l.Session, ep.ID)
	l.Must(err)
	anna := l.As("anna")
	opening := l.Opening()
	opening.Set("value:empty:"+ep.ID, models.WithCheck("K5555555"))
	opening.Set("value:stock:"+ep.ID, "30")
	opening.Set("value:list:"+ep.ID, "1")
	opening["check"] = append(opening["check"], "notice:"+ep.ID, "sealed:"+ep.ID)
	at := "/skranke/" + l.Session
	anna.OK(at+"/aabning", opening)
	count := func(election string, want int) {
		t.Helper()
		if code, body := anna.Event(uuid.NewString(), deskpages.EventIn{Act: "receive", Election: election, Destination: "own"}); code != want {
			t.Errorf("%s on %v: %d, want %d: %s", election, models.DateOf(l.Now), code, want, body)
		}
	}
	count(ep.ID, http.StatusCreated)
	count(l.Local, http.StatusCreated)
	l.Now = ep.Last.At(23, 59)
	count(ep.ID, http.StatusCreated)
	l.Now = ep.Last.Add(1).At(0, 0)
	count(ep.ID, http.StatusConflict)
	count(l.Local, http.StatusCreated)
	_, page := anna.Get(at)
	if !strings.Contains(page, `class="pile over" data-election="`+ep.ID+`"`) || strings.Contains(page, `<option value="`+ep.ID+`"`) {
		t.Error("the screen still offers the election whose last day is over")
	}
	x, err := l.Store.Session(t.Context(), l.Session)
	l.Must(err)
	tallies, err := l.Store.Tallies(t.Context(), x)
	l.Must(err)
	got := map[string]int{}
	for _, y := range tallies {
		got[y.Election] = y.Received
	}
	if got[ep.ID] != 2 || got[l.Local] != 2 || x.Desk.Stock[custody.Material(ep.ID, desk.MaterialSet)].Brought != 30 {
		t.Errorf("counts %v, stock %+v", got, x.Desk.Stock)
	}
}
