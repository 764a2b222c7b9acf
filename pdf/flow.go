package pdf

import "github.com/brevstemme/brevstemme/models"

// frame is what surrounds the body of every page of a document.
type frame struct {
	w, h        float64 // paper
	left, right float64 // margins
	top, bottom float64
	header      strip
	foot        func(n, of int) strip
	footHeight  float64
}

// minBody is the least height that a body must have: a header or foot that
// leaves less has texts that nobody meant to print.
const minBody = 90

// body is where the strips of a page begin and end.
func (f frame) body() (top, limit float64) {
	return f.top + f.header.h, f.h - f.bottom - f.footHeight - 1 // and a little air above the foot
}

// room is the height that strips have on a page.
func (s *sheet) room() float64 {
	top, limit := s.frame().body()
	return limit - top
}

// flow breaks strips into pages: a run of strips that keep together moves to
// the next page as a whole, and a table that breaks repeats its head.
func flow(f frame, strips []strip) ([]*page, error) {
	top, limit := f.body()
	if limit-top < minBody {
		return nil, models.Invalid("form", "pdf.error.too_long")
	}
	b := breaker{frame: f, top: top, limit: limit}
	b.open()
	for i := 0; i < len(strips); {
		j := groupEnd(strips, i)
		if err := b.put(strips[i:j]); err != nil {
			return nil, err
		}
		i = j
	}
	for n, p := range b.pages {
		p.place(f.foot(n+1, len(b.pages)), f.h-f.bottom-f.footHeight)
	}
	return b.pages, nil
}

// groupEnd is the end of the run of strips that starts at i and keeps together.
func groupEnd(strips []strip, i int) int {
	j := i + 1
	for j < len(strips) && !strips[j].newPage && (strips[j-1].keepNext || strips[j].keepPrev) {
		j++
	}
	return j
}

type breaker struct {
	frame
	top, limit float64
	y          float64
	empty      bool // nothing but the header stands on the page
	pages      []*page
}

func (b *breaker) open() {
	p := &page{w: b.w, h: b.h, x: b.left}
	if b.header.h > 0 {
		p.place(b.header, b.frame.top)
	}
	b.pages = append(b.pages, p)
	b.y, b.empty = b.top, true
}

func heightOf(strips []strip) float64 {
	h := 0.0
	for i := range strips {
		h += strips[i].h
	}
	return h
}

// put places a group whole when a page can hold it, else strip by strip.
func (b *breaker) put(group []strip) error {
	if group[0].newPage && !b.empty {
		b.open()
	}
	h := heightOf(group)
	if h+heightOf(group[0].repeat) > b.limit-b.top {
		for i := range group {
			if err := b.putOne(group[i], group[i].h); err != nil {
				return err
			}
		}
		return nil
	}
	return b.putOne(group[0], h, group[1:]...)
}

// putOne places s and rest, on a new page when need does not fit on this one.
func (b *breaker) putOne(s strip, need float64, rest ...strip) error {
	if s.h+heightOf(s.repeat) > b.limit-b.top {
		return models.Invalid("form", "pdf.error.too_long")
	}
	if b.y+need > b.limit+0.001 && !b.empty {
		if s.name == "gap" && len(rest) == 0 {
			return nil // nor at its foot
		}
		b.open()
		for _, r := range s.repeat {
			b.add(r)
		}
	}
	b.add(s)
	for i := range rest {
		b.add(rest[i])
	}
	return nil
}

func (b *breaker) add(s strip) {
	if b.empty && s.name == "gap" {
		return // no white space at the head of a page
	}
	b.pages[len(b.pages)-1].place(s, b.y)
	b.y += s.h
	b.empty = false
}
