package desk

import (
	"slices"
	"strconv"

	"github.com/brevstemme/brevstemme/app/web/site"
	"github.com/brevstemme/brevstemme/models"
	"github.com/brevstemme/brevstemme/models/custody"
	"github.com/brevstemme/brevstemme/models/desk"
	"github.com/brevstemme/brevstemme/models/language"
)

// stockLine is one equation of the material balance on screen.
type stockLine struct {
	Item, Name string
	models.Stock
	Holds bool
}

type deskClosingPage struct {
	site.Chrome
	deskHead
	Step      string // shut, count, recount, explain, pack, sign, closed
	Tasks     []site.Task
	Piles     []site.PileLine
	Stock     []stockLine
	SearchAt  []site.Option
	Second    []site.Option
	OnDesk    []site.Fact // what lies at the desk and is not packed
	Sums      []site.Equation
	Events    site.Table
	Facts     []site.Fact
	Unpacked  bool
	Packing   []packLine
	Boxes     site.Table
	Waiting   int // events in the outboxes of the session's desks
	CountedBy string
	// The PCs that have not sent; those that a coordinator can declare lost now.
	Lost        site.Table
	LostPCs     []site.Option
	LostReasons []site.Option
	MayLose     bool
}

var deskClosingView = site.NewView[*deskClosingPage]("desk-closing")

// deskClosing is the evening: doors, hand count, packing, material, signatures.
func (s *Server) deskClosing(r *site.Request) error {
	p, _, err := s.deskClosingPage(r)
	if err != nil {
		return err
	}
	return deskClosingView.Render(r, p)
}

func (s *Server) deskClosingPage(r *site.Request) (*deskClosingPage, desk.Shift, error) {
	sh, err := s.DeskShift(r)
	if err != nil {
		return nil, sh, err
	}
	x := sh.Session
	p := &deskClosingPage{Chrome: site.Chrome{Crumbs: deskCrumbs, TitleKey: "desk-closing.title", TitleArgs: []any{sh.Place.Name}}, deskHead: headOfDesk(r, sh, "closing")}
	p.Step = closingStep(sh)
	p.Tasks = closingTasks(r, p.Step, x.ID)
	names, err := s.Store.Names(r.Context())
	if err != nil {
		return nil, sh, err
	}
	for _, c := range x.Crew {
		if c.Until.IsZero() && c.Person != r.Account.Person {
			p.Second = append(p.Second, site.Option{Value: c.Person, Text: names[c.Person].Name})
		}
	}
	for _, spot := range sh.Place.SearchAt {
		p.SearchAt = append(p.SearchAt, site.Option{Value: spot, Text: spot})
	}
	if n := len(x.HandCounts); n > 0 {
		p.CountedBy = names[x.HandCounts[n-1].Person].Name
	}
	p.fillPiles(r, sh)
	if p.Step == "pack" || p.Step == "sign" || p.Step == "closed" {
		if err := s.fillBalance(r, p, sh); err != nil {
			return nil, sh, err
		}
	}
	if p.Waiting, err = s.Store.DeskWaiting(r.Context(), x.ID); err != nil {
		return nil, sh, err
	}
	if err := s.fillPacking(r, p, sh); err != nil {
		return nil, sh, err
	}
	if p.Step == "closed" {
		p.fillReport(r, x, names)
		events, err := s.Store.DeskEvents(r.Context(), x.ID, 400)
		if err != nil {
			return nil, sh, err
		}
		events = slices.DeleteFunc(events, func(e desk.Event) bool { return e.Act == desk.ActReceive && e.UndoneBy == "" && !e.Late })
		if p.Events, err = s.eventTable(r, sh, events); err != nil {
			return nil, sh, err
		}
		p.Events.Caption = r.Text("desk.events_told")
	}
	return p, sh, s.fillLost(r, p, names)
}

// closingStep is what comes next in the evening.
func closingStep(sh desk.Shift) string {
	x := sh.Session
	open := false
	for item, n := range sh.Held {
		_, _, env := custody.EnvelopeOf(item)
		open = open || env && n > 0
	}
	switch {
	case x.State == models.SessionClosed:
		return "closed"
	case x.State != models.SessionClosing:
		return "shut"
	case x.Desk.Counted == "":
		return "count"
	case x.Desk.Counted == desk.CountedDiffers && len(x.HandCounts) < 2:
		return "recount"
	case x.Desk.Counted == desk.CountedDiffers:
		return "explain"
	case open:
		return "pack"
	}
	return "sign"
}

