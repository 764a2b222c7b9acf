package onward

import (
	"fmt"
	"slices"
	"strconv"
	"strings"

	"github.com/brevstemme/brevstemme/models"
	"github.com/brevstemme/brevstemme/models/desk"
)

// Pile is what was typed or scanned at the sorting screen: a bin, and how many
// envelopes go there at once. Matches are the bins that fit when more than one does.
type Pile struct {
	Bin     string
	N       int
	Matches []string
}

// Words that name the bins that are no place; the screen has keys for them too.
var binWords = map[string]string{"?": BinUnknown, "ukendt": BinUnknown, "unknown": BinUnknown, "for sent": BinLate, "late": BinLate}

// ReadPile tells which bin is meant: a label of a bin, a district's number, a
// kommunekode, or the beginning of a name of either (Danish: "aa" finds å). An
// empty text is the last bin again; "12*25" is a packet of 25 for district 12.
// A number is a district first; a kommunekode is written with its four digits, or
// with three when no district has that number.
func ReadPile(text, last, own string, ds []District) (Pile, error) {
	t := strings.TrimSpace(text)
	if models.LooksLikeCPR(t) {
		return Pile{}, (&models.Error{Code: models.CodeCPR}).On("scan")
	}
	p := Pile{N: 1}
	if where, n, ok := strings.Cut(t, "*"); ok {
		var err error
		if p.N, err = strconv.Atoi(strings.TrimSpace(n)); err != nil || p.N < 1 || p.N > maxMark {
			return p, models.Invalid("scan", "onward.mark_range", maxMark)
		}
		t = strings.TrimSpace(where)
	}
	if t == "" {
		if p.Bin = last; last == "" {
			return p, models.Invalid("scan", "onward.no_last")
		}
		return p, nil
	}
	p.Matches = binsLike(t, own, ds)
	switch len(p.Matches) {
	case 0:
		return p, models.Invalid("scan", "onward.no_bin", text)
	case 1:
		p.Bin, p.Matches = p.Matches[0], nil
		return p, nil
	}
	return p, models.Invalid("scan", "onward.many_bins", len(p.Matches))
}

// binsLike lists the bins that a text may mean; one when it is certain.
func binsLike(t, own string, ds []District) []string {
	if bin, ok := BinOfLabel(t, ds); ok {
		return []string{bin}
	}
	if n, err := strconv.Atoi(t); err == nil {
		return binByNumber(t, n, own, ds)
	}
	if bin, ok := binWords[strings.ToLower(t)]; ok {
		return []string{bin}
	}
	var out []string
	key := desk.Fold(t)
	for _, d := range ds {
		switch name := desk.Fold(d.Name); {
		case name == key:
			return []string{OwnBin(d.ID)}
		case strings.HasPrefix(name, key):
			out = append(out, OwnBin(d.ID))
		}
	}
	for _, m := range desk.MunicipalitiesStarting(t) {
		if m.Code == own {
			continue
		}
		if desk.Fold(m.Name) == key && len(out) == 0 {
			return []string{OtherBin(m.Code)}
		}
		out = append(out, OtherBin(m.Code))
	}
	return out
}

func binByNumber(t string, n int, own string, ds []District) []string {
	if !strings.HasPrefix(t, "0") {
		for _, d := range ds {
			if d.Number == n {
				return []string{OwnBin(d.ID)}
			}
		}
	}
	if m, ok := models.MunicipalityByCode(t); ok && m.Code != own {
		return []string{OtherBin(m.Code)}
	}
	return nil
}

// BinLabel is what the barcode on a bin says: letters and digits with a check
// character, "B", a letter for the kind, and four digits.
func BinLabel(bin string, ds map[string]District) string {
	kind, id, _ := strings.Cut(bin, ":")
	switch kind {
	case "own":
		return models.WithCheck(fmt.Sprintf("BA%04d", ds[id].Number))
	case "other":
		return models.WithCheck("BK" + id)
	case BinLate:
		return models.WithCheck("BS0000")
	}
	return models.WithCheck("BU0000")
}

// BinOfLabel is the bin behind a scanned label.
func BinOfLabel(text string, ds []District) (string, bool) {
	s, err := models.ParseSerial(text)
	if err != nil || len(s) != 7 || s[0] != 'B' {
		return "", false
	}
	n, err := strconv.Atoi(s[2:6])
	if err != nil {
		return "", false
	}
	switch s[1] {
	case 'A':
		i := slices.IndexFunc(ds, func(d District) bool { return d.Number == n })
		if i < 0 {
			return "", false
		}
		return OwnBin(ds[i].ID), true
	case 'K':
		return OtherBin(s[2:6]), true
	case 'S':
		return BinLate, true
	case 'U':
		return BinUnknown, true
	}
	return "", false
}
