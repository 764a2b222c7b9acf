package pdf

import (
	"strings"
	"time"
)

// Container is one sealed box, bag or crate on a form.
type Container struct {
	Number   string // serial [0-9A-Z] with check character; printed as Code 128
	Kind     string // "Stemmekasse", "Transportpose"
	Contents string // "Egen kommune", "Aalborg (851)"; not on the receiver's half
	Count    Figure // envelopes inside
	Seals    []string
}

// Handover is an offer of containers from one holder to another. HandoverGiver
// and HandoverReceiver print its halves, each on sheets of its own (give both to
// Write for one file); HandoverFinal closes it.
type Handover struct {
	Form
	From, To       Party
	Courier        Party
	Vehicle        string
	Reason         string
	OfferedAt      time.Time
	PlannedArrival time.Time
	Containers     []Container
	Total          Figure // envelopes offered, by the journal
	// The conservation line: Received = SentBefore + Total + OnHand.
	Received, SentBefore, OnHand Figure
	Remarks                      string
	Witness                      string   `json:",omitzero"` // of the giver; not on the receiver's half
	Paper                        []string `json:",omitzero"` // who signed on paper: when, and when it was entered
	// Link is the courier's one-time link, on the giver's half alone and only on
	// the sheet that is printed when the link is made; its PIN is never on paper.
	Link        string    `json:",omitzero"`
	LinkExpires time.Time `json:",omitzero"`
}

// blind is the handover without anything that the giver counted or read: the
// receiver's half is drawn from this and cannot show what it does not hold.
// Seal numbers go too: the receiver reads them off the container (good practice).
// So does Contents: it is free text, and whoever fills it may well put a count in.
func (h Handover) blind() Handover {
	h.Total, h.Received, h.SentBefore, h.OnHand, h.Remarks, h.Reason, h.Witness = Figure{}, Figure{}, Figure{}, Figure{}, "", "", ""
	h.Link, h.LinkExpires = "", time.Time{}
	cs := make([]Container, len(h.Containers))
	for i, c := range h.Containers {
		cs[i] = Container{Number: c.Number, Kind: c.Kind}
	}
	h.Containers = cs
	return h
}

// HandoverGiver is the giver's half of an offer, with the journal's figures and
// a box for the giver's own count.
type HandoverGiver struct{ Handover }

// HandoverReceiver is the receiver's half: a blind recount. It is drawn from the
// offer without its figures, so that nobody can copy them.
type HandoverReceiver struct{ Handover }

func (h HandoverGiver) build() *sheet {
	s := newSheet(h.Form, "pdf.title.handover")
	s.part = s.t("pdf.part.giver")
	s.parties(h.Handover)
	s.fields(3, s.f("offered_at", s.moment(h.OfferedAt)), s.f("planned_arrival", s.moment(h.PlannedArrival)), s.f("reason", s.free(h.Reason)),
		s.f("courier", joinNonEmpty(", ", h.Courier.Person, h.Courier.Unit)), s.f("courier_phone", h.Courier.Phone), s.f("vehicle", h.Vehicle))
	if h.blank() { // nobody can look into the journal: two count by hand
		s.counts(count{s.t("pdf.f.count_hand"), ""}, count{s.t("pdf.f.count_second"), ""}, count{s.t("pdf.f.containers"), ""})
	} else {
		s.counts(count{s.t("pdf.f.count_journal"), s.figure(h.Total)}, count{s.t("pdf.f.count_hand"), ""}, count{s.t("pdf.f.containers"), s.figure(Known(len(h.Containers)))})
	}
	if h.Received.Known {
		s.boxed(s.t("pdf.p.conservation", s.figure(h.Received), s.figure(h.SentBefore), s.figure(h.Total), s.figure(h.OnHand)), bold)
	}
	rows := make([][]string, 0, len(h.Containers))
	for _, c := range h.Containers {
		rows = append(rows, []string{c.Number, contents(h.Handover, c), strings.Join(c.Seals, "\n"), s.figure(c.Count)})
	}
	cols := []column{s.col("container", codeColumn(h.Handover), codes(h.Handover)), s.col("contents", 0, colText), s.col("seal_sent", 38, colMono), s.col("count", 20, colNumber)}
	if h.blank() {
		cols[0] = cols[0].high(10.5)
	}
	s.table(cols, orBlank(rows, blankContainers))
	s.signedOnPaper(h.Handover)
	if h.Remarks != "" || h.blank() {
		s.fields(1, s.f("remarks", s.free(h.Remarks)))
	}
	if h.Link != "" {
		s.scanBox("courier_link", h.Link, s.t("pdf.p.courier_link", s.moment(h.LinkExpires)), "")
	}
	s.signatures(s.sign("giver", h.From.Person), s.sign("giver_witness", h.Witness))
	return s
}

