package pdf

import "time"

// VoteCount is one line of the day's counts. Category: own municipality, other, unknown.
type VoteCount struct {
	Election, Category string
	Received, Voided   Figure
}

// Incident is something that happened during a session, without anybody's name.
type Incident struct {
	At                     time.Time
	What, Action, Reported string
}

// DayReport closes a session: what was received, where it is now, and that
// nothing was left in the room. Without data it is the blank numbered version.
type DayReport struct {
	Form
	Place, Address, SessionID     string
	PlannedFrom, PlannedTo        time.Time
	OpenedAt, ClosedAt            time.Time
	LastInLineAt                  time.Time
	InLine                        Figure // voters in line at closing, all received
	Total                         Figure
	CountedHand                   Figure // the hand count that settled it
	Votes                         []VoteCount
	Containers                    []Container
	Stock                         []Stock
	Incidents                     []Incident
	CrewChanges                   []string
	Crew                          []Staff
	RoomSearched, NothingLeft     bool
	StoredAt, KeyHolder           string // when it stays overnight
	HandoverNumber                string // when it was handed over
	FromPaper                     Figure // entries keyed in from the emergency pad
	ReceivedAll, Forwarded        Figure // conservation line of the session
	Delivered, OnHand, VoidedHere Figure
}

func (d DayReport) build() *sheet {
	s := newSheet(d.Form, "pdf.title.day_report")
	s.fields(6, s.f("place", joinNonEmpty(", ", d.Place, d.Address)).wide(4).bold(), s.f("session", d.SessionID).serial().wide(2),
		s.f("planned", s.dayAndHours(d.PlannedFrom, d.PlannedTo)).wide(4), s.f("opened_at", s.clock(d.OpenedAt)), s.f("closed_at", s.clock(d.ClosedAt)))
	s.counts(count{s.t("pdf.f.received_today"), s.figure(d.Total)}, count{s.t("pdf.f.counted_hand"), s.figure(d.CountedHand)}, count{s.t("pdf.f.in_line"), s.figure(d.InLine)})
	if d.ReceivedAll.Known {
		s.boxed(s.t("pdf.p.law2", s.figure(d.ReceivedAll), s.figure(d.OnHand), s.figure(d.Forwarded), s.figure(d.Delivered), s.figure(d.VoidedHere)), bold)
	}
	s.h("votes")
	rows := [][]string{}
	for _, v := range d.Votes {
		rows = append(rows, []string{v.Election, v.Category, s.figure(v.Received), s.figure(v.Voided)})
	}
	s.table([]column{s.col("election", 0, colText), s.col("category", 55, colText), s.col("received", 28, colNumber), s.col("voided", 28, colNumber)}, orBlank(rows, 4))
	s.h("containers")
	rows = [][]string{}
	for _, c := range d.Containers {
		rows = append(rows, []string{c.Number, c.Kind, joinNonEmpty(", ", c.Seals...), s.figure(c.Count)})
	}
	s.table([]column{s.col("container", 40, colMono), s.col("kind", 0, colText), s.col("seals", 55, colMono), s.col("count", 22, colNumber)}, orBlank(rows, 3))
	s.h("stock_balance")
	s.stockTable(d.Stock)
	s.h("incidents")
	rows = [][]string{}
	for _, i := range d.Incidents {
		rows = append(rows, []string{s.clock(i.At), s.free(i.What), s.free(i.Action), i.Reported})
	}
	at := s.col("time", 16, colText)
	if d.byHand() {
		at = at.high(12)
	}
	s.table([]column{at, s.col("what", 0, colText), s.col("action", 50, colText), s.col("reported_to", 35, colText)}, orBlank(rows, 3))
	s.closing(d)
	s.signatures(s.sign("closer", crewName(d.Crew, 0)), s.sign("second", crewName(d.Crew, 1)))
	return s
}

// byHand tells whether the figures are to be written: of a blank report, and of a
// session that is not closed.
func (d DayReport) byHand() bool { return !d.Total.Known && len(d.Votes) == 0 }

// closing is what happens to the room and the containers after the session.
func (s *sheet) closing(d DayReport) {
	if len(d.CrewChanges) > 0 {
		s.fields(1, s.f("crew_changes", joinNonEmpty("\n", d.CrewChanges...)))
	}
	s.h("closing")
	if d.byHand() {
		s.p("law2_hand")
		s.fields(5, s.f("received", ""), s.f("on_hand", ""), s.f("forwarded", ""), s.f("delivered_n", ""), s.f("voided", ""))
	}
	s.checks(2, s.tick("room_searched", d.RoomSearched), s.tick("nothing_left", d.NothingLeft))
	s.fields(4, s.f("stored_at", d.StoredAt), s.f("key_holder", d.KeyHolder).high(), s.f("handover_number", d.HandoverNumber).serial().high(), s.f("from_paper", s.figure(d.FromPaper)))
}

// stockTable is the balance of material: out = used + spoiled + back + missing;
// more are columns after it.
func (s *sheet) stockTable(stock []Stock, more ...column) {
	rows := [][]string{}
	for _, k := range stock {
		rows = append(rows, []string{joinNonEmpty("\n", k.Kind, k.Range), s.figure(k.Out), s.figure(k.Used), s.figure(k.Spoiled), s.figure(k.Back), s.figure(k.Missing)})
	}
	s.table(append([]column{s.col("kind", 0, colText), s.col("out", 17, colNumber), s.col("used", 17, colNumber), s.col("spoiled", 21, colNumber), s.col("back", 17, colNumber), s.col("missing", 20, colNumber)}, more...), orBlank(rows, 4))
}
