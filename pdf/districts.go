package pdf

import (
	"strings"
	"time"

	"github.com/brevstemme/brevstemme/models"
)

// fewest is the least number of postal votes that an area may examine alone;
// fewer move to another area (FV § 64 stk. 5, KRVL § 70).
const fewest = 5

// District is a polling area (afstemningsområde) with its postal votes.
type District struct {
	Number, Name, Station string
	Sorted                Figure
	MovedTo               string // number of the area that examines them, when fewer than five
	Containers, Seals     string
}

// SortingList counts the votes of each area before delivery (FV § 64 stk. 4).
type SortingList struct {
	Form
	Districts      []District
	Unknown, Total Figure // Unknown: area not clear, decided by the council
	SortedAt       time.Time
}

func (l SortingList) build() *sheet {
	s := newSheet(l.Form, "pdf.title.sorting")
	s.counts(count{s.t("pdf.f.sorted_total"), s.figure(l.Total)}, count{s.t("pdf.f.areas"), s.figure(Figure{len(l.Districts), len(l.Districts) > 0})}, count{s.t("pdf.f.unclear"), s.figure(l.Unknown)})
	if !l.SortedAt.IsZero() {
		s.p("sorted_at", s.moment(l.SortedAt), fewest)
	} else {
		s.p("sorting", fewest)
	}
	rows, sum := [][]string{}, 0
	for _, d := range l.Districts {
		mark := ""
		if d.Sorted.Known && d.Sorted.N > 0 && d.Sorted.N < fewest {
			mark = s.t("pdf.f.moved", d.MovedTo)
		}
		sum += d.Sorted.N
		rows = append(rows, []string{d.Number, joinNonEmpty("\n", d.Name, d.Station), s.figure(d.Sorted), "", mark, joinNonEmpty("\n", d.Containers, d.Seals)})
	}
	total := []string{"", s.t("pdf.f.sum"), s.sum(sum, len(rows))}
	cols := []column{s.col("no", 12, colText), s.col("area", 0, colText), s.col("count", 20, colNumber), s.col("counted_again", 24, colWrite).high(12), s.col("moved_to", 36, colText), s.col("container_seal", 30, colMono)}
	s.table(cols, orBlank(rows, 10), total...)
	s.signatures(s.sign("sorted_by", ""), s.sign("second_counter", ""))
	return s
}

// PollingDelivery is the delivery to one polling station: the copy that stays
// with Borgerservice, with the figure. PollingRecount is the station's own sheet.
type PollingDelivery struct {
	Form
	District     District
	Supplement   int // 0 = first delivery, else the number of the supplementary one
	Packets      Figure
	Containers   []Container
	DeliveredBy  string
	PlannedAt    time.Time
	OpensAt      time.Time // voting starts: the votes must be there before
	Board, Phone string
}

// PollingRecount is the station's sheet of a delivery: a blind recount, drawn
// without the figures (good practice).
type PollingRecount struct{ PollingDelivery }

func (d PollingRecount) build() *sheet {
	b := d.PollingDelivery
	b.District.Sorted, b.District.Seals = Figure{}, ""
	cs := make([]Container, len(b.Containers))
	for i, c := range b.Containers {
		cs[i] = Container{Number: c.Number}
	}
	b.Containers = cs
	return b.sheet("pdf.part.receiver", "seal_read")
}

func (d PollingDelivery) build() *sheet { return d.sheet("pdf.part.giver", "seal_sent") }

