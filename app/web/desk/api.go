package desk

import (
	"encoding/json"
	"net/http"
	"slices"
	"strconv"
	"time"

	"github.com/brevstemme/brevstemme/app/web/site"
	"github.com/brevstemme/brevstemme/models"
	"github.com/brevstemme/brevstemme/models/desk"
	"github.com/brevstemme/brevstemme/models/store/desks"
)

// EventIn is one event as the browser says it. The Idempotency-Key is its id.
// Nothing in it may change from one attempt to the next, or the same key would
// be refused as another event; what changes (when it is sent) is in headers.
type EventIn struct {
	Act         string `json:"act"` // receive, undo, void, spoil, incident, mark, followup
	Election    string `json:"election,omitempty"`
	Destination string `json:"destination,omitempty"` // own, unknown or a kommunekode
	What        string `json:"what,omitempty"`        // of a mark or of spoiled material; of followup: the refused event
	N           int    `json:"n,omitempty"`
	Reason      string `json:"reason,omitempty"` // code
	Undoes      string `json:"undoes,omitempty"` // id of the event to take back; empty: the own last
	Author      string `json:"author,omitempty"` // who made it, when it was queued and another person is logged in now
	Device      string `json:"device,omitempty"` // random id of the browser
	DeviceSeq   int64  `json:"device_seq,omitempty"`
	DeviceAt    int64  `json:"device_at,omitempty"` // the device's clock, ms since 1970
}

// EventOut acknowledges an event: it is committed and on disk.
type EventOut struct {
	ID      string        `json:"id"`
	At      time.Time     `json:"at"`
	Late    bool          `json:"late"`
	Tallies []desks.Tally `json:"tallies"`
}

// SentAtHeader is the device's clock when it sends, and queuedHeader tells that
// the event waited in the outbox.
const (
	SentAtHeader = "Device-Sent-At"

	versionHeader = "Desk-Version" // the program: a page of an older one reloads itself
	clockHeader   = "Desk-Clock"   // the server's clock, ms since 1970: a PC's own may be wrong by hours
)

// deskHeaders tells a counting screen which program answers and what time it is.
func (s *Server) deskHeaders(r *site.Request) {
	h := r.Writer().Header()
	h.Set(versionHeader, s.deskVersion())
	h.Set(clockHeader, strconv.FormatInt(s.Now().UnixMilli(), 10))
}

// apiDeskEvent takes one event of a desk.
func (s *Server) apiDeskEvent(r *site.Request) error {
	s.deskHeaders(r)
	var in EventIn
	if err := r.Decode(&in); err != nil {
		return err
	}
	session := r.Param("session")
	stamp := desk.Stamp{Device: in.Device, Seq: in.DeviceSeq, Requeued: r.HTTP().Header.Get(site.QueuedHeader) != ""}
	if in.DeviceAt > 0 {
		stamp.DeviceAt = time.UnixMilli(in.DeviceAt).UTC()
	}
	if ms, err := strconv.ParseInt(r.HTTP().Header.Get(SentAtHeader), 10, 64); err == nil {
		stamp.SentAt = time.UnixMilli(ms).UTC()
	}
	act, err := s.author(r, session, in, stamp)
	if err != nil {
		return err
	}
	e, err := s.bookEvent(r, act, session, in, stamp)
	if err != nil {
		return s.cameBack(r, session, in.Device, err)
	}
	x, err := s.Store.Session(r.Context(), session)
	if err != nil {
		return err
	}
	out := EventOut{ID: act.Key, At: e.At, Late: e.Late}
	if x.State == models.SessionOpen { // while it is counted by hand no figure is shown
		if out.Tallies, err = s.Store.Tallies(r.Context(), x); err != nil {
			return err
		}
	}
	return r.JSON(http.StatusCreated, out)
}

// author is who an event belongs to: the one who made it, even when another
// person of the crew is logged in by the time the outbox is sent. Only queued
// events may name another author, and only one of the session's crew.
func (s *Server) author(r *site.Request, session string, in EventIn, stamp desk.Stamp) (models.Act, error) {
	act := r.Act()
	if in.Author == "" || in.Author == act.Person {
		return act, nil
	}
	x, err := s.Store.Session(r.Context(), session)
	if err != nil {
		return act, err
	}
	if !stamp.Requeued || !slices.ContainsFunc(x.Crew, func(c models.CrewMember) bool { return c.Person == in.Author }) {
		return act, models.E(models.CodeForbidden, "desk.author_unknown")
	}
	if !act.MayActAt(x.Place) {
		return act, models.E(models.CodeForbidden, "desk.wrong_place")
	}
	act.Witness, act.Person, act.Role = act.Person, in.Author, models.RoleReceiver
	return act, nil
}

