package pdf

// EmergencySheet is one sheet of a pad for when everything is down: its number
// is reserved in the journal, and what is written on it is keyed in later.
type EmergencySheet struct {
	Form
	Place, Session string
	Index, Of      int // sheet n of the pad
}

// EmergencyPad makes one sheet for each reserved number, for one call of Write.
func EmergencyPad(form Form, place, session string, numbers []string) []Document {
	docs := make([]Document, len(numbers))
	for i, n := range numbers {
		f := form
		f.Number = n
		docs[i] = EmergencySheet{f, place, session, i + 1, len(numbers)}
	}
	return docs
}

func (e EmergencySheet) build() *sheet {
	s := newSheet(e.Form, "pdf.title.emergency")
	if e.Of > 0 {
		s.part = s.t("pdf.part.pad", e.Index, e.Of)
	}
	s.fields(4, s.f("place", e.Place).bold().wide(2), s.f("session", e.Session).serial(), s.f("date", ""))
	s.p("emergency")
	s.checks(4, s.tick("net_down", false), s.tick("power_down", false), s.tick("pc_down", false), s.tick("other", false))
	s.table([]column{s.col("time", 18, colWrite), s.col("act_what", 0, colWrite), s.col("election", 30, colWrite), s.col("count", 20, colWrite), s.col("box_seal", 36, colWrite), s.col("initials", 20, colWrite)}, make([][]string, 10))
	s.counts(count{s.t("pdf.f.received_sheet"), ""}, count{s.t("pdf.f.voided_sheet"), ""}, count{s.t("pdf.f.carried_over"), ""})
	s.fields(4, s.f("keyed_by", ""), s.f("keyed_at", ""), s.f("keyed_checked", ""), s.f("sheet_voided", ""))
	s.signatures(s.sign("receiver_desk", ""), s.sign("second", ""))
	return s
}

// Command is one barcode of the command sheet: scanned at the desk it does what
// the button does.
type Command struct{ Code, Label, Hint string }

// CommandSheet is taped beside the scanner.
type CommandSheet struct {
	Form
	Place    string
	Commands []Command
}

func (c CommandSheet) build() *sheet {
	s := newSheet(c.Form, "pdf.title.commands")
	if c.Place != "" {
		s.fields(1, s.f("place", c.Place).bold())
	}
	s.p("commands")
	for _, x := range c.Commands {
		s.command(x)
	}
	return s
}

// command is a label in large type beside its barcode; wide gaps, since a
// scanner must not catch the neighbour.
func (s *sheet) command(x Command) {
	const codeW, h = 74.0, 26.0
	st := strip{name: "command", h: h + 4.5}
	w := s.w - codeW - 6
	size := 18.0
	for size > 12 && len(s.lines(x.Label, bold, size, w)) > 1 {
		size--
	}
	items, y := s.textBlock(x.Label, bold, size, 3, 3, w, left)
	more, h2 := s.textBlock(x.Hint, regular, sizeValue, 3, 3+y+1, w, left)
	if y+h2 > h-5 {
		s.tooLong()
	}
	st.items = append(append(append(st.items, box(0, 0, s.w, h, thin)), items...), more...)
	bars, err := code128Bars(x.Code, codeW, 14)
	if err != nil {
		s.fail(err)
	}
	st.items = append(st.items, item{kind: barsItem, x: s.w - codeW - 2, y: 4, w: codeW, h: 14, bars: bars, text: x.Code})
	st.items = append(st.items, textAt(s.clean(x.Code), mono, sizeBody, s.w-codeW-2, 19, codeW, centre)...)
	s.add(st)
}
