package onward

import (
	"slices"
	"strconv"
	"strings"

	"github.com/brevstemme/brevstemme/app/web/site"
	"github.com/brevstemme/brevstemme/models"
	"github.com/brevstemme/brevstemme/models/language"
	"github.com/brevstemme/brevstemme/models/onward"
)

func (s *Server) transportPage(r *site.Request) (*site.BlockPage, error) {
	e, err := s.chosen(r)
	if err != nil {
		return nil, err
	}
	all, err := s.Store.Carriers(r.Context())
	if err != nil {
		return nil, err
	}
	peers, err := s.Store.Peers(r.Context())
	if err != nil {
		return nil, err
	}
	path := "/videresendelse/" + e.ID + "/transport"
	t := site.Table{Caption: r.Text("onward.carriers"), Empty: r.Text("onward.carriers_empty"), Columns: []site.Column{{Text: r.Text("onward.name")}, {Text: r.Text("onward.kind")}, {Text: r.Text("onward.departs")}, {Text: r.Text("onward.arrives")}}}
	var changing onward.Carrier
	for _, c := range all {
		if c.ID == r.Query("id") {
			changing = c
		}
		name := site.Cell{Text: c.Name}
		if r.Account.Is(models.RoleCoordinator) {
			name.Href = path + "?id=" + c.ID
		}
		t.Rows = append(t.Rows, []site.Cell{name, {Text: r.Text("onward.carrier." + string(c.Kind))}, {Text: departs(r, c)}, {Text: arrival(r, c)}})
	}
	pt := site.Table{Caption: r.Text("onward.peers"), Empty: r.Text("onward.peers_empty"), Columns: []site.Column{{Text: r.Text("onward.municipality")}, {Text: r.Text("onward.key")}}}
	for _, x := range peers {
		pt.Rows = append(pt.Rows, []site.Cell{{Text: site.MunicipalityName(x.Code)}, {Text: x.Key}})
	}
	p := &site.BlockPage{Chrome: site.Chrome{TitleKey: "onward.carriers", Crumbs: forwardingCrumbs(e.ID)}, Blocks: []site.Block{{Table: t}, {Table: pt}}}
	if key := s.Store.VerifierKey(); key != "" {
		p.Blocks = append(p.Blocks, site.Block{Heading: r.Text("onward.own_key"), Text: r.Text("onward.own_key_text")}, site.Block{Code: key})
	}
	if r.Account.Is(models.RoleCoordinator) {
		p.Blocks = append(p.Blocks, s.carrierForm(r, path, changing), site.Block{Heading: r.Text("onward.peer_add"), Text: r.Text("onward.peer_text"), Form: site.BlockForm{Action: path, Do: "peer", Button: r.Text("onward.peer_add"), Fields: []site.BlockField{
			{Kind: "select", Name: "code", Label: r.Text("onward.municipality"), Options: s.municipalityOptions()}, {Name: "key", Label: r.Text("onward.key")}}}})
	}
	return p, nil
}

// carrierForm adds a carrier, or changes the one of the address (?id=).
func (s *Server) carrierForm(r *site.Request, path string, c onward.Carrier) site.Block {
	var kinds, days []site.Option
	for _, k := range onward.CarrierKinds {
		kinds = append(kinds, site.Option{Value: string(k), Text: r.Text("onward.carrier." + string(k)), Checked: k == c.Kind})
	}
	for i := 1; i <= 7; i++ {
		days = append(days, site.Option{Value: strconv.Itoa(i), Text: weekday(r, i), Checked: slices.Contains(c.Weekdays, i)})
	}
	block := site.Block{Heading: r.Text("onward.carrier_add"), Text: r.Text("onward.carrier_text"), Form: site.BlockForm{Action: path, Do: "carrier", Button: r.Text("onward.carrier_add")}}
	if c.ID != "" {
		block.Heading, block.Form.Button, block.Form.Action = r.Text("onward.carrier_change", c.Name), r.Text("onward.carrier_save"), path+"?id="+c.ID
	}
	var dates []string
	for _, d := range c.Dates {
		dates = append(dates, d.String())
	}
	block.Form.Fields = []site.BlockField{
		{Name: "name", Label: r.Text("onward.name"), Value: c.Name}, {Kind: "select", Name: "kind", Label: r.Text("onward.kind"), Options: kinds},
		{Kind: "checks", Name: "weekdays", Label: r.Text("onward.weekdays"), Options: days}, {Name: "dates", Label: r.Text("onward.dates"), Hint: r.Text("onward.dates_hint"), Optional: true, Value: strings.Join(dates, " ")},
		{Name: "times", Label: r.Text("onward.times"), Hint: r.Text("onward.times_hint"), Value: onward.TimesText(c.Times)}, {Kind: "count", Name: "minutes", Label: r.Text("onward.travel_minutes"), Hint: r.Text("onward.minutes_hint"), Optional: true, Value: some(c.Minutes)},
		{Kind: "count", Name: "days", Label: r.Text("onward.days"), Optional: true, Value: some(c.Days)}, {Name: "arrives_at", Label: r.Text("onward.arrives_at"), Optional: true, Value: onward.TimesText(positiveTime(c.ArrivesAt))},
		{Name: "extra", Label: r.Text("onward.carrier_extra"), Hint: r.Text("onward.carrier_extra_hint"), Optional: true, Value: onward.ExtraText(c.Extra)},
		{Name: "not", Label: r.Text("onward.carrier_not"), Hint: r.Text("onward.carrier_codes_hint"), Optional: true, Value: strings.Join(c.Not, " ")}, {Name: "only", Label: r.Text("onward.carrier_only"), Hint: r.Text("onward.carrier_codes_hint"), Optional: true, Value: strings.Join(c.Only, " ")}}
	if c.ID != "" {
		block.Form.Fields = append(block.Form.Fields, site.BlockField{Kind: "checks", Name: "retired", Label: r.Text("onward.carrier_retire"), Options: []site.Option{{Value: "1", Text: r.Text("onward.carrier_retire_yes")}}, Optional: true})
	}
	return block
}

