package custody_test

import (
	"time"

	"github.com/google/uuid"

	custodypages "github.com/brevstemme/brevstemme/app/web/custody"
	"github.com/brevstemme/brevstemme/app/web/webtest"
	"github.com/brevstemme/brevstemme/models"
	"github.com/brevstemme/brevstemme/models/custody"
	"github.com/brevstemme/brevstemme/models/evening"
	"github.com/brevstemme/brevstemme/models/store/boxes"
)

// The scenes of TestTheTwinsOverJSON, in the order of a box's life.

// theSeals are given out to a place.
func (d *road) theSeals() {
	d.T.Helper()
	d.Play(webtest.Twin{As: "karen", Act: "seals", Status: 201, In: custody.IssueCmd{From: "AB000500", To: "AB000502", Place: "RIS", Lot: "L2"}, Others: []string{"anna", "kurt", "aud"}, Bad: []webtest.Refusal{
		webtest.Refuse(custody.IssueCmd{From: "AB000510", To: "AB000509", Place: "RIS"}, 422, "to"), webtest.Refuse(custody.IssueCmd{From: "AB000412", To: "AB000412", Place: "RIS"}, 409, "from"),
		webtest.Refuse(custody.IssueCmd{From: "AB000500", To: "AB000501", Place: "NOWHERE"}, 422, "place"), webtest.Refuse(custody.IssueCmd{From: "AB000500", To: "AB000502", Place: "RIS", FromPlace: "BS"}, 409, "from")}})
	d.Refused("for another place", "lise", "seals", uuid.NewString(), custody.IssueCmd{From: "AB000510", To: "AB000511", Place: "LYS"}, 403, "")
	d.Refused("a number of another place", "lise", "seals", uuid.NewString(), custody.IssueCmd{From: "AB000420", To: "AB000421", Place: "RIS", FromPlace: "LYS"}, 403, "")
}

// theOpening: a sealed box is read and opened.
func (d *road) theOpening() {
	d.T.Helper()
	box := "containers/" + d.Box
	read := custodypages.VerifyIn{Seals: []string{"AB000412"}, Condition: custody.Intact}
	d.Play(webtest.Twin{As: "anna", Act: box + "/verify", Status: 200, In: read, Others: []string{"kurt", "aud"}, Away: []string{"lise"}, Bad: []webtest.Refusal{webtest.Refuse(custodypages.VerifyIn{Seals: read.Seals, Condition: "fine"}, 422, "condition"), webtest.Refuse(custodypages.VerifyIn{Seals: read.Seals}, 422, "condition")}})
	open := custodypages.BreakIn{Noted: []string{"AB000412"}, Condition: custody.Intact, Reason: "Kassen er for fuld", KeptIn: "Skuffen"}
	change := func(f func(*custodypages.BreakIn)) custodypages.BreakIn { x := open; f(&x); return x }
	d.Play(webtest.Twin{As: "anna", Act: box + "/break", Status: 200, In: open, Others: []string{"kurt", "aud"}, Away: []string{"lise"}, Bad: []webtest.Refusal{webtest.Refuse(change(func(b *custodypages.BreakIn) { b.Noted = nil }), 422, "noted"),
		webtest.Refuse(change(func(b *custodypages.BreakIn) { b.Reason = "" }), 422, "reason"), webtest.Refuse(change(func(b *custodypages.BreakIn) { b.KeptIn = "" }), 422, "kept_in"), webtest.Refuse(change(func(b *custodypages.BreakIn) { b.Condition = "fine" }), 422, "condition")}})
	d.Refused("opened twice", "anna", box+"/break", uuid.NewString(), open, 409, "")
}