// bookEvent makes the one store call of an event.
func (s *Server) bookEvent(r *site.Request, act models.Act, session string, in EventIn, stamp desk.Stamp) (desk.Event, error) {
	ctx := r.Context()
	switch desk.Act(in.Act) {
	case desk.ActReceive:
		return s.Store.Receive(ctx, act, session, desk.ReceiveCmd{Election: in.Election, Destination: in.Destination, N: in.N, Stamp: stamp})
	case desk.ActUndo:
		return s.Store.Undo(ctx, act, session, in.Undoes, in.Reason, stamp)
	case desk.ActVoid:
		return s.Store.VoidEnvelope(ctx, act, session, desk.VoidCmd{Election: in.Election, Destination: in.Destination, Reason: in.Reason, Stamp: stamp})
	case desk.ActSpoil:
		return s.Store.Spoil(ctx, act, session, desk.SpoilCmd{Election: in.Election, What: in.What, Reason: in.Reason, N: in.N, Stamp: stamp})
	case desk.ActIncident:
		return s.Store.Incident(ctx, act, session, desk.IncidentCmd{Election: in.Election, Code: in.Reason, Stamp: stamp})
	case desk.ActMark:
		return s.Store.Mark(ctx, act, session, desk.MarkCmd{What: in.What, N: in.N, Stamp: stamp})
	case desk.ActFollowUp:
		return s.Store.FollowUp(ctx, act, session, desk.FollowUpCmd{Refused: in.What, Code: in.Reason, Stamp: stamp})
	}
	return desk.Event{}, models.Invalid("act", "desk.act_unknown")
}

// DeskOut is the state of a desk, as another desk of the session needs it.
type DeskOut struct {
	State   models.SessionState `json:"state"`
	Tallies []desks.Tally       `json:"tallies"`
	Person  string              `json:"person"`
}

// apiDesk answers what the desk has counted, for two desks on one session.
func (s *Server) apiDesk(r *site.Request) error {
	s.deskHeaders(r)
	x, err := s.Store.Session(r.Context(), r.Param("session"))
	if err != nil {
		return err
	}
	if !r.Act().MayActAt(x.Place) {
		return models.E(models.CodeNotFound, "")
	}
	out := DeskOut{State: x.State, Person: r.Account.Person}
	// A session that is being counted by hand shows no figures: the count is blind.
	if x.State == models.SessionOpen {
		if out.Tallies, err = s.Store.Tallies(r.Context(), x); err != nil {
			return err
		}
	}
	return r.JSON(http.StatusOK, out)
}

// SignIn is a desk's sign of life.
type SignIn struct {
	Device  string `json:"device"`
	Waiting int    `json:"waiting"`
}

// apiDeskSign notes a sign of life for the board.
func (s *Server) apiDeskSign(r *site.Request) error {
	var in SignIn
	if err := r.Decode(&in); err != nil {
		return err
	}
	if len(in.Device) > 64 || in.Device == "" || in.Waiting < 0 {
		return models.Invalid("device", "form.unreadable")
	}
	x, err := s.Store.Session(r.Context(), r.Param("session"))
	if err != nil {
		return err
	}
	if !r.Act().MayActAt(x.Place) {
		return models.E(models.CodeNotFound, "")
	}
	if err := s.Store.SignOfLife(r.Context(), x.ID, in.Device, in.Waiting); err != nil {
		return err
	}
	s.deskHeaders(r)
	return r.JSON(http.StatusOK, map[string]string{"state": string(x.State)})
}

// deskTexts are the texts that desk.js shows.
var deskTexts = []string{"online", "emergency", "waiting", "all_sent", "login_needed", "no_storage", "registered", "sending", "kept", "refused_cpr", "refused_poll",
	"not_understood", "many_match", "give_municipality", "nothing_to_undo", "follow_up", "again", "settled", "new_version", "sound_on", "sound_off",
	"closed_elsewhere", "ignored_serial", "refused_title", "chosen_election", "unsafe_loss", "close_waits", "lock_waits", "unknown_here", "give_line", "too_late", "too_late_now",
	"act_undo", "act_void", "act_spoil", "act_incident", "act_mark", "act_followup", "kind_own", "kind_other", "kind_unknown", "kind_voided", "kind_spoiled"}

// deskToDispatch is how long it takes from the end of a session until what was
// received there can be sent on: fetched, counted, sorted. Good practice, not law.
const deskToDispatch = 2 * time.Hour

// lastDispatches is the last safe dispatch to each municipality for the counting screen.
func (s *Server) lastDispatches(r *site.Request, e models.Election) (map[string]int64, error) {
	leaves, err := s.Store.LastDispatches(r.Context(), e)
	out := make(map[string]int64, len(leaves))
	for code, at := range leaves {
		if out[code] = 0; !at.IsZero() {
			out[code] = at.UnixMilli()
		}
	}
	return out, err
}

