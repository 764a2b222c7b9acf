package staffing

import (
	"bytes"
	"cmp"
	"encoding/csv"
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"

	"github.com/brevstemme/brevstemme/models"
)

// NewPerson is one person of an imported list.
type NewPerson struct {
	Line               int // of the file
	Name, Phone, Email string
	models.Person
}

// PersonID is the id of the person on a line of an import.
func PersonID(key string, line int) string { return models.DeriveID("P", key, fmt.Sprint(line)) }

// Leave marks a person as gone; their coming shifts become holes and what waited
// for an answer is dropped, with the other halves of swaps.
func Leave(p models.Person, coming []Shift) (models.Person, []Shift) {
	p.Left = true
	return p, release(coming, p.ID)
}

// RowError is one fault of a list: line, and a catalogue text.
type RowError struct {
	Line int
	Err  *models.Error
}

// columns are the names that a column may have: ours, plain Danish, and the labels of
// OS2valghalla 3's participants and tasks (Fulde navn or Fornavn and Efternavn,
// Deltager, Mobilnummer, E-mail, Team, Opgavetype, Arbejdssted, Område; read off its
// public catalogue of texts). Columns that are not here, such as date of birth,
// address and diet, are not read.
var columns = map[string][]string{
	"name":      {"name", "navn", "fulde navn", "deltager", "deltagernavn", "participant", "participant name", "full name"},
	"first":     {"fornavn", "first name"},
	"last":      {"efternavn", "last name"},
	"email":     {"email", "e-mail", "mail", "e-mailadresse"},
	"phone":     {"phone", "telefon", "telefonnummer", "mobil", "mobile", "mobile number", "mobilnummer"},
	"employer":  {"employer", "arbejdsgiver"},
	"team":      {"afdeling", "team", "hold"},
	"task":      {"task", "task type", "opgavetype", "opgave", "accepteret opgave", "rolle", "role"},
	"home":      {"home", "arbejdssted", "work location", "sted", "place"},
	"area":      {"area", "område"},
	"languages": {"languages", "sprog"},
	"cpr":       {"cpr", "cpr-nummer", "cprnummer", "cprnr", "personnummer", "cpr nr"},
}

// employers are the words for an employer.
var employers = map[string]models.Employer{
	"bibliotek": models.EmployerLibrary, "biblioteket": models.EmployerLibrary, "library": models.EmployerLibrary,
	"borgerservice": models.EmployerCitizenService, "citizen_service": models.EmployerCitizenService, "kommune": models.EmployerCitizenService,
	"institution": models.EmployerInstitution, "plejehjem": models.EmployerInstitution, "sygehus": models.EmployerInstitution,
	"tilforordnet": models.EmployerElector, "tilforordnede": models.EmployerElector, "tilforordnet vælger": models.EmployerElector, "elector": models.EmployerElector,
	"ekstern": models.EmployerExternal, "external": models.EmployerExternal,
}

// ReadPeople reads a list of people from CSV (comma or semicolon, UTF-8). Every
// fault has its line; rows with faults are not in the result. A column of CPR
// numbers, or a text that looks like one, refuses the whole list: such a file
// does not belong here. fallback is the employer of rows that name none.
func ReadPeople(data []byte, fallback models.Employer, places []models.Place, known map[string]bool) ([]NewPerson, []RowError) {
	rows, err := readRows(data)
	if err != nil {
		return nil, []RowError{{0, models.Invalid("file", "staffing.import.unreadable").Because(err)}}
	}
	return ReadPeopleRows(rows, fallback, places, known)
}

func readRows(data []byte) ([][]string, error) {
	data = bytes.TrimPrefix(data, []byte("\xef\xbb\xbf"))
	first, _, _ := bytes.Cut(data, []byte("\n"))
	r := csv.NewReader(bytes.NewReader(data))
	if bytes.Count(first, []byte(";")) > bytes.Count(first, []byte(",")) {
		r.Comma = ';'
	}
	r.FieldsPerRecord, r.LazyQuotes = -1, true
	var rows [][]string
	for {
		row, err := r.Read()
		if errors.Is(err, io.EOF) {
			return rows, nil
		}
		if err != nil {
			return nil, err
		}
		rows = append(rows, row)
	}
}

