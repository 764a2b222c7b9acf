package web

import (
	"bytes"
	"encoding/json"
	"net/http"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/uuid"

	custodypages "github.com/brevstemme/brevstemme/app/web/custody"
	"github.com/brevstemme/brevstemme/app/web/site"
	"github.com/brevstemme/brevstemme/models"
	"github.com/brevstemme/brevstemme/models/custody"
	"github.com/brevstemme/brevstemme/models/evening"
	"github.com/brevstemme/brevstemme/models/store/boxes"
)

// twin is one act of custody over JSON, with everything that must not work
// before the one time that it does.
type twin struct {
	as, act string // who does it, and the path below /api/v1/
	in      any
	status  int
	others  []string // logins whose role may not
	away    []string // logins of the right role at another place
	bad     []bad
	out     any
}

// bad is an input that is refused at a field, "" when it is none's fault.
type bad struct {
	in     any
	status int
	field  string
}

// twins plays acts over JSON in one depot and notes which routes were played.
type twins struct {
	*depot
	played map[string]bool
}

func newTwins(t *testing.T) *twins {
	t.Helper()
	return &twins{newDepot(t), map[string]bool{}}
}

func (d *twins) send(login, path, key string, in any) (int, string) {
	d.t.Helper()
	if path == "day/close" || strings.HasSuffix(path, "/lost") {
		d.now = d.now.Add(time.Minute) // PINs are limited per minute
	}
	raw, ok := in.(string)
	if !ok {
		b, err := json.Marshal(in)
		d.must(err)
		raw = string(b)
	}
	req, err := http.NewRequest(site.POST, d.url+"/api/v1/"+path, bytes.NewReader([]byte(raw)))
	d.must(err)
	req.Header.Set("Content-Type", "application/json")
	if key != "" {
		req.Header.Set(site.KeyHeader, key)
	}
	v := visitor{d.library, nil}
	if login != "" {
		v = d.as(login)
	}
	code, body, _ := v.do(req)
	return code, body
}

// head is the number of the journal's last entry.
func (d *twins) head() int64 {
	d.t.Helper()
	_, head, err := d.store.Entries(d.t.Context(), 0, "", 1)
	d.must(err)
	return head.Seq
}

// refused wants an answer with its code and field, and nothing in the book.
func (d *twins) refused(what, login, path, key string, in any, status int, field string) {
	d.t.Helper()
	head := d.head()
	code, body := d.send(login, path, key, in)
	var p site.Problem
	if code != status || json.Unmarshal([]byte(body), &p) != nil || p.Code == "" {
		d.t.Errorf("%s, %s: %d %s, want %d", path, what, code, body, status)
	} else if field != "" && !slices.ContainsFunc(p.Errors, func(e site.ProblemField) bool { return e.Field == field && !strings.Contains(e.Detail, "⟦") }) {
		d.t.Errorf("%s, %s: the field %q is not named: %s", path, what, field, body)
	}
	if d.head() != head {
		d.t.Errorf("%s, %s: refused, and %d entries were written", path, what, d.head()-head)
	}
}

// play refuses everything that is to be refused, does the act once, and again
// with the same key: the same answer, and nothing more in the book.
func (d *twins) play(x twin) {
	d.t.Helper()
	d.played[x.act] = true
	for _, who := range x.others {
		d.refused(who+" has not the role", who, x.act, uuid.NewString(), x.in, http.StatusForbidden, "")
	}
	for _, who := range x.away {
		d.refused(who+" works elsewhere", who, x.act, uuid.NewString(), x.in, http.StatusForbidden, "")
	}
	for _, b := range x.bad {
		d.refused("bad input", x.as, x.act, uuid.NewString(), b.in, b.status, b.field)
	}
	d.refused("no login", "", x.act, uuid.NewString(), x.in, http.StatusUnauthorized, "")
	if len(x.others) > 0 { // once is enough for what is the same everywhere
		d.refused("no key", x.as, x.act, "", x.in, http.StatusBadRequest, "")
	}
	if x.in != nil {
		d.refused("an unknown member", x.as, x.act, uuid.NewString(), `{"misspelt":1}`, http.StatusUnprocessableEntity, "")
	}
	head, key := d.head(), uuid.NewString()
	code, body := d.send(x.as, x.act, key, x.in)
	if code != x.status {
		d.t.Fatalf("%s as %s: %d %s, want %d", x.act, x.as, code, body, x.status)
	}
	after := d.head()
	if after == head {
		d.t.Errorf("%s wrote nothing", x.act)
	}
	if again, same := d.send(x.as, x.act, key, x.in); again != code || same != body {
		d.t.Errorf("%s again: %d %s, was %d %s", x.act, again, same, code, body)
	}
	if x.in != nil && len(x.bad) > 0 {
		d.refused("the key of another act", x.as, x.act, key, x.bad[0].in, http.StatusUnprocessableEntity, "")
	}
	if d.head() != after {
		d.t.Errorf("%s counted twice", x.act)
	}
	if x.out != nil {
		d.must(json.Unmarshal([]byte(body), x.out))
	}
}

