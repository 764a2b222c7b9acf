package custody_test

import (
	"bufio"
	"context"
	"net/http"
	"net/url"
	"strings"
	"testing"
	"time"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"

	"github.com/brevstemme/brevstemme/app/web/desk"
	"github.com/brevstemme/brevstemme/app/web/webtest"
	"github.com/brevstemme/brevstemme/models"
)

// TestBoardAgainstForecast: the board draws the day beside the forecast once
// the coordinator has said how many votes are expected, or there is a pace.
func TestBoardAgainstForecast(t *testing.T) {
	t.Parallel()
	l := webtest.NewLibrary(t)
	anna, karen := l.As("anna"), l.As("karen")
	anna.OK("/skranke/"+l.Session+"/aabning", l.Opening())
	anna.Event(uuid.NewString(), desk.EventIn{Act: "receive", Election: l.Local, Destination: "own"})
	if _, body := karen.Get("/tavle"); !strings.Contains(body, "bar-now") || strings.Contains(body, "bar-usual") {
		t.Error("a forecast out of nothing")
	}
	if code, _ := karen.Post("/plan/"+l.Local+"/prognose", url.Values{"stemmer": {"0"}}); code != http.StatusUnprocessableEntity {
		t.Errorf("no votes at all: %d", code)
	}
	karen.OK("/plan/"+l.Local+"/prognose", url.Values{"stemmer": {"800"}})
	_, body := karen.Get("/tavle")
	if n := strings.Count(body, `class="bar-usual"`); n != 9 { // 10–18, and the envelope of the opening at 9.30
		t.Errorf("%d hours are held against the forecast", n)
	}
	for _, want := range []string{`<td data-label="Tid">`, "10.00–18.00", "BLÅ 1 · GRØN 0", "Kommunalvalg 2025 (BLÅ)", "prognosen for Kommunalvalg 2025,"} {
		if !strings.Contains(body, want) {
			t.Errorf("the board does not say %q", want)
		}
	}
	if !strings.Contains(body, ">100<") { // 800 votes in the one session of eight hours
		t.Error("the table does not say 100 an hour")
	}
	l.Now = l.Now.AddDate(0, 0, 1)
	l.Must(l.Store.ExpectVotes(t.Context(), l.Act(), l.Local, 1))
	if votes, hours, err := l.Store.Pace(t.Context(), l.Local, models.DateOf(l.Now)); err != nil || votes != 1 || hours != 8 {
		t.Errorf("pace %d in %v h: %v", votes, hours, err)
	}
}

// TestNewsAfterALostConnection: a board stays open while the database's connection
// on which the program listens is cut; what is written afterwards is told to it.
func TestNewsAfterALostConnection(t *testing.T) {
	t.Parallel()
	l := webtest.NewLibrary(t)
	anna, karen := l.As("anna"), l.As("karen")
	anna.OK("/skranke/"+l.Session+"/aabning", l.Opening())
	ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
	defer cancel()
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, l.URL+"/tavle/strom", nil)
	l.Must(err)
	req.AddCookie(karen.Cookie)
	res, err := http.DefaultClient.Do(req)
	l.Must(err)
	defer res.Body.Close()
	lines := bufio.NewScanner(res.Body)
	news := func(when string) {
		t.Helper()
		for lines.Scan() {
			if lines.Text() == "event: news" {
				return
			}
		}
		t.Fatalf("%s: the board hears nothing more: %v", when, lines.Err())
	}
	conn, err := pgx.Connect(ctx, l.DSN)
	l.Must(err)
	defer conn.Close(context.WithoutCancel(ctx))
	news("at the start") // what was written before it listened
	anna.Event(uuid.NewString(), desk.EventIn{Act: "receive", Election: l.Local, Destination: "own"})
	news("before the cut")
	var cut bool
	l.Must(conn.QueryRow(ctx, `SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = current_database() AND query LIKE 'LISTEN%'`).Scan(&cut))
	news("once the connection stands again") // what was written meanwhile may have been missed
	anna.Event(uuid.NewString(), desk.EventIn{Act: "receive", Election: l.Local, Destination: "own"})
	news("after the cut")
}

// With several elections under way the balance shows the line of each.
func TestTheBalanceOfSeveralElections(t *testing.T) {
	t.Parallel()
	l := webtest.NewLibrary(t)
	anna := l.As("anna")
	anna.OK("/skranke/"+l.Session+"/aabning", l.Opening())
	anna.Event(uuid.NewString(), desk.EventIn{Act: "receive", Election: l.Seniors, Destination: "own"})
	_, body := l.As("karen").Get("/balance")
	if n := strings.Count(body, `<dl class="equation`); n != 2 || !strings.Contains(body, `href="/balance/`+l.Seniors+`" data-hue="1">Ældrerådsvalg 2025 (GRØN)</a>`) {
		t.Errorf("%d lines of two elections, or no way to one", n)
	}
}