func some(n int) string {
	if n == 0 {
		return ""
	}
	return strconv.Itoa(n)
}

func positiveTime(m int) []int {
	if m == 0 {
		return nil
	}
	return []int{m}
}

func weekday(r *site.Request, iso int) string {
	return language.Weekday(r.Lang, models.NewDate(2024, 1, iso).Weekday()) // 1 January 2024 was a Monday
}

func departs(r *site.Request, c onward.Carrier) string {
	var days, times []string
	for _, d := range c.Dates {
		days = append(days, r.ShortDay(d))
	}
	if len(days) == 0 {
		for _, w := range c.Weekdays {
			days = append(days, weekday(r, w))
		}
	}
	for _, m := range c.Times {
		times = append(times, r.Clock(models.NewDate(2024, 1, 1).At(m/60, m%60)))
	}
	return strings.Join(days, ", ") + " " + strings.Join(times, ", ")
}

func arrival(r *site.Request, c onward.Carrier) string {
	if c.Minutes > 0 {
		return r.Text("onward.after_minutes", c.Minutes)
	}
	return r.Text("onward.after_days", c.Days, r.Clock(models.NewDate(2024, 1, 1).At(c.ArrivesAt/60, c.ArrivesAt%60)))
}

func (s *Server) carriersDo(r *site.Request) error {
	p, err := s.transportPage(r)
	if err != nil {
		return err
	}
	path := "/videresendelse/" + r.Param("election") + "/transport"
	if r.Field("do") == "peer" {
		if err := s.Store.SavePeer(r.Context(), r.Act(), s.Municipality, onward.Peer{Code: r.Field("code"), Key: r.Field("key")}); err != nil {
			return site.BlockView.Again(r, err, p)
		}
		return r.Done(path, "onward.peer_saved")
	}
	c, err := readCarrier(r)
	if err == nil {
		_, err = s.Store.SaveCarrier(r.Context(), r.Act(), c)
	}
	if err != nil {
		return site.BlockView.Again(r, err, p)
	}
	return r.Done(path, "onward.carrier_saved")
}

func readCarrier(r *site.Request) (onward.Carrier, error) {
	c := onward.Carrier{ID: r.Query("id"), Name: r.Field("name"), Kind: onward.CarrierKind(r.Field("kind")), Retired: r.Field("retired") != ""}
	c.Not, c.Only = onward.Codes(r.Field("not")), onward.Codes(r.Field("only"))
	var err error
	if c.Extra, err = onward.ParseExtra(r.Field("extra")); err != nil {
		return c, err
	}
	for _, w := range r.Fields("weekdays") {
		n, err := strconv.Atoi(w)
		if err != nil {
			return c, models.Invalid("weekdays", "onward.carrier_time")
		}
		c.Weekdays = append(c.Weekdays, n)
	}
	for _, d := range strings.Fields(strings.ReplaceAll(r.Field("dates"), ",", " ")) {
		day, err := models.ParseDate(d)
		if err != nil {
			return c, models.Invalid("dates", "form.not_a_date", d)
		}
		c.Dates = append(c.Dates, day)
	}
	if c.Times, err = onward.ParseTimes(r.Field("times")); err != nil {
		return c, err
	}
	for name, to := range map[string]*int{"minutes": &c.Minutes, "days": &c.Days} {
		if r.Field(name) != "" {
			if *to, err = r.Count(name); err != nil {
				return c, err
			}
		}
	}
	at, err := onward.ParseTimes(r.Field("arrives_at"))
	if len(at) > 0 {
		c.ArrivesAt = at[0]
	}
	return c, err
}