// unplayed are the routes of acts that play does not cover, with where they are
// tested instead.
var unplayed = map[string]string{
	"handovers/:id/attachments":  "TestFilesOfAHandover: files, not JSON",
	"deviations/:id/attachments": "TestFilesOfAHandover: files, not JSON",

	"handovers/:id/collect-on-paper": "TestASignatureOnPaperOverJSON",
	"handovers/:id/link":             "TestACouriersLinkOverJSON: outside the book",
	"courier-links/open":             "TestACouriersLinkOverJSON: outside the book",
	"courier-links/collect":          "TestACouriersLinkOverJSON: without a login",
}

// Every act of custody over JSON: by the right person, by one without the role,
// by one from another place, with each field wrong, and replayed.
func TestTheTwinsOverJSON(t *testing.T) {
	d := newTwins(t)
	box := "containers/" + d.box
	outsiders := []string{"kurt", "aud"}
	own := custody.Envelope(d.kv, custody.Own)

	d.play(twin{as: "karen", act: "seals", status: 201, in: custody.IssueCmd{From: "AB000500", To: "AB000502", Place: "RIS", Lot: "L2"}, others: []string{"anna", "kurt", "aud"}, bad: []bad{
		{custody.IssueCmd{From: "AB000510", To: "AB000509", Place: "RIS"}, 422, "to"}, {custody.IssueCmd{From: "AB000412", To: "AB000412", Place: "RIS"}, 409, "from"},
		{custody.IssueCmd{From: "AB000500", To: "AB000501", Place: "NOWHERE"}, 422, "place"}, {custody.IssueCmd{From: "AB000500", To: "AB000502", Place: "RIS", FromPlace: "BS"}, 409, "from"}}})
	d.refused("for another place", "lise", "seals", uuid.NewString(), custody.IssueCmd{From: "AB000510", To: "AB000511", Place: "LYS"}, 403, "")
	d.refused("a number of another place", "lise", "seals", uuid.NewString(), custody.IssueCmd{From: "AB000420", To: "AB000421", Place: "RIS", FromPlace: "LYS"}, 403, "")

	var made []custodypages.ContainerOut
	d.play(twin{as: "anna", act: "containers", status: 201, in: custody.RegisterCmd{Kind: custody.BoxK, Place: "LYS", Count: 1}, others: outsiders, away: []string{"lise"}, out: &made, bad: []bad{
		{custody.RegisterCmd{Kind: custody.BoxK, Place: "LYS"}, 422, "count"}, {custody.RegisterCmd{Kind: "sock", Place: "LYS", Count: 1}, 422, "kind"}, {custody.RegisterCmd{Kind: custody.BoxK, Place: "LYS", Count: 1, Capacity: -1}, 422, "capacity"},
		{custody.RegisterCmd{Kind: custody.BoxK, Place: "LYS", IDs: []string{d.box}}, 409, "ids"}, {custody.RegisterCmd{Kind: custody.BoxK, Place: "LYS", IDs: []string{"NONSENSE"}}, 422, "ids"}}})
	d.refused("at no place", "karen", "containers", uuid.NewString(), custody.RegisterCmd{Kind: custody.BoxK, Place: "NOWHERE", Count: 1}, 422, "place")
	other := made[0].ID

	// a sealed box: read, opened, unpacked, split, merged, mended, closed
	read := custodypages.VerifyIn{Seals: []string{"AB000412"}, Condition: custody.Intact}
	d.play(twin{as: "anna", act: box + "/verify", status: 200, in: read, others: outsiders, away: []string{"lise"}, bad: []bad{{custodypages.VerifyIn{Seals: read.Seals, Condition: "fine"}, 422, "condition"}, {custodypages.VerifyIn{Seals: read.Seals}, 422, "condition"}}})
	open := custodypages.BreakIn{Noted: []string{"AB000412"}, Condition: custody.Intact, Reason: "Kassen er for fuld", KeptIn: "Skuffen"}
	change := func(f func(*custodypages.BreakIn)) custodypages.BreakIn { x := open; f(&x); return x }
	d.play(twin{as: "anna", act: box + "/break", status: 200, in: open, others: outsiders, away: []string{"lise"}, bad: []bad{{change(func(b *custodypages.BreakIn) { b.Noted = nil }), 422, "noted"},
		{change(func(b *custodypages.BreakIn) { b.Reason = "" }), 422, "reason"}, {change(func(b *custodypages.BreakIn) { b.KeptIn = "" }), 422, "kept_in"}, {change(func(b *custodypages.BreakIn) { b.Condition = "fine" }), 422, "condition"}}})
	d.refused("opened twice", "anna", box+"/break", uuid.NewString(), open, 409, "")

	var got custodypages.ContainerOut
	seven := map[string]int64{own: 7}
	d.play(twin{as: "anna", act: box + "/unpack", status: 200, in: custodypages.MoveIn{To: custody.Desk(d.session), Contents: seven}, others: outsiders, away: []string{"lise"}, out: &got, bad: []bad{
		{custodypages.MoveIn{Contents: seven}, 422, "to"}, {custodypages.MoveIn{To: custody.At("RIS"), Contents: seven}, 422, "to"}, {custodypages.MoveIn{To: custody.Desk("OTHER"), Contents: seven}, 422, "to"},
		{custodypages.MoveIn{To: custody.Desk(d.session), Contents: map[string]int64{own: -7}}, 422, "contents"}, {custodypages.MoveIn{To: custody.Desk(d.session), Contents: map[string]int64{own: 138}}, 409, ""}}})
	if got.Contents[own] != 130 {
		t.Errorf("unpacked once and replayed: %+v", got)
	}
	d.play(twin{as: "anna", act: box + "/pack", status: 200, in: custodypages.PackIn{Session: d.session, Election: d.kv}, others: outsiders, away: []string{"lise"}, out: &got, bad: []bad{{custodypages.PackIn{Session: d.session, Election: "NONE"}, 422, "contents"}}})
	d.refused("of no session", "anna", box+"/pack", uuid.NewString(), custodypages.PackIn{Session: "NONE", Election: d.kv}, 404, "")
	d.play(twin{as: "anna", act: box + "/split", status: 200, in: custodypages.MoveIn{To: other, Contents: seven}, others: outsiders, away: []string{"lise"}, bad: []bad{{custodypages.MoveIn{To: other}, 422, "contents"}, {custodypages.MoveIn{To: d.box, Contents: seven}, 422, "to"}}})
	d.play(twin{as: "anna", act: "containers/" + other + "/merge", status: 200, in: custodypages.MoveIn{To: d.box}, others: outsiders, away: []string{"lise"}, bad: []bad{{custodypages.MoveIn{To: other}, 422, "to"}}})
	last, err := d.store.LastEntry(t.Context(), "container", d.box)
	d.must(err)
	d.play(twin{as: "anna", act: "entries/" + seqText(last.Seq) + "/correct", status: 201, in: custodypages.ReasonIn{Reason: "Det var den forkerte kasse"}, others: outsiders, away: []string{"lise"}, bad: []bad{{custodypages.ReasonIn{Reason: ""}, 422, "reason"}}})
	d.play(twin{as: "anna", act: "containers/" + other + "/merge", status: 200, in: custodypages.MoveIn{To: d.box}, bad: []bad{{custodypages.MoveIn{To: "NONE"}, 404, ""}}, out: &got})

	// the next seal is AB000413; AB000431 is one slip away and asked about
	d.play(twin{as: "anna", act: box + "/seal", status: 200, in: custodypages.SealIn{Seals: []string{"AB000431"}, Certain: true}, others: outsiders, away: []string{"lise"}, bad: []bad{{custodypages.SealIn{Seals: []string{"AB000431"}}, 422, "seals"},
		{custodypages.SealIn{}, 422, "seals"}, {custodypages.SealIn{Seals: []string{"AB000412"}, Certain: true}, 409, "seals"}, {custodypages.SealIn{Seals: []string{"AB000500"}, Certain: true}, 422, "seals"}, {custodypages.SealIn{Seals: []string{"ZZ999999"}, Certain: true}, 422, "seals"}}})
	anew := custodypages.ResealIn{BreakIn: change(func(b *custodypages.BreakIn) { b.Noted = []string{"AB000431"} }), SealIn: custodypages.SealIn{Seals: []string{"AB000413"}}}
	noted := anew
	noted.Noted = nil
	d.play(twin{as: "anna", act: box + "/reseal", status: 200, in: anew, others: outsiders, away: []string{"lise"}, bad: []bad{{noted, 422, "noted"}}})
	d.road()
	d.theDeviation()
	d.theLoss()
	d.theDay()

	param := strings.NewReplacer(d.box, ":id", other, ":id", seqText(last.Seq), ":seq")
	have := map[string]bool{}
	for act := range d.played {
		have[idOf.ReplaceAllString(param.Replace(act), "$1/:id")] = true
	}
	for _, r := range custodypages.Routes(d.web.Server) {
		act, ok := strings.CutPrefix(r.Path, "/api/v1/")
		if ok && r.Method == site.POST && !have[act] && unplayed[act] == "" {
			t.Errorf("POST %s is not played", r.Path)
		}
	}
}

