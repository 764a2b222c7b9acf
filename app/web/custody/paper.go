package custody

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
	"github.com/brevstemme/brevstemme/models/store/boxes"
	"github.com/brevstemme/brevstemme/models/trace"
	"github.com/brevstemme/brevstemme/pdf"
)

func (s *Server) custodyPaperRoutes() []site.Route {
	return []site.Route{
		site.Get("/etiketter.pdf", keepers, s.labelsPDF),
		site.Get("/segl/segl.pdf", watchers, s.allSeals),
		site.Get("/segl/:place/segl.pdf", watchers, s.sealsPDF),
		site.Get("/modtagelse/modtagelse.pdf", site.Reception, s.receptionPDF),
		site.Get("/dag/:date/overdragelser.pdf", handoverReaders, s.dayHandovers),
		site.Get("/dag/:date/koerelister.pdf", handoverReaders, s.courierRuns),
	}
}

// officeForm is the head of a form that belongs to no one session: that of the
// election, or of all that are running.
func (s *Server) officeForm(r *site.Request, t pdf.Type, election string) (pdf.Form, error) {
	sh := desk.Shift{Elections: map[string]models.Election{}}
	all, err := s.Store.Elections(r.Context())
	if err != nil {
		return pdf.Form{}, err
	}
	for _, e := range all {
		if e.ID == election || election == "" && e.State == models.ElectionRunning && !e.Practice {
			sh.Elections[e.ID], sh.Session.Elections = e, append(sh.Session.Elections, e.ID)
		}
	}
	return s.DeskForm(r, sh, t, true)
}

// labelsPDF is a label for one container (nr), or for every empty one at the
// reader's places. Format, first free label and the printer's offset come with it.
func (s *Server) labelsPDF(r *site.Request) error {
	arg := func(name string) string { return cmp.Or(r.Field(name), r.Query(name)) }
	sheet := labelSheet(arg("ark"))
	all, err := s.Store.Containers(r.Context(), boxes.ContainerFilter{Places: r.Places()})
	if err != nil {
		return err
	}
	places, err := s.PlaceNames(r)
	if err != nil {
		return err
	}
	f, err := s.officeForm(r, pdf.TypeContainerLabels, "")
	if err != nil {
		return err
	}
	c := pdf.ContainerLabels{Form: f, Sheet: sheet, Start: 1, Outlines: arg("kant") != ""}
	if n, err := strconv.Atoi(arg("start")); err == nil && n >= 1 && n <= sheet.Columns*sheet.Rows {
		c.Start = n
	}
	c.OffsetX, c.OffsetY = LabelOffset(r)
	for _, o := range []struct {
		name string
		to   *float64
	}{{"x", &c.OffsetX}, {"y", &c.OffsetY}} {
		if arg(o.name) == "" {
			continue
		}
		if *o.to, err = millimetres(arg(o.name)); err != nil {
			return models.Invalid(o.name, "print.offset")
		}
	}
	for _, x := range all {
		if arg("nr") == x.ID || arg("nr") == "" && x.State == custody.ContainerEmpty {
			c.Labels = append(c.Labels, pdf.Label{Number: x.ID, Kind: r.Text("container.kind." + string(x.Kind)), Place: places[custody.HolderID(x.Holder)]})
		}
	}
	if len(c.Labels) == 0 {
		return s.WriteForms(r, "etiketter")
	}
	return s.WritePDF(r, "etiketter", c)
}

// millimetres reads a printer's offset of at most 20 mm either way.
func millimetres(s string) (float64, error) {
	if s == "" {
		return 0, nil
	}
	v, err := strconv.ParseFloat(strings.Replace(s, ",", ".", 1), 64)
	if err == nil && (v < -20 || v > 20 || v != v) {
		err = strconv.ErrRange
	}
	return v, err
}