// WithLink is a giver's half with the courier's one-time link on it; any other
// document stays as it is.
func WithLink(d Document, link string, expires time.Time) Document {
	if g, ok := d.(HandoverGiver); ok {
		g.Link, g.LinkExpires = link, expires
		return g
	}
	return d
}

func (h HandoverReceiver) build() *sheet {
	b := h.blind()
	s := newSheet(b.Form, "pdf.title.handover")
	s.part = s.t("pdf.part.receiver")
	s.p("blind")
	s.parties(b)
	s.fields(4, s.f("planned_arrival", s.moment(b.PlannedArrival)), s.f("courier", joinNonEmpty(", ", b.Courier.Person, b.Courier.Unit)), s.f("courier_phone", b.Courier.Phone), s.f("vehicle", b.Vehicle))
	s.fields(3, s.f("arrived_at", ""), s.f("order_of_arrival", ""), s.f("called_at", ""))
	s.counts(count{s.t("pdf.f.count_received"), ""}, count{s.t("pdf.f.count_second"), ""}, count{s.t("pdf.f.containers_received"), ""})
	rows := make([][]string, 0, len(b.Containers))
	for _, c := range b.Containers {
		rows = append(rows, []string{c.Number, c.Kind})
	}
	s.table([]column{s.col("container", min(56, codeColumn(b)), codes(b)), s.col("kind", 0, colText), s.col("seal_read", 38, colWrite),
		s.col("seal_intact", 29, colYesNo), s.col("count", 20, colWrite)}, orBlank(rows, blankContainers))
	s.checks(3, s.tick("accepted", false), s.tick("accepted_part", false), s.tick("refused", false))
	s.ruled(s.t("pdf.f.reason_destination"), 1)
	s.signatures(s.sign("receiver", ""), s.sign("receiver_witness", ""))
	return s
}

// blankContainers is how many containers a blank handover has room for, on either half.
const blankContainers = 6

// blank tells whether the handover is to be written by hand.
func (h Handover) blank() bool { return len(h.Containers) == 0 && h.OfferedAt.IsZero() }

// contents is the kind of a container and what is in it: a line each beside a
// barcode, else one line, since a long list is long enough.
func contents(h Handover, c Container) string {
	if codes(h) == colCode {
		return joinNonEmpty("\n", c.Kind, c.Contents)
	}
	return joinNonEmpty(" · ", c.Kind, strings.ReplaceAll(c.Contents, "\n", ", "))
}

// codes draws container numbers as barcodes while a sheet or two can hold them;
// a long list is for reading.
func codes(h Handover) colKind {
	if len(h.Containers) > 12 {
		return colMono
	}
	return colCode
}

// codeColumn is the width of the column of containers: barcodes need room.
func codeColumn(h Handover) float64 {
	if codes(h) == colCode && len(h.Containers) > 0 {
		return 62
	}
	return 34
}

// signedOnPaper says what was signed on paper first and entered later, with both times.
func (s *sheet) signedOnPaper(h Handover) {
	for _, line := range h.Paper {
		s.para(s.free(line))
	}
}