// anotherBox registers one more container at LYS.
func (d *road) anotherBox() string {
	d.T.Helper()
	var made []custodypages.ContainerOut
	d.Play(webtest.Twin{As: "anna", Act: "containers", Status: 201, In: custody.RegisterCmd{Kind: custody.BoxK, Place: "LYS", Count: 1}, Others: []string{"kurt", "aud"}, Away: []string{"lise"}, Out: &made, Bad: []webtest.Refusal{
		webtest.Refuse(custody.RegisterCmd{Kind: custody.BoxK, Place: "LYS"}, 422, "count"), webtest.Refuse(custody.RegisterCmd{Kind: "sock", Place: "LYS", Count: 1}, 422, "kind"), webtest.Refuse(custody.RegisterCmd{Kind: custody.BoxK, Place: "LYS", Count: 1, Capacity: -1}, 422, "capacity"),
		webtest.Refuse(custody.RegisterCmd{Kind: custody.BoxK, Place: "LYS", IDs: []string{d.Box}}, 409, "ids"), webtest.Refuse(custody.RegisterCmd{Kind: custody.BoxK, Place: "LYS", IDs: []string{"NONSENSE"}}, 422, "ids")}})
	d.Refused("at no place", "karen", "containers", uuid.NewString(), custody.RegisterCmd{Kind: custody.BoxK, Place: "NOWHERE", Count: 1}, 422, "place")
	return made[0].ID
}

// theContents are taken out, put back, moved to another box and back, and mended
// by a counter-entry.
func (d *road) theContents() {
	d.T.Helper()
	box := "containers/" + d.Box
	own := custody.Envelope(d.Local, custody.Own)
	other := d.anotherBox()
	var got custodypages.ContainerOut
	seven := map[string]int64{own: 7}
	d.Play(webtest.Twin{As: "anna", Act: box + "/unpack", Status: 200, In: custodypages.MoveIn{To: custody.Desk(d.Session), Contents: seven}, Others: []string{"kurt", "aud"}, Away: []string{"lise"}, Out: &got, Bad: []webtest.Refusal{
		webtest.Refuse(custodypages.MoveIn{Contents: seven}, 422, "to"), webtest.Refuse(custodypages.MoveIn{To: custody.At("RIS"), Contents: seven}, 422, "to"), webtest.Refuse(custodypages.MoveIn{To: custody.Desk("OTHER"), Contents: seven}, 422, "to"),
		webtest.Refuse(custodypages.MoveIn{To: custody.Desk(d.Session), Contents: map[string]int64{own: -7}}, 422, "contents"), webtest.Refuse(custodypages.MoveIn{To: custody.Desk(d.Session), Contents: map[string]int64{own: 138}}, 409, "")}})
	if got.Contents[own] != 130 {
		d.T.Errorf("unpacked once and replayed: %+v", got)
	}
	d.Play(webtest.Twin{As: "anna", Act: box + "/pack", Status: 200, In: custodypages.PackIn{Session: d.Session, Election: d.Local}, Others: []string{"kurt", "aud"}, Away: []string{"lise"}, Out: &got, Bad: []webtest.Refusal{webtest.Refuse(custodypages.PackIn{Session: d.Session, Election: "NONE"}, 422, "contents")}})
	d.Refused("of no session", "anna", box+"/pack", uuid.NewString(), custodypages.PackIn{Session: "NONE", Election: d.Local}, 404, "")
	d.Play(webtest.Twin{As: "anna", Act: box + "/split", Status: 200, In: custodypages.MoveIn{To: other, Contents: seven}, Others: []string{"kurt", "aud"}, Away: []string{"lise"}, Bad: []webtest.Refusal{webtest.Refuse(custodypages.MoveIn{To: other}, 422, "contents"), webtest.Refuse(custodypages.MoveIn{To: d.Box, Contents: seven}, 422, "to")}})
	d.Play(webtest.Twin{As: "anna", Act: "containers/" + other + "/merge", Status: 200, In: custodypages.MoveIn{To: d.Box}, Others: []string{"kurt", "aud"}, Away: []string{"lise"}, Bad: []webtest.Refusal{webtest.Refuse(custodypages.MoveIn{To: other}, 422, "to")}})
	last, err := d.Store.LastEntry(d.T.Context(), "container", d.Box)
	d.Must(err)
	d.Play(webtest.Twin{As: "anna", Act: "entries/" + seqText(last.Seq) + "/correct", Status: 201, In: custodypages.ReasonIn{Reason: "Det var den forkerte kasse"}, Others: []string{"kurt", "aud"}, Away: []string{"lise"}, Bad: []webtest.Refusal{webtest.Refuse(custodypages.ReasonIn{Reason: ""}, 422, "reason")}})
	d.Play(webtest.Twin{As: "anna", Act: "containers/" + other + "/merge", Status: 200, In: custodypages.MoveIn{To: d.Box}, Bad: []webtest.Refusal{webtest.Refuse(custodypages.MoveIn{To: "NONE"}, 404, "")}, Out: &got})
}

