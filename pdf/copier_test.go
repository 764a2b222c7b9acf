package pdf

import "testing"

// Every form is read again on a copy of a copy, and a copier makes black, white or
// dots of whatever lies between: texts stand in black on near white, or in white
// on black. Posters and labels have no head and are not copied.
func TestTextsSurviveTheCopier(t *testing.T) {
	read := 0
	for _, s := range Samples() {
		for n, p := range sampleTree(t, s) {
			if p.strips[0].name != "header" {
				continue
			}
			var fills []item
			p.each(func(it item) {
				switch {
				case it.kind == boxItem && it.fill.set:
					fills = append(fills, it)
				case it.kind == textItem && it.text != "":
					read++
					if back := under(fills, it); !survives(it.ink, back) {
						t.Errorf("%s page %d: %s on #%02x%02x%02x", s.Name, n+1, itemText(it), back.r, back.g, back.b)
					}
				}
			})
		}
	}
	if read == 0 {
		t.Error("no form has a head")
	}
}

// under is the colour below the middle of a text: that of the last fill there.
func under(fills []item, it item) colour {
	x, y := it.x+it.w/2, it.y+it.h/2
	back := white
	for _, f := range fills {
		if f.x <= x && x <= f.x+f.w && f.y <= y && y <= f.y+f.h {
			back = f.fill
		}
	}
	return back
}

func survives(ink, back colour) bool {
	const nearWhite = 0xd8
	light := min(back.r, back.g, back.b) >= nearWhite
	dark := max(back.r, back.g, back.b) == 0
	return light && max(ink.r, ink.g, ink.b) == 0 || dark && ink == white
}