func closingTasks(r *site.Request, step, session string) []site.Task {
	order := []string{"shut", "count", "recount", "explain", "pack", "sign", "closed"}
	now := slices.Index(order, step)
	var ts []site.Task
	for _, t := range []string{"shut", "count", "pack", "sign"} {
		i := slices.Index(order, t)
		tag := site.Tag{Kind: "plain", Text: r.Text("desk.step.later")}
		switch {
		case now > i && !(t == "count" && now < 4):
			tag = site.Tag{Kind: "ok", Text: r.Text("desk.step.done")}
		case now == i || t == "count" && now < 4 && now > 0:
			tag = site.Tag{Kind: "warn", Text: r.Text("desk.step.now")}
		}
		ts = append(ts, site.Task{Text: r.Text("desk.step." + t), Tag: tag})
	}
	return ts
}

// fillPiles lists the piles. The book's figures are filled in only once the
// count is settled: until then they are in no page (blind count).
func (p *deskClosingPage) fillPiles(r *site.Request, sh desk.Shift) {
	book := sh.BookCounts()
	settled := p.Step != "shut" && p.Step != "count" && p.Step != "recount"
	for _, id := range sh.Session.Elections {
		for _, kind := range []string{custody.Own, "other", custody.Unknown} {
			key := custody.CountKey(id, kind)
			l := site.PileLine{Key: key, Field: "count:" + key, Text: site.WordAndName(sh.Elections[id]) + ": " + r.Text("desk.kind."+kind)}
			if n := len(sh.Session.HandCounts); settled && n > 0 {
				l.Book, l.Found = book[key], sh.Session.HandCounts[n-1].Counts[key]
			}
			p.Piles = append(p.Piles, l)
		}
		if settled {
			total := 0
			for item, n := range sh.Held {
				if e, _, ok := custody.EnvelopeOf(item); ok && e == id {
					total += int(n)
				}
			}
			if total > 0 {
				p.Unpacked = true
				p.OnDesk = append(p.OnDesk, site.Fact{Name: site.WordAndName(sh.Elections[id]), Text: language.Number(r.Lang, int64(total))})
			}
		}
	}
}

// fillBalance shows the equation of each election and the material balance.
func (s *Server) fillBalance(r *site.Request, p *deskClosingPage, sh desk.Shift) error {
	tallies, err := s.Store.Tallies(r.Context(), sh.Session)
	if err != nil {
		return err
	}
	used, spoiled := map[string]int{}, map[string]int{}
	for _, t := range tallies {
		used[t.Election] = t.Received
		spoiled[custody.Material(t.Election, desk.MaterialSet)] = t.Spoiled
		p.Sums = append(p.Sums, site.Equation{Received: t.Received, Parts: []site.Part{
			{Name: r.Text("desk.kind.own"), Number: t.Kinds[custody.Own]}, {Name: r.Text("desk.kind.other"), Number: t.Kinds["other"]}, {Name: r.Text("desk.kind.unknown"), Number: t.Kinds[custody.Unknown]}}})
	}
	for _, item := range stockItems(sh.Session) {
		p.Stock = append(p.Stock, lineOfStock(r, sh, item, used, spoiled))
	}
	return nil
}

// stockItems are the items counted at a session, in the order of its elections.
func stockItems(x models.Session) []string {
	var items []string
	for _, id := range x.Elections {
		for _, what := range desk.Materials {
			if _, ok := x.Desk.Stock[custody.Material(id, what)]; ok {
				items = append(items, custody.Material(id, what))
			}
		}
	}
	return items
}

func lineOfStock(r *site.Request, sh desk.Shift, item string, used, spoiled map[string]int) stockLine {
	st := sh.Session.Desk.Stock[item]
	id, what := custody.MaterialOf(item)
	if sh.Session.State != models.SessionClosed {
		st.Used, st.Spoiled = used[id], spoiled[item]
	}
	return stockLine{Item: item, Name: site.WordAndName(sh.Elections[id]) + ": " + r.Text("desk.material."+what), Stock: st, Holds: st.Off() == 0}
}

