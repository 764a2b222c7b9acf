package custody

import (
	"fmt"

	"github.com/brevstemme/brevstemme/app/web/site"
	"github.com/brevstemme/brevstemme/models/evening"
)

type eveningPage struct {
	site.Chrome
	Set      evening.Evening
	Deadline string
	Calls    []calledLine
	Heads    []site.Option
}

type calledLine struct {
	Field, Text string
	Minutes     int
}

var eveningView = site.NewView[*eveningPage]("evening")

// callFields are the circles that are called, in the order of Evening.Calls.
var callFields = [4]string{"place", "courier", "coordinator", "duty_head"}

func (s *Server) eveningForm(r *site.Request) error {
	p, err := s.eveningPage(r)
	if err != nil {
		return err
	}
	return eveningView.Render(r, p)
}

func (s *Server) eveningPage(r *site.Request) (*eveningPage, error) {
	set, err := s.Store.Evening(r.Context())
	if err != nil {
		return nil, err
	}
	p := &eveningPage{Chrome: site.Chrome{Crumbs: []site.Link{{Href: "/ruteplan", Key: "route-plan.title"}}}, Set: set, Deadline: clockText(r, set.Deadline)}
	for i, to := range callFields {
		p.Calls = append(p.Calls, calledLine{"call_" + to, r.Text("alarm.to." + to), set.Calls[i]})
	}
	p.Heads = []site.Option{{Value: "", Text: r.Text("evening.coordinators")}}
	people, err := s.Store.Keepers(r.Context())
	for _, x := range people {
		p.Heads = append(p.Heads, site.Option{Value: x.Person, Text: x.Name})
	}
	return p, err
}

func (s *Server) eveningSet(r *site.Request) error {
	set := evening.Evening{Deadline: r.Field("deadline"), DutyHead: r.Field("duty_head"), Phone: r.Field("phone")}
	fields := map[string]*int{"after_closing": &set.AfterClosing, "slack": &set.Slack, "loading": &set.Loading, "speed": &set.Speed, "couriers": &set.Couriers}
	for i, to := range callFields {
		fields["call_"+to] = &set.Calls[i]
	}
	hour, minute, err := clockTime("deadline", set.Deadline)
	set.Deadline = fmt.Sprintf("%02d:%02d", hour, minute)
	for name, to := range fields {
		if err != nil {
			break
		}
		*to, err = r.Count(name)
	}
	if err == nil {
		err = s.Store.SetEvening(r.Context(), r.Act(), set)
	}
	if err != nil {
		p, perr := s.eveningPage(r)
		if perr != nil {
			return perr
		}
		return eveningView.Again(r, err, p)
	}
	return r.Done("/ruteplan", "evening.done", fmt.Sprint(set.AfterClosing), fmt.Sprint(set.Slack))
}
