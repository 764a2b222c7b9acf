package planning

import (
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/brevstemme/brevstemme/models"
	"github.com/brevstemme/brevstemme/models/journal"
)

// Elsewhere are the hours that other lists publish (the municipality's website,
// the library's own page, a newspaper): the plan is compared with them.
type Elsewhere struct {
	Election string    `json:"election"`
	Source   string    `json:"source"` // where they stand
	At       time.Time `json:"at"`     // when they were read in
	Hours    []Hours   `json:"hours"`
}

// RecordKind implements models.Record.
func (Elsewhere) RecordKind() string { return "plan_elsewhere" }

// RecordID implements models.Record.
func (e Elsewhere) RecordID() string { return e.Election }

// ElsewhereColumns are the columns of the comparison list.
var ElsewhereColumns = []string{"place", "date", "from", "until"}

// ReadElsewhere reads a comparison list, the header first: a place by id, name
// or "name, address"; a date; from and until as people write a time. Every error
// comes with its row.
func ReadElsewhere(rows [][]string, places []models.Place, source string) ([]Hours, []RowError) {
	cells, errs := columns(rows, ElsewhereColumns)
	if len(errs) > 0 {
		return nil, errs
	}
	names := placeNames(places)
	var out []Hours
	for i := range rows[1:] {
		cell, blank := cells(i + 1)
		if blank {
			continue
		}
		h, column, err := elsewhereRow(cell, names)
		if err != nil {
			errs = append(errs, RowError{i + 2, column, err})
			continue
		}
		h.Source = source
		out = append(out, h)
	}
	return out, errs
}

// columns finds the wanted columns by the first row. cells gives a row's cells by
// name, trimmed, and whether it is blank.
func columns(rows [][]string, want []string) (cells func(i int) (cell func(string) string, blank bool), errs []RowError) {
	if len(rows) == 0 {
		return nil, []RowError{{0, "", models.Invalid("file", "place.file_empty")}}
	}
	at := map[string]int{}
	for i, name := range rows[0] {
		at[strings.ToLower(strings.TrimSpace(strings.TrimPrefix(name, "\ufeff")))] = i
	}
	for _, c := range want {
		if _, ok := at[c]; !ok {
			errs = append(errs, RowError{1, c, models.Invalid(c, "place.column_missing", c)})
		}
	}
	return func(i int) (func(string) string, bool) {
		row := rows[i]
		return func(c string) string {
			if at[c] < len(row) {
				return strings.TrimSpace(row[at[c]])
			}
			return ""
		}, strings.TrimSpace(strings.Join(row, "")) == ""
	}, errs
}

// placeOf is the id of the place that a cell names, "" for none.
func placeOf(names map[string]string, cell string) string {
	return names[strings.ToLower(strings.Join(strings.Fields(cell), " "))]
}

// placeNames finds a place by what people write; a name that two share is none.
func placeNames(places []models.Place) map[string]string {
	out, twice := map[string]string{}, map[string]bool{}
	for _, p := range places {
		for _, n := range []string{p.Name, p.Name + ", " + p.Address} {
			k := strings.ToLower(strings.Join(strings.Fields(n), " "))
			if id, ok := out[k]; ok && id != p.ID {
				twice[k] = true
			}
			out[k] = p.ID
		}
	}
	for k := range twice {
		delete(out, k)
	}
	for _, p := range places {
		out[strings.ToLower(p.ID)] = p.ID
	}
	return out
}

func elsewhereRow(cell func(string) string, names map[string]string) (Hours, string, *models.Error) {
	var h Hours
	if h.Place = placeOf(names, cell("place")); h.Place == "" {
		return h, "place", models.Invalid("place", "planning.elsewhere.place", cell("place"))
	}
	day, err := models.ParseDay(cell("date"))
	if err != nil {
		return h, "date", models.Invalid("date", "form.not_a_date", cell("date"))
	}
	span, err := ParseSpans("from", cell("from")+"-"+cell("until"))
	if err != nil || len(span) != 1 {
		return h, "from", models.Invalid("from", "planning.hours.unreadable", cell("from")+"-"+cell("until"))
	}
	if h.Starts, h.Ends, err = span[0].On(day); err != nil {
		e, _ := err.(*models.Error)
		return h, "from", e
	}
	return h, "", nil
}

// Compare keeps a comparison list; an empty one ends the comparison.
func Compare(election, source string, hours []Hours, by models.Act) (Elsewhere, journal.Draft, error) {
	source = strings.TrimSpace(source)
	if source == "" && len(hours) > 0 {
		return Elsewhere{}, journal.Draft{}, models.Invalid("source", "planning.elsewhere.source")
	}
	if err := models.RefuseCPR("source", source); err != nil {
		return Elsewhere{}, journal.Draft{}, err
	}
	d := journal.Draft{Kind: "plan.compared", Election: election}.Fact("rows", fmt.Sprint(len(hours))).Fact("source", source)
	return Elsewhere{Election: election, Source: source, At: by.At, Hours: slices.Clone(hours)}, d, nil
}
