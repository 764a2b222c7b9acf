package pdf

import (
	"slices"
	"sort"
	"strings"
	"time"

	"github.com/brevstemme/brevstemme/models"
	"github.com/brevstemme/brevstemme/models/language"
)

// PosterHours is one line of opening hours. It is of the day of From; with Until
// set, of the days from there up to Until; a label stands for both ("hver dag").
type PosterHours struct {
	Label    string
	From, To time.Time
	Until    models.Date
}

// PosterPlace is one place on a poster.
type PosterPlace struct {
	Name, Address string
	Access        string // the way in without steps
	Hours         []PosterHours
}

// Poster shows citizens where and when; A4 or A3, Danish or English. It has an
// HTML twin on the public pages, since this PDF is not tagged.
type Poster struct {
	Form
	A3             bool
	Places         []PosterPlace
	Last           models.Date
	Identification string // what to bring; a general sentence when empty
	URL            string // of the HTML page; as QR code
	Edition        string // which version of the plan it shows, and which it replaces
}

// posterLook is how a poster is set: the scale of the places and of what stands
// around them, one column or two, days in full ("Mandag 3. november") or short.
type posterLook struct {
	k, around float64
	columns   int
	short     bool
}

// posterScales are from 1.5 down to 0.7 times the usual size.
const posterScales = 17

func posterScale(i int) float64 { return float64(150-5*i) / 100 }

// build chooses the largest type with which everything stands on one sheet and
// no day is broken, in up to three columns; days are short where that makes the
// type much larger. Room that is left makes what stands around the places larger.
// What cannot stand on one sheet goes on to as few further ones as it can.
func (p Poster) build() *sheet {
	muchLarger := 2 // steps
	if len(p.Places) == 1 && len(p.Places[0].Hours) <= 7 {
		muchLarger = 4 // few days have room for their names
	}
	best, look := posterScales, posterLook{columns: 1}
	for _, short := range []bool{false, true} {
		for columns := 1; columns <= p.mostColumns(); columns++ {
			try, most := posterLook{columns: columns, short: short}, best
			if short && best < posterScales {
				most -= muchLarger
			}
			if most <= 0 || !p.stands(try.scaled(most-1, most-1)) {
				continue // no better than what is there: one look says so
			}
			best, look = sort.Search(most-1, func(i int) bool { return p.stands(try.scaled(i, i)) }), try
		}
	}
	if best == posterScales {
		look = p.onSheets()
		fewest, _ := p.sheets(look.scaled(posterScales-1, posterScales-1))
		best = sort.Search(posterScales-1, func(i int) bool {
			n, whole := p.sheets(look.scaled(i, i))
			return n <= fewest && whole
		})
		return p.set(look.scaled(best, best), false)
	}
	around := sort.Search(best, func(i int) bool { return p.stands(look.scaled(best, i)) })
	return p.set(look.scaled(best, around), false)
}

// mostColumns is how many there may be: a place alone has its hours in two.
func (p Poster) mostColumns() int {
	if p.A3 {
		return min(3, max(2, len(p.Places)))
	}
	return 2
}

// onSheets is the look of what fills several sheets: as many columns as hold a day.
func (p Poster) onSheets() posterLook {
	for columns := p.mostColumns(); columns > 1 && len(p.Places) > 1; columns-- {
		for _, short := range []bool{false, true} {
			l := posterLook{columns: columns, short: short}
			if _, whole := p.sheets(l.scaled(posterScales-1, posterScales-1)); whole {
				return l
			}
		}
	}
	return posterLook{columns: 1}
}

// sheets is how many a look fills, and whether no day is broken and no word cut.
func (p Poster) sheets(l posterLook) (n int, whole bool) {
	s := p.set(l, true)
	pages, err := flow(s.frame(), s.strips)
	return len(pages), err == nil && !s.cramped && len(s.chopped) == 0
}

func (l posterLook) scaled(i, around int) posterLook {
	l.k, l.around = posterScale(i), posterScale(around)
	return l
}

// stands tells whether a look fits on one sheet, with every day on one line and
// no word cut where there are two columns.
func (p Poster) stands(l posterLook) bool {
	s := p.set(l, true)
	return heightOf(s.strips) <= s.paper.h-s.paper.top-s.paper.bottom-10 && !s.cramped && (l.columns == 1 || len(s.chopped) == 0)
}

