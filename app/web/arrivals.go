package web

import (
	"net/http"

	"github.com/brevstemme/brevstemme/models/onward"
)

func (s *Server) arrivalRoutes() []Route {
	return []Route{
		get("/modtaget-fra-andre", officeReaders, s.pick("/modtaget-fra-andre", "onward.arrivals")).nav("nav.arrivals"),
		get("/modtaget-fra-andre/:election", officeReaders, show(s.arrivalsPage)),
		post("/modtaget-fra-andre/:election", reception, s.arrivalsDo),
		get("/modtaget-fra-andre/:election/tael/:id", reception, show(s.arrivalPage)),
		post("/modtaget-fra-andre/:election/tael/:id", reception, s.arrivalDo),
		get(apiPrefix+"elections/:election/arrivals", officeReaders, s.apiArrivals).api(nil, []onward.Arrival{}),
		post(apiPrefix+"elections/:election/arrivals", reception, s.apiArrive).api(arriveIn{}, onward.Arrival{}),
		post(apiPrefix+"elections/:election/manifests", reception, s.apiManifest).api(manifestIn{}, onward.Arrival{}),
		post(apiPrefix+"arrivals/:id/counts", reception, s.apiCountArrival).api(countIn{}, onward.Arrival{}),
	}
}

func (r *Request) originName(code string) string {
	if code == onward.Abroad {
		return r.Text("onward.abroad")
	}
	return municipalityName(code) + " (" + code + ")"
}

func (s *Server) arrivalsPage(r *Request) (*onwardPage, error) {
	e, err := s.chosen(r)
	if err != nil {
		return nil, err
	}
	all, err := s.store.Arrivals(r.Context(), e.ID)
	if err != nil {
		return nil, err
	}
	path := "/modtaget-fra-andre/" + e.ID
	t := Table{Caption: r.Text("onward.arrivals"), Quiet: true, Empty: r.Text("onward.arrivals_empty"), Columns: []Column{{Text: r.Text("onward.from")}, {Text: r.Text("onward.reference")}, {Text: r.Text("onward.arrived_at")}, {Text: r.Text("onward.number"), Number: true}, {Text: r.Text("election.state")}}}
	for _, x := range all {
		n, name := "", Cell{Text: r.originName(x.From)}
		if x.State == onward.ArrivalReceived {
			n = r.digits(x.Booked)
		} else if r.office() {
			name.Href = path + "/tael/" + x.ID
		}
		t.Rows = append(t.Rows, []Cell{name, {Text: x.Reference}, {Text: r.moment(x.At)}, {Text: n}, {Tag: r.arrivalTag(x)}})
	}
	p := &onwardPage{Chrome: Chrome{TitleText: r.Text("onward.arrivals") + ": " + e.Name, Crumbs: []Link{{Href: "/modtaget-fra-andre", Key: "onward.arrivals"}}}, Blocks: []onwardBlock{{Table: t}}}
	if r.office() {
		from := append(s.municipalityOptions(), Option{Value: onward.Abroad, Text: r.Text("onward.abroad")})
		p.Blocks = append(p.Blocks, onwardBlock{Heading: r.Text("onward.arrive"), Text: r.Text("onward.arrive_text"), Form: onwardForm{Action: path, Do: "arrive", Button: r.Text("onward.arrive"), Fields: []onwardField{
			{Kind: "select", Name: "from", Label: r.Text("onward.from"), Options: from}, {Kind: "count", Name: "count", Label: r.Text("onward.count")}, {Name: "reference", Label: r.Text("onward.reference"), Optional: true},
			{Kind: "count", Name: "stated", Label: r.Text("onward.stated"), Hint: r.Text("onward.stated_hint"), Optional: true}, {Name: "cause", Label: r.Text("onward.cause"), Hint: r.Text("onward.cause_hint"), Optional: true}}}})
	}
	if r.office() {
		p.Blocks = append(p.Blocks, onwardBlock{Heading: r.Text("onward.manifest_import"), Form: onwardForm{Action: path, Do: "manifest", File: true, Button: r.Text("onward.manifest_import"), Fields: []onwardField{
			{Kind: "textarea", Name: "code", Label: r.Text("onward.manifest_code"), Hint: r.Text("onward.manifest_code_hint"), Optional: true}, {Kind: "file", Name: "file", Label: r.Text("onward.manifest_file"), Optional: true}}}})
	}
	return p, nil
}

func (r *Request) arrivalTag(x onward.Arrival) Tag {
	switch {
	case x.Late:
		return Tag{"bad", r.Text("onward.bin.late")}
	case x.State == onward.ArrivalReceived && x.Deviation == "":
		return Tag{"ok", r.Text("onward.arrival_state.received")}
	case x.State == onward.ArrivalReceived:
		return Tag{"warn", r.Text("onward.arrival_state.deviation")}
	case x.State == onward.ArrivalDiffers:
		return Tag{"warn", r.Text("onward.arrival_state.differs")}
	}
	return Tag{"info", r.Text("onward.arrival_state.announced")}
}

