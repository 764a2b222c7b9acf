package pdf

import "time"

// DeviationReport follows a difference or irregularity from finding to closing,
// by someone other than the finder. It is never deleted.
type DeviationReport struct {
	Form
	Case, Kind                    string // number of the deviation; what kind
	FoundAt                       time.Time
	FoundBy, Place                string
	Handover                      string
	Containers                    []string
	Expected, Found               Figure
	What, Action                  string
	Owner                         string
	Deadline                      time.Time
	Notified                      []string
	Conclusion, Evidence          string
	ClosedBy                      string
	ClosedAt                      time.Time
	CorrectingEntry, JournalEntry string
}

func (d DeviationReport) build() *sheet {
	s := newSheet(d.Form, "pdf.title.deviation")
	s.fields(4, s.f("deviation", d.Case).serial(), s.f("kind", d.Kind).bold().wide(2), s.f("journal_entry", d.JournalEntry),
		s.f("found_at", s.moment(d.FoundAt)), s.f("found_by", d.FoundBy), s.f("place", d.Place).wide(2),
		s.f("handover", d.Handover).serial(), s.f("containers", joinNonEmpty(", ", d.Containers...)).serial().wide(3))
	diff := Figure{d.Found.N - d.Expected.N, d.Found.Known && d.Expected.Known}
	if d.Expected.Known || d.Found.Known || d.Case == "" { // most are not about a count
		s.counts(count{s.t("pdf.f.expected"), s.figure(d.Expected)}, count{s.t("pdf.f.found"), s.figure(d.Found)}, count{s.t("pdf.f.difference"), s.signed(diff)})
	}
	s.longField("what", d.What, 3)
	s.longField("immediate_action", d.Action, 2)
	s.fields(3, s.f("owner", d.Owner), s.f("deadline", s.moment(d.Deadline)), s.f("notified", joinNonEmpty(", ", d.Notified...)))
	s.longField("conclusion", d.Conclusion, 2)
	s.longField("evidence", d.Evidence, 1)
	s.fields(3, s.f("closed_by_other", d.ClosedBy), s.f("closed_on", s.moment(d.ClosedAt)), s.f("correcting_entry", d.CorrectingEntry))
	s.signatures(s.sign("finder", d.FoundBy), s.sign("closed_by", d.ClosedBy))
	return s
}

// longField is free text in a box, or lines to write on when there is none.
func (s *sheet) longField(key, text string, n int) {
	if text == "" {
		s.ruled(s.t("pdf.f."+key), n)
		return
	}
	s.fields(1, s.f(key, s.free(text)))
}

// Exposure is one place where a wrong candidate list was up.
type Exposure struct {
	Place        string
	Hung, Down   time.Time
	Version      string
	VotesInWhile Figure
}

// RecallNotice tells that a wrong candidate list was shown: where, from when to
// when, and how many votes were received meanwhile. Who voted is not known and
// is not to be known; whoever did may vote again.
type RecallNotice struct {
	Form
	WrongVersion, RightVersion string
	Error                      string
	Exposures                  []Exposure
	Votes                      Figure
	FoundAt                    time.Time
	Notice                     string // text for the public
}

func (r RecallNotice) build() *sheet {
	s := newSheet(r.Form, "pdf.title.recall")
	s.fields(3, s.f("wrong_version", r.WrongVersion), s.f("right_version", r.RightVersion), s.f("found_at", s.moment(r.FoundAt)))
	s.longField("list_error", r.Error, 2)
	s.counts(count{s.t("pdf.f.places"), s.figure(Figure{len(r.Exposures), len(r.Exposures) > 0})}, count{s.t("pdf.f.votes_while"), s.figure(r.Votes)})
	rows := [][]string{}
	for _, e := range r.Exposures {
		rows = append(rows, []string{e.Place, e.Version, s.moment(e.Hung), s.moment(e.Down), s.figure(e.VotesInWhile)})
	}
	s.table([]column{s.col("place", 0, colText), s.col("version", 26, colText), s.col("hung", 36, colText), s.col("down", 36, colText), s.col("votes_n", 27, colNumber)}, orBlank(rows, 4))
	if r.Notice == "" {
		s.ruled(s.t("pdf.h.notice"), 3)
	} else {
		s.h("notice")
		s.paraIn(s.free(r.Notice), regular, 12)
	}
	s.p("recall")
	s.signatures(s.sign("coordinator", ""), s.sign("board_chair", ""))
	return s
}
