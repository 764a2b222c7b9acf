package onward

import (
	"cmp"
	"encoding/csv"
	"errors"
	"io"
	"slices"
	"strconv"
	"strings"

	"github.com/brevstemme/brevstemme/models"
	"github.com/brevstemme/brevstemme/models/journal"
)

// District is a polling district (afstemningsområde) with its polling station
// (afstemningssted).
type District struct {
	ID      string  `json:"id"`           // kommunekode-number: "0751-12"
	Code    string  `json:"municipality"` // kommunekode, "0751"
	Number  int     `json:"number"`
	DagiID  string  `json:"dagi_id"` // id in the public register DAGI, may be empty
	Name    string  `json:"name"`
	Station string  `json:"station"`
	Address string  `json:"address"`
	Lat     float64 `json:"lat"` // degrees, 0 when not known
	Lon     float64 `json:"lon"`
	Voters  int     `json:"voters"`
	Retired bool    `json:"retired"`
}

// RecordKind implements models.Record.
func (District) RecordKind() string { return "district" }

// RecordID implements models.Record.
func (d District) RecordID() string { return d.ID }

// Label is number and name, as lists show it.
func (d District) Label() string { return strconv.Itoa(d.Number) + " " + d.Name }

// maxDistricts bounds an imported list; the whole country has about 1,300.
const maxDistricts = 5000

// districtColumns are the columns of the list; only number and name are required.
var districtColumns = []string{"kommunekode", "number", "dagi_id", "name", "station", "address", "lat", "lon", "voters"}

// danishColumns are the names that the national list of polling districts has.
var danishColumns = map[string]string{"nummer": "number", "navn": "name", "afstemningssted": "station", "adresse": "address"}

// ReadDistricts reads a list of polling districts: CSV with a header of
// districtColumns in any order, separated by comma, semicolon or tab; names may
// hold commas, brackets and slashes when quoted. Rows of other municipalities
// are left out. Every row at fault is named (models.Errors).
func ReadDistricts(code string, file []byte) ([]District, error) {
	text := strings.TrimPrefix(string(file), "\ufeff")
	r := csv.NewReader(strings.NewReader(text))
	r.Comma, r.FieldsPerRecord, r.TrimLeadingSpace = separator(text), -1, true
	head, err := r.Read()
	if err != nil {
		return nil, models.Invalid("file", "onward.list_empty")
	}
	at := map[string]int{}
	for i, h := range head {
		h = strings.ToLower(strings.TrimSpace(h))
		if name, ok := danishColumns[h]; ok {
			h = name
		}
		if strings.HasPrefix(h, "stemmeberettigede") { // "stemmeberettigede_kv25"
			h = "voters"
		}
		at[h] = i
	}
	for _, c := range []string{"number", "name"} {
		if _, ok := at[c]; !ok {
			return nil, models.Invalid("file", "onward.list_column", c, strings.Join(districtColumns, ", "))
		}
	}
	var out []District
	var errs models.Errors
	seen := map[string]bool{}
	for {
		row, err := r.Read()
		if errors.Is(err, io.EOF) {
			break
		}
		line, _ := r.FieldPos(0)
		if err != nil {
			return nil, models.Invalid("file", "onward.list_row", line)
		}
		d, e := districtRow(code, at, row, line)
		switch {
		case e != nil:
			errs = append(errs, e)
		case d.ID == "":
		case seen[d.ID]:
			errs = append(errs, models.Invalid("file", "onward.list_twice", line, d.Number))
		default:
			seen[d.ID] = true
			out = append(out, d)
		}
	}
	if len(out) == 0 && len(errs) == 0 {
		return nil, models.Invalid("file", "onward.list_empty")
	}
	if len(out) > maxDistricts {
		return nil, models.Invalid("file", "onward.list_long", maxDistricts)
	}
	SortDistricts(out)
	return out, errs.OrNil()
}

// separator is the one that the header uses most.
func separator(text string) rune {
	head, _, _ := strings.Cut(text, "\n")
	best := ','
	for _, c := range []rune{';', '\t'} {
		if strings.Count(head, string(c)) > strings.Count(head, string(best)) {
			best = c
		}
	}
	return best
}

func districtRow(code string, at map[string]int, row []string, line int) (District, *models.Error) {
	get := func(name string) string {
		if i, ok := at[name]; ok && i < len(row) {
			return clean(row[i])
		}
		return ""
	}
	if k := get("kommunekode"); k != "" {
		m, ok := models.MunicipalityByCode(k)
		if !ok {
			return District{}, models.Invalid("file", "onward.list_municipality", line, k)
		}
		if m.Code != code {
			return District{}, nil
		}
	}
	d := District{Code: code, DagiID: get("dagi_id"), Name: get("name"), Station: get("station"), Address: get("address")}
	if get("number") == "" && d.Name == "" {
		return District{}, nil // an empty row at the end, as spreadsheets leave it
	}
	n, err := strconv.Atoi(get("number"))
	if err != nil {
		return d, models.Invalid("file", "onward.list_number", line, "number")
	}
	d.Number = n
	for _, n := range []struct {
		name string
		to   *float64
	}{{"lat", &d.Lat}, {"lon", &d.Lon}} {
		if v := strings.Replace(get(n.name), ",", ".", 1); v != "" {
			f, err := strconv.ParseFloat(v, 64)
			if err != nil {
				return d, models.Invalid("file", "onward.list_number", line, n.name)
			}
			*n.to = f
		}
	}
	if v := get("voters"); v != "" {
		n, err := strconv.Atoi(v)
		if err != nil || n < 0 {
			return d, models.Invalid("file", "onward.list_number", line, "voters")
		}
		d.Voters = n
	}
	if d, err = d.valid(); err != nil {
		return d, models.Invalid("file", "onward.list_row", line)
	}
	return d, nil
}

// valid completes a district and tests what a person typed.
func (d District) valid() (District, error) {
	d.Name = clean(d.Name)
	if d.Number < 1 || d.Number > 9999 {
		return d, models.Invalid("number", "onward.district_number", d.Number)
	}
	if d.Name == "" || len(d.Name) > 120 {
		return d, models.Invalid("name", "onward.district_name")
	}
	for _, text := range []string{d.Name, d.Station, d.Address} {
		if models.LooksLikeCPR(text) {
			return d, &models.Error{Code: models.CodeCPR}
		}
	}
	if d.Lat < -90 || d.Lat > 90 || d.Lon < -180 || d.Lon > 180 || d.Voters < 0 {
		return d, models.Invalid("voters", "onward.district_number", d.Number)
	}
	d.ID = d.Code + "-" + strconv.Itoa(d.Number)
	return d, nil
}

// SaveDistricts adds or changes districts; those that the list no longer names
// are retired when whole is true.
func SaveDistricts(known, list []District, whole bool) (Decided, error) {
	dec := Decided{Draft: journal.Draft{Kind: "district.saved"}.Fact("number", strconv.Itoa(len(list)))}
	named := map[string]bool{}
	for _, d := range list {
		d, err := d.valid()
		if err != nil {
			return Decided{}, err
		}
		named[d.ID] = true
		dec.Records = append(dec.Records, d)
	}
	for _, d := range known {
		if whole && !named[d.ID] && !d.Retired {
			d.Retired = true
			dec.Records = append(dec.Records, d)
		}
	}
	return dec, nil
}

// SortDistricts orders by number.
func SortDistricts(ds []District) {
	slices.SortStableFunc(ds, func(a, b District) int { return cmp.Compare(a.Number, b.Number) })
}