// road offers a sealed box, takes the offer back, sends it again, is refused and
// sent on, and takes it in.
func (d *twins) road() {
	d.t.Helper()
	offer := custodypages.OfferIn{From: "LYS", To: "BS", Containers: []string{d.box}, Mode: "fetch", Courier: d.person["kurt"], StandIn: d.person["bo"], PlannedTo: d.now.Add(time.Hour)}
	with := func(f func(*custodypages.OfferIn)) custodypages.OfferIn { x := offer; f(&x); return x }
	var h custodypages.HandoverOut
	d.play(twin{as: "anna", act: "handovers", status: 201, in: offer, others: []string{"kurt", "aud"}, away: []string{"lise"}, out: &h, bad: []bad{
		{with(func(o *custodypages.OfferIn) { o.To = "LYS" }), 422, "to"}, {with(func(o *custodypages.OfferIn) { o.To = "NOWHERE" }), 422, "to"}, {with(func(o *custodypages.OfferIn) { o.Containers = nil }), 422, "containers"},
		{with(func(o *custodypages.OfferIn) { o.Mode = "throw" }), 422, "mode"}, {with(func(o *custodypages.OfferIn) { o.Courier = "" }), 422, "courier"}, {with(func(o *custodypages.OfferIn) { o.Courier = "NOBODY" }), 422, "courier"},
		{with(func(o *custodypages.OfferIn) { o.Courier = d.person["anna"] }), 422, "courier"}, {with(func(o *custodypages.OfferIn) { o.StandIn = o.Courier }), 422, "stand_in"}, {with(func(o *custodypages.OfferIn) { o.StandIn = "NOBODY" }), 422, "stand_in"},
		{with(func(o *custodypages.OfferIn) { o.PlannedFrom = o.PlannedTo.Add(time.Hour) }), 422, "planned_to"}}})
	d.refused("promised already", "anna", "handovers", uuid.NewString(), offer, 409, "")
	d.play(twin{as: "anna", act: "handovers/" + h.ID + "/withdraw", status: 200, in: custodypages.ReasonIn{Reason: "forkert bud"}, others: []string{"kurt", "aud"}, away: []string{"lise", "rita"}, bad: []bad{{custodypages.ReasonIn{}, 422, "reason"}}})
	d.refused("collected after it was withdrawn", "kurt", "handovers/"+h.ID+"/collect", uuid.NewString(), custodypages.CollectIn{}, 409, "")
	d.play(twin{as: "anna", act: "handovers", status: 201, in: offer, out: &h})
	at := "handovers/" + h.ID
	d.play(twin{as: "kurt", act: at + "/collect", status: 200, in: custodypages.CollectIn{Vehicle: "BX 12 345"}, others: []string{"aud"}, away: []string{"lise"}, bad: []bad{{custodypages.CollectIn{Containers: []string{"OTHER"}}, 422, "containers"}}})
	d.refused("withdrawn on its way", "anna", at+"/withdraw", uuid.NewString(), custodypages.ReasonIn{Reason: "forkert bud"}, 409, "")
	d.play(twin{as: "rita", act: at + "/arrive", status: 200, others: []string{"kurt", "aud"}, away: []string{"lise"}})
	refuse := custodypages.RefuseIn{Place: "BS", Reason: "Porten er gået i stå", NewDestination: "RIS"}
	to := func(f func(*custodypages.RefuseIn)) custodypages.RefuseIn { x := refuse; f(&x); return x }
	d.play(twin{as: "rita", act: at + "/refuse", status: 200, in: refuse, others: []string{"kurt", "aud"}, away: []string{"lise"}, out: &h, bad: []bad{{to(func(x *custodypages.RefuseIn) { x.Reason = "nej" }), 422, "reason"},
		{to(func(x *custodypages.RefuseIn) { x.NewDestination = "" }), 422, "new_destination"}, {to(func(x *custodypages.RefuseIn) { x.NewDestination = "NOWHERE" }), 422, "new_destination"}, {to(func(x *custodypages.RefuseIn) { x.NewDestination = "BS" }), 422, "new_destination"},
		{to(func(x *custodypages.RefuseIn) { x.Place = "RIS" }), 409, ""}}})
	if h.State != "refused" || h.Next == "" {
		d.t.Fatalf("%+v", h)
	}
	d.refused("refused twice", "rita", at+"/refuse", uuid.NewString(), refuse, 409, "")
	d.refused("accepted after it was refused", "sara", at+"/accept", uuid.NewString(), custodypages.AcceptIn{Place: "BS"}, 409, "")
	d.takenIn("handovers/" + h.Next)
}