// parties is who hands over to whom.
func (s *sheet) parties(h Handover) {
	party := func(p Party) string {
		return joinNonEmpty("\n", p.Site, p.Address, joinNonEmpty(", ", p.Person, p.Role), joinNonEmpty(" · ", p.Unit, p.Phone))
	}
	s.fields(2, s.f("from", party(h.From)).high(), s.f("to", party(h.To)).high())
}

func joinNonEmpty(sep string, parts ...string) string {
	var out []string
	for _, p := range parts {
		if p != "" {
			out = append(out, p)
		}
	}
	return strings.Join(out, sep)
}

// HandoverResult is one container with what both sides found.
type HandoverResult struct {
	Container
	SealsRead []string
	Condition string // condition code in words, "intakt"
	Received  Figure
}

// HandoverFinal is the receipt with both figures, printed when the receiver has
// answered.
type HandoverFinal struct {
	Handover
	Results         []HandoverResult
	Outcome         string // "Modtaget", "Modtaget delvist", "Afvist"
	ReceivedTotal   Figure
	Explanation     string // of a difference
	Deviation       string // number of the deviation, when there is one
	AcceptedAt      time.Time
	Receiver        string
	Second          string // the receiver's witness
	NewDestination  string
	OfferNumber     string
	CourierReleased time.Time
	StoredIn        string `json:",omitzero"`
	KeyHolder       string `json:",omitzero"`
}

func (h HandoverFinal) build() *sheet {
	s := newSheet(h.Form, "pdf.title.handover_final")
	s.parties(h.Handover)
	s.fields(4, s.f("outcome", h.Outcome).bold(), s.f("accepted_at", s.moment(h.AcceptedAt)), s.f("courier_released", joinNonEmpty("\n", s.moment(h.CourierReleased), h.Courier.Person)), s.f("offer_number", h.OfferNumber).serial())
	diff := Figure{h.ReceivedTotal.N - h.Total.N, h.ReceivedTotal.Known && h.Total.Known}
	s.counts(count{s.t("pdf.f.count_given"), s.figure(h.Total)}, count{s.t("pdf.f.count_received"), s.figure(h.ReceivedTotal)}, count{s.t("pdf.f.difference"), s.signed(diff)})
	if h.Received.Known {
		s.boxed(s.t("pdf.p.conservation", s.figure(h.Received), s.figure(h.SentBefore), s.figure(h.Total), s.figure(h.OnHand)), bold)
	}
	rows := make([][]string, 0, len(h.Results))
	for _, r := range h.Results {
		d := Figure{r.Received.N - r.Count.N, r.Received.Known && r.Count.Known}
		rows = append(rows, []string{r.Number, joinNonEmpty("\n", r.Kind, r.Contents), strings.Join(r.Seals, "\n"), strings.Join(r.SealsRead, "\n"),
			r.Condition, s.figure(r.Count), s.figure(r.Received), s.signed(d)})
	}
	s.table([]column{s.col("container", 25, colMono), s.col("contents", 0, colText), s.col("seal_sent", 23, colMono), s.col("seal_read", 23, colMono),
		s.col("condition", 20, colText), s.col("given", 16, colNumber), s.col("received", 20, colNumber), s.col("diff", 11, colNumber)}, orBlank(rows, 5))
	if diff.N != 0 || h.Explanation != "" {
		s.fields(3, s.f("explanation", s.free(h.Explanation)).wide(2), s.f("deviation", h.Deviation).serial())
	}
	if h.StoredIn != "" || h.KeyHolder != "" {
		s.fields(2, s.f("stored_at", h.StoredIn), s.f("key_holder", h.KeyHolder))
	}
	s.signedOnPaper(h.Handover)
	if h.NewDestination != "" {
		s.fields(1, s.f("new_destination", h.NewDestination))
	}
	s.signatures(s.sign("giver", h.From.Person), s.sign("receiver", h.Receiver), s.sign("giver_witness", h.Witness), s.sign("receiver_witness", h.Second))
	return s
}
