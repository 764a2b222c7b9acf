package onward

import (
	"net/http"

	"github.com/brevstemme/brevstemme/app/web/site"
	"github.com/brevstemme/brevstemme/models/onward"
)

func (s *Server) arrivalRoutes() []site.Route {
	return []site.Route{
		site.Get("/modtaget-fra-andre", site.OfficeReaders, s.pick("/modtaget-fra-andre", "onward.arrivals")).InMenu("nav.arrivals"),
		site.Get("/modtaget-fra-andre/:election", site.OfficeReaders, show(s.arrivalsPage)),
		site.Post("/modtaget-fra-andre/:election", site.Reception, s.arrivalsDo),
		site.Get("/modtaget-fra-andre/:election/tael/:id", site.Reception, show(s.arrivalPage)),
		site.Post("/modtaget-fra-andre/:election/tael/:id", site.Reception, s.arrivalDo),
		site.Get(site.APIPrefix+"elections/:election/arrivals", site.OfficeReaders, s.apiArrivals).API(nil, []onward.Arrival{}),
		site.Post(site.APIPrefix+"elections/:election/arrivals", site.Reception, s.apiArrive).API(ArriveIn{}, onward.Arrival{}),
		site.Post(site.APIPrefix+"elections/:election/manifests", site.Reception, s.apiManifest).API(manifestIn{}, onward.Arrival{}),
		site.Post(site.APIPrefix+"arrivals/:id/counts", site.Reception, s.apiCountArrival).API(countIn{}, onward.Arrival{}),
	}
}

func (s *Server) arrivalsPage(r *site.Request) (*site.BlockPage, error) {
	e, err := s.chosen(r)
	if err != nil {
		return nil, err
	}
	all, err := s.Store.Arrivals(r.Context(), e.ID)
	if err != nil {
		return nil, err
	}
	path := "/modtaget-fra-andre/" + e.ID
	t := site.Table{Caption: r.Text("onward.arrivals"), Quiet: true, Empty: r.Text("onward.arrivals_empty"), Columns: []site.Column{{Text: r.Text("onward.from")}, {Text: r.Text("onward.reference")}, {Text: r.Text("onward.arrived_at")}, {Text: r.Text("onward.number"), Number: true}, {Text: r.Text("election.state")}}}
	for _, x := range all {
		n, name := "", site.Cell{Text: r.OriginName(x.From)}
		if x.State == onward.ArrivalReceived {
			n = digits(r, x.Booked)
		} else if office(r) {
			name.Href = path + "/tael/" + x.ID
		}
		t.Rows = append(t.Rows, []site.Cell{name, {Text: x.Reference}, {Text: r.Moment(x.At)}, {Text: n}, {Tag: arrivalTag(r, x)}})
	}
	p := &site.BlockPage{Chrome: site.Chrome{TitleText: r.Text("onward.arrivals") + ": " + e.Name, Crumbs: []site.Link{{Href: "/modtaget-fra-andre", Key: "onward.arrivals"}}}, Blocks: []site.Block{{Table: t}}}
	if office(r) {
		from := append(s.municipalityOptions(), site.Option{Value: onward.Abroad, Text: r.Text("onward.abroad")})
		p.Blocks = append(p.Blocks, site.Block{Heading: r.Text("onward.arrive"), Text: r.Text("onward.arrive_text"), Form: site.BlockForm{Action: path, Do: "arrive", Button: r.Text("onward.arrive"), Fields: []site.BlockField{
			{Kind: "select", Name: "from", Label: r.Text("onward.from"), Options: from}, {Kind: "count", Name: "count", Label: r.Text("onward.count")}, {Name: "reference", Label: r.Text("onward.reference"), Optional: true},
			{Kind: "count", Name: "stated", Label: r.Text("onward.stated"), Hint: r.Text("onward.stated_hint"), Optional: true}, {Name: "cause", Label: r.Text("onward.cause"), Hint: r.Text("onward.cause_hint"), Optional: true}}}})
	}
	if office(r) {
		p.Blocks = append(p.Blocks, site.Block{Heading: r.Text("onward.manifest_import"), Form: site.BlockForm{Action: path, Do: "manifest", File: true, Button: r.Text("onward.manifest_import"), Fields: []site.BlockField{
			{Kind: "textarea", Name: "code", Label: r.Text("onward.manifest_code"), Hint: r.Text("onward.manifest_code_hint"), Optional: true}, {Kind: "file", Name: "file", Label: r.Text("onward.manifest_file"), Optional: true}}}})
	}
	return p, nil
}

func arrivalTag(r *site.Request, x onward.Arrival) site.Tag {
	switch {
	case x.Late:
		return site.Tag{Kind: "bad", Text: r.Text("onward.bin.late")}
	case x.State == onward.ArrivalReceived && x.Deviation == "":
		return site.Tag{Kind: "ok", Text: r.Text("onward.arrival_state.received")}
	case x.State == onward.ArrivalReceived:
		return site.Tag{Kind: "warn", Text: r.Text("onward.arrival_state.deviation")}
	case x.State == onward.ArrivalDiffers:
		return site.Tag{Kind: "warn", Text: r.Text("onward.arrival_state.differs")}
	}
	return site.Tag{Kind: "info", Text: r.Text("onward.arrival_state.announced")}
}