// takenIn counts the box at Risskov, where it was sent on to.
func (d *twins) takenIn(at string) {
	d.t.Helper()
	var h custodypages.HandoverOut
	read := custody.Read{Container: d.box, Arrived: true, Opened: true, Seals: []string{"AB000413"}, Condition: custody.Intact, Counts: map[string]int{d.kv + "/own": 137, d.kv + "/other": 73}}
	reads := func(f func(*custody.Read)) custodypages.CountIn {
		x := read
		f(&x)
		return custodypages.CountIn{Place: "RIS", Reads: []custody.Read{x}}
	}
	field := "read." + d.box
	d.play(twin{as: "lise", act: at + "/count", status: 200, in: reads(func(*custody.Read) {}), others: []string{"kurt", "aud"}, away: []string{"anna", "sara"}, out: &h, bad: []bad{{custodypages.CountIn{Place: "RIS"}, 422, field},
		{reads(func(x *custody.Read) { x.Condition = "fine" }), 422, field}, {reads(func(x *custody.Read) { x.Condition = "" }), 422, field}, {reads(func(x *custody.Read) { x.Counts = map[string]int{d.kv + "/own": -1} }), 422, field},
		{custodypages.CountIn{Place: "RIS", Reads: []custody.Read{read, read}}, 422, field}, {custodypages.CountIn{Place: "BS", Reads: []custody.Read{read}}, 409, ""}}})
	if h.State != "counted" {
		d.t.Fatalf("%+v", h)
	}
	d.play(twin{as: "lise", act: at + "/accept", status: 200, in: custodypages.AcceptIn{Place: "RIS", Room: "Boks 2"}, others: []string{"kurt", "aud"}, away: []string{"anna"}, bad: []bad{{custodypages.AcceptIn{Place: "BS"}, 409, ""}}})
	d.play(twin{as: "lise", act: at + "/release", status: 200, others: []string{"kurt", "aud"}, away: []string{"anna"}})
	d.refused("released twice", "lise", at+"/release", uuid.NewString(), nil, 409, "")
}

