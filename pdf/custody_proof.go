package pdf

import "time"

// Stretch is the time in which one holder had a container.
type Stretch struct {
	From, To      time.Time // To zero: still there
	Holder, Place string
	Act           string
	Entry         string // journal entries
	Seals         string
	Gap           string // what is wrong with this stretch; empty when nothing is
}

// CustodyProof answers "who had it at 18.40?": one holder at every minute, or a
// list of the gaps.
type CustodyProof struct {
	Form
	Container      string
	Kind, Contents string
	From, To       time.Time
	Stretches      []Stretch
	Gaps           []string
	Check          string // result of the journal check, in words
}

func (p CustodyProof) build() *sheet {
	s := newSheet(p.Form, "pdf.title.custody")
	s.fields(4, s.f("container", p.Container).serial(), s.f("contents", joinNonEmpty("\n", p.Kind, p.Contents)), s.f("period", s.period(p.From, p.To)).wide(2))
	if len(p.Gaps) == 0 {
		s.boxed(s.t("pdf.p.unbroken"), bold)
	} else {
		s.boxed(s.t("pdf.p.broken", len(p.Gaps)), bold)
		for _, g := range p.Gaps {
			s.para("– " + g)
		}
	}
	rows := [][]string{}
	for _, x := range p.Stretches {
		if x.Gap != "" {
			x.Gap = "! " + x.Gap
		}
		rows = append(rows, []string{s.shortTime(x.From), s.shortTime(x.To), joinNonEmpty("\n", x.Holder, x.Place), joinNonEmpty("\n", x.Act, x.Gap), x.Seals, x.Entry})
	}
	s.table([]column{s.col("from_time", 23, colText), s.col("to_time", 23, colText), s.col("holder", 0, colText), s.col("act", 33, colText), s.col("seals", 22, colText), s.col("entry", 21, colNumber)}, rows)
	if p.Check != "" {
		s.para(p.Check)
	}
	s.p("custody")
	s.signatures(s.sign("drawn_up", ""), s.sign("checked_by", ""))
	return s
}

// period is from one moment to another, or since one when nothing came after.
func (s *sheet) period(from, to time.Time) string {
	if to.IsZero() || to.Equal(from) {
		return s.t("pdf.p.since", s.moment(from))
	}
	return s.moment(from) + " – " + s.moment(to)
}
