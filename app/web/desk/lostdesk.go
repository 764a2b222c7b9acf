package desk

import (
	"net/http"
	"strings"
	"time"

	"github.com/brevstemme/brevstemme/app/web/site"
	"github.com/brevstemme/brevstemme/models"
	"github.com/brevstemme/brevstemme/models/desk"
	"github.com/brevstemme/brevstemme/models/language"
	"github.com/brevstemme/brevstemme/models/store/desks"
	"github.com/brevstemme/brevstemme/pdf"
)

// lostDeclarers may say that a PC will not come back.
var lostDeclarers = site.Roles{models.RoleCoordinator}

func (s *Server) lostDeskRoutes() []site.Route {
	return []site.Route{
		site.Post("/skranke/:session/tabt", lostDeclarers, s.loseDesk).Limit("login"),
		site.Get("/api/v1/sessions/:session/devices", lostDeclarers, s.apiDevices).API(nil, []DeviceOut{}),
		site.Post("/api/v1/sessions/:session/devices/:device/lost", lostDeclarers, s.apiLoseDesk).Limit("login").API(LostIn{}, DeviceOut{}),
	}
}

// DeviceOut is a PC of a session's desk with something waiting on it, or one
// that was declared lost.
type DeviceOut struct {
	Device     string           `json:"device"`
	State      desk.DeviceState `json:"state"`   // device_waits, device_lost, device_returned
	Waiting    int              `json:"waiting"` // events that it told of
	Seen       time.Time        `json:"seen"`
	Person     string           `json:"person,omitempty"` // who counted on it last
	Found      *int             `json:"found,omitempty"`  // envelopes more in the hand count than in the book
	Reason     string           `json:"reason,omitempty"` // broken, stolen, erased, gone
	At         time.Time        `json:"at,omitzero"`      // when it was declared lost
	By         string           `json:"by,omitempty"`
	Second     string           `json:"second,omitempty"`
	Deviation  string           `json:"deviation,omitempty"` // it told of more than was found
	ReturnedAt time.Time        `json:"returned_at,omitzero"`
	Returned   string           `json:"returned,omitempty"` // the deviation that its coming back opened
}

// LostIn declares a PC lost. The second person confirms with card or login and PIN.
type LostIn struct {
	Reason       string `json:"reason"` // broken, stolen, erased, gone
	WitnessLogin string `json:"witness_login"`
	PIN          string `json:"pin"`
}

func lostOut(l desk.Lost) DeviceOut {
	return DeviceOut{Device: l.Device, State: l.State, Waiting: l.Told, Seen: l.Seen, Found: &l.Found, Reason: l.Reason, At: l.At, By: l.By, Second: l.Second,
		Deviation: l.Deviation, ReturnedAt: l.ReturnedAt, Returned: l.Returned}
}

func (s *Server) apiDevices(r *site.Request) error {
	x, err := s.Store.Session(r.Context(), r.Param("session"))
	if err != nil {
		return err
	}
	if !r.Act().MayActAt(x.Place) {
		return models.E(models.CodeNotFound, "")
	}
	all, err := s.Store.WaitingDesks(r.Context(), x.ID)
	if err != nil {
		return err
	}
	out := []DeviceOut{}
	for _, w := range all {
		if w.Lost != nil {
			out = append(out, lostOut(*w.Lost))
		} else {
			out = append(out, DeviceOut{Device: w.Device, State: desk.DeviceWaits, Waiting: w.Waiting, Seen: w.Seen, Person: w.Person})
		}
	}
	return r.JSON(http.StatusOK, out)
}

func (s *Server) apiLoseDesk(r *site.Request) error {
	var in LostIn
	if err := r.Decode(&in); err != nil {
		return err
	}
	act := r.Act()
	if in.WitnessLogin != "" {
		who, err := s.Store.Switch(r.Context(), in.WitnessLogin, in.PIN)
		if models.CodeOf(err) == models.CodeUnauthorized {
			return models.Invalid("witness_login", "desk.witness_pin")
		}
		if err != nil {
			return err
		}
		act.Witness = who.Person.ID
	}
	l, err := s.Store.LoseDesk(r.Context(), act, r.Param("session"), r.Param("device"), in.Reason)
	if err != nil {
		return err
	}
	return r.JSON(http.StatusOK, lostOut(l))
}