// theDeviation is raised, given to somebody, noted, handled, reopened and closed
// by somebody else than its finder.
func (d *twins) theDeviation() {
	d.t.Helper()
	raise := custody.RaiseCmd{Type: custody.DevSeal, Place: "LYS", Election: d.kv, Containers: []string{d.box}, Expected: "AB000413", Found: "seglet sad løst", Notified: []string{d.person["karen"]}}
	with := func(f func(*custody.RaiseCmd)) custody.RaiseCmd { x := raise; f(&x); return x }
	var dev custody.Deviation
	d.play(twin{as: "anna", act: "deviations", status: 201, in: raise, others: []string{"kurt", "aud"}, away: []string{"lise"}, out: &dev, bad: []bad{{with(func(c *custody.RaiseCmd) { c.Type = "none" }), 422, "type"},
		{with(func(c *custody.RaiseCmd) { c.Found = "?" }), 422, "found"}, {with(func(c *custody.RaiseCmd) { c.Containers = []string{"OTHER"} }), 422, "containers"}, {with(func(c *custody.RaiseCmd) { c.Election = "OTHER" }), 422, "election"},
		{with(func(c *custody.RaiseCmd) { c.Owner = "NOBODY" }), 422, "owner"}, {with(func(c *custody.RaiseCmd) { c.Notified = []string{"NOBODY"} }), 422, "notified"}}})
	d.refused("at no place", "karen", "deviations", uuid.NewString(), with(func(c *custody.RaiseCmd) { c.Place = "NOWHERE" }), 422, "place")
	at, away, words := "deviations/"+dev.ID+"/acts", []string{"lise"}, "ringet til koordinatoren"
	act := func(a custody.DeviationAct, words string) custodypages.DeviateIn {
		return custodypages.DeviateIn{Act: a, Words: words}
	}
	assign := custodypages.DeviateIn{Act: custody.DeviationAssign, Owner: d.person["karen"], Deadline: models.DateOf(d.now).Add(2)}
	d.play(twin{as: "anna", act: at, status: 200, in: assign, others: []string{"kurt", "aud"}, away: away, out: &dev, bad: []bad{{custodypages.DeviateIn{Act: custody.DeviationAssign}, 422, "owner"},
		{custodypages.DeviateIn{Act: custody.DeviationAssign, Owner: "NOBODY"}, 422, "owner"}, {custodypages.DeviateIn{Act: "eat", Words: words}, 409, ""}, {`{"act":"assign","owner":"x","deadline":"soon"}`, 422, ""}}})
	if dev.Owner != d.person["karen"] || dev.Deadline != assign.Deadline {
		d.t.Errorf("%+v", dev)
	}
	note := act(custody.DeviationNote, words)
	note.Notified = []string{d.person["bo"]}
	d.play(twin{as: "anna", act: at, status: 200, in: note, away: away, out: &dev, bad: []bad{{act(custody.DeviationNote, ""), 422, "words"}}})
	if len(dev.Notified) != 2 || len(dev.Notes) != 1 {
		d.t.Errorf("noted once and replayed: %+v", dev)
	}
	d.play(twin{as: "anna", act: at, status: 200, in: act(custody.DeviationHandle, words), away: away, bad: []bad{{act(custody.DeviationHandle, ""), 422, "words"}}})
	d.play(twin{as: "karen", act: at, status: 200, in: act(custody.DeviationReopen, words), away: away, bad: []bad{{act(custody.DeviationReopen, ""), 422, "words"}}})
	d.refused("closed by its finder", "anna", at, uuid.NewString(), act(custody.DeviationClose, "seglet var intakt"), 422, "")
	d.play(twin{as: "karen", act: at, status: 200, in: act(custody.DeviationClose, "seglet var intakt"), away: away, out: &dev, bad: []bad{{act(custody.DeviationClose, ""), 422, "words"}}})
	if dev.State != custody.DeviationClosed || dev.ClosedBy != d.person["karen"] {
		d.t.Errorf("%+v", dev)
	}
	d.refused("noted after it was closed", "bo", at, uuid.NewString(), act(custody.DeviationNote, words), 409, "")
	d.refused("no such deviation", "anna", "deviations/NONE/acts", uuid.NewString(), note, 404, "")
}