// theSealing: the next seal is AB000413; AB000431 is one slip away and asked about.
func (d *road) theSealing() {
	d.T.Helper()
	box := "containers/" + d.Box
	d.Play(webtest.Twin{As: "anna", Act: box + "/seal", Status: 200, In: custodypages.SealIn{Seals: []string{"AB000431"}, Certain: true}, Others: []string{"kurt", "aud"}, Away: []string{"lise"}, Bad: []webtest.Refusal{webtest.Refuse(custodypages.SealIn{Seals: []string{"AB000431"}}, 422, "seals"),
		webtest.Refuse(custodypages.SealIn{}, 422, "seals"), webtest.Refuse(custodypages.SealIn{Seals: []string{"AB000412"}, Certain: true}, 409, "seals"), webtest.Refuse(custodypages.SealIn{Seals: []string{"AB000500"}, Certain: true}, 422, "seals"), webtest.Refuse(custodypages.SealIn{Seals: []string{"ZZ999999"}, Certain: true}, 422, "seals")}})
	anew := custodypages.ResealIn{BreakIn: custodypages.BreakIn{Noted: []string{"AB000431"}, Condition: custody.Intact, Reason: "Kassen er for fuld", KeptIn: "Skuffen"}, SealIn: custodypages.SealIn{Seals: []string{"AB000413"}}}
	noted := anew
	noted.Noted = nil
	d.Play(webtest.Twin{As: "anna", Act: box + "/reseal", Status: 200, In: anew, Others: []string{"kurt", "aud"}, Away: []string{"lise"}, Bad: []webtest.Refusal{webtest.Refuse(noted, 422, "noted")}})
}