// sealsPDF lists the seals that a place was ever given.
func (s *Server) sealsPDF(r *site.Request) error {
	if !r.Act().MayActAt(r.Param("place")) {
		return models.E(models.CodeNotFound, "")
	}
	place, err := s.Store.Place(r.Context(), r.Param("place"))
	if err != nil {
		return err
	}
	l, err := s.sealList(r, place)
	if err != nil {
		return err
	}
	r.About.Place = place.ID
	return s.WritePDF(r, "segl-"+place.ID, l)
}

// allSeals are the lists of all the reader's places that were given seals.
func (s *Server) allSeals(r *site.Request) error {
	places, err := s.Store.Places(r.Context())
	if err != nil {
		return err
	}
	var all []site.Sheets
	for _, p := range places {
		if !r.Act().MayActAt(p.ID) {
			continue
		}
		l, err := s.sealList(r, p)
		if err != nil {
			return err
		}
		if len(l.Seals) > 0 {
			all = append(all, site.Sheets{Subject: "/segl/" + p.ID + "/segl", Place: p.ID, Docs: []pdf.Document{l}})
		}
	}
	return s.WriteForms(r, "segl", all...)
}

func (s *Server) sealList(r *site.Request, place models.Place) (pdf.SealIssue, error) {
	seals, err := s.Store.SealsAt(r.Context(), place.ID)
	if err != nil {
		return pdf.SealIssue{}, err
	}
	f, err := s.officeForm(r, pdf.TypeSealIssue, "")
	if err != nil {
		return pdf.SealIssue{}, err
	}
	names, err := s.Store.Names(r.Context())
	if err != nil {
		return pdf.SealIssue{}, err
	}
	places, err := s.PlaceNames(r)
	if err != nil {
		return pdf.SealIssue{}, err
	}
	l := pdf.SealIssue{Form: f, To: pdf.Party{Site: place.Name, Address: site.AddressOf(place)}}
	issued, used, back, lost := trace.SealSums(seals)
	l.Issued, l.Used, l.Returned, l.Lost = pdf.Known(issued), pdf.Known(used), pdf.Known(back), pdf.Known(lost)
	var lots []string
	for _, x := range seals {
		if x.Lot != "" && !slices.Contains(lots, x.Lot) {
			lots = append(lots, x.Lot)
		}
		l.Seals = append(l.Seals, sealLine(r, x, names, places))
	}
	if len(lots) == 1 {
		l.Lot = lots[0]
	}
	return l, nil
}

// sealLine is one seal of the list. What happened to it after it went back
// belongs to the list of the place that has it now.
func sealLine(r *site.Request, x trace.SealTrace, names map[string]models.Private, places map[string]string) pdf.SealLine {
	line := pdf.SealLine{Number: x.Serial, IssuedAt: x.Issued, AppliedAt: x.Applied, AppliedBy: names[x.AppliedBy].Name, ReturnedAt: x.Returned, ReturnedTo: places[x.ReturnedTo]}
	if !x.Applied.IsZero() {
		line.AppliedTo = x.Container
	}
	why := x.Reason
	if h, ok := strings.CutPrefix(why, "recount "); ok {
		why = r.Text("print.recounted", h)
	}
	why = strings.Trim(why+", "+names[x.BrokenBy].Name, ", ")
	switch {
	case !x.Returned.IsZero():
	case x.State == custody.SealBroken:
		line.BrokenAt, line.BrokenWhy, line.KeptIn = x.Ended, why, cmp.Or(places[x.KeptIn], x.KeptIn)
	case x.State == custody.SealLost:
		line.LostAt, line.BrokenWhy = x.Ended, why
	}
	return line
}