// theLoss: a box is missing and given up. Its account must be empty before the
// deviation is closed.
func (d *twins) theLoss() {
	d.t.Helper()
	a := d.act()
	a.Person = d.person["lise"]
	_, err := d.store.MissContainer(d.t.Context(), a, custody.MissCmd{Container: d.box, Reason: "den er væk fra rummet"})
	d.must(err)
	all, err := d.store.Deviations(d.t.Context(), boxes.DeviationFilter{Type: string(custody.DevMissing)})
	d.must(err)
	at, explain := "deviations/"+all[0].ID, custodypages.ExplainIn{How: custody.ByLoss, Words: "opgivet efter eftersøgning"}
	d.refused("closed while its account is not empty", "karen", at+"/acts", uuid.NewString(), custodypages.DeviateIn{Act: custody.DeviationClose, Words: "den er væk"}, 409, "")
	d.play(twin{as: "lise", act: at + "/explain", status: 200, in: explain, others: []string{"kurt", "aud"}, away: []string{"anna"}, bad: []bad{{custodypages.ExplainIn{How: "magic", Words: explain.Words}, 422, "how"}, {custodypages.ExplainIn{How: custody.ByLoss, Words: "væk"}, 422, "words"},
		{custodypages.ExplainIn{How: custody.ByFinding, Container: "NONE", Words: explain.Words}, 404, ""}}})
	d.refused("explained twice", "lise", at+"/explain", uuid.NewString(), explain, 409, "")
}

