package planning

import (
	"math"
	"slices"
	"strconv"
	"strings"

	"github.com/brevstemme/brevstemme/models"
)

// PlaceColumns are the columns of the places' file, the same in CSV and XLSX.
// A file need not have all of them: a column that is missing leaves what is there.
var PlaceColumns = []string{"id", "name", "kind", "address", "postcode", "city", "lat", "lon", "model", "rooms", "booths", "aids", "staffed", "self_service", "closed_days",
	"accessibility", "storage", "decision_date", "decision_body", "decision_reference", "crew_min", "contacts", "key_holders", "search_at", "stops", "retired"}

// PlaceRow writes a place as a row of its file: contacts and stops one a line, as
// the form has them. ReadPlaces reads back the same place.
func PlaceRow(p models.Place) []string {
	date, retired := "", ""
	if p.Retired {
		retired = "1"
	}
	if !p.Decision.Date.IsZero() {
		date = p.Decision.Date.String()
	}
	aids, closed := make([]string, len(p.Aids)), make([]string, len(p.ClosedDays))
	for i, a := range p.Aids {
		aids[i] = string(a)
	}
	for i, d := range p.ClosedDays {
		closed[i] = d.String()
	}
	return []string{p.ID, p.Name, string(p.Kind), p.Address, p.Postcode, p.City, degrees(p.Lat), degrees(p.Lon), string(p.Model), strings.Join(p.Rooms, "; "), strconv.Itoa(p.Booths),
		strings.Join(aids, " "), FormatWeek(p.Staffed), FormatWeek(p.SelfService), strings.Join(closed, " "), p.Accessibility, p.Storage, date, p.Decision.Body, p.Decision.Reference,
		strconv.Itoa(p.CrewMin), FormatContacts(p.Contacts), strings.Join(p.KeyHolders, " "), strings.Join(p.SearchAt, "; "), FormatStops(p.Stops), retired}
}

// degrees writes a coordinate.
func degrees(f float64) string { return strconv.FormatFloat(f, 'f', -1, 64) }

// parseDegrees reads a coordinate, with a point or a comma, to a tenth of a metre:
// more digits are not known, and can look like something that no field may hold.
func parseDegrees(v string) (float64, error) {
	f, err := strconv.ParseFloat(strings.Replace(strings.TrimSpace(v), ",", ".", 1), 64)
	return math.Round(f*1e6)/1e6 + 0, err // no -0
}

// RowError is what is wrong in one row of a file. Row counts from 1, the header
// being 1; 0 is the file as a whole.
type RowError struct {
	Row    int
	Column string
	Err    *models.Error
}

// MaxFileRows bounds a file of places or districts: Denmark has fewer than 2,000
// of either.
const MaxFileRows = 20000

// ReadPlaces reads rows of a places' file, the header first. known are the places
// there are: a row with an id, or with the name and address of one, changes it;
// person tells whether somebody of that id may hold a key. Every error is
// returned, with its row; places are complete only without any.
func ReadPlaces(rows [][]string, known []models.Place, person func(id string) bool) ([]models.Place, []RowError) {
	if len(rows) == 0 {
		return nil, []RowError{{0, "", models.Invalid("file", "place.file_empty")}}
	}
	if len(rows) > MaxFileRows {
		return nil, []RowError{{0, "", models.Invalid("file", "place.file_long", MaxFileRows)}}
	}
	columns, errs := placeHeader(rows[0])
	if len(errs) > 0 {
		return nil, errs
	}
	byID, byKey, used := map[string]models.Place{}, map[string]string{}, map[string]bool{}
	for _, p := range known {
		byID[p.ID], byKey[placeKey(p.Name, p.Address)], used[p.ID] = p, p.ID, true
	}
	var out []models.Place
	seen := map[string]int{}
	for i, row := range rows[1:] {
		line := i + 2
		if strings.TrimSpace(strings.Join(row, "")) == "" {
			continue
		}
		cells := map[string]string{}
		for c, name := range columns {
			if name != "" && c < len(row) {
				cells[name] = strings.TrimSpace(row[c])
			}
		}
		p, bad := readPlace(cells, byID, byKey)
		if i := slices.IndexFunc(p.KeyHolders, func(id string) bool { return !person(id) }); i >= 0 && cells["key_holders"] != "" {
			bad = append(bad, models.Invalid("key_holders", "place.key_holder_bad", p.KeyHolders[i]))
		}
		for _, e := range bad {
			errs = append(errs, RowError{line, e.Field, e})
		}
		if len(bad) > 0 {
			continue
		}
		if p.ID == "" {
			p.ID = PlaceID(p.Name, func(id string) bool { return used[id] })
			used[p.ID] = true
		}
		byKey[placeKey(p.Name, p.Address)], byID[p.ID] = p.ID, p // another row of the same place finds it
		if before, ok := seen[p.ID]; ok {
			errs = append(errs, RowError{line, "id", models.Invalid("id", "place.file_twice", p.Name, before)})
			continue
		}
		seen[p.ID] = line
		out = append(out, p)
	}
	return out, errs
}