// receptionPDF is the reception's record of a day (dag, else today).
func (s *Server) receptionPDF(r *site.Request) error {
	day := models.DateOf(s.Now())
	if d, err := models.ParseDate(r.Query("dag")); err == nil {
		day = d
	}
	hs, err := s.Store.Handovers(r.Context(), boxes.HandoverFilter{Places: r.Places(), Limit: 5000})
	if err != nil {
		return err
	}
	f, err := s.officeForm(r, pdf.TypeReception, "")
	if err != nil {
		return err
	}
	places, names, err := s.PlacesAndNames(r)
	if err != nil {
		return err
	}
	slices.SortFunc(hs, func(a, b custody.Handover) int { return cmp.Or(a.Arrived.Compare(b.Arrived), cmp.Compare(a.ID, b.ID)) })
	rec := pdf.Reception{Form: f, Day: day}
	expected, total, whole := 0, 0, true
	for _, h := range hs {
		if !r.Act().MayActAt(h.To) || models.DateOf(cmp.Or(h.Arrived, h.PlannedTo)) != day {
			continue
		}
		rec.Place = places[h.To]
		expected += len(h.Sent)
		if h.Arrived.IsZero() {
			for _, x := range h.Sent {
				rec.Missing = append(rec.Missing, strings.ReplaceAll(models.GroupSerial(x.Container), " ", "\u00a0")) // kept on one line
			}
			continue
		}
		a := s.arrivalLine(r, h, places, names)
		total, whole = total+a.Counted.N, whole && a.Counted.Known
		rec.Arrivals = append(rec.Arrivals, a)
	}
	rec.Expected, rec.KeyBy = pdf.Known(expected), keyHolders(hs, rec.Arrivals, names)
	if whole && len(rec.Arrivals) > 0 {
		rec.Total = pdf.Known(total)
	}
	return s.WritePDF(r, "modtagelse-"+day.String(), rec)
}

// keyHolders is who holds which room's key among what was taken in: the name alone
// when it is one person's.
func keyHolders(hs []custody.Handover, taken []pdf.Arrival, names map[string]models.Private) string {
	var who, lines []string
	for _, h := range hs {
		name := names[h.KeyHolder].Name
		if name == "" || !slices.ContainsFunc(taken, func(a pdf.Arrival) bool { return a.Handover == h.ID }) {
			continue
		}
		line := name
		if h.Room != "" {
			line = h.Room + ": " + name
		}
		who, lines = append(who, name), append(lines, line)
	}
	slices.Sort(who)
	if who = slices.Compact(who); len(who) == 1 {
		return who[0]
	}
	slices.Sort(lines)
	return strings.Join(slices.Compact(lines), "\n")
}

// arrivalLine is one handover in the record. The receiver's count stands there
// once both counts are in the book: until then a second person counts blind.
func (s *Server) arrivalLine(r *site.Request, h custody.Handover, places map[string]string, names map[string]models.Private) pdf.Arrival {
	a := pdf.Arrival{At: h.Arrived, Handover: h.ID, From: places[h.From], Courier: names[cmp.Or(h.Carrier.Person, h.Courier)].Name, Containers: pdf.Known(len(h.Sent)),
		Second: names[h.Second.Person].Name, StoredIn: h.Room, Released: h.Released.At}
	if !h.Revealed() || !mayKnow(r, h) || len(h.Counts) == 0 {
		return a
	}
	sent, found := 0, 0
	known := true
	for _, x := range h.Sent {
		known = known && x.Counts != nil
		sent += sumCounts(x.Counts)
	}
	var conditions []string // each once: one box's must not hide another's
	for _, x := range h.Counts[len(h.Counts)-1].Reads {
		found += sumCounts(x.Counts)
		if text := conditionText(r, x); !slices.Contains(conditions, text) {
			conditions = append(conditions, text)
		}
	}
	a.Counted, a.Condition = pdf.Known(found), strings.Join(conditions, "\n")
	if known {
		a.Difference = pdf.Known(found - sent)
	}
	return a
}

// dayHandovers are the forms of every handover that was offered on a day, each
// half only to those who may have it.
func (s *Server) dayHandovers(r *site.Request) error {
	hs, day, err := s.handoversOf(r)
	if err != nil {
		return err
	}
	var all []site.Sheets
	for _, h := range hs {
		docs, err := s.handoverSheets(r, h, mayKnow(r, h))
		if err != nil {
			return err
		}
		a := s.handoverAbout(r, h)
		all = append(all, site.Sheets{Subject: "/overdragelser/" + h.ID + "/overdragelse", Election: a.Election, Place: a.Place, Docs: docs})
	}
	return s.WriteForms(r, "overdragelser-"+day.String(), all...)
}

