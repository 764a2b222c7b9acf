package planning_test

import (
	"fmt"
	"math"
	"regexp"
	"strings"
	"testing"

	"github.com/jackc/pgx/v5"

	planningpages "github.com/brevstemme/brevstemme/app/web/planning"
	"github.com/brevstemme/brevstemme/app/web/site"
	"github.com/brevstemme/brevstemme/app/web/webtest"
	"github.com/brevstemme/brevstemme/models"
	"github.com/brevstemme/brevstemme/models/forecast"
	"github.com/brevstemme/brevstemme/models/language"
	"github.com/brevstemme/brevstemme/models/planning"
)

// pastElection gives the library an election that lies behind it, with votes
// counted on every weekday of four weeks: twice as many at nine as at fifteen.
func pastElection(l *webtest.Library, db *pgx.Conn, date models.Date, size float64) {
	l.T.Helper()
	ctx := l.T.Context()
	l.Now = date.Add(-60).At(12, 0)
	e, err := l.Store.CreateElection(ctx, l.Act(), planning.NewElection{Type: models.TypeLocal, Name: "Valg " + date.String(), Date: date, Municipality: "0751", Colour: "#1A5FB4", Word: "BLÅ"})
	l.Must(err)
	for d := e.Last.Add(-27); !d.After(e.Last); d = d.Add(1) {
		if d.Weekday() == 0 || d.Weekday() == 6 {
			continue
		}
		n := int(size * math.Exp(-.06*float64(e.Last.Sub(d))))
		for hour, part := range map[int]int{9: n * 2 / 3, 15: n / 3} {
			doc := fmt.Sprintf(`{"id":"%s-%d-%d","session":"S1","place":"LYS","election":%q,"act":"receive","destination":"own","what":"","person":"","n":%d,"undone_by":"","late":false,"at":%q}`,
				e.ID, e.Last.Sub(d), hour, e.ID, part, d.At(hour, 30).UTC().Format("2006-01-02T15:04:05.000000Z"))
			_, err := db.Exec(ctx, `INSERT INTO desk_event (id, seq, doc) VALUES ($1, 0, $2)`, fmt.Sprintf("%s-%d-%d", e.ID, e.Last.Sub(d), hour), doc)
			l.Must(err)
		}
	}
}

// With two elections behind it the page says how far off it would have been, and
// how often its band held; the last day needs more desks than the first.
func TestForecastSaysItsError(t *testing.T) {
	t.Parallel()
	l := webtest.NewLibrary(t)
	db, err := pgx.Connect(t.Context(), l.DSN)
	l.Must(err)
	defer func() { _ = db.Close(t.Context()) }()
	now := l.Now
	karen := l.As("karen")
	path := "/plan/" + l.Local + "/prognose?stemmer=1200&uge=alle"
	if _, body := karen.Get(path); !strings.Contains(body, "kan ikke efterprøves") || !strings.Contains(body, "0–1200") {
		t.Error("without a past nothing is known, and it should say so")
	}
	pastElection(l, db, models.NewDate(2017, 11, 21), 90)
	pastElection(l, db, models.NewDate(2021, 11, 16), 140)
	l.Now = now
	_, body := karen.Get(path)
	test := regexp.MustCompile(`Efterprøvet på (\d+) dage, der var holdt ude: fejl ([\d,]+) stemmer pr. dag, når antallet i alt er kendt, og ([\d,]+), når det gættes efter valget før, mod ([\d,]+) for`).FindStringSubmatch(body)
	if test == nil || test[1] != "38" {
		t.Fatalf("no error on the screen: %v", test)
	}
	t.Log(test[0])
	held := regexp.MustCompile(`Spændet rummede (\d+) % af (\d+) brevstemmetider`).FindStringSubmatch(body)
	if held == nil || held[2] != "40" {
		t.Errorf("no coverage on the screen: %v", held)
	}
	if !strings.Contains(body, "KV21, KV17") {
		t.Error("it does not say which elections it is made from")
	}
}

func TestDesksByHour(t *testing.T) {
	x := models.Session{Starts: models.NewDate(2025, 11, 12).At(9, 30), Ends: models.NewDate(2025, 11, 12).At(13, 0)}
	hourly := forecast.Hourly([]forecast.Opening{forecast.OpeningOf(x.Starts, x.Ends, forecast.Band{Expected: 70})}, forecast.Rates{9: 3, 10: 3, 11: 1, 12: 1})
	hours := planningpages.BusyHours((&site.Request{Lang: language.Danish}), x, hourly, 4, 5)
	if got := planningpages.DesksByHour(hours); got != "09.30–11: 3, 11–13: 2" {
		t.Errorf("%s %+v", got, hours)
	}
}
