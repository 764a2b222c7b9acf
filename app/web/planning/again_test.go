package planning_test

import (
	"encoding/json"
	"net/http"
	"net/url"
	"strings"
	"testing"

	"github.com/brevstemme/brevstemme/app/web/webtest"
	"github.com/brevstemme/brevstemme/models/planning"
)

// What the other tests of this room do by the domain's own acts is done here by form
// or program, so that it is sent again as well (webtest.Main).

// Regular hours by program make sessions once, and take them away once.
func TestRegularHoursByProgram(t *testing.T) {
	t.Parallel()
	l := webtest.NewLibrary(t)
	l.Now = l.Now.AddDate(0, -1, 0)
	karen, at := l.As("karen"), "elections/"+l.Local+"/patterns"
	save := func(rules []planning.Pattern, want ...string) {
		t.Helper()
		var now struct {
			Mark     string             `json:"mark"`
			Patterns []planning.Pattern `json:"patterns"`
		}
		_, body := karen.Get("/api/v1/" + at)
		l.Must(json.Unmarshal([]byte(body), &now))
		now.Patterns = rules
		code, body := karen.Say(at, now, nil)
		for _, part := range want {
			if code != http.StatusOK || !strings.Contains(body, part) {
				t.Errorf("%d, not %s: %s", code, part, body)
			}
		}
	}
	monday := planning.Pattern{Place: "LYS", Stop: -1, Day: "man", Opens: 10 * 60, Closes: 14 * 60}
	tuesday := planning.Pattern{Place: "LYS", Stop: -1, Day: "tir", Opens: 10 * 60, Closes: 14 * 60}
	const promised = `"kept":[{"id":"` // the session of 12 November
	save([]planning.Pattern{monday}, `"added":[{`, `"removed":null`, promised, `"same":0`)
	save([]planning.Pattern{monday, tuesday}, `"added":[{`, `"removed":null`, promised, `"same":5`)
	save(nil, `"added":null`, `"removed":[{`, promised, `"same":0`)
}

// A session gets other hours, and the library's leader has read it.
func TestAPromiseIsChangedByForm(t *testing.T) {
	t.Parallel()
	l := webtest.NewLibrary(t)
	l.WithLead()
	l.Now = l.Now.AddDate(0, 0, -7)
	l.As("karen").OK("/plan/"+l.Local+"/tid/"+l.Session, url.Values{"hours": {"10-17"}, "booths": {"2"}, "reason": {"personalemøde"}})
	notices, err := l.Store.Notices(t.Context(), l.Local)
	l.Must(err)
	if len(notices) != 1 {
		t.Fatalf("%+v", notices)
	}
	l.As("lars").OK("/plan/"+l.Local+"/aendringer", url.Values{"notice": {notices[0].ID}})
}
