package onward

import (
	"encoding/csv"
	"net/http"
	"slices"
	"strings"

	"github.com/brevstemme/brevstemme/app/web/site"
	"github.com/brevstemme/brevstemme/models"
	"github.com/brevstemme/brevstemme/models/onward"
)

func (s *Server) districtsPage(r *site.Request) (*site.BlockPage, error) {
	e, err := s.chosen(r)
	if err != nil {
		return nil, err
	}
	ds, err := s.Store.Districts(r.Context(), e.Municipality)
	if err != nil {
		return nil, err
	}
	t := site.Table{Caption: r.Text("onward.districts"), Quiet: true, Empty: r.Text("onward.districts_empty"),
		Columns: []site.Column{{Text: r.Text("onward.district")}, {Text: r.Text("onward.station")}, {Text: r.Text("onward.address")}, {Text: r.Text("onward.voters"), Number: true}}}
	for _, d := range ds {
		t.Rows = append(t.Rows, []site.Cell{{Text: d.Label()}, {Text: d.Station}, {Text: d.Address}, {Text: digits(r, d.Voters)}})
	}
	path := "/sortering/" + e.ID + "/omraader"
	p := &site.BlockPage{Chrome: site.Chrome{TitleKey: "onward.districts", Crumbs: sortingCrumbs(e)}, Blocks: []site.Block{{Table: t}}}
	if r.Account.Is(models.RoleCoordinator) {
		p.Blocks = append(p.Blocks, site.Block{Heading: r.Text("onward.districts_import"), Text: r.Text("onward.districts_import_text"), Form: site.BlockForm{Action: path, Do: "import", File: true, Button: r.Text("onward.districts_import"), Fields: []site.BlockField{{Kind: "file", Name: "file", Label: r.Text("onward.file")}}}},
			site.Block{Heading: r.Text("onward.district_add"), Form: site.BlockForm{Action: path, Do: "add", Button: r.Text("onward.district_add"), Fields: []site.BlockField{{Kind: "count", Name: "number", Label: r.Text("onward.district_no")}, {Name: "name", Label: r.Text("onward.district")}, {Name: "station", Label: r.Text("onward.station")}, {Name: "address", Label: r.Text("onward.address"), Optional: true}, {Kind: "count", Name: "voters", Label: r.Text("onward.voters"), Optional: true}}}})
	}
	return p, nil
}

func (s *Server) districtsDo(r *site.Request) error {
	e, err := s.chosen(r)
	if err != nil {
		return err
	}
	p, err := s.districtsPage(r)
	if err != nil {
		return err
	}
	known, err := s.Store.Districts(r.Context(), e.Municipality)
	if err != nil {
		return err
	}
	if r.Field("do") == "import" {
		list, err := uploadedDistricts(r, e, known)
		if err != nil {
			return site.BlockView.Again(r, err, p)
		}
		return site.BlockView.Render(r, districtPreview(r, e, known, list))
	}
	ds, whole, err := districtsToSave(r, e, known)
	if err == nil {
		err = s.Store.SaveDistricts(r.Context(), r.Act(), ds, whole)
	}
	if err != nil {
		return site.BlockView.Again(r, err, p)
	}
	c := onward.CompareDistricts(known, ds, whole)
	return r.Done("/sortering/"+e.ID+"/omraader", "onward.districts_saved", len(c.Added), len(c.Changed), len(c.Retired))
}

// uploadedDistricts reads the list that was sent, CSV or XLSX.
func uploadedDistricts(r *site.Request, e models.Election, known []onward.District) (onward.DistrictList, error) {
	_, file, err := r.Upload("file")
	if err != nil {
		return onward.DistrictList{}, err
	}
	rows, broken, err := site.ReadRows(file)
	if err != nil {
		return onward.DistrictList{}, err
	}
	return onward.ReadDistricts(e.Municipality, rows, broken, known)
}

