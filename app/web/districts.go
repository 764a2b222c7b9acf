package web

import (
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
	whole := r.Field("do") == "import"
	ds, err := r.readDistricts(e, whole)
	if err == nil {
		err = s.store.SaveDistricts(r.Context(), r.act(), ds, whole)
	}
	if err != nil {
		return onwardView.again(r, err, p)
	}
	return r.done("/sortering/"+e.ID+"/omraader", "onward.districts_saved", len(ds))
}

func (r *Request) readDistricts(e models.Election, whole bool) ([]onward.District, error) {
	if whole {
		_, file, err := r.upload("file")
		if err != nil {
			return nil, err
		}
		return onward.ReadDistricts(e.Municipality, file)
	}
	d := onward.District{Code: e.Municipality, Name: r.Field("name"), Station: r.Field("station"), Address: r.Field("address")}
	var err error
	if d.Number, err = r.Count("number"); err != nil {
		return nil, err
	}
	if r.Field("voters") != "" {
		d.Voters, err = r.Count("voters")
	}
	return []onward.District{d}, err
}