func (d PollingDelivery) sheet(part, seal string) *sheet {
	s := newSheet(d.Form, "pdf.title.polling")
	s.part = s.t(part)
	if d.Supplement > 0 {
		s.part += " · " + s.t("pdf.part.supplement", d.Supplement)
	}
	blind := part == "pdf.part.receiver"
	if blind {
		s.p("blind")
	}
	s.fields(4, s.f("area", joinNonEmpty(" ", d.District.Number, d.District.Name)).wide(2).bold(), s.f("station", d.District.Station).wide(2),
		s.f("delivered_by", d.DeliveredBy), s.f("planned_arrival", s.moment(d.PlannedAt)), s.f("voting_starts", s.moment(d.OpensAt)).bold(), s.f("board_phone", joinNonEmpty(", ", d.Board, d.Phone)))
	if blind {
		s.counts(count{s.t("pdf.f.recounted"), ""}, count{s.t("pdf.f.count_second"), ""}, count{s.t("pdf.f.packets_received"), ""})
	} else {
		s.counts(count{s.t("pdf.f.count_delivered"), s.figure(d.District.Sorted)}, count{s.t("pdf.f.packets"), s.figure(d.Packets)}, count{s.t("pdf.f.recounted"), ""})
	}
	rows := [][]string{}
	for _, c := range d.Containers {
		rows = append(rows, []string{c.Number, joinNonEmpty(", ", c.Seals...), ""})
	}
	s.table([]column{s.col("container", 62, colCode), s.col(seal, 0, colMono), s.col("seal_intact", 32, colYesNo)}, orBlank(rows, 3))
	s.fields(3, s.f("arrived_at", ""), s.f("difference", ""), s.f("called_at", ""))
	s.checks(1, s.tick("all_before_opening", false), s.tick("difference_in_book", false))
	s.signatures(s.sign("delivered", d.DeliveredBy), s.sign("station_receiver", ""))
	return s
}

// Readiness is one area on the morning of the election.
type Readiness struct {
	District    string
	Sorted      Figure
	Delivered   Figure
	DeliveredAt time.Time
}

// ElectionMorning states, before voting starts, that every area has what it
// should have, or which have not.
type ElectionMorning struct {
	Form
	Day                                                       models.Date
	OpensAt                                                   time.Time
	Areas                                                     []Readiness
	Received, Forwarded, Delivered, Voided, OnHand, LateSoFar Figure
}

func (e ElectionMorning) build() *sheet {
	s := newSheet(e.Form, "pdf.title.morning")
	head := []field{s.f("election_day", s.weekday(e.Day)), s.f("voting_starts", s.moment(e.OpensAt))}
	if e.LateSoFar.Known {
		head = append(head, s.f("late_so_far", s.figure(e.LateSoFar)))
	}
	s.fields(len(head), head...)
	if len(e.Areas) > 0 {
		s.boxed(s.readiness(e.Areas), bold)
	}
	s.countBoxes(13, count{s.t("pdf.f.received"), s.figure(e.Received)}, count{s.t("pdf.f.forwarded"), s.figure(e.Forwarded)}, count{s.t("pdf.f.delivered_n"), s.figure(e.Delivered)}, count{s.t("pdf.f.on_hand"), s.figure(e.OnHand)})
	if e.Received.Known { // not while a count is still to be made blind
		s.boxed(s.t("pdf.p.law2", s.figure(e.Received), s.figure(e.OnHand), s.figure(e.Forwarded), s.figure(e.Delivered), s.figure(e.Voided)), bold)
	}
	rows := [][]string{}
	sorted, delivered := 0, 0
	for _, a := range e.Areas {
		sorted, delivered = sorted+a.Sorted.N, delivered+a.Delivered.N
		state := s.t("pdf.f.complete")
		if !a.Delivered.Known {
			state = s.t("pdf.f.not_delivered")
		} else if a.Delivered.N != a.Sorted.N {
			state = s.t("pdf.f.differs", s.signed(Known(a.Delivered.N-a.Sorted.N)))
		}
		rows = append(rows, []string{a.District, s.figure(a.Sorted), s.figure(a.Delivered), s.clock(a.DeliveredAt), state})
	}
	s.table([]column{s.col("area", 0, colText), s.col("sorted_n", 24, colNumber), s.col("delivered_n", 26, colNumber), s.col("time", 20, colText), s.col("state", 42, colStrong)}, orBlank(rows, 10), s.t("pdf.f.sum"), s.sum(sorted, len(rows)), s.sum(delivered, len(rows)))
	s.signatures(s.sign("coordinator", ""), s.sign("board_chair", ""))
	return s
}

// namedAreas is how many areas that are not ready are named in one line.
const namedAreas = 4

// readiness says in a line whether every area has what it should, or which have not.
func (s *sheet) readiness(areas []Readiness) string {
	var open []string
	for _, a := range areas {
		if !a.Delivered.Known || a.Delivered.N != a.Sorted.N {
			open = append(open, a.District)
		}
	}
	switch n := len(open); {
	case n == 0:
		return s.t("pdf.p.all_ready", len(areas))
	case n > namedAreas:
		return s.t("pdf.p.not_ready", n, len(areas))
	default:
		return s.t("pdf.p.not_ready_named", n, len(areas), strings.Join(open, ", "))
	}
}
