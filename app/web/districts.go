package web

import (
	"encoding/csv"
	"net/http"
	"slices"
	"strings"

	"github.com/brevstemme/brevstemme/models"
	"github.com/brevstemme/brevstemme/models/onward"
)

func (s *Server) districtsPage(r *Request) (*onwardPage, error) {
	e, err := s.chosen(r)
	if err != nil {
		return nil, err
	}
	ds, err := s.store.Districts(r.Context(), e.Municipality)
	if err != nil {
		return nil, err
	}
	t := Table{Caption: r.Text("onward.districts"), Quiet: true, Empty: r.Text("onward.districts_empty"),
		Columns: []Column{{Text: r.Text("onward.district")}, {Text: r.Text("onward.station")}, {Text: r.Text("onward.address")}, {Text: r.Text("onward.voters"), Number: true}}}
	for _, d := range ds {
		t.Rows = append(t.Rows, []Cell{{Text: d.Label()}, {Text: d.Station}, {Text: d.Address}, {Text: r.digits(d.Voters)}})
	}
	path := "/sortering/" + e.ID + "/omraader"
	p := &onwardPage{Chrome: Chrome{TitleKey: "onward.districts", Crumbs: sortingCrumbs(e)}, Blocks: []onwardBlock{{Table: t}}}
	if r.Account.Is(models.RoleCoordinator) {
		p.Blocks = append(p.Blocks, onwardBlock{Heading: r.Text("onward.districts_import"), Text: r.Text("onward.districts_import_text"), Form: onwardForm{Action: path, Do: "import", File: true, Button: r.Text("onward.districts_import"), Fields: []onwardField{{Kind: "file", Name: "file", Label: r.Text("onward.file")}}}},
			onwardBlock{Heading: r.Text("onward.district_add"), Form: onwardForm{Action: path, Do: "add", Button: r.Text("onward.district_add"), Fields: []onwardField{{Kind: "count", Name: "number", Label: r.Text("onward.district_no")}, {Name: "name", Label: r.Text("onward.district")}, {Name: "station", Label: r.Text("onward.station")}, {Name: "address", Label: r.Text("onward.address"), Optional: true}, {Kind: "count", Name: "voters", Label: r.Text("onward.voters"), Optional: true}}}})
	}
	return p, nil
}

func (s *Server) districtsDo(r *Request) error {
	e, err := s.chosen(r)
	if err != nil {
		return err
	}
	p, err := s.districtsPage(r)
	if err != nil {
		return err
	}
	known, err := s.store.Districts(r.Context(), e.Municipality)
	if err != nil {
		return err
	}
	if r.Field("do") == "import" {
		list, err := r.uploadedDistricts(e, known)
		if err != nil {
			return onwardView.again(r, err, p)
		}
		return onwardView.render(r, r.districtPreview(e, known, list))
	}
	ds, whole, err := r.districtsToSave(e, known)
	if err == nil {
		err = s.store.SaveDistricts(r.Context(), r.act(), ds, whole)
	}
	if err != nil {
		return onwardView.again(r, err, p)
	}
	c := onward.CompareDistricts(known, ds, whole)
	return r.done("/sortering/"+e.ID+"/omraader", "onward.districts_saved", len(c.Added), len(c.Changed), len(c.Retired))
}

// uploadedDistricts reads the list that was sent, CSV or XLSX.
func (r *Request) uploadedDistricts(e models.Election, known []onward.District) (onward.DistrictList, error) {
	_, file, err := r.upload("file")
	if err != nil {
		return onward.DistrictList{}, err
	}
	rows, broken, err := readRows(file)
	if err != nil {
		return onward.DistrictList{}, err
	}
	return onward.ReadDistricts(e.Municipality, rows, broken, known)
}

// districtPreview shows what a list would do before anything is done: how many
// rows were taken, skipped and at fault, each fault with its row, each change, and
// the button that saves what can be taken.
func (r *Request) districtPreview(e models.Election, known []onward.District, list onward.DistrictList) *onwardPage {
	path := "/sortering/" + e.ID + "/omraader"
	p := &onwardPage{Chrome: Chrome{TitleKey: "onward.districts_preview", Crumbs: append(sortingCrumbs(e), Link{Href: path, Key: "onward.districts"})}}
	c := onward.CompareDistricts(known, list.Districts, list.Whole())
	p.Facts = []Fact{{Name: r.Text("onward.districts_rows"), Text: r.digits(list.Rows)}, {Name: r.Text("onward.districts_taken"), Text: r.digits(len(list.Districts))},
		{Name: r.Text("onward.districts_others"), Text: r.digits(list.Others)}, {Name: r.Text("onward.districts_bad"), Text: r.digits(len(list.Bad))},
		{Name: r.Text("onward.districts_new"), Text: r.digits(len(c.Added))}, {Name: r.Text("onward.districts_changed"), Text: r.digits(len(c.Changed))},
		{Name: r.Text("onward.districts_retired"), Text: r.digits(len(c.Retired))}, {Name: r.Text("onward.districts_same"), Text: r.digits(c.Same)}}
	if len(list.Bad) > 0 {
		p.Blocks = append(p.Blocks, onwardBlock{Heading: r.Text("onward.districts_bad"), Text: r.Text("onward.districts_bad_text"), Table: r.districtFaults(list.Bad)})
	}
	if c.None() {
		p.Banner = Banner{"info", "", r.Text("onward.districts_nothing")}
		return p
	}
	whole := ""
	if list.Whole() {
		whole = "1"
	}
	p.Blocks = append(p.Blocks, onwardBlock{Heading: r.Text("onward.districts_changes"), Table: r.districtChanges(c), Form: onwardForm{Action: path, Do: "apply", Button: r.Text("onward.districts_apply"),
		Fields: []onwardField{{Kind: "hidden", Name: "list", Value: districtCSV(list.Districts)}, {Kind: "hidden", Name: "whole", Value: whole}}}})
	return p
}

