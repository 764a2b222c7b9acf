package pdf

import "github.com/brevstemme/brevstemme/models"

// ProtocolRow is one line of the brevstemmeprotokol: what came in or went out on
// one date. Counts and dates alone (FV § 64 stk. 1, KRVL § 70 stk. 1).
type ProtocolRow struct {
	Date                models.Date
	Origin              string // where it was received, or from which municipality it came
	Received, Forwarded Figure
	ForwardedTo         string
	ForwardedOn         models.Date
	Note                string
}

// Protocol is the statutory record of postal votes (brevstemmeprotokol) of one
// election. Decision is the council's decision to keep it electronically, which
// the law asks for.
type Protocol struct {
	Form
	Law, Decision string
	From, To      models.Date
	Rows          []ProtocolRow
}

func (p Protocol) build() *sheet {
	s := newSheet(p.Form, "pdf.title.protocol")
	s.fields(12, s.f("law", p.Law).wide(3), s.f("decision", p.Decision).wide(5), s.f("period", joinNonEmpty(" – ", s.shortDate(p.From), s.shortDate(p.To))).wide(4))
	rows := make([][]string, 0, len(p.Rows))
	in, out := 0, 0
	for _, r := range p.Rows {
		in, out = in+r.Received.N, out+r.Forwarded.N
		rows = append(rows, []string{s.shortDate(r.Date), r.Origin, s.figure(r.Received), s.figure(r.Forwarded), joinNonEmpty("\n", r.ForwardedTo, r.Note), s.shortDate(r.ForwardedOn)})
	}
	s.table([]column{s.col("date", 23, colText), s.col("origin", 0, colText), s.col("received", 22, colNumber), s.col("forwarded", 25, colNumber), s.col("forwarded_to", 40, colText), s.col("forwarded_on", 23, colText)},
		orBlank(rows, 16), s.t("pdf.f.sum"), "", s.sum(in, len(rows)), s.sum(out, len(rows)))
	s.signatures(s.sign("coordinator", ""), s.sign("checked_by", ""))
	return s
}

// LabelledFigure is a line of a report.
type LabelledFigure struct {
	Label string
	N     Figure
}

// EndReport sums an election up for the committee (valgbestyrelse): the whole
// road of the envelopes, the outcome as the board reported it, the deviations.
type EndReport struct {
	Form
	Received, Forwarded, Delivered, Voided, OnHand Figure
	PerPlace, Forwards, Rejections, Material       []LabelledFigure
	Late                                           Figure
	DeviationsOpen, DeviationsClosed               Figure
	HandoversWithSeal, Handovers                   Figure
	Journal                                        string // result of the journal's check, in words
	Remarks                                        string
}

func (e EndReport) build() *sheet {
	s := newSheet(e.Form, "pdf.title.end")
	s.counts(count{s.t("pdf.f.received"), s.figure(e.Received)}, count{s.t("pdf.f.forwarded"), s.figure(e.Forwarded)}, count{s.t("pdf.f.delivered_n"), s.figure(e.Delivered)}, count{s.t("pdf.f.voided"), s.figure(e.Voided)})
	if e.Received.Known {
		s.boxed(s.t("pdf.p.law2", s.figure(e.Received), s.figure(e.OnHand), s.figure(e.Forwarded), s.figure(e.Delivered), s.figure(e.Voided)), bold)
	}
	s.figures("received_per_place", "place", true, e.PerPlace)
	s.figures("forwarded_to", "municipality", true, e.Forwards)
	s.figures("rejections", "why", true, append(e.Rejections[:len(e.Rejections):len(e.Rejections)], LabelledFigure{s.t("pdf.f.late_n"), e.Late}))
	s.figures("material", "kind", false, e.Material)
	s.h("quality")
	s.fields(4, s.f("handovers", s.figure(e.Handovers)), s.f("with_seal", s.figure(e.HandoversWithSeal)), s.f("deviations_closed", s.figure(e.DeviationsClosed)), s.f("deviations_open", s.figure(e.DeviationsOpen)))
	s.fields(1, s.f("journal_check", e.Journal))
	s.longField("remarks", e.Remarks, 3)
	s.signatures(s.sign("coordinator", ""), s.sign("board_chair", ""))
	return s
}

// figures is a table of two columns under a heading, with its sum when its lines
// are parts of one whole.
func (s *sheet) figures(key, label string, sums bool, fs []LabelledFigure) {
	s.h(key)
	rows, sum := [][]string{}, Figure{}
	for _, f := range fs {
		rows = append(rows, []string{f.Label, s.figure(f.N)})
		sum = Figure{sum.N + f.N.N, sum.Known || f.N.Known}
	}
	total := []string{s.t("pdf.f.sum"), s.figure(sum)}
	if !sum.Known || !sums {
		total = nil
	}
	count := s.col("count", 30, colNumber)
	if !sum.Known {
		count = count.high(handHeight)
	}
	s.table([]column{s.col(label, 0, colText), count}, orBlank(rows, 3), total...)
}

// Destroyed is one lot of material that was destroyed.
type Destroyed struct {
	What, Container, Seals string
	Count                  Figure
}

// Destruction is the minutes of destroying ballots and voting material once the
// time for complaints has passed (KRVL § 106 stk. 4).
type Destruction struct {
	Form
	Law, Authority string
	ComplaintsEnd  models.Date
	Lots           []Destroyed
	Method, Place  string
	On             models.Date
	Company        string
	Kept           string // what is kept for the archive
	Witnesses      []string
}

func (d Destruction) build() *sheet {
	s := newSheet(d.Form, "pdf.title.destruction")
	s.fields(4, s.f("law", d.Law), s.f("authority", d.Authority).wide(2), s.f("complaints_end", s.shortDate(d.ComplaintsEnd)),
		s.f("destroyed_on", s.shortDate(d.On)), s.f("method", d.Method).wide(3), s.f("place", d.Place).wide(2), s.f("company", d.Company).wide(2))
	rows := [][]string{}
	for _, l := range d.Lots {
		rows = append(rows, []string{l.What, l.Container, l.Seals, s.figure(l.Count), ""})
	}
	s.table([]column{s.col("what_item", 0, colText), s.col("container", 28, colMono), s.col("seals", 32, colMono), s.col("count", 20, colNumber), s.col("seal_intact", 31, colYesNo)}, orBlank(rows, 6))
	s.longField("kept", d.Kept, 1)
	w := func(i int) string {
		if i < len(d.Witnesses) {
			return d.Witnesses[i]
		}
		return ""
	}
	s.p("destruction")
	s.signatures(s.sign("destroyed_by", w(0)), s.sign("witness", w(1)))
	return s
}
