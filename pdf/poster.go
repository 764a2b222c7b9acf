package pdf

import (
	"slices"
	"sort"
	"time"

	"github.com/brevstemme/brevstemme/models"
	"github.com/brevstemme/brevstemme/models/language"
)

// PosterHours is one line of opening hours. The label stands for a date or for
// a repeating day ("mandag–torsdag"); with From set it is the date of From.
type PosterHours struct {
	Label    string
	From, To time.Time
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
	FirstDay, Last models.Date
	Identification string // what to bring; a general sentence when empty
	URL            string // of the HTML page; as QR code
	Edition        string // which version of the plan it shows, and which it replaces
}

// build chooses the largest type with which everything stands on one sheet, with
// several places in one column or in two; what cannot, goes on to a second sheet
// in the smallest.
func (p Poster) build() *sheet {
	const steps = 16 // from 1.5 down to 0.7 times the usual size
	size := func(i int) float64 { return float64(150-5*i) / 100 }
	best, columns := steps, 1
	for c := 1; c <= min(2, len(p.Places)); c++ {
		i := sort.Search(best, func(i int) bool {
			s := p.scaled(size(i), c, false)
			return heightOf(s.strips) <= s.paper.h-s.paper.top-s.paper.bottom-10 && (c == 1 || len(s.chopped) == 0)
		})
		if i < best {
			best, columns = i, c
		}
	}
	return p.scaled(size(best), columns, true)
}

// scaled is the poster with type of k times the usual size; without its QR code
// it is as high, for measuring.
func (p Poster) scaled(k float64, columns int, qr bool) *sheet {
	s := newSheet(p.Form, "pdf.title.poster")
	s.plain = true
	s.paper = paper{w: 210, h: 297, left: 18, right: 18, top: 15, bottom: 15}
	if p.A3 {
		k *= 1.4142
		s.paper = paper{w: 297, h: 420, left: 25, right: 25, top: 20, bottom: 20}
	}
	s.w = s.paper.w - s.paper.left - s.paper.right
	s.posterBand(k)
	s.big(s.t("pdf.poster.title"), bold, 38*k, 1*k)
	if columns > 1 {
		s.posterColumns(p.Places, columns, k)
	} else {
		for i, place := range p.Places {
			s.posterPlace(place, len(p.Places) > 1, k, i)
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
	s.posterFoot(bring, p.URL, p.Edition, k, qr)
	return s
}

func (s *sheet) posterBand(k float64) {
	f := s.form
	size := 18 * k
	name, h := s.textBlock(joinNonEmpty(" · ", f.Municipality, f.Election.Name), bold, size, 4*k, 3*k, s.w-8*k, left)
	back := parseColour(f.Election.Colour)
	items := []item{fill(0, 0, s.w, h+6*k, back)}
	for _, it := range name {
		it.ink = inkOn(back)
		items = append(items, it)
	}
	s.add(strip{name: "band", h: h + 9*k, items: items})
	if f.Mark.Kind != Original {
		s.boxed(s.markText(s.form.Mark), bold)
	}
}

// big is wrapped text of any size, centred never: left-aligned reads best.
func (s *sheet) big(text string, f face, size, after float64) {
	for _, l := range s.lines(text, f, size, s.w) {
		s.add(strip{name: "big", h: lineHeight(size), items: textAt(l, f, size, 0, 0, s.w, left), keepNext: true})
	}
	s.strips[len(s.strips)-1].h += after
}

// posterPlace is one place: alone in large type, several in a size that fits.
func (s *sheet) posterPlace(p PosterPlace, several bool, k float64, i int) {
	nameSize, size := 32*k, 24*k
	if several {
		nameSize, size = 20*k, 15*k
	}
	if i > 0 {
		s.add(strip{name: "gap", h: 4 * k})
	}
	s.big(p.Name, bold, nameSize, 0)
	s.big(p.Address, regular, max(12, size*0.8), 2*k)
	s.posterHours(p.Hours, size, k)
	if p.Access != "" {
		s.gap(1 * k)
		items, h := s.textBlock(p.Access, regular, max(12, size*0.65), 0, 0, s.w, left)
		s.add(strip{name: "access", h: h + 1.5*k, items: items})
	}
}

// posterColumns sets places side by side, row by row.
func (s *sheet) posterColumns(places []PosterPlace, columns int, k float64) {
	before, whole := s.strips, s.w
	gutter := 10 * k
	s.w = (whole - float64(columns-1)*gutter) / float64(columns)
	for row := range slices.Chunk(places, columns) {
		st := strip{name: "places"}
		for c, place := range row {
			s.strips = nil
			s.posterPlace(place, true, k, 0)
			y := 0.0
			for _, part := range s.strips {
				for _, it := range part.items {
					it.x, it.y = it.x+float64(c)*(s.w+gutter), it.y+y
					st.items = append(st.items, it)
				}
				y += part.h
			}
			st.h = max(st.h, y+4*k)
		}
		before = append(before, st)
	}
	s.strips, s.w = before, whole
}

// posterHours sets the hours close behind the longest day: across the whole sheet
// the eye would slip into the next line.
func (s *sheet) posterHours(all []PosterHours, size, k float64) {
	labels, dayW, timeW := make([]string, len(all)), 0.0, 0.0
	for i, h := range all {
		labels[i] = s.clean(h.Label)
		if !h.From.IsZero() && h.Label == "" {
			labels[i] = s.dayLabel(models.DateOf(h.From))
		}
		dayW, timeW = max(dayW, textWidth(labels[i], regular, size)), max(timeW, textWidth(s.hours(h.From, h.To), bold, size))
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

// dayLabel is "mandag 3. november", without the year: a poster is of this year.
func (s *sheet) dayLabel(d models.Date) string {
	day := language.Weekday(s.form.lang(), d.Weekday()) + " "
	if s.form.lang() == language.English {
		return day + d.At(12, 0).Format("2 January")
	}
	return capital(day) + s.number(d.Day()) + ". " + language.Month(s.form.lang(), d.Month())
}

// posterFoot is what to bring, the QR code of the page that never grows old, and
// which version of the plan this sheet shows.
func (s *sheet) posterFoot(bring, url, edition string, k float64, qr bool) {
	side := 34 * k
	st := strip{name: "bring", h: side}
	w := s.w - side - 4*k
	if url == "" {
		w = s.w
	} else if qr {
		st.items = s.qrItem(url, s.w-side, 0, side)
	}
	items, h := s.textBlock(bring, regular, 16*k, 0, 1*k, w, left)
	st.items = append(st.items, items...)
	more, h2 := s.textBlock(url, regular, max(sizeBody, 11*k), 0, 1*k+h+2*k, w, left)
	st.items = append(st.items, more...)
	st.h = max(st.h, h+h2+4*k)
	if edition != "" {
		last, h3 := s.textBlock(edition, regular, max(sizeBody, 11*k), 0, st.h, s.w, left)
		st.items, st.h = append(st.items, last...), st.h+h3
	}
	s.add(st)
}
