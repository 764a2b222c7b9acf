package onward

import (
	"slices"
	"strconv"
	"strings"

	"github.com/brevstemme/brevstemme/models"
)

// DistrictList is a list of polling districts as it was read: what can be taken,
// and what became of every other row.
type DistrictList struct {
	Districts []District // of our own municipality, by number
	Rows      int        // rows with anything in them, without the header
	Others    int        // rows of other municipalities
	Bad       []DistrictFault
}

// Whole tells whether every row could be read. Only then may districts that the
// list does not name be retired: a row at fault may be the missing one.
func (l DistrictList) Whole() bool { return len(l.Bad) == 0 }

// DistrictFault is a row that was not taken: its number in the file (header = 1),
// and what is wrong with it.
type DistrictFault struct {
	Row int
	Err *models.Error
}

// maxDistricts bounds a list's districts of one municipality, and maxDistrictRows
// its rows; the whole country has about 1,300 districts.
const (
	maxDistricts    = 5000
	maxDistrictRows = 20000
)

// DistrictColumns are the columns of the list; only number and name are required.
var DistrictColumns = []string{"kommunekode", "number", "dagi_id", "name", "station", "address", "lat", "lon", "voters"}

// danishColumns are the names that the national list of polling districts has.
var danishColumns = map[string]string{"nummer": "number", "navn": "name", "afstemningssted": "station", "adresse": "address"}

// DistrictRows writes districts as ReadDistricts reads them, the header first.
func DistrictRows(ds []District) [][]string {
	rows := [][]string{DistrictColumns}
	degrees := func(f float64) string {
		if f == 0 {
			return ""
		}
		return strconv.FormatFloat(f, 'f', -1, 64)
	}
	for _, d := range ds {
		rows = append(rows, []string{d.Code, strconv.Itoa(d.Number), d.DagiID, d.Name, d.Station, d.Address, degrees(d.Lat), degrees(d.Lon), strconv.Itoa(d.Voters)})
	}
	return rows
}

// ReadDistricts reads a list of polling districts: rows[i] is row i+1 of the file,
// the header first (DistrictColumns, in any order, Danish names too); broken are
// the rows whose quotation marks are not in order. Rows of other municipalities
// are counted and left out; a row at fault is told and stops no other. A district
// of known keeps what the list has no column for. CodeInvalid when the file as a
// whole is none.
func ReadDistricts(code string, rows [][]string, broken []int, known []District) (DistrictList, error) {
	var l DistrictList
	if len(rows) > maxDistrictRows {
		return l, models.Invalid("file", "onward.list_long", maxDistrictRows)
	}
	start := slices.IndexFunc(rows, func(r []string) bool { return r != nil })
	if start < 0 {
		return l, models.Invalid("file", "onward.list_empty")
	}
	at := districtHeader(rows[start])
	for _, c := range []string{"number", "name"} {
		if _, ok := at[c]; !ok {
			return l, models.Invalid("file", "onward.list_column", c, strings.Join(DistrictColumns, ", "))
		}
	}
	r := districtReader{code: code, at: at, known: map[string]District{}, seen: map[string]int{}}
	for _, d := range known {
		r.known[d.ID] = d
	}
	for i, row := range rows[start+1:] {
		line := start + 2 + i
		if slices.Contains(broken, line) {
			l.Rows++
			l.Bad = append(l.Bad, DistrictFault{line, models.Invalid("file", "onward.list_quotes")})
			continue
		}
		if strings.TrimSpace(strings.Join(row, "")) == "" {
			continue // as spreadsheets leave them
		}
		l.Rows++
		switch d, other, err := r.row(row, line); {
		case err != nil:
			l.Bad = append(l.Bad, DistrictFault{line, err})
		case other:
			l.Others++
		default:
			l.Districts = append(l.Districts, d)
		}
	}
	if l.Rows == 0 {
		return l, models.Invalid("file", "onward.list_empty")
	}
	if len(l.Districts) > maxDistricts {
		return l, models.Invalid("file", "onward.list_long", maxDistricts)
	}
	SortDistricts(l.Districts)
	return l, nil
}

// districtHeader finds the columns by name.
func districtHeader(head []string) map[string]int {
	at := map[string]int{}
	for i, h := range head {
		h = strings.ToLower(strings.TrimSpace(h))
		if name, ok := danishColumns[h]; ok {
			h = name
		}
		if strings.HasPrefix(h, "stemmeberettigede") { // "stemmeberettigede_kv25"
			h = "voters"
		}
		if _, ok := at[h]; !ok {
			at[h] = i
		}
	}
	return at
}

type districtReader struct {
	code  string
	at    map[string]int
	known map[string]District
	seen  map[string]int // id → the row that named it
}

// row reads one row; other says that it is another municipality's.
func (r districtReader) row(row []string, line int) (d District, other bool, bad *models.Error) {
	cell := func(name string) (string, bool) {
		i, ok := r.at[name]
		if !ok {
			return "", false
		}
		if i >= len(row) {
			return "", true
		}
		return clean(row[i]), true
	}
	if k, _ := cell("kommunekode"); k != "" {
		m, ok := models.MunicipalityByCode(k)
		if !ok {
			return d, false, models.Invalid("file", "onward.list_municipality", clip(k))
		}
		if m.Code != r.code {
			return d, true, nil
		}
	}
	number, _ := cell("number")
	n, err := strconv.Atoi(number)
	if err != nil {
		return d, false, models.Invalid("file", "onward.list_number", "number", clip(number))
	}
	d = r.known[r.code+"-"+strconv.Itoa(n)]
	d.Code, d.Number, d.Retired = r.code, n, false
	for name, to := range map[string]*string{"dagi_id": &d.DagiID, "name": &d.Name, "station": &d.Station, "address": &d.Address} {
		if v, ok := cell(name); ok {
			*to = v
		}
	}
	if bad = d.numbers(cell); bad != nil {
		return d, false, bad
	}
	d, err = d.valid()
	if e, ok := err.(*models.Error); ok {
		return d, false, e
	}
	if before, ok := r.seen[d.ID]; ok {
		return d, false, models.Invalid("file", "onward.list_twice", d.Number, before)
	}
	r.seen[d.ID] = line
	return d, false, nil
}

// numbers reads the cells that are numbers; an empty one is 0.
func (d *District) numbers(cell func(string) (string, bool)) *models.Error {
	for _, x := range []struct {
		name string
		to   *float64
	}{{"lat", &d.Lat}, {"lon", &d.Lon}} {
		v, ok := cell(x.name)
		if !ok {
			continue
		}
		var err error
		if *x.to = 0; v != "" {
			if *x.to, err = strconv.ParseFloat(strings.Replace(v, ",", ".", 1), 64); err != nil {
				return models.Invalid("file", "onward.list_number", x.name, clip(v))
			}
		}
	}
	v, ok := cell("voters")
	if !ok {
		return nil
	}
	var err error
	if d.Voters = 0; v != "" {
		if d.Voters, err = strconv.Atoi(v); err != nil {
			return models.Invalid("file", "onward.list_number", "voters", clip(v))
		}
	}
	return nil
}

// clip is the start of a cell, for a message; nothing that looks like a CPR number
// is shown again.
func clip(s string) string {
	if models.LooksLikeCPR(s) {
		return "…"
	}
	if r := []rune(s); len(r) > 40 {
		return string(r[:40]) + "…"
	}
	return s
}