// ReadPeopleRows reads a list whose cells are known (a spreadsheet's).
func ReadPeopleRows(rows [][]string, fallback models.Employer, places []models.Place, known map[string]bool) ([]NewPerson, []RowError) {
	if len(rows) == 0 {
		return nil, []RowError{{0, models.Invalid("file", "staffing.import.empty")}}
	}
	at := header(rows[0])
	if _, ok := at["cpr"]; ok {
		return nil, []RowError{{1, models.Invalid("file", "staffing.import.cpr_column")}}
	}
	_, whole := at["name"]
	if _, first := at["first"]; !whole && !first {
		return nil, []RowError{{1, models.Invalid("file", "staffing.import.no_name")}}
	}
	var out []NewPerson
	var faults []RowError
	seen := map[string]int{} // mail → position in out, + 1
	for i, row := range rows[1:] {
		line := i + 2
		if strings.TrimSpace(strings.Join(row, "")) == "" {
			continue
		}
		if models.LooksLikeCPR(strings.Join(row, "\n")) {
			return nil, []RowError{{line, (&models.Error{Code: models.CodeCPR}).On("file")}}
		}
		p, err := readPerson(line, row, at, fallback, places)
		mail := strings.ToLower(p.Email)
		n := seen[mail]
		switch {
		case err == errVacant:
			continue
		case err != nil:
		case mail != "" && known[mail]:
			err = models.Invalid("file", "staffing.import.known", p.Email)
		case mail != "" && n > 0 && strings.EqualFold(out[n-1].Name, p.Name): // a line for each of their tasks
			out[n-1].Lead = out[n-1].Lead || p.Lead
			out[n-1].Home = cmp.Or(out[n-1].Home, p.Home)
			continue
		case mail != "" && n > 0:
			err = models.Invalid("file", "staffing.import.twice", p.Email, out[n-1].Line)
		}
		if err != nil {
			faults = append(faults, RowError{line, err})
			continue
		}
		out = append(out, p)
		seen[mail] = len(out)
	}
	return out, faults
}

// header finds the columns by name.
func header(row []string) map[string]int {
	at := map[string]int{}
	for i, cell := range row {
		cell = strings.ToLower(strings.TrimSpace(cell))
		for key, names := range columns {
			if _, have := at[key]; !have && slices.Contains(names, cell) {
				at[key] = i
			}
		}
	}
	return at
}

// errVacant marks a line of a task that nobody has.
var errVacant = models.Invalid("file", "staffing.import.name_missing")

func readPerson(line int, row []string, at map[string]int, fallback models.Employer, places []models.Place) (NewPerson, *models.Error) {
	cell := func(key string) string {
		i, ok := at[key]
		if !ok || i >= len(row) {
			return ""
		}
		return strings.Join(strings.Fields(row[i]), " ")
	}
	p := NewPerson{Line: line, Name: cell("name"), Phone: cell("phone"), Email: cell("email"), Person: models.Person{Employer: fallback, Receiver: true, Roles: []models.Role{models.RoleReceiver}}}
	p.Name = cmp.Or(p.Name, strings.TrimSpace(cell("first")+" "+cell("last")))
	switch {
	case p.Name == "" && p.Email == "" && p.Phone == "" && cell("task") != "":
		return p, errVacant
	case p.Name == "":
		return p, models.Invalid("file", "staffing.import.name_missing")
	}
	if p.Email != "" && (strings.Count(p.Email, "@") != 1 || strings.ContainsAny(p.Email, " <>,;")) {
		return p, models.Invalid("file", "staffing.import.email", p.Email)
	}
	task := strings.ToLower(cell("task"))
	if word := strings.ToLower(cell("employer")); word != "" {
		e, ok := employers[word]
		if !ok {
			return p, models.Invalid("file", "staffing.import.employer", word)
		}
		p.Employer = e
	} else if e, ok := employers[strings.ToLower(cell("team"))]; ok { // a team may be called anything
		p.Employer = e
	} else if strings.Contains(task, "tilforordnet") {
		p.Employer = models.EmployerElector
	}
	p.Lead = strings.Contains(task, "leder") || strings.Contains(task, "ansvarlig") || strings.Contains(task, "lead")
	for l := range strings.FieldsFuncSeq(strings.ToLower(cell("languages")), func(r rune) bool { return r == ',' || r == ' ' || r == '/' }) {
		p.Languages = append(p.Languages, l)
	}
	return p, p.home(cell("home"), cell("area"), places)
}

// home finds the place that a place of work names, or else an area.
func (p *NewPerson) home(work, area string, places []models.Place) *models.Error {
	if work != "" && area != "" {
		if p.home(work, "", places) == nil {
			return nil
		}
		return p.home(area, "", places)
	}
	word := work + area
	if word == "" {
		return nil
	}
	for _, pl := range places {
		if strings.EqualFold(pl.ID, word) || strings.EqualFold(pl.Name, word) || strings.EqualFold(pl.City, word) || pl.Postcode != "" && strings.HasPrefix(word, pl.Postcode) {
			p.Home = pl.ID
			return nil
		}
	}
	return models.Invalid("file", "staffing.import.home", word)
}