// fillReport is the day report on screen.
func (p *deskClosingPage) fillReport(r *site.Request, x models.Session, names map[string]models.Private) {
	by := ""
	for i, id := range x.ClosedBy {
		if i > 0 {
			by += ", "
		}
		by += names[id].Name
	}
	p.Facts = []site.Fact{
		{Name: r.Text("desk.planned"), Text: hours(r, x)},
		{Name: r.Text("desk.actual"), Text: r.Clock(x.OpenedAt) + "–" + r.Clock(x.ShutAt)},
		{Name: r.Text("desk.closed_at"), Text: r.Clock(x.ClosedAt) + " · " + by},
		{Name: r.Text("desk.in_line_then"), Text: strconv.Itoa(x.Desk.InLine)},
		{Name: r.Text("desk.counted"), Text: r.Text("desk.counted." + x.Desk.Counted)},
	}
	if x.Explanation != "" {
		p.Facts = append(p.Facts, site.Fact{Name: r.Text("desk.explanation"), Text: x.Explanation})
	}
	if x.Desk.Unsealed != "" {
		p.Facts = append(p.Facts, site.Fact{Name: r.Text("desk.unsealed"), Text: x.Desk.Unsealed})
	}
	for _, id := range x.Desk.Deviations {
		p.Facts = append(p.Facts, site.Fact{Name: r.Text("desk.deviation"), Text: id, Serial: true})
	}
}

// deskClose takes the forms of the evening; "do" tells which.
func (s *Server) deskClose(r *site.Request) error {
	p, sh, err := s.deskClosingPage(r)
	if err != nil {
		return err
	}
	message, err := s.closingAct(r, p, sh)
	if err != nil {
		return deskClosingView.Again(r, err, p)
	}
	if r.Field("do") == "resume" {
		return r.Done("/skranke/"+sh.Session.ID, message)
	}
	return r.Done("/skranke/"+sh.Session.ID+"/lukning", message)
}

// closingAct does one step and returns the message for it.
func (s *Server) closingAct(r *site.Request, p *deskClosingPage, sh desk.Shift) (string, error) {
	ctx, id := r.Context(), sh.Session.ID
	switch r.Field("do") {
	case "shut":
		n := 0
		var err error
		if r.Field("in_line") != "" {
			if n, err = r.Count("in_line"); err != nil {
				return "", err
			}
		}
		_, err = s.Store.ShutSession(ctx, r.Act(), id, n)
		return "desk.shut_done", err
	case "resume":
		_, err := s.Store.ResumeSession(ctx, r.Act(), id)
		return "desk.resumed", err
	case "count":
		return s.countByHand(r, p, id)
	case "explain":
		act, err := s.Witnessed(r)
		if err != nil {
			return "", err
		}
		_, err = s.Store.ExplainCount(ctx, act, id, r.Field("explanation"))
		return "desk.explained", err
	case "pack":
		return "desk.packed", s.packAndSeal(r, p, sh)
	case "close":
		return s.sign(r, p, sh)
	}
	return "", models.Invalid("do", "desk.act_unknown")
}

func (s *Server) countByHand(r *site.Request, p *deskClosingPage, id string) (string, error) {
	counts := map[string]int{}
	for _, l := range p.Piles {
		n, err := r.Count(l.Field)
		if err != nil {
			return "", err
		}
		counts[l.Key] = n
	}
	x, err := s.Store.HandCount(r.Context(), r.Act(), id, counts)
	if err != nil {
		return "", err
	}
	return "desk.counted." + x.Desk.Counted, nil
}

func (s *Server) sign(r *site.Request, p *deskClosingPage, sh desk.Shift) (string, error) {
	cmd := desk.CloseCmd{Left: map[string]int{}, Explain: map[string]string{}, Unsealed: r.Field("unsealed")}
	for _, l := range p.Stock {
		n, err := r.Count("left:" + l.Item)
		if err != nil {
			return "", err
		}
		cmd.Left[l.Item], cmd.Explain[l.Item] = n, r.Field("explain:"+l.Item)
	}
	for _, spot := range r.Fields("searched") {
		cmd.Searched = append(cmd.Searched, models.Check{Key: spot, Person: r.Account.Person, At: s.Now().UTC()})
	}
	act, err := s.Witnessed(r)
	if err != nil {
		return "", err
	}
	for i := range cmd.Searched {
		cmd.Searched[i].Witness = act.Witness
	}
	_, err = s.Store.CloseSession(r.Context(), act, sh.Session.ID, cmd)
	return "desk.closed_done", err
}
