package web

import (
	"time"

	"github.com/google/uuid"

	custodypages "github.com/brevstemme/brevstemme/app/web/custody"
	"github.com/brevstemme/brevstemme/models"
	"github.com/brevstemme/brevstemme/models/custody"
	"github.com/brevstemme/brevstemme/models/evening"
	"github.com/brevstemme/brevstemme/models/store/boxes"
)

// The scenes of TestTheTwinsOverJSON, in the order of a box's life.

// theSeals are given out to a place.
func (d *twins) theSeals() {
	d.t.Helper()
	d.play(twin{as: "karen", act: "seals", status: 201, in: custody.IssueCmd{From: "AB000500", To: "AB000502", Place: "RIS", Lot: "L2"}, others: []string{"anna", "kurt", "aud"}, bad: []bad{
		{custody.IssueCmd{From: "AB000510", To: "AB000509", Place: "RIS"}, 422, "to"}, {custody.IssueCmd{From: "AB000412", To: "AB000412", Place: "RIS"}, 409, "from"},
		{custody.IssueCmd{From: "AB000500", To: "AB000501", Place: "NOWHERE"}, 422, "place"}, {custody.IssueCmd{From: "AB000500", To: "AB000502", Place: "RIS", FromPlace: "BS"}, 409, "from"}}})
	d.refused("for another place", "lise", "seals", uuid.NewString(), custody.IssueCmd{From: "AB000510", To: "AB000511", Place: "LYS"}, 403, "")
	d.refused("a number of another place", "lise", "seals", uuid.NewString(), custody.IssueCmd{From: "AB000420", To: "AB000421", Place: "RIS", FromPlace: "LYS"}, 403, "")
}

// theOpening: a sealed box is read and opened.
func (d *twins) theOpening() {
	d.t.Helper()
	box := "containers/" + d.box
	read := custodypages.VerifyIn{Seals: []string{"AB000412"}, Condition: custody.Intact}
	d.play(twin{as: "anna", act: box + "/verify", status: 200, in: read, others: []string{"kurt", "aud"}, away: []string{"lise"}, bad: []bad{{custodypages.VerifyIn{Seals: read.Seals, Condition: "fine"}, 422, "condition"}, {custodypages.VerifyIn{Seals: read.Seals}, 422, "condition"}}})
	open := custodypages.BreakIn{Noted: []string{"AB000412"}, Condition: custody.Intact, Reason: "Kassen er for fuld", KeptIn: "Skuffen"}
	change := func(f func(*custodypages.BreakIn)) custodypages.BreakIn { x := open; f(&x); return x }
	d.play(twin{as: "anna", act: box + "/break", status: 200, in: open, others: []string{"kurt", "aud"}, away: []string{"lise"}, bad: []bad{{change(func(b *custodypages.BreakIn) { b.Noted = nil }), 422, "noted"},
		{change(func(b *custodypages.BreakIn) { b.Reason = "" }), 422, "reason"}, {change(func(b *custodypages.BreakIn) { b.KeptIn = "" }), 422, "kept_in"}, {change(func(b *custodypages.BreakIn) { b.Condition = "fine" }), 422, "condition"}}})
	d.refused("opened twice", "anna", box+"/break", uuid.NewString(), open, 409, "")
}

// anotherBox registers one more container at LYS.
func (d *twins) anotherBox() string {
	d.t.Helper()
	var made []custodypages.ContainerOut
	d.play(twin{as: "anna", act: "containers", status: 201, in: custody.RegisterCmd{Kind: custody.BoxK, Place: "LYS", Count: 1}, others: []string{"kurt", "aud"}, away: []string{"lise"}, out: &made, bad: []bad{
		{custody.RegisterCmd{Kind: custody.BoxK, Place: "LYS"}, 422, "count"}, {custody.RegisterCmd{Kind: "sock", Place: "LYS", Count: 1}, 422, "kind"}, {custody.RegisterCmd{Kind: custody.BoxK, Place: "LYS", Count: 1, Capacity: -1}, 422, "capacity"},
		{custody.RegisterCmd{Kind: custody.BoxK, Place: "LYS", IDs: []string{d.box}}, 409, "ids"}, {custody.RegisterCmd{Kind: custody.BoxK, Place: "LYS", IDs: []string{"NONSENSE"}}, 422, "ids"}}})
	d.refused("at no place", "karen", "containers", uuid.NewString(), custody.RegisterCmd{Kind: custody.BoxK, Place: "NOWHERE", Count: 1}, 422, "place")
	return made[0].ID
}