// mostShown is how many rows of a preview are shown: whoever has more wants the
// number, not the rows.
const mostShown = 200

func (r *Request) districtFaults(bad []onward.DistrictFault) Table {
	t := Table{Caption: r.Text("onward.districts_bad"), Quiet: true, Columns: []Column{{Text: r.Text("schedule.where")}, {Text: r.Text("plan.finding")}}}
	for i, b := range bad {
		if i == mostShown {
			t.Rows = append(t.Rows, []Cell{{}, {Text: r.Text("onward.districts_more", len(bad)-i)}})
			break
		}
		t.Rows = append(t.Rows, []Cell{{Text: r.lineText(b.Row)}, {Text: r.Text(b.Err.TextKey(), b.Err.Args...)}})
	}
	return t
}

func (r *Request) districtChanges(c onward.DistrictChanges) Table {
	t := Table{Caption: r.Text("onward.districts_changes"), Quiet: true, Columns: []Column{{Text: r.Text("onward.district")}, {Text: r.Text("onward.districts_change")}, {Text: r.Text("onward.station")}, {Text: r.Text("onward.address")}}}
	for _, part := range []struct {
		tag Tag
		ds  []onward.District
	}{{Tag{"warn", r.Text("onward.districts_retired")}, c.Retired}, {Tag{"info", r.Text("onward.districts_changed")}, c.Changed}, {Tag{"ok", r.Text("onward.districts_new")}, c.Added}} {
		for i, d := range part.ds {
			if i == mostShown {
				t.Rows = append(t.Rows, []Cell{{Text: r.Text("onward.districts_more", len(part.ds)-i)}, {Tag: part.tag}, {}, {}})
				break
			}
			t.Rows = append(t.Rows, []Cell{{Text: d.Label()}, {Tag: part.tag}, {Text: d.Station}, {Text: d.Address}})
		}
	}
	return t
}

// districtCSV is a list as it goes from the preview to the act.
func districtCSV(ds []onward.District) string {
	var b strings.Builder
	rows := onward.DistrictRows(ds)
	for _, row := range rows {
		for i := range row {
			row[i] = safeCell(row[i])
		}
	}
	_ = csv.NewWriter(&b).WriteAll(rows) // a strings.Builder does not fail
	return b.String()
}

// districtsToSave reads what the preview showed, or the form for one district.
func (r *Request) districtsToSave(e models.Election, known []onward.District) (ds []onward.District, whole bool, err error) {
	if r.Field("do") == "apply" {
		rows, broken, err := readRows([]byte(r.Field("list")))
		if err != nil {
			return nil, false, err
		}
		list, err := onward.ReadDistricts(e.Municipality, rows, broken, known)
		if err == nil && !list.Whole() {
			err = list.Bad[0].Err
		}
		return list.Districts, r.Field("whole") != "", err
	}
	var d onward.District
	if d.Number, err = r.Count("number"); err != nil {
		return nil, false, err
	}
	if i := slices.IndexFunc(known, func(x onward.District) bool { return x.Number == d.Number }); i >= 0 {
		d = known[i]
	}
	d.Code, d.Name, d.Station, d.Address = e.Municipality, r.Field("name"), r.Field("station"), r.Field("address")
	if r.Field("voters") != "" {
		d.Voters, err = r.Count("voters")
	}
	return []onward.District{d}, false, err
}

// districtCheckIn is a list of polling districts as its file has it.
type districtCheckIn struct {
	CSV string `json:"csv"`
}

// DistrictCheckOut is what a list holds: the districts as they can be saved, and
// each row at fault.
type DistrictCheckOut struct {
	Rows      int               `json:"rows"`
	Others    int               `json:"others"` // of other municipalities
	Districts []onward.District `json:"districts"`
	Bad       []districtBadOut  `json:"bad"`
}

type districtBadOut struct {
	Row  int    `json:"row"`
	Text string `json:"text"`
}

// apiCheckDistricts reads a list and saves nothing.
func (s *Server) apiCheckDistricts(r *Request) error {
	var in districtCheckIn
	if err := r.decode(&in); err != nil {
		return err
	}
	known, err := s.store.Districts(r.Context(), s.municipality)
	if err != nil {
		return err
	}
	rows, broken, err := readRows([]byte(in.CSV))
	if err != nil {
		return err
	}
	list, err := onward.ReadDistricts(s.municipality, rows, broken, known)
	if err != nil {
		return err
	}
	out := DistrictCheckOut{Rows: list.Rows, Others: list.Others, Districts: list.Districts, Bad: []districtBadOut{}}
	for _, b := range list.Bad {
		out.Bad = append(out.Bad, districtBadOut{b.Row, r.Text(b.Err.TextKey(), b.Err.Args...)})
	}
	return r.json(http.StatusOK, out)
}