// set is the poster in a look; rough it is as high, for measuring.
func (p Poster) set(l posterLook, rough bool) *sheet {
	s := newSheet(p.Form, "pdf.title.poster")
	s.plain, s.rough = true, rough
	s.paper = paper{w: 210, h: 297, left: 18, right: 18, top: 15, bottom: 15}
	if p.A3 {
		l.k, l.around = l.k*1.4142, l.around*1.4142
		s.paper = paper{w: 297, h: 420, left: 25, right: 25, top: 20, bottom: 20}
	}
	s.w = s.paper.w - s.paper.left - s.paper.right
	k := l.around
	s.posterBand(k)
	s.big(s.t("pdf.poster.title"), bold, 38*k, 1*k)
	if l.columns > 1 && len(p.Places) > 1 {
		s.posterColumns(p.Places, l)
	} else {
		for i, place := range p.Places {
			s.posterPlace(place, len(p.Places) > 1, l, i)
		}
	}
	s.add(strip{name: "rule", h: 5 * k, keepNext: true, items: []item{rule(0, 2*k, s.w, 0, 0.6*k)}})
	if !p.Last.IsZero() {
		s.big(s.t("pdf.poster.last", s.weekday(p.Last)), bold, 18*k, 1*k)
	}
	bring := p.Identification
	if bring == "" {
		bring = s.t("pdf.poster.bring")
	}
	s.posterFoot(bring, p.URL, p.Edition, k)
	return s
}

// posterBand is municipality and elections, on one line if it holds them all.
func (s *sheet) posterBand(k float64) {
	f, size := s.form, 18*k
	w, y := s.w-8*k, 3*k
	var name []item
	for _, l := range s.partLines(append([]string{f.Municipality}, strings.Split(f.Election.Name, " · ")...), bold, size, w) {
		name = append(name, textAt(l, bold, size, 4*k, y, w, left)...)
		y += lineHeight(size)
	}
	back := parseColour(f.Election.Colour)
	items := []item{fill(0, 0, s.w, y+3*k, back)}
	for _, it := range name {
		it.ink = inkOn(back)
		items = append(items, it)
	}
	s.add(strip{name: "band", h: y + 6*k, items: items})
	if f.Mark.Kind != Original {
		s.boxed(s.markText(s.form.Mark), bold)
	}
}

// big is wrapped text of any size, centred never: left-aligned reads best.
func (s *sheet) big(text string, f face, size, after float64) {
	for _, l := range s.even(text, f, size, s.w) {
		s.add(strip{name: "big", h: lineHeight(size), items: textAt(l, f, size, 0, 0, s.w, left), keepNext: true})
	}
	s.strips[len(s.strips)-1].h += after
}

// evenBlock is running text from y down, in lines of about the same length.
func (s *sheet) evenBlock(text string, size, y, w float64) (items []item, h float64) {
	for _, l := range s.even(text, regular, size, w) {
		items = append(items, textAt(l, regular, size, 0, y+h, w, left)...)
		h += lineHeight(size)
	}
	return items, h
}

// posterPlace is one place: alone in large type, several in a size that fits.
func (s *sheet) posterPlace(p PosterPlace, several bool, l posterLook, i int) {
	k := l.k
	nameSize, size := 32*k, 24*k
	if several {
		nameSize, size = 20*k, 15*k
	}
	if i > 0 {
		s.add(strip{name: "gap", h: 4 * k})
	}
	s.big(p.Name, bold, nameSize, 0)
	s.big(p.Address, regular, max(12, size*0.8), 2*k)
	if l.columns > 1 && !several && len(p.Hours) > 1 {
		half := (len(p.Hours) + 1) / 2
		s.sideBySide("hours", 10*k, 0,
			func() { s.posterHours(p.Hours[:half], size, l) }, func() { s.posterHours(p.Hours[half:], size, l) })
	} else {
		s.posterHours(p.Hours, size, l)
	}
	if p.Access != "" {
		s.gap(1 * k)
		items, h := s.evenBlock(p.Access, max(12, size*0.65), 0, s.w)
		s.add(strip{name: "access", h: h + 1.5*k, items: items})
	}
}