// deskData is what desk.js needs, also when there is no network later. It holds
// no voter data: there is none.
func (s *Server) deskData(r *site.Request, sh desk.Shift, p *deskCountPage) (string, error) {
	type election struct {
		ID     string           `json:"id"`
		Name   string           `json:"name"`
		Word   string           `json:"word"`
		Colour string           `json:"colour"`
		Over   bool             `json:"over"`
		Last   map[string]int64 `json:"last"` // kommunekode → the last safe dispatch, ms since 1970, 0 for none; empty: not known
	}
	data := struct {
		Session    string            `json:"session"`
		Place      string            `json:"place"`
		Practice   bool              `json:"practice"`
		Hours      string            `json:"hours"`
		Person     string            `json:"person"`
		PersonName string            `json:"person_name"`
		Own        string            `json:"own"`
		Elections  []election        `json:"elections"`
		Tallies    []desks.Tally     `json:"tallies"`
		Undoable   []undoable        `json:"undoable"`
		Kommuner   [][2]string       `json:"kommuner"`
		Commands   map[string]string `json:"commands"`
		Texts      map[string]string `json:"texts"`
		Version    string            `json:"version"`
		Now        int64             `json:"now"`    // the server's clock, ms since 1970
		Leaves     int64             `json:"leaves"` // when at the earliest what is received here can be sent on
	}{Leaves: sh.Session.Ends.Add(deskToDispatch).UnixMilli(), Now: s.Now().UnixMilli(), Session: sh.Session.ID, Place: p.Place, Practice: p.deskHead.Practice, Hours: p.Hours, Person: r.Account.Person, PersonName: r.Account.Name, Own: s.Municipality, Version: s.deskVersion(),
		Commands: map[string]string{}, Texts: map[string]string{}}
	data.Elections, data.Tallies = []election{}, []desks.Tally{}
	for _, pile := range p.Piles {
		e := pile.Election
		last, err := s.lastDispatches(r, e)
		if err != nil {
			return "", err
		}
		data.Elections = append(data.Elections, election{e.ID, e.Name, e.Word, e.Colour, pile.Over, last})
		data.Tallies = append(data.Tallies, pile.Tally)
		if e.Municipality != "" {
			data.Own = e.Municipality
		}
	}
	for _, m := range desk.MunicipalitiesStarting("") {
		data.Kommuner = append(data.Kommuner, [2]string{m.Code, m.Name})
	}
	for _, c := range desk.Commands {
		data.Commands[c.Barcode()] = string(c)
	}
	for _, k := range deskTexts {
		data.Texts[k] = r.Text("desk.js." + k)
	}
	var err error
	if data.Undoable, err = s.undoable(r, sh.Session.ID); err != nil {
		return "", err
	}
	b, err := json.Marshal(data)
	return string(b), err
}

// undoable is an event that its person may take back.
type undoable struct {
	ID          string `json:"id"`
	Act         string `json:"act"`
	Election    string `json:"election"`
	Destination string `json:"destination"`
}

// undoable lists what the person may take back at a session, the oldest first;
// without a session there is nothing.
func (s *Server) undoable(r *site.Request, session string) ([]undoable, error) {
	out := []undoable{}
	if session == "" {
		return out, nil
	}
	own, err := s.Store.UndoableEvents(r.Context(), session, r.Account.Person, 50)
	for _, e := range own {
		out = append(out, undoable{e.ID, string(e.Act), e.Election, e.Destination})
	}
	slices.Reverse(out)
	return out, err
}

// deskShell is the counting screen without any data and without a login: what
// the service worker keeps for when there is no network. The figures come from
// the browser's own store.
func (s *Server) deskShell(r *site.Request) error {
	p := &deskCountPage{Chrome: site.Chrome{Live: true, TitleKey: "desk-count.title"}, Shell: true}
	deskCodes(r, p)
	var err error
	if p.Data, err = s.deskData(r, desk.Shift{}, p); err != nil {
		return err
	}
	r.Writer().Header().Set("Cache-Control", "no-cache")
	return deskCountView.Render(r, p)
}

// kept is the counting screen for when there is no network.
var kept = site.Kept{Name: "desk", Shell: "/skranke/skal", Scope: "/skranke", Pages: "^/skranke/[0-9A-Z]+(/[a-z]+)?$",
	Files: []string{"tokens.css", "base.css", "parts.css", "print.css", "custody.css", "desk.css", "mark.svg", "app.js", "desk-scan.js", "desk-outbox.js", "desk-sound.js", "desk-piles.js", "desk-queue.js", "desk-keys.js", "desk.js"}}

// deskVersion names the program that a counting screen runs: one that is older
// reloads itself when nothing waits.
func (s *Server) deskVersion() string { return s.KeptVersion(kept) }

// serviceWorker serves the worker from the root, so that it may serve /skranke.
func (s *Server) serviceWorker(r *site.Request) error { return s.Worker(r, kept) }
