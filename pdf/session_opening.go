package pdf

import "time"

// Stock is one kind of material on a form.
type Stock struct {
	Kind, Range                             string
	Out, Used, Spoiled, Back, Missing, Hand Figure
}

// SessionOpening is the sheet that the crew signs before the first voter.
type SessionOpening struct {
	Form
	Place, Address, Room, SessionID string
	PlannedFrom, PlannedTo          time.Time
	OpenedAt                        time.Time
	Crew                            []Staff
	Containers                      []Container // shown empty and sealed
	Stock                           []Stock
	ListVersion                     string // of the candidate list
	ListHungAt                      time.Time
	Booths                          Figure
	Network                         string
	Pads                            []string // of the place: first and last sheet that is still blank
	// Checked, each by two people.
	EmptyShown, AidsTested, BoothsSet, ListHung, HoursShown, SearchDone bool
}

func (o SessionOpening) build() *sheet {
	s := newSheet(o.Form, "pdf.title.session_opening")
	s.fields(6, s.f("place", joinNonEmpty(", ", o.Place, o.Address)).wide(4).bold(), s.f("room", o.Room), s.f("session", o.SessionID).serial(),
		s.f("planned", s.dayAndHours(o.PlannedFrom, o.PlannedTo)).wide(3), s.f("opened_at", s.clock(o.OpenedAt)).bold(), s.f("booths", s.figure(o.Booths)), s.f("network", o.Network),
		s.f("list_version", o.ListVersion).wide(2), s.f("list_hung", s.shortTime(o.ListHungAt)), s.f("pad", joinNonEmpty("\n", o.Pads...)).serial().wide(3))
	s.h("crew")
	rows := [][]string{}
	for _, p := range o.Crew {
		rows = append(rows, []string{p.Name, p.Role, p.Employer, p.Appointment})
	}
	s.table([]column{s.col("name", 0, colText), s.col("role", 38, colText), s.col("employer", 38, colText), s.col("appointment", 30, colText), s.col("initials", 20, colWrite)}, orBlank(rows, 3))
	s.h("empty_containers")
	s.p("empty_containers")
	rows = [][]string{}
	for _, c := range o.Containers {
		rows = append(rows, []string{c.Number, c.Kind, joinNonEmpty("\n", c.Seals...)})
	}
	s.table([]column{s.col("container", 40, colMono), s.col("kind", 0, colText), s.col("seal_applied", 44, colMono), s.col("initials1", 22, colWrite), s.col("initials2", 22, colWrite)}, orBlank(rows, 3))
	s.h("stock_in")
	rows = [][]string{}
	for _, k := range o.Stock {
		rows = append(rows, []string{k.Kind, k.Range, s.figure(k.Out)})
	}
	s.table([]column{s.col("kind", 0, colText), s.col("range", 56, colMono), s.col("according_to_note", 28, colNumber), s.col("counted", 26, colWrite)}, orBlank(rows, 4))
	s.h("before_opening")
	s.checks(2, s.tick("empty_shown", o.EmptyShown), s.tick("aids_tested", o.AidsTested), s.tick("booths_set", o.BoothsSet), s.tick("list_hung_right", o.ListHung),
		s.tick("hours_shown", o.HoursShown), s.tick("search_done", o.SearchDone))
	s.signatures(s.sign("opener", crewName(o.Crew, 0)), s.sign("second", crewName(o.Crew, 1)))
	return s
}

func crewName(crew []Staff, i int) string {
	if i < len(crew) {
		return crew[i].Name
	}
	return ""
}