// handoversOf are the handovers offered on a day that the reader may see.
func (s *Server) handoversOf(r *site.Request) ([]custody.Handover, models.Date, error) {
	day, err := models.ParseDate(r.Param("date"))
	if err != nil {
		return nil, day, models.E(models.CodeNotFound, "")
	}
	f := handoverFilter(r)
	f.Limit = 5000
	hs, err := s.Store.Handovers(r.Context(), f)
	hs = slices.DeleteFunc(hs, func(h custody.Handover) bool { return models.DateOf(cmp.Or(h.PlannedFrom, h.Giver.At)) != day })
	slices.SortFunc(hs, func(a, b custody.Handover) int {
		return cmp.Or(cmp.Or(a.PlannedFrom, a.Giver.At).Compare(cmp.Or(b.PlannedFrom, b.Giver.At)), cmp.Compare(a.ID, b.ID))
	})
	return hs, day, err
}

// courierRuns is a run sheet for each courier of a day.
func (s *Server) courierRuns(r *site.Request) error {
	hs, day, err := s.handoversOf(r)
	if err != nil {
		return err
	}
	names, err := s.Store.Names(r.Context())
	if err != nil {
		return err
	}
	places, err := s.Store.Places(r.Context())
	if err != nil {
		return err
	}
	stop := func(id string, at time.Time, person string, boxes []string, pick bool) pdf.Stop {
		x := pdf.Stop{Planned: at, Person: names[person].Name, Phone: names[person].Phone, Place: id}
		for _, p := range places {
			if p.ID == id {
				x.Place, x.Address = p.Name, site.AddressOf(p)
			}
		}
		if pick {
			x.Pick = boxes
		} else {
			x.Leave = boxes
		}
		return x
	}
	var order []string
	runs := map[string]pdf.CourierRun{}
	for _, h := range hs {
		who := cmp.Or(h.Carrier.Person, h.Courier)
		if who == "" {
			continue
		}
		run, ok := runs[who]
		if !ok {
			order = append(order, who)
			if run.Form, err = s.officeForm(r, pdf.TypeCourierRun, ""); err != nil {
				return err
			}
			run.Courier, run.Second, run.Phone, run.Vehicle = names[who].Name, names[h.StandIn].Name, names[who].Phone, h.Vehicle
		}
		boxes := h.Outermost()
		run.Stops = append(run.Stops, stop(h.From, cmp.Or(h.PlannedFrom, h.Giver.At), h.Giver.Person, boxes, true), stop(h.To, h.PlannedTo, h.Receiver.Person, boxes, false))
		runs[who] = run
	}
	var all []site.Sheets
	for _, who := range order {
		run := runs[who]
		slices.SortStableFunc(run.Stops, func(a, b pdf.Stop) int { return a.Planned.Compare(b.Planned) })
		run.From, run.To = run.Stops[0].Planned, run.Stops[len(run.Stops)-1].Planned
		all = append(all, site.Sheets{Subject: "/dag/" + day.String() + "/koereliste?bud=" + who, Docs: []pdf.Document{run}})
	}
	return s.WriteForms(r, "koerelister-"+day.String(), all...)
}

// WaitsToCount tells whether something is on its way whose figures the reader may
// not know yet: sums that hold it are then left out, or a receiver could reckon
// the giver's count from them.
func (s *Server) WaitsToCount(r *site.Request) (bool, error) {
	hs, err := s.Store.Handovers(r.Context(), boxes.HandoverFilter{Open: true, Limit: 5000})
	return slices.ContainsFunc(hs, func(h custody.Handover) bool { return r.Act().MayActAt(h.To) && !mayKnow(r, h) }), err
}
