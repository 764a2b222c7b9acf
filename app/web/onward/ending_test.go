package onward_test

import (
	"net/http"
	"net/url"
	"strings"
	"testing"

	"github.com/brevstemme/brevstemme/app/web/webtest"
	"github.com/brevstemme/brevstemme/models"
)

// From polling day on the first page leads the coordinator to the end of an
// election; nobody else may end it, and it ends once, by form or by API.
func TestTheCountIsEnded(t *testing.T) {
	l := webtest.NewReception(t)
	k, g := l.As("karen"), l.As("grethe")
	l.Now = models.NewDate(2025, 11, 17).At(12, 0)
	path, api := "/tilintetgoerelse/"+l.Local, "/api/v1/elections/"+l.Seniors+"/count-over"
	if _, body := k.Get(path); strings.Contains(body, `value="count-over"`) {
		t.Error("the count may end before the day")
	}
	if code, _ := k.Post(path, url.Values{"do": {"count-over"}}); code == http.StatusSeeOther {
		t.Error("the count ended before the day")
	}
	if _, body := k.Get("/"); !strings.Contains(body, "Valgdagen er i morgen") {
		t.Error("the first page does not tell that the day is tomorrow")
	}
	l.Now = models.NewDate(2025, 11, 19).At(12, 0)
	if _, body := k.Get("/"); !strings.Contains(body, "Valgdagen var") || !strings.Contains(body, `href="`+path+`"`) {
		t.Error("the first page does not lead on")
	}
	if _, body := k.Get(path); !strings.Contains(body, `value="count-over"`) {
		t.Error("no button ends the count")
	}
	if _, body := g.Get(path); strings.Contains(body, `value="count-over"`) {
		t.Error("the reception is offered to end the count")
	}
	if code, _ := g.Post(path, url.Values{"do": {"count-over"}}); code != http.StatusForbidden {
		t.Errorf("the reception ends the count: %d", code)
	}
	k.OK(path, url.Values{"do": {"count-over"}})
	if code, _ := k.Post(path, url.Values{"do": {"count-over"}}); code == http.StatusSeeOther {
		t.Error("ended twice")
	}
	if code, body := k.JSON(api, ""); code != http.StatusOK || !strings.Contains(body, `"state":"counted"`) {
		t.Errorf("%d %s", code, body)
	}
	if code, body := k.JSON(api, ""); code != http.StatusConflict || !strings.Contains(body, `"wrong_state"`) {
		t.Errorf("%d %s", code, body)
	}
	if _, body := k.Get("/"); strings.Contains(body, "Valgdagen var") {
		t.Error("a counted election is still under way")
	}
	for _, id := range []string{l.Local, l.Seniors} {
		if e, err := l.Store.Election(t.Context(), id); err != nil || e.State != models.ElectionCounted {
			t.Errorf("%s is %s %v", id, e.State, err)
		}
	}
}
