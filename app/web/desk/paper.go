package desk

import (
	"cmp"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/brevstemme/brevstemme/app/web/site"
	"github.com/brevstemme/brevstemme/models"
	"github.com/brevstemme/brevstemme/models/custody"
	"github.com/brevstemme/brevstemme/models/desk"
	"github.com/brevstemme/brevstemme/pdf"
)

// staff are the people of a crew with name, role and employer.
func (s *Server) staff(r *site.Request, crew []models.CrewMember) ([]pdf.Staff, error) {
	people, err := s.Store.People(r.Context())
	if err != nil {
		return nil, err
	}
	names, err := s.Store.Names(r.Context())
	if err != nil {
		return nil, err
	}
	var out []pdf.Staff
	for _, c := range crew {
		st := pdf.Staff{Name: names[c.Person].Name, Role: r.Text("role.receiver")}
		if i := slices.IndexFunc(people, func(p models.Person) bool { return p.ID == c.Person }); i >= 0 {
			if e := people[i].Employer; e != "" {
				st.Employer = r.Text("employer." + string(e))
			}
		}
		out = append(out, st)
	}
	return out, nil
}

// checked tells whether a line of the opening checklist was answered.
func checked(x models.Session, group string) bool {
	return slices.ContainsFunc(x.Desk.Checks, func(c models.Check) bool { return c.Key == group || strings.HasPrefix(c.Key, group+":") })
}

// openingPDF is the sheet that the crew signs before the first voter.
func (s *Server) openingPDF(r *site.Request) error {
	sh, err := s.DeskShift(r)
	if err != nil {
		return err
	}
	o, err := s.OpeningSheet(r, sh)
	if err != nil {
		return err
	}
	return s.WritePDF(r, "aabning-"+sh.Session.ID, o)
}

func (s *Server) OpeningSheet(r *site.Request, sh desk.Shift) (pdf.SessionOpening, error) {
	x := sh.Session
	f, err := s.DeskForm(r, sh, pdf.TypeSessionOpening, true)
	if err != nil {
		return pdf.SessionOpening{}, err
	}
	o := pdf.SessionOpening{Form: f, Place: sh.Place.Name, Address: site.AddressOf(sh.Place), Room: x.Room, SessionID: x.ID, PlannedFrom: x.Starts, PlannedTo: x.Ends, OpenedAt: x.OpenedAt,
		EmptyShown: checked(x, "empty") && checked(x, "sealed"), AidsTested: checked(x, "aid"), BoothsSet: checked(x, "booths"), ListHung: checked(x, "list"), HoursShown: checked(x, "notice")}
	if checked(x, "network") {
		o.Network = r.Text("desk.js.online")
	}
	if o.Crew, err = s.staff(r, x.Crew); err != nil {
		return o, err
	}
	var lists []string
	for _, c := range x.Desk.Checks {
		switch group, election, _ := strings.Cut(c.Key, ":"); group {
		case "empty":
			o.Containers = append(o.Containers, pdf.Container{Number: c.Value, Kind: site.WordAndName(sh.Elections[election])})
		case "list":
			lists, o.ListHungAt = append(lists, sh.Elections[election].Word+": "+models.GroupSerial(c.Value)), c.At
		case "booths":
			if n, err := strconv.Atoi(c.Value); err == nil {
				o.Booths = pdf.Known(n)
			}
		}
	}
	o.ListVersion, o.Stock = strings.Join(lists, "; "), PdfStock(r, sh, false)
	pads, err := s.Store.PadForms(r.Context(), x.Place, false)
	if err != nil {
		return o, err
	}
	o.Pads = padRanges(pads)
	return o, nil
}

// padRanges is the first and last form of each pad; forms come in order of their number.
func padRanges(forms []desk.PadForm) []string {
	var out []string
	for i := 0; i < len(forms); {
		j := i
		for j+1 < len(forms) && forms[j+1].Pad == forms[i].Pad {
			j++
		}
		text := forms[i].ID
		if j > i {
			text += "–" + forms[j].ID
		}
		out, i = append(out, text), j+1
	}
	return out
}