// theDay is signed off with a deviation open: a reason, and two people.
func (d *twins) theDay() {
	d.t.Helper()
	day := custodypages.DayCloseIn{Day: models.DateOf(d.now), Reason: "Kassen er meldt savnet til politiet", WitnessLogin: "rita", PIN: "7171"}
	with := func(f func(*custodypages.DayCloseIn)) custodypages.DayCloseIn { x := day; f(&x); return x }
	var c evening.DayClose
	d.play(twin{as: "karen", act: "day/close", status: 201, in: day, others: []string{"rita"}, out: &c, bad: []bad{{with(func(c *custodypages.DayCloseIn) { c.Reason = "" }), 422, "reason"},
		{with(func(c *custodypages.DayCloseIn) { c.WitnessLogin, c.PIN = "", "" }), 422, "witness_login"}, {with(func(c *custodypages.DayCloseIn) { c.PIN = "0000" }), 422, "witness_login"}, {with(func(c *custodypages.DayCloseIn) { c.WitnessLogin, c.PIN = "karen", "2222" }), 422, "witness_login"},
		{with(func(c *custodypages.DayCloseIn) { c.Day = c.Day.Add(1) }), 422, "day"}}})
	if c.Second != d.person["rita"] || len(c.Open) == 0 {
		d.t.Errorf("%+v", c)
	}
	d.refused("closed twice", "karen", "day/close", uuid.NewString(), day, 409, "")
}

// What is read of the evening: the rounds and the form quality, by whom and where.
func TestTheEveningOverJSON(t *testing.T) {
	d := newDepot(t)
	read := func(login, path string, out any) int {
		code, body := d.as(login).get("/api/v1/" + path)
		if code == 200 {
			d.must(json.Unmarshal([]byte(body), out))
		} else if !strings.Contains(body, `"code"`) {
			t.Errorf("%s: %d %s", path, code, body)
		}
		return code
	}
	var rounds, early []evening.Round
	if code := read("karen", "route-plan", &rounds); code != 200 || len(rounds) != 1 || len(rounds[0].Visits) != 1 || rounds[0].Visits[0].Place.ID != "LYS" {
		t.Fatalf("%d %+v", code, rounds)
	}
	if read("karen", "route-plan?senest=18.30&bude=2", &early); len(early) != 1 || early[0].Visits[0].Slack >= rounds[0].Visits[0].Slack {
		t.Errorf("an earlier deadline leaves less: %+v", early)
	}
	for query, field := range map[string]string{"senest=soon": "senest", "bude=0": "bude", "bude=mange": "bude", "dag=igaar": "dag"} {
		code, body := d.as("karen").get("/api/v1/route-plan?" + query)
		if code != 422 || !strings.Contains(body, `"field":"`+field+`"`) {
			t.Errorf("%s: %d %s", query, code, body)
		}
		if code, body := d.as("karen").get("/ruteplan?" + query); code != 422 || !strings.Contains(body, `class="errors"`) {
			t.Errorf("the page with %s: %d", query, code)
		}
	}
	var q []custody.Quality
	if read("karen", "quality", &q); len(q) != 0 {
		t.Errorf("no handovers: %+v", q)
	}
	d.onTheWay()
	if read("karen", "quality", &q); len(q) != 1 || q[0].Place != "LYS" || q[0].Handovers != 1 || q[0].NoSecond != 1 {
		t.Errorf("%+v", q)
	}
	if read("lise", "quality", &q); len(q) != 0 {
		t.Errorf("another library reads of %+v", q)
	}
	for _, path := range []string{"route-plan", "quality", "day"} {
		for who, want := range map[string]int{"anna": 403, "kurt": 403, "aud": 200, "rita": 200} {
			if code := read(who, path, new(any)); code != want {
				t.Errorf("%s by %s: %d, want %d", path, who, code, want)
			}
		}
	}
}

var idOf = regexp.MustCompile(`^(handovers|deviations)/[0-9A-Z]+`)