// districtPreview shows what a list would do before anything is done: how many
// rows were taken, skipped and at fault, each fault with its row, each change, and
// the button that saves what can be taken.
func districtPreview(r *site.Request, e models.Election, known []onward.District, list onward.DistrictList) *site.BlockPage {
	path := "/sortering/" + e.ID + "/omraader"
	p := &site.BlockPage{Chrome: site.Chrome{TitleKey: "onward.districts_preview", Crumbs: append(sortingCrumbs(e), site.Link{Href: path, Key: "onward.districts"})}}
	c := onward.CompareDistricts(known, list.Districts, list.Whole())
	p.Facts = []site.Fact{{Name: r.Text("onward.districts_rows"), Text: digits(r, list.Rows)}, {Name: r.Text("onward.districts_taken"), Text: digits(r, len(list.Districts))},
		{Name: r.Text("onward.districts_others"), Text: digits(r, list.Others)}, {Name: r.Text("onward.districts_bad"), Text: digits(r, len(list.Bad))},
		{Name: r.Text("onward.districts_new"), Text: digits(r, len(c.Added))}, {Name: r.Text("onward.districts_changed"), Text: digits(r, len(c.Changed))},
		{Name: r.Text("onward.districts_retired"), Text: digits(r, len(c.Retired))}, {Name: r.Text("onward.districts_same"), Text: digits(r, c.Same)}}
	if len(list.Bad) > 0 {
		p.Blocks = append(p.Blocks, site.Block{Heading: r.Text("onward.districts_bad"), Text: r.Text("onward.districts_bad_text"), Table: districtFaults(r, list.Bad)})
	}
	if c.None() {
		p.Banner = site.Banner{Kind: "info", Title: "", Text: r.Text("onward.districts_nothing")}
		return p
	}
	whole := ""
	if list.Whole() {
		whole = "1"
	}
	p.Blocks = append(p.Blocks, site.Block{Heading: r.Text("onward.districts_changes"), Table: districtChanges(r, c), Form: site.BlockForm{Action: path, Do: "apply", Button: r.Text("onward.districts_apply"),
		Fields: []site.BlockField{{Kind: "hidden", Name: "list", Value: DistrictCSV(list.Districts)}, {Kind: "hidden", Name: "whole", Value: whole}}}})
	return p
}

func districtFaults(r *site.Request, bad []onward.DistrictFault) site.Table {
	t := site.Table{Caption: r.Text("onward.districts_bad"), Quiet: true, Columns: []site.Column{{Text: r.Text("schedule.where")}, {Text: r.Text("plan.finding")}}}
	for i, b := range bad {
		if i == site.MostShown {
			t.Rows = append(t.Rows, []site.Cell{{}, {Text: r.Text("onward.districts_more", len(bad)-i)}})
			break
		}
		t.Rows = append(t.Rows, []site.Cell{{Text: r.LineText(b.Row)}, {Text: r.Text(b.Err.TextKey(), b.Err.Args...)}})
	}
	return t
}

func districtChanges(r *site.Request, c onward.DistrictChanges) site.Table {
	t := site.Table{Caption: r.Text("onward.districts_changes"), Quiet: true, Columns: []site.Column{{Text: r.Text("onward.district")}, {Text: r.Text("onward.districts_change")}, {Text: r.Text("onward.station")}, {Text: r.Text("onward.address")}}}
	for _, part := range []struct {
		tag site.Tag
		ds  []onward.District
	}{{site.Tag{Kind: "warn", Text: r.Text("onward.districts_retired")}, c.Retired}, {site.Tag{Kind: "info", Text: r.Text("onward.districts_changed")}, c.Changed}, {site.Tag{Kind: "ok", Text: r.Text("onward.districts_new")}, c.Added}} {
		for i, d := range part.ds {
			if i == site.MostShown {
				t.Rows = append(t.Rows, []site.Cell{{Text: r.Text("onward.districts_more", len(part.ds)-i)}, {Tag: part.tag}, {}, {}})
				break
			}
			t.Rows = append(t.Rows, []site.Cell{{Text: d.Label()}, {Tag: part.tag}, {Text: d.Station}, {Text: d.Address}})
		}
	}
	return t
}

// DistrictCSV is a list as it goes from the preview to the act.
func DistrictCSV(ds []onward.District) string {
	var b strings.Builder
	rows := onward.DistrictRows(ds)
	for _, row := range rows {
		for i := range row {
			row[i] = site.SafeCell(row[i])
		}
	}
	_ = csv.NewWriter(&b).WriteAll(rows) // a strings.Builder does not fail
	return b.String()
}

// districtsToSave reads what the preview showed, or the form for one district.
func districtsToSave(r *site.Request, e models.Election, known []onward.District) (ds []onward.District, whole bool, err error) {
	if r.Field("do") == "apply" {
		rows, broken, err := site.ReadRows([]byte(r.Field("list")))
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

// DistrictCheckIn is a list of polling districts as its file has it.
type DistrictCheckIn struct {
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
func (s *Server) apiCheckDistricts(r *site.Request) error {
	var in DistrictCheckIn
	if err := r.Decode(&in); err != nil {
		return err
	}
	known, err := s.Store.Districts(r.Context(), s.Municipality)
	if err != nil {
		return err
	}
	rows, broken, err := site.ReadRows([]byte(in.CSV))
	if err != nil {
		return err
	}
	list, err := onward.ReadDistricts(s.Municipality, rows, broken, known)
	if err != nil {
		return err
	}
	out := DistrictCheckOut{Rows: list.Rows, Others: list.Others, Districts: list.Districts, Bad: []districtBadOut{}}
	for _, b := range list.Bad {
		out.Bad = append(out.Bad, districtBadOut{b.Row, r.Text(b.Err.TextKey(), b.Err.Args...)})
	}
	return r.JSON(http.StatusOK, out)
}