// PdfStock is the material balance of a session on paper.
func PdfStock(r *site.Request, sh desk.Shift, closed bool) []pdf.Stock {
	var out []pdf.Stock
	for _, id := range sh.Session.Elections {
		for _, what := range desk.Materials {
			st, ok := sh.Session.Desk.Stock[custody.Material(id, what)]
			if !ok {
				continue
			}
			p := pdf.Stock{Kind: sh.Elections[id].Word + ": " + r.Text("desk.material."+what), Out: pdf.Known(st.Brought + st.Restocked)}
			if closed {
				p.Used, p.Spoiled, p.Back, p.Missing = pdf.Known(st.Used), pdf.Known(st.Spoiled), pdf.Known(st.Left), pdf.Known(st.Off())
			}
			out = append(out, p)
		}
	}
	return out
}

// dayReportPDF closes a session on paper; before the closing it is provisional
// and carries no figures, since the hand count is blind. It stays provisional
// while a PC of the session has events waiting and is not declared lost.
func (s *Server) dayReportPDF(r *site.Request) error {
	sh, err := s.DeskShift(r)
	if err != nil {
		return err
	}
	d, err := s.DayReport(r, sh)
	if err != nil {
		return err
	}
	return s.WritePDF(r, "dagsrapport-"+sh.Session.ID, d)
}

func (s *Server) DayReport(r *site.Request, sh desk.Shift) (pdf.DayReport, error) {
	x := sh.Session
	closed := x.State == models.SessionClosed
	waiting, err := s.Store.DeskWaiting(r.Context(), x.ID)
	if err != nil {
		return pdf.DayReport{}, err
	}
	f, err := s.DeskForm(r, sh, pdf.TypeDayReport, closed && waiting == 0)
	if err != nil {
		return pdf.DayReport{}, err
	}
	d := pdf.DayReport{Form: f, Place: sh.Place.Name, Address: site.AddressOf(sh.Place), SessionID: x.ID, PlannedFrom: x.Starts, PlannedTo: x.Ends, OpenedAt: x.OpenedAt, ClosedAt: x.ClosedAt, LastInLineAt: x.ShutAt}
	if d.Crew, err = s.staff(r, x.Crew); err != nil || !closed {
		return d, err
	}
	err = s.reportFigures(r, &d, sh)
	return d, err
}

func (s *Server) reportFigures(r *site.Request, d *pdf.DayReport, sh desk.Shift) error {
	x := sh.Session
	tallies, err := s.Store.Tallies(r.Context(), x)
	if err != nil {
		return err
	}
	total, voided := 0, 0
	for _, t := range tallies {
		none := pdf.Figure{Known: t.Voided == 0}
		for _, kind := range []string{custody.Own, "other", custody.Unknown} {
			d.Votes = append(d.Votes, pdf.VoteCount{Election: site.WordAndName(sh.Elections[t.Election]), Category: r.Text("desk.kind." + kind), Received: pdf.Known(t.Kinds[kind]), Voided: none})
		}
		if t.Voided > 0 {
			d.Votes = append(d.Votes, pdf.VoteCount{Election: site.WordAndName(sh.Elections[t.Election]), Category: r.Text("desk.voided_n"), Voided: pdf.Known(t.Voided)})
		}
		total, voided = total+t.Received, voided+t.Voided
	}
	d.Total, d.InLine = pdf.Known(total), pdf.Known(x.Desk.InLine)
	d.RoomSearched, d.NothingLeft = len(x.Desk.Searched) == len(sh.Place.SearchAt), x.Desk.Unsealed == ""
	if d.Containers, err = s.reportContainers(r, x.ID); err != nil {
		return err
	}
	if err := s.reportWhere(r, d, sh); err != nil {
		return err
	}
	d.Stock = PdfStock(r, sh, true)
	events, err := s.Store.DeskEvents(r.Context(), x.ID, 5000)
	if err != nil {
		return err
	}
	paper := 0
	for _, e := range slices.Backward(events) {
		if e.Form != "" {
			paper += e.N
		}
		if e.Act == desk.ActIncident {
			d.Incidents = append(d.Incidents, pdf.Incident{At: e.At, What: r.Text("desk.incident." + e.Reason)})
		}
	}
	d.FromPaper = pdf.Known(paper)
	lost, err := s.lostIncidents(r, x.ID)
	if err != nil {
		return err
	}
	d.Incidents = append(append(d.Incidents, explained(r, sh)...), lost...)
	if n := len(x.HandCounts); n > 0 {
		counted := 0
		for _, k := range x.HandCounts[n-1].Counts {
			counted += k
		}
		d.CountedHand = pdf.Known(counted)
	}
	d.CrewChanges = crewChanges(r, x, d.Crew)
	return nil
}

