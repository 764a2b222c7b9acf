package pdf

import "time"

// MaterialNote follows blank material out to a place or back again.
type MaterialNote struct {
	Form
	In       bool // back from the place; else out to it
	From, To Party
	At       time.Time
	Session  string
	Stock    []Stock
	Remarks  string
}

func (m MaterialNote) build() *sheet {
	title, part := "pdf.title.material", "pdf.part.out"
	if m.In {
		part = "pdf.part.in"
	}
	s := newSheet(m.Form, title)
	s.part = s.t(part)
	party := func(p Party) string {
		return joinNonEmpty("\n", p.Site, p.Address, joinNonEmpty(", ", p.Person, p.Unit))
	}
	s.fields(2, s.f("from", party(m.From)), s.f("to", party(m.To)))
	s.fields(2, s.f("date_time", s.moment(m.At)), s.f("session", m.Session).serial())
	if m.In {
		s.h("stock_balance")
		s.p("stock_equation")
		s.stockTable(m.Stock, s.col("counted_receiver", 24, colWrite))
	} else {
		s.stockOut(m.Stock)
		s.p("ministry_material")
	}
	if m.Remarks != "" {
		s.fields(1, s.f("remarks", s.free(m.Remarks)))
	}
	s.signatures(s.sign("giver", m.From.Person), s.sign("receiver", m.To.Person))
	return s
}

// stockOut is what goes out, with room for the receiver's own count.
func (s *sheet) stockOut(stock []Stock) {
	rows := [][]string{}
	for _, k := range stock {
		rows = append(rows, []string{k.Kind, k.Range, s.figure(k.Out)})
	}
	s.table([]column{s.col("kind", 0, colText), s.col("range", 52, colMono), s.col("out", 24, colNumber), s.col("counted_receiver", 34, colWrite)}, orBlank(rows, 6))
}

// SealLine is one seal of a list.
type SealLine struct {
	Number                        string
	IssuedAt, AppliedAt           time.Time
	AppliedTo, AppliedBy          string
	BrokenAt, ReturnedAt, LostAt  time.Time
	BrokenWhy, KeptIn, ReturnedTo string
}

// SealIssue lists the seals that a place was ever given, one a line, so that each
// is accounted for: used and broken, sent back, or lost. What the record knows is
// printed, the rest is for a pen.
type SealIssue struct {
	Form
	To                           Party
	Lot                          string
	Seals                        []SealLine
	Issued, Used, Returned, Lost Figure
}

func (l SealIssue) build() *sheet {
	s := newSheet(l.Form, "pdf.title.seals")
	s.fields(4, s.f("to", joinNonEmpty(", ", l.To.Site, l.To.Person)).wide(3), s.f("lot", l.Lot).serial())
	s.counts(count{s.t("pdf.f.issued"), s.figure(l.Issued)}, count{s.t("pdf.f.used"), s.figure(l.Used)}, count{s.t("pdf.f.back"), s.figure(l.Returned)}, count{s.t("pdf.f.missing"), s.figure(l.Lost)})
	s.p("seals")
	rows := [][]string{}
	for _, x := range l.Seals {
		gone := joinNonEmpty("\n", s.shortTime(x.ReturnedAt), x.ReturnedTo)
		if !x.LostAt.IsZero() {
			gone = joinNonEmpty("\n", s.t("pdf.f.missing"), s.shortTime(x.LostAt), gone)
		}
		rows = append(rows, []string{x.Number, s.shortTime(x.IssuedAt), joinNonEmpty("\n", x.AppliedTo, s.moment(x.AppliedAt), x.AppliedBy),
			joinNonEmpty("\n", s.moment(x.BrokenAt), x.BrokenWhy, x.KeptIn), gone})
	}
	s.table([]column{s.col("seal", 25, colMono), s.col("issued", 23, colText), s.col("applied", 41, colWrite), s.col("broken_at_why", 0, colWrite), s.col("back_missing", 27, colWrite)}, orBlank(rows, 12))
	s.signatures(s.sign("issued_by", ""), s.sign("receiver", l.To.Person))
	return s
}

// PackItem is one thing to pack.
type PackItem struct {
	What, Note string
	Number     Figure
}

// PackingList is what one person takes to one place.
type PackingList struct {
	Form
	Place, Address, Person, Phone string
	At                            time.Time // to be at the place
	Items                         []PackItem
	Notes                         string
}

func (l PackingList) build() *sheet {
	s := newSheet(l.Form, "pdf.title.packing")
	s.fields(5, s.f("place", joinNonEmpty("\n", l.Place, l.Address)).wide(2).bold(), s.f("person", l.Person).wide(2), s.f("phone", l.Phone))
	if !l.At.IsZero() {
		s.fields(1, s.f("be_there", s.t("pdf.day_hours", s.weekday(dateOf(l.At)), s.clock(l.At))))
	}
	rows := [][]string{}
	for _, i := range l.Items {
		rows = append(rows, []string{s.figure(i.Number), i.What, i.Note, "", "", ""})
	}
	s.table([]column{s.col("count", 17, colNumber), s.col("what_item", 0, colStrong), s.col("note", 38, colText), s.col("packed", 17, colTick), s.col("arrived", 17, colTick), s.col("home_again", 18, colTick)}, orBlank(rows, 10))
	if l.Notes != "" {
		s.fields(1, s.f("remarks", s.free(l.Notes)))
	}
	s.signatures(s.sign("packed_by", ""), s.sign("taken_by", l.Person))
	return s
}