// road offers a sealed box, takes the offer back, sends it again, is refused and
// sent on, and takes it in.
func (d *road) isDriven() {
	d.T.Helper()
	offer := custodypages.OfferIn{From: "LYS", To: "BS", Containers: []string{d.Box}, Mode: "fetch", Courier: d.Person["kurt"], StandIn: d.Person["bo"], PlannedTo: d.Now.Add(time.Hour)}
	with := func(f func(*custodypages.OfferIn)) custodypages.OfferIn { x := offer; f(&x); return x }
	var h custodypages.HandoverOut
	d.Play(webtest.Twin{As: "anna", Act: "handovers", Status: 201, In: offer, Others: []string{"kurt", "aud"}, Away: []string{"lise"}, Out: &h, Bad: []webtest.Refusal{
		webtest.Refuse(with(func(o *custodypages.OfferIn) { o.To = "LYS" }), 422, "to"), webtest.Refuse(with(func(o *custodypages.OfferIn) { o.To = "NOWHERE" }), 422, "to"), webtest.Refuse(with(func(o *custodypages.OfferIn) { o.Containers = nil }), 422, "containers"),
		webtest.Refuse(with(func(o *custodypages.OfferIn) { o.Mode = "throw" }), 422, "mode"), webtest.Refuse(with(func(o *custodypages.OfferIn) { o.Courier = "" }), 422, "courier"), webtest.Refuse(with(func(o *custodypages.OfferIn) { o.Courier = "NOBODY" }), 422, "courier"),
		webtest.Refuse(with(func(o *custodypages.OfferIn) { o.Courier = d.Person["anna"] }), 422, "courier"), webtest.Refuse(with(func(o *custodypages.OfferIn) { o.StandIn = o.Courier }), 422, "stand_in"), webtest.Refuse(with(func(o *custodypages.OfferIn) { o.StandIn = "NOBODY" }), 422, "stand_in"),
		webtest.Refuse(with(func(o *custodypages.OfferIn) { o.PlannedFrom = o.PlannedTo.Add(time.Hour) }), 422, "planned_to")}})
	d.Refused("promised already", "anna", "handovers", uuid.NewString(), offer, 409, "")
	d.Play(webtest.Twin{As: "anna", Act: "handovers/" + h.ID + "/withdraw", Status: 200, In: custodypages.ReasonIn{Reason: "forkert bud"}, Others: []string{"kurt", "aud"}, Away: []string{"lise", "rita"}, Bad: []webtest.Refusal{webtest.Refuse(custodypages.ReasonIn{}, 422, "reason")}})
	d.Refused("collected after it was withdrawn", "kurt", "handovers/"+h.ID+"/collect", uuid.NewString(), custodypages.CollectIn{}, 409, "")
	d.Play(webtest.Twin{As: "anna", Act: "handovers", Status: 201, In: offer, Out: &h})
	at := "handovers/" + h.ID
	d.Play(webtest.Twin{As: "kurt", Act: at + "/collect", Status: 200, In: custodypages.CollectIn{Vehicle: "BX 12 345"}, Others: []string{"aud"}, Away: []string{"lise"}, Bad: []webtest.Refusal{webtest.Refuse(custodypages.CollectIn{Containers: []string{"OTHER"}}, 422, "containers")}})
	d.Refused("withdrawn on its way", "anna", at+"/withdraw", uuid.NewString(), custodypages.ReasonIn{Reason: "forkert bud"}, 409, "")
	d.Play(webtest.Twin{As: "rita", Act: at + "/arrive", Status: 200, Others: []string{"kurt", "aud"}, Away: []string{"lise"}})
	refuse := custodypages.RefuseIn{Place: "BS", Reason: "Porten er gået i stå", NewDestination: "RIS"}
	to := func(f func(*custodypages.RefuseIn)) custodypages.RefuseIn { x := refuse; f(&x); return x }
	d.Play(webtest.Twin{As: "rita", Act: at + "/refuse", Status: 200, In: refuse, Others: []string{"kurt", "aud"}, Away: []string{"lise"}, Out: &h, Bad: []webtest.Refusal{webtest.Refuse(to(func(x *custodypages.RefuseIn) { x.Reason = "nej" }), 422, "reason"),
		webtest.Refuse(to(func(x *custodypages.RefuseIn) { x.NewDestination = "" }), 422, "new_destination"), webtest.Refuse(to(func(x *custodypages.RefuseIn) { x.NewDestination = "NOWHERE" }), 422, "new_destination"), webtest.Refuse(to(func(x *custodypages.RefuseIn) { x.NewDestination = "BS" }), 422, "new_destination"),
		webtest.Refuse(to(func(x *custodypages.RefuseIn) { x.Place = "RIS" }), 409, "")}})
	if h.State != "refused" || h.Next == "" {
		d.T.Fatalf("%+v", h)
	}
	d.Refused("refused twice", "rita", at+"/refuse", uuid.NewString(), refuse, 409, "")
	d.Refused("accepted after it was refused", "sara", at+"/accept", uuid.NewString(), custodypages.AcceptIn{Place: "BS"}, 409, "")
	d.takenIn("handovers/" + h.Next)
}

// takenIn counts the box at Risskov, where it was sent on to.
func (d *road) takenIn(at string) {
	d.T.Helper()
	var h custodypages.HandoverOut
	read := custody.Read{Container: d.Box, Arrived: true, Opened: true, Seals: []string{"AB000413"}, Condition: custody.Intact, Counts: map[string]int{d.Local + "/own": 137, d.Local + "/other": 73}}
	reads := func(f func(*custody.Read)) custodypages.CountIn {
		x := read
		f(&x)
		return custodypages.CountIn{Place: "RIS", Reads: []custody.Read{x}}
	}
	field := "read." + d.Box
	d.Play(webtest.Twin{As: "lise", Act: at + "/count", Status: 200, In: reads(func(*custody.Read) {}), Others: []string{"kurt", "aud"}, Away: []string{"anna", "sara"}, Out: &h, Bad: []webtest.Refusal{webtest.Refuse(custodypages.CountIn{Place: "RIS"}, 422, field),
		webtest.Refuse(reads(func(x *custody.Read) { x.Condition = "fine" }), 422, field), webtest.Refuse(reads(func(x *custody.Read) { x.Condition = "" }), 422, field), webtest.Refuse(reads(func(x *custody.Read) { x.Counts = map[string]int{d.Local + "/own": -1} }), 422, field),
		webtest.Refuse(custodypages.CountIn{Place: "RIS", Reads: []custody.Read{read, read}}, 422, field), webtest.Refuse(custodypages.CountIn{Place: "BS", Reads: []custody.Read{read}}, 409, "")}})
	if h.State != "counted" {
		d.T.Fatalf("%+v", h)
	}
	d.Play(webtest.Twin{As: "lise", Act: at + "/accept", Status: 200, In: custodypages.AcceptIn{Place: "RIS", Room: "Boks 2"}, Others: []string{"kurt", "aud"}, Away: []string{"anna"}, Bad: []webtest.Refusal{webtest.Refuse(custodypages.AcceptIn{Place: "BS"}, 409, "")}})
	d.Play(webtest.Twin{As: "lise", Act: at + "/release", Status: 200, Others: []string{"kurt", "aud"}, Away: []string{"anna"}})
	d.Refused("released twice", "lise", at+"/release", uuid.NewString(), nil, 409, "")
}

