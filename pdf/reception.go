package pdf

import (
	"strings"
	"time"

	"github.com/brevstemme/brevstemme/models"
)

// Arrival is one handover as the reception took it in.
type Arrival struct {
	At               time.Time
	Handover, From   string
	Courier          string
	Containers       Figure
	Counted          Figure // blind, by the receiver
	Second           string // who counted again
	Seals, Condition string
	Difference       Figure // against the giver, known after the count
	StoredIn         string
	Released         time.Time // the courier may go
}

// Reception is the reception's record of a day, in order of arrival. Without
// arrivals it is the blank numbered version.
type Reception struct {
	Form
	Place    string
	Day      models.Date
	Expected Figure // containers expected
	Arrivals []Arrival
	Total    Figure
	Missing  []string // containers expected and not here
	KeyBy    string
}

// blankArrivals is how many arrivals the blank record has room for.
const blankArrivals = 8

func (r Reception) build() *sheet {
	s := newSheet(r.Form, "pdf.title.reception")
	s.fields(4, s.f("place", r.Place).wide(2).bold(), s.f("day", s.weekday(r.Day)).wide(2))
	arrived := Figure{Known: len(r.Arrivals) > 0}
	for _, a := range r.Arrivals {
		arrived.N += a.Containers.N
	}
	s.counts(count{s.t("pdf.f.containers_expected"), s.figure(r.Expected)}, count{s.t("pdf.f.containers_arrived"), s.figure(arrived)}, count{s.t("pdf.f.envelopes_counted"), s.figure(r.Total)})
	rows := [][]string{}
	for i, a := range r.Arrivals {
		rows = append(rows, []string{s.number(i + 1), s.clock(a.At) + "\n" + s.clock(a.Released), a.Handover, joinNonEmpty("\n", a.From, a.Courier),
			s.figure(a.Containers), s.figure(a.Counted), joinNonEmpty("\n", a.Seals, a.Condition), s.signed(a.Difference), joinNonEmpty("\n", a.StoredIn, a.Second)})
	}
	no := s.col("no", 9, colText)
	if len(rows) == 0 { // a cell takes two lines by hand
		no = no.high(13)
		for i := range blankArrivals {
			rows = append(rows, []string{s.number(i + 1)})
		}
	}
	s.table([]column{no, s.col("arrived_released", 17.5, colText), s.col("handover", 26, colMono), s.col("from_courier", 0, colText), s.col("boxes", 14, colNumber),
		s.col("counted", 17.5, colNumber), s.col("seal_condition", 19, colText), s.col("diff", 11, colNumber), s.col("stored_second", 25.2, colText)}, rows)
	if len(r.Missing) > 0 {
		s.boxed(s.t("pdf.p.missing", strings.Join(r.Missing, ", ")), bold)
	}
	s.fields(2, s.f("key_holder", r.KeyBy), s.f("remarks", ""))
	s.signatures(s.sign("receiver", ""), s.sign("second_counter", ""))
	return s
}
