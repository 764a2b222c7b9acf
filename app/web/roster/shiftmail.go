package roster

import (
	"bytes"
	"errors"
	"fmt"
	"slices"
	"strings"

	"github.com/emersion/go-ical"

	"github.com/brevstemme/brevstemme/app/web/site"
	"github.com/brevstemme/brevstemme/models"
	"github.com/brevstemme/brevstemme/models/language"
	"github.com/brevstemme/brevstemme/models/staffing"
)

// shiftCalendar is a person's shifts as iCalendar (RFC 5545): the UID of a shift
// never changes, SEQUENCE grows with each change, and what is gone or was sent back
// to wait for the leader is CANCELLED until it is approved again.
func (s *Server) shiftCalendar(l language.Lang, shifts []staffing.Shift, places []models.Place) *ical.Calendar {
	cal := site.NewCalendar(language.Text(l, "my-shifts.title"))
	at := map[string]models.Place{}
	for _, p := range places {
		at[p.ID] = p
	}
	for _, x := range shifts {
		if !x.InCalendar() {
			continue // not theirs yet, or never was
		}
		p := at[x.Place]
		e := ical.NewEvent()
		e.Props.SetText(ical.PropUID, x.ID+"@"+s.Municipality+".brevstemme")
		e.Props.SetDateTime(ical.PropDateTimeStamp, s.Now().UTC())
		site.ICalTime(e, ical.PropDateTimeStart, x.From)
		site.ICalTime(e, ical.PropDateTimeEnd, x.Until)
		e.Props.Set(&ical.Prop{Name: ical.PropSequence, Value: fmt.Sprint(x.Sequence)})
		e.Props.SetText(ical.PropSummary, language.Text(l, "my-shifts.ics_summary", p.Name))
		e.Props.SetText(ical.PropLocation, site.AddressOf(p))
		e.Props.SetText(ical.PropDescription, language.Text(l, "staffing.state."+string(x.State)))
		status := ical.EventConfirmed
		switch {
		case x.CalledOff():
			status = ical.EventCancelled
		case x.State == staffing.ShiftApproved || x.StandIn:
			status = ical.EventTentative
		}
		e.SetStatus(status)
		cal.Children = append(cal.Children, e.Component)
	}
	return cal
}

// tell mails those whose shifts an act changed, and nobody else: not the one who
// did it, not the people around, and nobody of a proposal that they never saw. It is called after the act is on disk; a mail
// that cannot be sent changes nothing.
func (s *Server) tell(r *site.Request, changed []staffing.Shift) {
	byPerson := map[string][]staffing.Shift{}
	for _, x := range changed {
		if x.Person != r.Account.Person && x.News() {
			byPerson[x.Person] = append(byPerson[x.Person], x)
		}
	}
	if len(byPerson) == 0 {
		return
	}
	ids := make([]string, 0, len(byPerson))
	for id := range byPerson {
		ids = append(ids, id)
	}
	slices.Sort(ids)
	to, err := s.Store.Addressees(r.Context(), ids...)
	if err != nil {
		s.Log.ErrorContext(r.Context(), "no mail about shifts", "cause", err.Error())
		return
	}
	places, err := s.Store.Places(r.Context())
	if err != nil {
		s.Log.ErrorContext(r.Context(), "no mail about shifts", "cause", err.Error())
		return
	}
	for _, id := range ids {
		if a, ok := to[id]; ok {
			s.mailShifts(r, a, byPerson[id], places)
		}
	}
}

func (s *Server) mailShifts(r *site.Request, to models.Addressee, shifts []staffing.Shift, places []models.Place) {
	l, named := to.Lang, site.PlaceNamesOf(places)
	var b strings.Builder
	b.WriteString(language.Text(l, "my-shifts.mail_hello", to.Name) + "\n\n")
	for _, x := range shifts {
		fmt.Fprintf(&b, "%s: %s\n", shiftLine(l, x, named), language.Text(l, "staffing.state."+string(x.State)))
	}
	b.WriteString("\n" + language.Text(l, "my-shifts.mail_end", s.BaseURL+"/min-vagtplan") + "\n")
	m := models.Mail{Key: mailKey(to.Person, shifts), Person: to.Person, To: to.Email, Subject: language.Text(l, "my-shifts.mail_subject"), Text: b.String()}
	var cal bytes.Buffer
	if err := ical.NewEncoder(&cal).Encode(s.shiftCalendar(l, shifts, places)); err == nil {
		m.Calendar = cal.Bytes()
	} else {
		s.Log.ErrorContext(r.Context(), "no calendar in a mail", "cause", err.Error())
	}
	s.Mail(m)
}

// shiftLine is "tirsdag 3.11.2025 9.00–17.00, Dokk1".
func shiftLine(l language.Lang, x staffing.Shift, places map[string]string) string {
	from, until := x.From.In(models.Copenhagen), x.Until.In(models.Copenhagen)
	return fmt.Sprintf("%s %s %s–%s, %s", language.Weekday(l, from.Weekday()), models.DateOf(from).In(l), language.Clock(l, from), language.Clock(l, until), places[x.Place])
}

// tellSwap writes to the other one of a question about a swap: that it was asked,
// agreed to, declined or taken back. asked is the shift of the one who asked,
// theirs the one it was to be swapped with.
func (s *Server) tellSwap(r *site.Request, what, person string, asked, theirs staffing.Shift) {
	to, err := s.Store.Addressees(r.Context(), person)
	a, ok := to[person]
	if err == nil && !ok {
		return
	}
	places, perr := s.Store.Places(r.Context())
	if err := errors.Join(err, perr); err != nil {
		s.Log.ErrorContext(r.Context(), "no mail about a swap", "cause", err.Error())
		return
	}
	l, named := a.Lang, site.PlaceNamesOf(places)
	yours, others := theirs, asked
	if person == asked.Person {
		yours, others = asked, theirs
	}
	text := language.Text(l, "my-shifts.mail_hello", a.Name) + "\n\n" + language.Text(l, "my-shifts.swap_mail."+what) + "\n\n" +
		language.Text(l, "my-shifts.swap_mail_yours", shiftLine(l, yours, named)) + "\n" + language.Text(l, "my-shifts.swap_mail_theirs", shiftLine(l, others, named)) +
		"\n\n" + language.Text(l, "my-shifts.swap_mail_end."+what, s.BaseURL+"/min-vagtplan") + "\n"
	s.Mail(models.Mail{Key: models.MailKey("swap", what, person, r.Act().Key), Person: person, To: a.Email, Subject: language.Text(l, "my-shifts.swap_subject."+what), Text: text})
}

// mailKey names the mail about shifts as they stand: whoever clicks twice tells once.
func mailKey(person string, shifts []staffing.Shift) string {
	parts := []string{"shifts", person}
	for _, x := range shifts {
		parts = append(parts, fmt.Sprint(x.ID, " ", x.Sequence, " ", x.State, " ", x.SwapWith))
	}
	return models.MailKey(parts...)
}