// theDeviation is raised, given to somebody, noted, handled, reopened and closed
// by somebody else than its finder.
func (d *road) theDeviation() {
	d.T.Helper()
	raise := custody.RaiseCmd{Type: custody.DevSeal, Place: "LYS", Election: d.Local, Containers: []string{d.Box}, Expected: "AB000413", Found: "seglet sad løst", Notified: []string{d.Person["karen"]}}
	with := func(f func(*custody.RaiseCmd)) custody.RaiseCmd { x := raise; f(&x); return x }
	var dev custody.Deviation
	d.Play(webtest.Twin{As: "anna", Act: "deviations", Status: 201, In: raise, Others: []string{"kurt", "aud"}, Away: []string{"lise"}, Out: &dev, Bad: []webtest.Refusal{webtest.Refuse(with(func(c *custody.RaiseCmd) { c.Type = "none" }), 422, "type"),
		webtest.Refuse(with(func(c *custody.RaiseCmd) { c.Found = "?" }), 422, "found"), webtest.Refuse(with(func(c *custody.RaiseCmd) { c.Containers = []string{"OTHER"} }), 422, "containers"), webtest.Refuse(with(func(c *custody.RaiseCmd) { c.Election = "OTHER" }), 422, "election"),
		webtest.Refuse(with(func(c *custody.RaiseCmd) { c.Owner = "NOBODY" }), 422, "owner"), webtest.Refuse(with(func(c *custody.RaiseCmd) { c.Notified = []string{"NOBODY"} }), 422, "notified")}})
	d.Refused("at no place", "karen", "deviations", uuid.NewString(), with(func(c *custody.RaiseCmd) { c.Place = "NOWHERE" }), 422, "place")
	at, away, words := "deviations/"+dev.ID+"/acts", []string{"lise"}, "ringet til koordinatoren"
	act := func(a custody.DeviationAct, words string) custodypages.DeviateIn {
		return custodypages.DeviateIn{Act: a, Words: words}
	}
	assign := custodypages.DeviateIn{Act: custody.DeviationAssign, Owner: d.Person["karen"], Deadline: models.DateOf(d.Now).Add(2)}
	d.Play(webtest.Twin{As: "anna", Act: at, Status: 200, In: assign, Others: []string{"kurt", "aud"}, Away: away, Out: &dev, Bad: []webtest.Refusal{webtest.Refuse(custodypages.DeviateIn{Act: custody.DeviationAssign}, 422, "owner"),
		webtest.Refuse(custodypages.DeviateIn{Act: custody.DeviationAssign, Owner: "NOBODY"}, 422, "owner"), webtest.Refuse(custodypages.DeviateIn{Act: "eat", Words: words}, 409, ""), webtest.Refuse(`{"act":"assign","owner":"x","deadline":"soon"}`, 422, "")}})
	if dev.Owner != d.Person["karen"] || dev.Deadline != assign.Deadline {
		d.T.Errorf("%+v", dev)
	}
	note := act(custody.DeviationNote, words)
	note.Notified = []string{d.Person["bo"]}
	d.Play(webtest.Twin{As: "anna", Act: at, Status: 200, In: note, Away: away, Out: &dev, Bad: []webtest.Refusal{webtest.Refuse(act(custody.DeviationNote, ""), 422, "words")}})
	if len(dev.Notified) != 2 || len(dev.Notes) != 1 {
		d.T.Errorf("noted once and replayed: %+v", dev)
	}
	d.Play(webtest.Twin{As: "anna", Act: at, Status: 200, In: act(custody.DeviationHandle, words), Away: away, Bad: []webtest.Refusal{webtest.Refuse(act(custody.DeviationHandle, ""), 422, "words")}})
	d.Play(webtest.Twin{As: "karen", Act: at, Status: 200, In: act(custody.DeviationReopen, words), Away: away, Bad: []webtest.Refusal{webtest.Refuse(act(custody.DeviationReopen, ""), 422, "words")}})
	d.Refused("closed by its finder", "anna", at, uuid.NewString(), act(custody.DeviationClose, "seglet var intakt"), 422, "")
	d.Play(webtest.Twin{As: "karen", Act: at, Status: 200, In: act(custody.DeviationClose, "seglet var intakt"), Away: away, Out: &dev, Bad: []webtest.Refusal{webtest.Refuse(act(custody.DeviationClose, ""), 422, "words")}})
	if dev.State != custody.DeviationClosed || dev.ClosedBy != d.Person["karen"] {
		d.T.Errorf("%+v", dev)
	}
	d.Refused("noted after it was closed", "bo", at, uuid.NewString(), act(custody.DeviationNote, words), 409, "")
	d.Refused("no such deviation", "anna", "deviations/NONE/acts", uuid.NewString(), note, 404, "")
}