// crewChanges is who came after the opening or left before the closing, with their
// hours; staff is the crew of the session by name, in its order.
func crewChanges(r *site.Request, x models.Session, staff []pdf.Staff) (out []string) {
	for i, c := range x.Crew {
		early := !c.Until.IsZero() && c.Until.Before(x.ClosedAt)
		if c.From.After(x.OpenedAt) || early {
			out = append(out, staff[i].Name+": "+r.Clock(c.From)+"–"+r.Clock(cmp.Or(c.Until, x.ClosedAt)))
		}
	}
	return out
}

// explained are what the crew had to give a reason for, with the reason.
func explained(r *site.Request, sh desk.Shift) []pdf.Incident {
	x := sh.Session
	var out []pdf.Incident
	add := func(at time.Time, reason, key string, args ...any) {
		if reason != "" {
			out = append(out, pdf.Incident{At: at, What: r.Text(key, args...), Action: reason})
		}
	}
	add(x.OpenedAt, x.Desk.Override, "desk.report.override", len(x.Desk.Missing))
	add(x.ClosedAt, x.Explanation, "desk.report.difference")
	for _, item := range stockItems(x) {
		id, what := custody.MaterialOf(item)
		add(x.ClosedAt, x.Desk.Stock[item].Explained, "desk.report.stock", id+": "+r.Text("desk.material."+what), x.Desk.Stock[item].Off())
	}
	add(x.ClosedAt, x.Desk.Unsealed, "desk.report.unsealed")
	return out
}

// commandsPDF is the sheet of command barcodes that is taped beside the scanner.
func (s *Server) commandsPDF(r *site.Request) error {
	sh, err := s.DeskShift(r)
	if err != nil {
		return err
	}
	sheet, err := s.CommandSheet(r, sh)
	if err != nil {
		return err
	}
	return s.WritePDF(r, "kommandoer-"+sh.Session.ID, sheet)
}

func (s *Server) CommandSheet(r *site.Request, sh desk.Shift) (pdf.CommandSheet, error) {
	f, err := s.DeskForm(r, sh, pdf.TypeCommandSheet, true)
	keys := map[desk.Command]string{desk.CommandPlus: "F2", desk.CommandOther: "F8", desk.CommandUndo: "F9", desk.CommandElection: "F4", desk.CommandLock: "F10", desk.CommandClose: "Ctrl+Enter"}
	sheet := pdf.CommandSheet{Form: f, Place: sh.Place.Name}
	for _, c := range desk.Commands {
		x := pdf.Command{Code: c.Barcode(), Label: r.Text("desk.command." + string(c))}
		if keys[c] != "" {
			x.Hint = r.Text("desk.key", keys[c])
		}
		sheet.Commands = append(sheet.Commands, x)
	}
	return sheet, err
}

// RecallPDF is the notice to those who voted while a wrong version hung there.
func (s *Server) RecallPDF(r *site.Request) error {
	v, err := s.Store.ListVersion(r.Context(), r.Param("version"))
	if err != nil {
		return err
	}
	e, err := s.Store.Election(r.Context(), v.Election)
	if err != nil {
		return err
	}
	sh := desk.Shift{Session: models.Session{Elections: []string{e.ID}}, Elections: map[string]models.Election{e.ID: e}}
	f, err := s.DeskForm(r, sh, pdf.TypeRecallNotice, v.Wrong != "")
	if err != nil {
		return err
	}
	from, err := site.WallTime(r.Query("fra"))
	if err != nil {
		return err
	}
	until, err := site.WallTime(r.Query("til"))
	if err != nil {
		return err
	}
	shown, err := s.Store.Showings(r.Context(), v.ID, from, until)
	if err != nil {
		return err
	}
	names, err := s.PlaceNames(r)
	if err != nil {
		return err
	}
	n := pdf.RecallNotice{Form: f, WrongVersion: v.Name + " " + v.ID, Error: v.Wrong, FoundAt: v.WrongAt}
	votes := 0
	for _, x := range shown {
		n.Exposures = append(n.Exposures, pdf.Exposure{Place: names[x.Place], Hung: x.From, Down: x.Until, Version: v.ID, VotesInWhile: pdf.Known(x.Votes)})
		votes += x.Votes
	}
	n.Votes, n.Notice = pdf.Known(votes), r.Text("lists.notice", e.Name)
	return s.WritePDF(r, "tilbagekaldelse-"+v.ID, n)
}