func placeHeader(head []string) ([]string, []RowError) {
	var errs []RowError
	columns := make([]string, len(head))
	for i, name := range head {
		name = strings.ToLower(strings.TrimSpace(strings.TrimPrefix(name, "\ufeff")))
		if name == "" {
			continue
		}
		if !slices.Contains(PlaceColumns, name) {
			errs = append(errs, RowError{1, name, models.Invalid(name, "place.column_unknown", name)})
		} else if slices.Contains(columns, name) {
			errs = append(errs, RowError{1, name, models.Invalid(name, "place.column_twice", name)})
		}
		columns[i] = name
	}
	if len(errs) == 0 && !slices.Contains(columns, "name") {
		errs = append(errs, RowError{1, "name", models.Invalid("name", "place.column_missing", "name")})
	}
	return columns, errs
}

// readPlace applies the cells of one row to the place it names, or to a new one.
func readPlace(cells map[string]string, byID map[string]models.Place, byKey map[string]string) (models.Place, models.Errors) {
	var errs models.Errors
	id := cells["id"]
	if id == "" {
		id = byKey[placeKey(cells["name"], cells["address"])]
	}
	p, ok := byID[id]
	if !ok {
		p = models.Place{ID: strings.ToUpper(id), Kind: models.PlaceLibrary}
		if id != "" && strings.Trim(p.ID, "ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789") != "" {
			errs = append(errs, models.Invalid("id", "place.id_bad", id))
		}
	}
	for name, v := range cells {
		if err := setPlaceCell(&p, name, v); err != nil {
			if e, ok := err.(*models.Error); ok {
				errs = append(errs, e.On(name))
			}
		}
	}
	if len(errs) == 0 {
		switch e := CheckPlace(p).(type) {
		case models.Errors:
			errs = append(errs, e...)
		case *models.Error:
			errs = append(errs, e)
		}
	}
	slices.SortFunc(errs, func(a, b *models.Error) int {
		return slices.Index(PlaceColumns, a.Field) - slices.Index(PlaceColumns, b.Field)
	})
	return p, errs
}

func setPlaceCell(p *models.Place, name, v string) (err error) {
	if err := models.RefuseCPR(name, v); err != nil && name != "lat" && name != "lon" && name != "stops" { // coordinates; CheckPlace looks at the stops' texts
		return err
	}
	text := map[string]*string{"name": &p.Name, "address": &p.Address, "postcode": &p.Postcode, "city": &p.City, "accessibility": &p.Accessibility, "storage": &p.Storage,
		"decision_body": &p.Decision.Body, "decision_reference": &p.Decision.Reference}
	if at := text[name]; at != nil {
		*at = v
		return nil
	}
	switch name {
	case "kind":
		p.Kind = models.PlaceKind(v)
	case "model":
		p.Model = models.ServiceModel(v)
	case "rooms":
		p.Rooms = splitCell(v, ";")
	case "search_at":
		p.SearchAt = splitCell(v, ";")
	case "aids":
		p.Aids = nil
		for _, a := range strings.FieldsFunc(v, func(r rune) bool { return r == ' ' || r == ',' || r == ';' }) {
			p.Aids = append(p.Aids, models.Aid(a))
		}
	case "staffed":
		p.Staffed, err = ParseWeek(name, v)
	case "self_service":
		p.SelfService, err = ParseWeek(name, v)
	case "closed_days":
		p.ClosedDays, err = ParseDays(name, v)
	case "contacts":
		p.Contacts, err = ParseContacts(name, v)
	case "stops":
		p.Stops, err = ParseStops(name, v)
	case "key_holders":
		p.KeyHolders = strings.FieldsFunc(v, func(r rune) bool { return r == ' ' || r == ',' || r == ';' || r == '\n' })
	case "retired":
		p.Retired, err = parseYes(name, v)
	default:
		return setPlaceNumber(p, name, v)
	}
	return err
}