// theLoss: a box is missing and given up. Its account must be empty before the
// deviation is closed.
func (d *road) theLoss() {
	d.T.Helper()
	a := d.Act()
	a.Person = d.Person["lise"]
	_, err := d.Store.MissContainer(d.T.Context(), a, custody.MissCmd{Container: d.Box, Reason: "den er væk fra rummet"})
	d.Must(err)
	all, err := d.Store.Deviations(d.T.Context(), boxes.DeviationFilter{Type: string(custody.DevMissing)})
	d.Must(err)
	at, explain := "deviations/"+all[0].ID, custodypages.ExplainIn{How: custody.ByLoss, Words: "opgivet efter eftersøgning"}
	d.Refused("closed while its account is not empty", "karen", at+"/acts", uuid.NewString(), custodypages.DeviateIn{Act: custody.DeviationClose, Words: "den er væk"}, 409, "")
	d.Play(webtest.Twin{As: "lise", Act: at + "/explain", Status: 200, In: explain, Others: []string{"kurt", "aud"}, Away: []string{"anna"}, Bad: []webtest.Refusal{webtest.Refuse(custodypages.ExplainIn{How: "magic", Words: explain.Words}, 422, "how"), webtest.Refuse(custodypages.ExplainIn{How: custody.ByLoss, Words: "væk"}, 422, "words"),
		webtest.Refuse(custodypages.ExplainIn{How: custody.ByFinding, Container: "NONE", Words: explain.Words}, 404, "")}})
	d.Refused("explained twice", "lise", at+"/explain", uuid.NewString(), explain, 409, "")
}

// theDay is signed off with a deviation open: a reason, and two people.
func (d *road) theDay() {
	d.T.Helper()
	day := custodypages.DayCloseIn{Day: models.DateOf(d.Now), Reason: "Kassen er meldt savnet til politiet", WitnessLogin: "rita", PIN: "7171"}
	with := func(f func(*custodypages.DayCloseIn)) custodypages.DayCloseIn { x := day; f(&x); return x }
	var c evening.DayClose
	d.Play(webtest.Twin{As: "karen", Act: "day/close", Status: 201, In: day, Others: []string{"rita"}, Out: &c, Bad: []webtest.Refusal{webtest.Refuse(with(func(c *custodypages.DayCloseIn) { c.Reason = "" }), 422, "reason"),
		webtest.Refuse(with(func(c *custodypages.DayCloseIn) { c.WitnessLogin, c.PIN = "", "" }), 422, "witness_login"), webtest.Refuse(with(func(c *custodypages.DayCloseIn) { c.PIN = "0000" }), 422, "witness_login"), webtest.Refuse(with(func(c *custodypages.DayCloseIn) { c.WitnessLogin, c.PIN = "karen", "2222" }), 422, "witness_login"),
		webtest.Refuse(with(func(c *custodypages.DayCloseIn) { c.Day = c.Day.Add(1) }), 422, "day")}})
	if c.Second != d.Person["rita"] || len(c.Open) == 0 {
		d.T.Errorf("%+v", c)
	}
	d.Refused("closed twice", "karen", "day/close", uuid.NewString(), day, 409, "")
}
