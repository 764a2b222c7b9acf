package webtest

import (
	"fmt"
	"maps"
	"net/url"
	"strconv"
	"strings"
	"testing"

	"github.com/brevstemme/brevstemme/models"
	"github.com/brevstemme/brevstemme/models/custody"
	"github.com/brevstemme/brevstemme/models/desk"
	"github.com/brevstemme/brevstemme/models/store/boxes"
	"github.com/brevstemme/brevstemme/models/store/persons"
)

// Depot is a library with a reception beside it (place BS: rita, sara), a courier
// (kurt), an auditor (aud), another library (place RIS: lise), and a container with
// 137 own and 73 other envelopes of the local election under seal AB000412.
type Depot struct {
	*Library
	Box string // id of the container
}

// NewDepot makes a depot: its session is open, its box stands at the library.
func NewDepot(t testing.TB) *Depot {
	d := &Depot{Library: NewLibrary(t)}
	ctx := t.Context()
	_, err := d.Store.AddPlace(ctx, d.Act(), models.Place{ID: "BS", Name: "Borgerservice", Address: "Rådhuspladsen 2", Kind: models.PlaceReception})
	d.Must(err)
	_, err = d.Store.AddPlace(ctx, d.Act(), models.Place{ID: "RIS", Name: "Risskov Bibliotek", Address: "Fellesvej 30", Kind: models.PlaceLibrary})
	d.Must(err)
	for i, p := range []struct {
		name   string
		role   models.Role
		places []string
	}{{"kurt", models.RoleCourier, nil}, {"rita", models.RoleReception, []string{"BS"}}, {"sara", models.RoleReception, []string{"BS"}}, {"aud", models.RoleAuditor, nil}, {"lise", models.RoleLibraryLead, []string{"RIS"}}} {
		rec, err := d.Store.AddWithAccount(ctx, d.Act(), persons.NewPerson{Name: strings.ToUpper(p.name[:1]) + p.name[1:], Phone: "89 40 20 00", Person: models.Person{Roles: []models.Role{p.role}, Places: p.places}},
			persons.Credentials{Login: p.name, Password: Password, PIN: fmt.Sprintf("7%d7%d", i, i)})
		d.Must(err)
		d.Person[p.name] = rec.ID
	}
	d.As("anna").OK("/skranke/"+d.Session+"/aabning", d.Opening())
	act := func() models.Act { a := d.Act(); a.Person, a.Role = d.Person["anna"], models.RoleReceiver; return a }
	for i := range 137 + 73 {
		to := custody.Own
		if i >= 137 {
			to = "0730"
		}
		_, err := d.Store.Receive(ctx, act(), d.Session, desk.ReceiveCmd{Election: d.Local, Destination: to})
		d.Must(err)
	}
	karen := d.As("karen")
	karen.OK("/segl", url.Values{"place": {"LYS"}, "from": {"AB000412"}, "to": {"AB000431"}, "lot": {"L1"}})
	karen.OK("/beholdere/ny", url.Values{"place": {"LYS"}, "kind": {"box"}, "count": {"1"}})
	made, err := d.Store.Containers(ctx, boxes.ContainerFilter{})
	d.Must(err)
	d.Box = made[0].ID
	anna := d.As("anna")
	anna.OK("/beholdere/"+d.Box, url.Values{"do": {"pack"}, "desk": {d.Session + "/" + d.Local}})
	anna.OK("/beholdere/"+d.Box, url.Values{"do": {"seal"}, "seals": {"ab-000412"}, "certain": {""}})
	return d
}

// Offer hands the box over to the reception and returns the handover's id.
func (d *Depot) Offer() string {
	d.T.Helper()
	return d.OfferTo(nil)
}

// OfferTo is Offer with other fields of the form.
func (d *Depot) OfferTo(more url.Values) string {
	d.T.Helper()
	form := url.Values{"from": {"LYS"}, "to": {"BS"}, "containers": {d.Box}, "mode": {"fetch"}, "courier": {d.Person["kurt"]}, "planned_to": {"19.15"}}
	maps.Copy(form, more)
	d.As("anna").OK("/overdragelser/ny", form)
	hs, err := d.Store.Handovers(d.T.Context(), boxes.HandoverFilter{Open: true})
	d.Must(err)
	return hs[0].ID
}

// OnTheWay is Offer, and the courier has collected the box.
func (d *Depot) OnTheWay() string {
	d.T.Helper()
	id := d.Offer()
	d.As("kurt").OK("/overdragelser/"+id, url.Values{"do": {"collect"}, "containers": {d.Box}, "vehicle": {"BX 12 345"}})
	return id
}

// Counted is the form of the receiver who finds so many envelopes and these seals.
func (d *Depot) Counted(own, other string, seals string) url.Values {
	return url.Values{"do": {"count"}, d.Box + "-here": {"yes"}, d.Box + "-seals": {seals}, d.Box + "-condition": {"intact"}, d.Box + "-own": {own}, d.Box + "-other": {other}, d.Box + "-unknown": {"0"}}
}

// Evening closes the session with 11 envelopes left on the desk, counted by
// hand, after the council has decided on the protocol: all that could be told.
func (d *Depot) Evening() {
	d.T.Helper()
	d.Close(11)
	d.Must(d.Store.DecideProtocol(d.T.Context(), d.Act(), d.Local, models.Decision{Date: models.NewDate(2025, 9, 1), Body: "Byrådet", Reference: "sag 12"}))
}

// Close closes the session with so many envelopes left on the desk.
func (d *Depot) Close(loose int) {
	d.T.Helper()
	for range loose {
		a := d.Act()
		a.Person, a.Role = d.Person["anna"], models.RoleReceiver
		_, err := d.Store.Receive(d.T.Context(), a, d.Session, desk.ReceiveCmd{Election: d.Local, Destination: custody.Own})
		d.Must(err)
	}
	at, set := "/skranke/"+d.Session+"/lukning", "left:"+custody.Material(d.Local, "set")
	anna, count := d.As("anna"), url.Values{"do": {"count"}}
	for _, key := range desk.Piles(models.Session{Elections: []string{d.Local, d.Seniors}}) {
		count.Set("count:"+key, "0")
	}
	count.Set("count:"+d.Local+"/own", strconv.Itoa(loose))
	anna.OK(at, url.Values{"do": {"shut"}, "in_line": {"0"}})
	anna.OK(at, count)
	end := url.Values{"do": {"close"}, set: {"9"}, "explain:" + custody.Material(d.Local, "set"): {"der blev hentet flere"}, "left:" + custody.Material(d.Seniors, "set"): {"20"},
		"searched": {"Papirkurve"}, "witness_login": {"bo"}, "pin": {"1111"}}
	if loose > 0 {
		end.Set("unsealed", "beholderen er ikke kommet")
	}
	anna.OK(at, end)
}