// loseDesk takes the form below the day report.
func (s *Server) loseDesk(r *site.Request) error {
	p, sh, err := s.deskClosingPage(r)
	if err != nil {
		return err
	}
	act, err := s.Witnessed(r)
	if err == nil {
		_, err = s.Store.LoseDesk(r.Context(), act, sh.Session.ID, r.Field("device"), r.Field("reason"))
	}
	if err != nil {
		return deskClosingView.Again(r, err, p)
	}
	return r.Done("/skranke/"+sh.Session.ID+"/lukning", "desk.lost_done")
}

// pcName is what people call a PC: the end of its random id.
func pcName(device string) string {
	device = strings.ToUpper(device)
	return "…" + device[max(0, len(device)-4):]
}

// fillLost lists the PCs that have not sent, and offers a coordinator to declare
// one lost once the session is closed.
func (s *Server) fillLost(r *site.Request, p *deskClosingPage, names map[string]models.Private) error {
	all, err := s.Store.WaitingDesks(r.Context(), p.Session.ID)
	if err != nil {
		return err
	}
	closed := p.Session.State == models.SessionClosed
	t := site.Table{Caption: r.Text("desk.lost_title"), Columns: []site.Column{{Text: r.Text("desk.lost_pc")}, {Text: r.Text("desk.lost_last")}, {Text: r.Text("desk.lost_user")}, {Text: r.Text("desk.lost_waits"), Number: true}, {Text: r.Text("desk.lost_state")}}}
	for _, w := range all {
		row := []site.Cell{{Text: pcName(w.Device)}, {Text: r.Moment(w.Seen)}, {Text: names[w.Person].Name}, {Text: language.Number(r.Lang, int64(w.Waiting))}, {Tag: lostTag(r, w)}}
		if w.Lost != nil {
			p.Facts = append(p.Facts, site.Fact{Name: r.Text("desk.lost_fact"), Text: lostText(r, *w.Lost)})
		} else if closed {
			p.LostPCs = append(p.LostPCs, site.Option{Value: w.Device, Text: r.Text("desk.lost_option", pcName(w.Device), r.Moment(w.Seen), w.Waiting)})
		}
		t.Rows = append(t.Rows, row)
	}
	p.Lost = t
	p.LostReasons = codes(r, "desk.lost_reason.", desk.LostReasons)
	if len(p.LostPCs) == 1 {
		p.LostPCs[0].Checked = true
	}
	p.MayLose = closed && len(p.LostPCs) > 0 && r.Account.Is(lostDeclarers...)
	return nil
}

func lostTag(r *site.Request, w desks.WaitingDesk) site.Tag {
	state, kind := desk.DeviceWaits, "warn"
	if w.Lost != nil {
		state, kind = w.Lost.State, "info"
		if state == desk.DeviceReturned {
			kind = "bad"
		}
	}
	return site.Tag{Kind: kind, Text: r.Text("desk.lost_state." + string(state))}
}

// lostText is a lost PC as screen and form tell of it.
func lostText(r *site.Request, l desk.Lost) string {
	text := r.Text("desk.lost_report", pcName(l.Device), strings.ToLower(r.Text("desk.lost_reason."+l.Reason)), l.Told, l.Found)
	if l.Deviation != "" {
		text += " " + r.Text("desk.lost_report_deviation", models.GroupSerial(l.Deviation)) + "."
	}
	if l.Returned != "" {
		text += " " + r.Text("desk.lost_report_returned", r.Moment(l.ReturnedAt), models.GroupSerial(l.Returned)) + "."
	}
	return text
}

// lostIncidents are the lost PCs of a session on its day report.
func (s *Server) lostIncidents(r *site.Request, session string) ([]pdf.Incident, error) {
	all, err := s.Store.WaitingDesks(r.Context(), session)
	var out []pdf.Incident
	for _, w := range all {
		if w.Lost != nil {
			out = append(out, pdf.Incident{At: w.Lost.At, What: lostText(r, *w.Lost)})
		}
	}
	return out, err
}

// cameBack is the answer to an event that a closed session refused: when its PC
// had been declared lost, that it came back is written, once, and said.
func (s *Server) cameBack(r *site.Request, session, device string, refused error) error {
	if code := models.CodeOf(refused); code != models.CodeState && code != models.CodeForbidden || device == "" { // forbidden: the crew has gone home
		return refused
	}
	l, err := s.Store.LostDesk(r.Context(), session, device)
	if models.CodeOf(err) == models.CodeNotFound || err == nil && !r.Act().MayActAt(l.Place) {
		return refused
	}
	if err == nil && l.State == desk.DeviceLost {
		l, err = s.Store.DeskReturns(r.Context(), r.Act(), session, device)
	}
	if err != nil {
		return err
	}
	return models.E(models.CodeState, "desk.lost_came_back", models.GroupSerial(l.Returned))
}