// setPlaceNumber sets what is a number or a day; an empty cell clears it.
func setPlaceNumber(p *models.Place, name, v string) (err error) {
	switch name {
	case "lat", "lon":
		at := map[string]*float64{"lat": &p.Lat, "lon": &p.Lon}[name]
		if *at = 0; v == "" {
			return nil
		}
		if *at, err = parseDegrees(v); err != nil {
			return models.Invalid(name, "place.number_bad", v)
		}
	case "booths", "crew_min":
		at := map[string]*int{"booths": &p.Booths, "crew_min": &p.CrewMin}[name]
		if *at = 0; v == "" {
			return nil
		}
		if *at, err = strconv.Atoi(v); err != nil || *at < 0 {
			return models.Invalid(name, "place.number_bad", v)
		}
	case "decision_date":
		if p.Decision.Date = (models.Date{}); v == "" {
			return nil
		}
		if p.Decision.Date, err = models.ParseDay(v); err != nil {
			return models.Invalid(name, "form.not_a_date", v)
		}
	}
	return nil
}

// parseYes reads yes or no as people and spreadsheets write it; empty is no.
func parseYes(field, v string) (bool, error) {
	switch strings.ToLower(v) {
	case "1", "x", "ja", "yes", "true", "sand":
		return true, nil
	case "", "0", "nej", "no", "false", "falsk":
		return false, nil
	}
	return false, models.Invalid(field, "place.yes_bad", v)
}

// ParseContacts reads "function; telephone; e-mail", one contact a line.
func ParseContacts(field, text string) ([]models.Contact, error) {
	var out []models.Contact
	for line := range strings.Lines(text) {
		if line = strings.TrimSpace(line); line == "" {
			continue
		}
		part := strings.Split(line, ";")
		if len(part) > 3 || strings.TrimSpace(part[0]) == "" {
			return nil, models.Invalid(field, "place.contact_bad", line)
		}
		part = append(part, "", "")
		out = append(out, models.Contact{Role: strings.TrimSpace(part[0]), Phone: strings.TrimSpace(part[1]), Email: strings.TrimSpace(part[2])})
	}
	return out, nil
}

// FormatContacts writes contacts as ParseContacts reads them.
func FormatContacts(contacts []models.Contact) string {
	lines := make([]string, len(contacts))
	for i, c := range contacts {
		lines[i] = strings.TrimRight(c.Role+"; "+c.Phone+"; "+c.Email, "; ")
	}
	return strings.Join(lines, "\n")
}

// ParseStops reads "name; address; latitude; longitude", one stop a line; the
// point, and the address before it, may be left out.
func ParseStops(field, text string) ([]models.TourStop, error) {
	var out []models.TourStop
	for line := range strings.Lines(text) {
		if line = strings.TrimSpace(line); line == "" {
			continue
		}
		part := strings.Split(line, ";")
		stop := models.TourStop{Name: strings.TrimSpace(part[0])}
		var errLat, errLon error
		switch {
		case stop.Name == "" || len(part) == 3 || len(part) > 4:
			errLat = models.Invalid(field, "place.stop_bad", line)
		case len(part) == 4:
			stop.Lat, errLat = parseDegrees(part[2])
			stop.Lon, errLon = parseDegrees(part[3])
			fallthrough
		case len(part) == 2:
			stop.Address = strings.TrimSpace(part[1])
		}
		if errLat != nil || errLon != nil || stop.Lat < -90 || stop.Lat > 90 || stop.Lon < -180 || stop.Lon > 180 {
			return nil, models.Invalid(field, "place.stop_bad", line)
		}
		out = append(out, stop)
	}
	return out, nil
}

// FormatStops writes stops as ParseStops reads them.
func FormatStops(stops []models.TourStop) string {
	lines := make([]string, len(stops))
	for i, x := range stops {
		switch lines[i] = x.Name; {
		case x.Lat != 0 || x.Lon != 0:
			lines[i] += "; " + x.Address + "; " + degrees(x.Lat) + "; " + degrees(x.Lon)
		case x.Address != "":
			lines[i] += "; " + x.Address
		}
	}
	return strings.Join(lines, "\n")
}

// ParseDays reads days, YYYY-MM-DD, between spaces, commas or line breaks.
func ParseDays(field, v string) ([]models.Date, error) {
	var out []models.Date
	for _, s := range strings.FieldsFunc(v, func(r rune) bool { return r == ' ' || r == ',' || r == ';' || r == '\n' || r == '\r' }) {
		d, err := models.ParseDay(s)
		if err != nil {
			return nil, models.Invalid(field, "form.not_a_date", s)
		}
		out = append(out, d)
	}
	return out, nil
}

func splitCell(v, sep string) []string {
	var out []string
	for part := range strings.SplitSeq(v, sep) {
		if part = strings.TrimSpace(part); part != "" {
			out = append(out, part)
		}
	}
	return out
}
