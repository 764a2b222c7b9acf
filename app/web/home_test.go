package web_test

import (
	"strings"
	"testing"

	"github.com/brevstemme/brevstemme/app/web/webtest"
	"github.com/brevstemme/brevstemme/models"
)

// A receiver goes from the first page to the desk of the day by one link.
func TestHomeLeadsToTheDesk(t *testing.T) {
	l := webtest.NewLibrary(t)
	xs, err := l.Store.DeskSessions(t.Context(), nil, models.DateOf(l.Now))
	l.Must(err)
	_, body := l.As("anna").Get("/")
	for _, x := range xs {
		if !strings.Contains(body, `href="/skranke/`+x.ID+`"`) {
			t.Errorf("no way to the desk of %s", x.ID)
		}
	}
	if len(xs) == 0 {
		t.Fatal("no session today")
	}
}