// theContents are taken out, put back, moved to another box and back, and mended
// by a counter-entry.
func (d *twins) theContents() {
	d.t.Helper()
	box := "containers/" + d.box
	own := custody.Envelope(d.kv, custody.Own)
	other := d.anotherBox()
	var got custodypages.ContainerOut
	seven := map[string]int64{own: 7}
	d.play(twin{as: "anna", act: box + "/unpack", status: 200, in: custodypages.MoveIn{To: custody.Desk(d.session), Contents: seven}, others: []string{"kurt", "aud"}, away: []string{"lise"}, out: &got, bad: []bad{
		{custodypages.MoveIn{Contents: seven}, 422, "to"}, {custodypages.MoveIn{To: custody.At("RIS"), Contents: seven}, 422, "to"}, {custodypages.MoveIn{To: custody.Desk("OTHER"), Contents: seven}, 422, "to"},
		{custodypages.MoveIn{To: custody.Desk(d.session), Contents: map[string]int64{own: -7}}, 422, "contents"}, {custodypages.MoveIn{To: custody.Desk(d.session), Contents: map[string]int64{own: 138}}, 409, ""}}})
	if got.Contents[own] != 130 {
		d.t.Errorf("unpacked once and replayed: %+v", got)
	}
	d.play(twin{as: "anna", act: box + "/pack", status: 200, in: custodypages.PackIn{Session: d.session, Election: d.kv}, others: []string{"kurt", "aud"}, away: []string{"lise"}, out: &got, bad: []bad{{custodypages.PackIn{Session: d.session, Election: "NONE"}, 422, "contents"}}})
	d.refused("of no session", "anna", box+"/pack", uuid.NewString(), custodypages.PackIn{Session: "NONE", Election: d.kv}, 404, "")
	d.play(twin{as: "anna", act: box + "/split", status: 200, in: custodypages.MoveIn{To: other, Contents: seven}, others: []string{"kurt", "aud"}, away: []string{"lise"}, bad: []bad{{custodypages.MoveIn{To: other}, 422, "contents"}, {custodypages.MoveIn{To: d.box, Contents: seven}, 422, "to"}}})
	d.play(twin{as: "anna", act: "containers/" + other + "/merge", status: 200, in: custodypages.MoveIn{To: d.box}, others: []string{"kurt", "aud"}, away: []string{"lise"}, bad: []bad{{custodypages.MoveIn{To: other}, 422, "to"}}})
	last, err := d.store.LastEntry(d.t.Context(), "container", d.box)
	d.must(err)
	d.play(twin{as: "anna", act: "entries/" + seqText(last.Seq) + "/correct", status: 201, in: custodypages.ReasonIn{Reason: "Det var den forkerte kasse"}, others: []string{"kurt", "aud"}, away: []string{"lise"}, bad: []bad{{custodypages.ReasonIn{Reason: ""}, 422, "reason"}}})
	d.play(twin{as: "anna", act: "containers/" + other + "/merge", status: 200, in: custodypages.MoveIn{To: d.box}, bad: []bad{{custodypages.MoveIn{To: "NONE"}, 404, ""}}, out: &got})
}

// theSealing: the next seal is AB000413; AB000431 is one slip away and asked about.
func (d *twins) theSealing() {
	d.t.Helper()
	box := "containers/" + d.box
	d.play(twin{as: "anna", act: box + "/seal", status: 200, in: custodypages.SealIn{Seals: []string{"AB000431"}, Certain: true}, others: []string{"kurt", "aud"}, away: []string{"lise"}, bad: []bad{{custodypages.SealIn{Seals: []string{"AB000431"}}, 422, "seals"},
		{custodypages.SealIn{}, 422, "seals"}, {custodypages.SealIn{Seals: []string{"AB000412"}, Certain: true}, 409, "seals"}, {custodypages.SealIn{Seals: []string{"AB000500"}, Certain: true}, 422, "seals"}, {custodypages.SealIn{Seals: []string{"ZZ999999"}, Certain: true}, 422, "seals"}}})
	anew := custodypages.ResealIn{BreakIn: custodypages.BreakIn{Noted: []string{"AB000431"}, Condition: custody.Intact, Reason: "Kassen er for fuld", KeptIn: "Skuffen"}, SealIn: custodypages.SealIn{Seals: []string{"AB000413"}}}
	noted := anew
	noted.Noted = nil
	d.play(twin{as: "anna", act: box + "/reseal", status: 200, in: anew, others: []string{"kurt", "aud"}, away: []string{"lise"}, bad: []bad{{noted, 422, "noted"}}})
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
