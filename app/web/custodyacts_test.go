package web

import (
	"encoding/json"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"testing"

	custodypages "github.com/brevstemme/brevstemme/app/web/custody"
	"github.com/brevstemme/brevstemme/models/custody"
	"github.com/brevstemme/brevstemme/models/store/boxes"
)

// acts posts to the API, reads the answer into out, and logs why it was refused.
func (v visitor) acts(path string, in, out any) int {
	v.l.t.Helper()
	code, body := v.say(path, in, out)
	if code >= 300 {
		v.l.t.Logf("%s: %d %s", path, code, body)
	}
	return code
}

// A box is sealed anew, opened, split, taken back by a counter-entry and merged:
// by the forms of its page and over JSON.
func TestABoxIsOpenedSplitAndMended(t *testing.T) {
	d := newDepot(t)
	anna, box := d.as("anna"), "containers/"+d.box
	anna.ok("/beholdere/"+d.box, url.Values{"do": {"reseal"}, "noted": {"AB000412"}, "condition": {"intact"}, "reason": {"Seglet sad loest"}, "kept_in": {"Skuffen"}, "seals": {"AB000413"}})
	if code := anna.acts(box+"/break", custodypages.BreakIn{Noted: []string{"AB000413"}, Condition: custody.Intact, Reason: "Kassen er for fuld", KeptIn: "Skuffen"}, nil); code != 200 {
		t.Fatal(code)
	}
	var made []custodypages.ContainerOut
	if code := anna.acts("containers", custody.RegisterCmd{Kind: custody.BoxK, Place: "LYS", Count: 1}, &made); code != 201 {
		t.Fatal(code)
	}
	own := custody.Envelope(d.kv, custody.Own)
	count := func(id string) int64 {
		held, err := d.store.Held(t.Context(), custody.InContainer(id))
		d.must(err)
		return held[custody.InContainer(id)][own]
	}
	anna.ok("/beholdere/"+d.box, url.Values{"do": {"split"}, "to": {made[0].ID}, "n-" + own: {"37"}})
	if count(d.box) != 100 || count(made[0].ID) != 37 {
		t.Fatalf("split into %d and %d", count(d.box), count(made[0].ID))
	}
	e, err := d.store.LastEntry(t.Context(), "container", d.box)
	d.must(err)
	anna.ok("/beholdere/"+d.box, url.Values{"do": {"correct"}, "entry": {seqText(e.Seq)}, "reason": {"Det var den forkerte kasse"}})
	if count(d.box) != 137 || count(made[0].ID) != 0 {
		t.Fatalf("mended into %d and %d", count(d.box), count(made[0].ID))
	}
	if code := anna.acts("entries/"+seqText(e.Seq)+"/correct", custodypages.ReasonIn{Reason: "en gang til"}, nil); code != http.StatusConflict {
		t.Errorf("corrected twice: %d", code)
	}
	if code := anna.acts(box+"/split", custodypages.MoveIn{To: made[0].ID, Contents: map[string]int64{own: 7}}, nil); code != 200 || count(made[0].ID) != 7 {
		t.Errorf("split over JSON: %d, %d", code, count(made[0].ID))
	}
	if code := anna.acts("containers/"+made[0].ID+"/merge", custodypages.MoveIn{To: d.box}, nil); code != 200 || count(d.box) != 137 {
		t.Errorf("merge over JSON: %d, %d", code, count(d.box))
	}
	if code := anna.acts(box+"/seal", custodypages.SealIn{Seals: []string{"AB000414"}}, nil); code != 200 {
		t.Fatal(code)
	}
}

// The road of a sealed box over JSON: taken back once, then carried, counted and
// taken in, the courier released; and the proof of where it was.
func TestTheRoadOverJSON(t *testing.T) {
	d := newDepot(t)
	anna, rita := d.as("anna"), d.as("rita")
	offer := custodypages.OfferIn{From: "LYS", To: "BS", Containers: []string{d.box}, Mode: "fetch", Courier: d.person["kurt"]}
	var h custodypages.HandoverOut
	if code := anna.acts("handovers", offer, &h); code != 201 {
		t.Fatal(code)
	}
	if code := anna.acts("handovers/"+h.ID+"/withdraw", custodypages.ReasonIn{Reason: "forkert bud"}, &h); code != 200 || h.State != "withdrawn" {
		t.Errorf("%d %+v", code, h)
	}
	if code := anna.acts("handovers", offer, &h); code != 201 {
		t.Fatal(code)
	}
	read := custody.Read{Container: d.box, Arrived: true, Opened: true, Seals: []string{"AB000412"}, Condition: custody.Intact, Counts: map[string]int{d.kv + "/own": 137, d.kv + "/other": 73}}
	for _, step := range []struct {
		who visitor
		act string
		in  any
	}{
		{d.as("kurt"), "collect", custodypages.CollectIn{}},
		{rita, "arrive", nil},
		{rita, "count", custodypages.CountIn{Place: "BS", Reads: []custody.Read{read}}},
		{rita, "accept", custodypages.AcceptIn{Place: "BS"}},
		{rita, "release", nil},
	} {
		if code := step.who.acts("handovers/"+h.ID+"/"+step.act, step.in, &h); code != 200 {
			t.Fatalf("%s: %d", step.act, code)
		}
	}
	if h.State != "accepted" {
		t.Errorf("%+v", h)
	}
	var proof custodypages.ProofOut
	code, body := rita.get("/api/v1/containers/" + d.box + "/proof")
	if code != 200 || json.Unmarshal([]byte(body), &proof) != nil || len(proof.Periods) != 3 {
		t.Errorf("%d %s", code, body)
	}
}

func seqText(n int64) string { return strconv.FormatInt(n, 10) }

// Boxes that hold votes stand above those that are empty.
func TestContainersInUseStandFirst(t *testing.T) {
	t.Parallel()
	d := newDepot(t)
	d.as("karen").ok("/beholdere/ny", url.Values{"place": {"LYS"}, "kind": {"box"}, "count": {"5"}})
	all, err := d.store.Containers(t.Context(), boxes.ContainerFilter{})
	d.must(err)
	if len(all) != 6 || all[0].ID != d.box || all[0].State != custody.ContainerSealed {
		t.Errorf("%+v", all)
	}
	if _, page := d.as("karen").get("/beholdere"); !strings.Contains(page, ">BLÅ<") || strings.Contains(page, ">"+d.kv+"<") {
		t.Error("a box does not stand under the word of its election")
	}
	for s := range custody.ContainerStates {
		if !slices.Contains(custody.ContainerOrder, s) {
			t.Errorf("%s has no place in the order", s)
		}
	}
}
