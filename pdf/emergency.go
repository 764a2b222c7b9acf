package pdf

// EmergencySheet is one sheet of a pad for when everything is down: its number
// is reserved in the journal, and what is written on it is keyed in later. One
// sheet serves one election, so that elections are never mixed.
type EmergencySheet struct {
	Form
	Place, Session string
	Index, Of      int      // sheet n of the pad
	Elections      []string // one of them is ticked; none leaves a line to write on
	FirstHour      int      // clock hour of the first row, 0 for rows without printed hours
}

// EmergencyPad makes one sheet for each reserved number, for one call of Write:
// the sheet is the pattern, its Index and Of are filled in.
func EmergencyPad(pattern EmergencySheet, numbers []string) []Document {
	docs := make([]Document, len(numbers))
	for i, n := range numbers {
		e := pattern
		e.Number, e.Index, e.Of = n, i+1, len(numbers)
		docs[i] = e
	}
	return docs
}

// padHours is how many hours a sheet has at most. It has as many as make it one page.
const padHours = 10

func (e EmergencySheet) build() *sheet {
	s := newSheet(e.Form, "pdf.title.emergency")
	if e.Of > 0 {
		s.part = s.t("pdf.part.pad", e.Index, e.Of)
	}
	s.fields(4, s.f("place", e.Place).bold().wide(2), s.f("session", e.Session).serial(), s.f("date", ""))
	s.p("emergency")
	s.checks(4, s.tick("net_down", false), s.tick("power_down", false), s.tick("pc_down", false), s.tick("other", false))
	if len(e.Elections) == 0 {
		s.fields(1, s.f("election", ""))
	} else {
		ticks := make([]check, len(e.Elections))
		for i, name := range e.Elections {
			ticks[i] = check{name, false}
		}
		s.checks(2, ticks...)
	}
	above := s.strips
	s.strips = nil
	s.countBoxes(13, count{s.t("pdf.f.received_sheet"), ""}, count{s.t("pdf.f.voided_sheet"), ""}, count{s.t("pdf.f.carried_over"), ""})
	s.fields(4, s.f("keyed_by", ""), s.f("keyed_at", ""), s.f("keyed_checked", ""), s.f("sheet_voided", ""))
	s.signatures(s.sign("receiver_desk", ""), s.sign("receiver_desk2", ""))
	below := s.strips
	s.strips = above
	s.tally(e.FirstHour, func(head float64) int { return int((s.room() - head - heightOf(above) - heightOf(below)) / tallyRow) })
	s.add(below...)
	return s
}

// The columns of the tally, mm; the own municipality's takes the rest.
const (
	tallyHour, tallyOther, tallyUnknown, tallySum = 20.0, 52.0, 22.0, 18.0
	tallyBox, tallyRow, tallyGap                  = 3.5, 8.7, 0.6
)

// tally draws a row of boxes for each hour: one is crossed for each envelope. fits
// is how many rows there is room for beside the head and the gap of a table.
func (s *sheet) tally(first int, fits func(head float64) int) {
	own := s.w - tallyHour - tallyOther - tallyUnknown - tallySum
	cols := []column{s.col("time", tallyHour, colWrite), s.col("tally_own", own, colWrite), s.col("tally_other", tallyOther, colWrite), s.col("tally_unknown", tallyUnknown, colWrite), s.col("tally_sum", tallySum, colWrite)}
	widths, titles := columnWidths(cols, s.w), make([]string, len(cols))
	for i, c := range cols {
		titles[i] = c.title
	}
	head := s.rowStrips(cols, widths, titles, bold, rowHeight)
	for i := range head {
		head[i].name, head[i].keepNext = "head", true
		head[i].items = append([]item{fill(0, 0, s.w, head[i].h, grey(228))}, head[i].items...)
	}
	s.add(head...)
	for n := range min(padHours, max(1, fits(heightOf(head)+tableGap))) {
		hour := s.t("pdf.tally.hour")
		if h := first + n; first > 0 && h < 24 {
			hour = s.t("pdf.tally.hours", h, h+1)
		}
		s.add(s.tallyHour(hour, own))
	}
	s.gap(tableGap)
}

// tallyHour is one hour: boxes in groups of five, two lines; for another
// municipality room for its name before each.
func (s *sheet) tallyHour(hour string, own float64) strip {
	st := strip{name: "tally", h: tallyRow, items: []item{box(0, 0, s.w, tallyRow, thin)}}
	st.items = append(st.items, textAt(hour, bold, sizeBody, pad, (tallyRow-lineHeight(sizeBody))/2, tallyHour, left)...)
	x := tallyHour
	for _, c := range []struct{ w, name float64 }{{own, 0}, {tallyOther, 31}, {tallyUnknown, 0}, {tallySum, tallySum}} {
		st.items = append(st.items, rule(x, 0, 0, tallyRow, thin))
		if c.name > 0 && c.name < c.w {
			st.items = append(st.items, rule(x, tallyRow/2, c.name-0.5, 0, thin))
		}
		for line := range 2 {
			y := tallyGap + float64(line)*(tallyRow-tallyBox-2*tallyGap)
			for at := x + c.name + 1; at+5*tallyBox <= x+c.w-0.5; at += 5*tallyBox + 1.2 {
				for k := range 5 {
					st.items = append(st.items, box(at+float64(k)*tallyBox, y, tallyBox, tallyBox, 0.2))
				}
			}
		}
		x += c.w
	}
	return st
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
	more, h2 := s.textBlock(s.oneLine(x.Hint), regular, sizeValue, 3, 3+y+1, w, left)
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
