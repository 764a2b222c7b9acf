package pdf

import (
	"cmp"
	"strings"
	"time"

	"github.com/brevstemme/brevstemme/models"
)

func dateOf(t time.Time) models.Date { return models.DateOf(t) }

// Stop is one place on a courier's run.
type Stop struct {
	Planned                       time.Time
	Place, Address, Person, Phone string
	Pick, Leave                   []string // container numbers
	Note                          string
}

// CourierRun is the sheet in the courier's hand: where, when, whom to call. It
// carries no counts: a courier moves sealed containers.
type CourierRun struct {
	Form
	Courier, Second, Phone, Vehicle string
	From, To                        time.Time
	Dispatcher                      string // telephone; the form's own number when empty
	Stops                           []Stop
}

func (r CourierRun) build() *sheet {
	s := newSheet(r.Form, "pdf.title.courier")
	s.fields(4, s.f("courier", joinNonEmpty("\n", r.Courier, r.Second)).bold(), s.f("courier_phone", r.Phone), s.f("vehicle", r.Vehicle), s.f("dispatcher", cmp.Or(r.Dispatcher, r.Form.Phone)).bold())
	if !r.From.IsZero() {
		s.fields(1, s.f("run", s.dayAndHours(r.From, r.To)))
	}
	rows := [][]string{}
	for i, p := range r.Stops {
		do := []string{}
		if len(p.Pick) > 0 {
			do = append(do, s.t("pdf.f.pick")+":\n"+strings.Join(p.Pick, "\n"))
		}
		if len(p.Leave) > 0 {
			do = append(do, s.t("pdf.f.leave")+":\n"+strings.Join(p.Leave, "\n"))
		}
		rows = append(rows, []string{s.number(i + 1), s.clock(p.Planned), joinNonEmpty("\n", p.Place, strings.ReplaceAll(p.Address, ", ", "\n"), p.Person, p.Phone, p.Note), strings.Join(do, "\n")})
	}
	s.table([]column{s.col("no", 9, colText), s.col("time", 15, colStrong), s.col("place_contact", 0, colText), s.col("containers", 32, colMono),
		s.col("arrived", 17, colWrite), s.col("left", 15, colWrite), s.col("sign_place", 28, colWrite).high(14)}, orBlank(rows, 8))
	s.p("courier_rules")
	s.signatures(s.sign("courier", r.Courier), s.sign("courier2", r.Second))
	return s
}