func (s *Server) arrivalsDo(r *Request) error {
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
			_, file, err = r.upload("file")
		}
		if err == nil {
			_, err = s.store.ImportManifest(r.Context(), r.act(), r.Param("election"), place, file)
		}
		if err != nil {
			return onwardView.again(r, err, p)
		}
		return r.done("/modtaget-fra-andre/"+r.Param("election"), "onward.manifest_imported")
	}
	cmd := onward.ArriveCmd{From: r.Field("from"), Reference: r.Field("reference"), Stated: -1, Cause: r.Field("cause")}
	if cmd.Count, err = r.Count("count"); err == nil && r.Field("stated") != "" {
		cmd.Stated, err = r.Count("stated")
	}
	if err != nil {
		return onwardView.again(r, err, p)
	}
	x, err := s.store.Arrive(r.Context(), r.act(), r.Param("election"), place, cmd)
	if err != nil {
		return onwardView.again(r, err, p)
	}
	return s.arrived(r, x)
}

func (s *Server) arrived(r *Request, x onward.Arrival) error {
	if x.State == onward.ArrivalDiffers {
		return r.warned("/modtaget-fra-andre/"+x.Election, "onward.arrival_differs")
	}
	return r.done("/modtaget-fra-andre/"+x.Election, "onward.arrival_booked", x.Booked)
}

func (s *Server) arrivalPage(r *Request) (*onwardPage, error) {
	x, err := s.store.Arrival(r.Context(), r.Param("id"))
	if err != nil {
		return nil, err
	}
	x = x.Blind()
	p := &onwardPage{Chrome: Chrome{TitleKey: "onward.count_arrival", Crumbs: []Link{{Href: "/modtaget-fra-andre/" + x.Election, Key: "onward.arrivals"}}},
		Facts: []Fact{{Name: r.Text("onward.from"), Text: r.originName(x.From)}, {Name: r.Text("onward.reference"), Text: x.Reference}, {Name: r.Text("election.state"), Tag: r.arrivalTag(x)}}}
	if x.State != onward.ArrivalReceived {
		p.Blocks = []onwardBlock{{Text: r.Text("onward.count_arrival_text"), Form: onwardForm{Action: "/modtaget-fra-andre/" + x.Election + "/tael/" + x.ID, Button: r.Text("onward.recount_save"), Fields: []onwardField{
			{Kind: "count", Name: "count", Label: r.Text("onward.count")}, {Name: "cause", Label: r.Text("onward.cause"), Hint: r.Text("onward.cause_hint"), Optional: true}}}}}
	}
	return p, nil
}

func (s *Server) arrivalDo(r *Request) error {
	p, err := s.arrivalPage(r)
	if err != nil {
		return err
	}
	n, err := r.Count("count")
	if err != nil {
		return onwardView.again(r, err, p)
	}
	x, err := s.store.CountArrival(r.Context(), r.act(), r.Param("id"), n, r.Field("cause"))
	if err != nil {
		return onwardView.again(r, err, p)
	}
	return s.arrived(r, x)
}

type manifestIn struct {
	Place    string `json:"place,omitempty"` // empty: the reception
	Manifest string `json:"manifest"`        // the signed note, or the text of its QR code
}

// apiManifest takes in the signed manifest of another installation.
func (s *Server) apiManifest(r *Request) error {
	var in manifestIn
	if err := r.decode(&in); err != nil {
		return err
	}
	place, err := s.at(r, in.Place)
	if err != nil {
		return err
	}
	x, err := s.store.ImportManifest(r.Context(), r.act(), r.Param("election"), place, []byte(in.Manifest))
	if err != nil {
		return err
	}
	return r.json(http.StatusCreated, x.Blind())
}

type countIn struct {
	Count int    `json:"count"`
	Cause string `json:"cause,omitempty"` // why it is late, after voting started
}

// apiCountArrival writes a blind count of an arrival.
func (s *Server) apiCountArrival(r *Request) error {
	var in countIn
	if err := r.decode(&in); err != nil {
		return err
	}
	x, err := s.store.CountArrival(r.Context(), r.act(), r.Param("id"), in.Count, in.Cause)
	if err != nil {
		return err
	}
	return r.json(http.StatusOK, x.Blind())
}

type arriveIn struct {
	Place     string `json:"place,omitempty"`
	From      string `json:"from"` // kommunekode or "abroad"
	Reference string `json:"reference,omitempty"`
	Stated    *int   `json:"stated,omitempty"` // the sender's figure, when it is known
	Count     int    `json:"count"`
	Cause     string `json:"cause,omitempty"`
}

func (s *Server) apiArrive(r *Request) error {
	var in arriveIn
	if err := r.decode(&in); err != nil {
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
	x, err := s.store.Arrive(r.Context(), r.act(), r.Param("election"), place, cmd)
	if err != nil {
		return err
	}
	return r.json(http.StatusOK, x.Blind())
}
