package onward

import (
	"cmp"
	"math"
	"slices"
	"strconv"

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

// metre rounds degrees to a tenth of a metre: more digits are not known, and in
// a form they can look like something that no field may hold.
func metre(degrees float64) float64 { return math.Round(degrees*1e6) / 1e6 }

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
	if d.Lat < -90 || d.Lat > 90 || d.Lon < -180 || d.Lon > 180 {
		return d, models.Invalid("lat", "onward.district_point", d.Lat, d.Lon)
	}
	if d.Voters < 0 {
		return d, models.Invalid("voters", "onward.list_number", "voters", d.Voters)
	}
	d.Lat, d.Lon = metre(d.Lat), metre(d.Lon)
	d.ID = d.Code + "-" + strconv.Itoa(d.Number)
	return d, nil
}

// DistrictChanges is what saving a list would do: districts that are new or come
// back into use, those that change, and those that are taken out of use.
type DistrictChanges struct {
	Added, Changed, Retired []District
	Same                    int
}

// None tells whether nothing would change.
func (c DistrictChanges) None() bool { return len(c.Added)+len(c.Changed)+len(c.Retired) == 0 }

// CompareDistricts holds a list against the districts there are; those that it
// does not name are retired when whole is true.
func CompareDistricts(known, list []District, whole bool) (c DistrictChanges) {
	have, named := map[string]District{}, map[string]bool{}
	for _, d := range known {
		have[d.ID] = d
	}
	for _, d := range list {
		named[d.ID] = true
		switch was, ok := have[d.ID]; {
		case !ok || was.Retired:
			c.Added = append(c.Added, d)
		case was != d:
			c.Changed = append(c.Changed, d)
		default:
			c.Same++
		}
	}
	for _, d := range known {
		if whole && !named[d.ID] && !d.Retired {
			d.Retired = true
			c.Retired = append(c.Retired, d)
		}
	}
	return c
}

// SaveDistricts adds or changes districts; those that the list no longer names
// are retired when whole is true.
func SaveDistricts(known, list []District, whole bool) (Decided, error) {
	valid := make([]District, 0, len(list))
	for _, d := range list {
		d, err := d.valid()
		if err != nil {
			return Decided{}, err
		}
		valid = append(valid, d)
	}
	c := CompareDistricts(known, valid, whole)
	n := strconv.Itoa
	dec := Decided{Draft: journal.Draft{Kind: "district.saved"}.Fact("number", n(len(list))).Fact("added", n(len(c.Added))).Fact("changed", n(len(c.Changed))).Fact("retired", n(len(c.Retired)))}
	for _, d := range slices.Concat(c.Added, c.Changed, c.Retired) {
		dec.Records = append(dec.Records, d)
	}
	return dec, nil
}

// SortDistricts orders by number.
func SortDistricts(ds []District) {
	slices.SortStableFunc(ds, func(a, b District) int { return cmp.Compare(a.Number, b.Number) })
}