// posterColumns sets places side by side, row by row.
func (s *sheet) posterColumns(places []PosterPlace, l posterLook) {
	for row := range slices.Chunk(places, l.columns) {
		draw := make([]func(), l.columns)
		for c := range draw {
			draw[c] = func() {
				if c < len(row) {
					s.posterPlace(row[c], true, l, 0)
				}
			}
		}
		s.sideBySide("places", 10*l.k, 4*l.k, draw...)
	}
}

// sideBySide draws blocks in columns of the same width, as one strip that is as
// high as the highest of them and a bit.
func (s *sheet) sideBySide(name string, gutter, after float64, draw ...func()) {
	before, whole := s.strips, s.w
	s.w = (whole - float64(len(draw)-1)*gutter) / float64(len(draw))
	st := strip{name: name}
	for c, block := range draw {
		s.strips = nil
		block()
		y := 0.0
		for _, part := range s.strips {
			for _, it := range part.items {
				it.x, it.y = it.x+float64(c)*(s.w+gutter), it.y+y
				st.items = append(st.items, it)
			}
			y += part.h
		}
		st.h = max(st.h, y+after)
	}
	s.strips, s.w = append(before, st), whole
}

// posterHours sets the hours close behind the longest day: across the whole sheet
// the eye would slip into the next line. A second opening on a day does not name
// the day again.
func (s *sheet) posterHours(all []PosterHours, size float64, look posterLook) {
	k := look.k
	labels, dayW, timeW := make([]string, len(all)), 0.0, 0.0
	for i, h := range all {
		labels[i] = s.posterDays(h, look.short)
		dayW, timeW = max(dayW, textWidth(labels[i], regular, size)), max(timeW, textWidth(s.hours(h.From, h.To), bold, size))
	}
	for i := len(labels) - 1; i > 0; i-- {
		if labels[i] == labels[i-1] {
			labels[i] = ""
		}
	}
	if dayW+4*k > s.w-timeW {
		s.cramped = true
	}
	x := min(dayW+10*k, s.w-timeW)
	for i, h := range all {
		ls := s.lines(labels[i], regular, size, x-2*k)
		st := strip{name: "hours", h: float64(len(ls))*lineHeight(size) + 1.2*k, keepNext: i == 0}
		for j, l := range ls {
			st.items = append(st.items, textAt(l, regular, size, 0, float64(j)*lineHeight(size), x, left)...)
		}
		st.items = append(st.items, textAt(s.hours(h.From, h.To), bold, size, x, 0, timeW, right)...)
		s.add(st)
	}
}

// posterDays is a line's day or days: "Mandag 3. november", "Mandag 3. – fredag 7.
// november", short "Man. 3. nov.". Without the year: a poster is of this year.
func (s *sheet) posterDays(h PosterHours, short bool) string {
	first := models.DateOf(h.From)
	switch {
	case h.Label != "" || h.From.IsZero():
		return s.clean(h.Label)
	case !h.Until.After(first):
		return capital(language.DayMonth(s.form.lang(), first.At(12, 0), short))
	}
	return capital(language.DaySpan(s.form.lang(), first.At(12, 0), h.Until.At(12, 0), short))
}

// posterFoot is what to bring, the QR code of the page that never grows old, and
// which version of the plan this sheet shows.
func (s *sheet) posterFoot(bring, url, edition string, k float64) {
	side := 34 * k
	st := strip{name: "bring", h: side}
	w := s.w - side - 4*k
	if url == "" {
		w = s.w
	} else if !s.rough {
		st.items = s.qrItem(url, s.w-side, 0, side)
	}
	items, h := s.evenBlock(bring, 16*k, 1*k, w)
	st.items = append(st.items, items...)
	more, h2 := s.textBlock(strings.TrimPrefix(strings.TrimPrefix(url, "https://"), "http://"), regular, max(sizeBody, 11*k), 0, 1*k+h+2*k, w, left)
	st.items = append(st.items, more...)
	st.h = max(st.h, h+h2+4*k)
	if edition != "" {
		last, h3 := s.textBlock(edition, regular, max(sizeBody, 11*k), 0, st.h, s.w, left)
		st.items, st.h = append(st.items, last...), st.h+h3
	}
	s.add(st)
}