func (s *Server) arrivalsDo(r *site.Request) error {
	p, err := s.arrivalsPage(r)
	if err != nil {
		return err
	}
	place, err := s.reception(r.Context(), r.Account)
	if err != nil {
		return err
	}
	if r.Field("do") == "manifest" {
		file, err := []byte(r.Field("code")), error(nil)
		if len(file) == 0 {
			_, file, err = r.Upload("file")
		}
		if err == nil {
			_, err = s.Store.ImportManifest(r.Context(), r.Act(), r.Param("election"), place, file)
		}
		if err != nil {
			return site.BlockView.Again(r, err, p)
		}
		return r.Done("/modtaget-fra-andre/"+r.Param("election"), "onward.manifest_imported")
	}
	cmd := onward.ArriveCmd{From: r.Field("from"), Reference: r.Field("reference"), Stated: -1, Cause: r.Field("cause")}
	if cmd.Count, err = r.Count("count"); err == nil && r.Field("stated") != "" {
		cmd.Stated, err = r.Count("stated")
	}
	if err != nil {
		return site.BlockView.Again(r, err, p)
	}
	x, err := s.Store.Arrive(r.Context(), r.Act(), r.Param("election"), place, cmd)
	if err != nil {
		return site.BlockView.Again(r, err, p)
	}
	return s.arrived(r, x)
}

func (s *Server) arrived(r *site.Request, x onward.Arrival) error {
	if x.State == onward.ArrivalDiffers {
		return warned(r, "/modtaget-fra-andre/"+x.Election, "onward.arrival_differs")
	}
	return r.Done("/modtaget-fra-andre/"+x.Election, "onward.arrival_booked", x.Booked)
}

func (s *Server) arrivalPage(r *site.Request) (*site.BlockPage, error) {
	x, err := s.Store.Arrival(r.Context(), r.Param("id"))
	if err != nil {
		return nil, err
	}
	x = x.Blind()
	p := &site.BlockPage{Chrome: site.Chrome{TitleKey: "onward.count_arrival", Crumbs: []site.Link{{Href: "/modtaget-fra-andre/" + x.Election, Key: "onward.arrivals"}}},
		Facts: []site.Fact{{Name: r.Text("onward.from"), Text: r.OriginName(x.From)}, {Name: r.Text("onward.reference"), Text: x.Reference}, {Name: r.Text("election.state"), Tag: arrivalTag(r, x)}}}
	if x.State != onward.ArrivalReceived {
		p.Blocks = []site.Block{{Text: r.Text("onward.count_arrival_text"), Form: site.BlockForm{Action: "/modtaget-fra-andre/" + x.Election + "/tael/" + x.ID, Button: r.Text("onward.recount_save"), Fields: []site.BlockField{
			{Kind: "count", Name: "count", Label: r.Text("onward.count")}, {Name: "cause", Label: r.Text("onward.cause"), Hint: r.Text("onward.cause_hint"), Optional: true}}}}}
	}
	return p, nil
}

func (s *Server) arrivalDo(r *site.Request) error {
	p, err := s.arrivalPage(r)
	if err != nil {
		return err
	}
	n, err := r.Count("count")
	if err != nil {
		return site.BlockView.Again(r, err, p)
	}
	x, err := s.Store.CountArrival(r.Context(), r.Act(), r.Param("id"), n, r.Field("cause"))
	if err != nil {
		return site.BlockView.Again(r, err, p)
	}
	return s.arrived(r, x)
}

type manifestIn struct {
	Place    string `json:"place,omitempty"` // empty: the reception
	Manifest string `json:"manifest"`        // the signed note, or the text of its QR code
}

// apiManifest takes in the signed manifest of another installation.
func (s *Server) apiManifest(r *site.Request) error {
	var in manifestIn
	if err := r.Decode(&in); err != nil {
		return err
	}
	place, err := s.at(r, in.Place)
	if err != nil {
		return err
	}
	x, err := s.Store.ImportManifest(r.Context(), r.Act(), r.Param("election"), place, []byte(in.Manifest))
	if err != nil {
		return err
	}
	return r.JSON(http.StatusCreated, x.Blind())
}

type countIn struct {
	Count int    `json:"count"`
	Cause string `json:"cause,omitempty"` // why it is late, after voting started
}

// apiCountArrival writes a blind count of an arrival.
func (s *Server) apiCountArrival(r *site.Request) error {
	var in countIn
	if err := r.Decode(&in); err != nil {
		return err
	}
	x, err := s.Store.CountArrival(r.Context(), r.Act(), r.Param("id"), in.Count, in.Cause)
	if err != nil {
		return err
	}
	return r.JSON(http.StatusOK, x.Blind())
}

type ArriveIn struct {
	Place     string `json:"place,omitempty"`
	From      string `json:"from"` // kommunekode or "abroad"
	Reference string `json:"reference,omitempty"`
	Stated    *int   `json:"stated,omitempty"` // the sender's figure, when it is known
	Count     int    `json:"count"`
	Cause     string `json:"cause,omitempty"`
}

func (s *Server) apiArrive(r *site.Request) error {
	var in ArriveIn
	if err := r.Decode(&in); err != nil {
		return err
	}
	place, err := s.at(r, in.Place)
	if err != nil {
		return err
	}
	cmd := onward.ArriveCmd{From: in.From, Reference: in.Reference, Stated: -1, Count: in.Count, Cause: in.Cause}
	if in.Stated != nil {
		cmd.Stated = *in.Stated
	}
	x, err := s.Store.Arrive(r.Context(), r.Act(), r.Param("election"), place, cmd)
	if err != nil {
		return err
	}
	return r.JSON(http.StatusOK, x.Blind())
}
