package planning_test

import (
	"net/http"
	"net/url"
	"strings"
	"testing"

	"github.com/brevstemme/brevstemme/app/web/webtest"
	"github.com/brevstemme/brevstemme/models"
	"github.com/brevstemme/brevstemme/models/planning"
)

// A place's weekly hours are read in the language of the page.
func TestThePlacePageGivesHoursInItsLanguage(t *testing.T) {
	t.Parallel()
	l := webtest.NewLibrary(t)
	staffed, err := planning.ParseWeek("staffed", "man-fre 9.30-12, 13-17; lør 10-14")
	l.Must(err)
	alone, err := planning.ParseWeek("self_service", "søn 8-24")
	l.Must(err)
	place, err := l.Store.AddPlace(t.Context(), l.Act(), models.Place{Name: "Åby Bibliotek", Kind: models.PlaceLibrary, Staffed: staffed, SelfService: alone})
	l.Must(err)
	for lang, want := range map[string][]string{
		"da": {"mandag–fredag 09.30–12.00, 13.00–17.00; lørdag 10.00–14.00", "søndag 08.00–24.00"},
		"en": {"Monday–Friday 09:30–12:00, 13:00–17:00; Saturday 10:00–14:00", "Sunday 08:00–24:00"},
	} {
		code, page := l.As("karen").In(lang, http.MethodGet, "/steder/"+place.ID, url.Values{})
		for _, text := range want {
			if code != http.StatusOK || !strings.Contains(page, text) {
				t.Errorf("%s: %d, not »%s«", lang, code, text)
			}
		}
	}
}
