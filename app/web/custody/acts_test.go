package custody_test

import (
	"encoding/json"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"testing"

	custodypages "github.com/brevstemme/brevstemme/app/web/custody"
	"github.com/brevstemme/brevstemme/app/web/webtest"
	"github.com/brevstemme/brevstemme/models/custody"
	"github.com/brevstemme/brevstemme/models/store/boxes"
)

// acts posts to the API, reads the answer into out, and logs why it was refused.
func acts(v webtest.Visitor, path string, in, out any) int {
	v.Library.T.Helper()
	code, body := v.Say(path, in, out)
	if code >= 300 {
		v.Library.T.Logf("%s: %d %s", path, code, body)
	}
	return code
}

// A box is sealed anew, opened, split, taken back by a counter-entry and merged:
// by the forms of its page and over JSON.
func TestABoxIsOpenedSplitAndMended(t *testing.T) {
	d := webtest.NewDepot(t)
	anna, box := d.As("anna"), "containers/"+d.Box
	anna.OK("/beholdere/"+d.Box, url.Values{"do": {"reseal"}, "noted": {"AB000412"}, "condition": {"intact"}, "reason": {"Seglet sad loest"}, "kept_in": {"Skuffen"}, "seals": {"AB000413"}})
	if code := acts(anna, box+"/break", custodypages.BreakIn{Noted: []string{"AB000413"}, Condition: custody.Intact, Reason: "Kassen er for fuld", KeptIn: "Skuffen"}, nil); code != 200 {
		t.Fatal(code)
	}
	var made []custodypages.ContainerOut
	if code := acts(anna, "containers", custody.RegisterCmd{Kind: custody.BoxK, Place: "LYS", Count: 1}, &made); code != 201 {
		t.Fatal(code)
	}
	own := custody.Envelope(d.Local, custody.Own)
	count := func(id string) int64 {
		held, err := d.Store.Held(t.Context(), custody.InContainer(id))
		d.Must(err)
		return held[custody.InContainer(id)][own]
	}
	anna.OK("/beholdere/"+d.Box, url.Values{"do": {"split"}, "to": {made[0].ID}, "n-" + own: {"37"}})
	if count(d.Box) != 100 || count(made[0].ID) != 37 {
		t.Fatalf("split into %d and %d", count(d.Box), count(made[0].ID))
	}
	e, err := d.Store.LastEntry(t.Context(), "container", d.Box)
	d.Must(err)
	anna.OK("/beholdere/"+d.Box, url.Values{"do": {"correct"}, "entry": {seqText(e.Seq)}, "reason": {"Det var den forkerte kasse"}})
	if count(d.Box) != 137 || count(made[0].ID) != 0 {
		t.Fatalf("mended into %d and %d", count(d.Box), count(made[0].ID))
	}
	if code := acts(anna, "entries/"+seqText(e.Seq)+"/correct", custodypages.ReasonIn{Reason: "en gang til"}, nil); code != http.StatusConflict {
		t.Errorf("corrected twice: %d", code)
	}
	if code := acts(anna, box+"/split", custodypages.MoveIn{To: made[0].ID, Contents: map[string]int64{own: 7}}, nil); code != 200 || count(made[0].ID) != 7 {
		t.Errorf("split over JSON: %d, %d", code, count(made[0].ID))
	}
	if code := acts(anna, "containers/"+made[0].ID+"/merge", custodypages.MoveIn{To: d.Box}, nil); code != 200 || count(d.Box) != 137 {
		t.Errorf("merge over JSON: %d, %d", code, count(d.Box))
	}
	if code := acts(anna, box+"/seal", custodypages.SealIn{Seals: []string{"AB000414"}}, nil); code != 200 {
		t.Fatal(code)
	}
}

// The road of a sealed box over JSON: taken back once, then carried, counted and
// taken in, the courier released; and the proof of where it was.
func TestTheRoadOverJSON(t *testing.T) {
	d := webtest.NewDepot(t)
	anna, rita := d.As("anna"), d.As("rita")
	offer := custodypages.OfferIn{From: "LYS", To: "BS", Containers: []string{d.Box}, Mode: "fetch", Courier: d.Person["kurt"]}
	var h custodypages.HandoverOut
	if code := acts(anna, "handovers", offer, &h); code != 201 {
		t.Fatal(code)
	}
	if code := acts(anna, "handovers/"+h.ID+"/withdraw", custodypages.ReasonIn{Reason: "forkert bud"}, &h); code != 200 || h.State != "withdrawn" {
		t.Errorf("%d %+v", code, h)
	}
	if code := acts(anna, "handovers", offer, &h); code != 201 {
		t.Fatal(code)
	}
	read := custody.Read{Container: d.Box, Arrived: true, Opened: true, Seals: []string{"AB000412"}, Condition: custody.Intact, Counts: map[string]int{d.Local + "/own": 137, d.Local + "/other": 73}}
	for _, step := range []struct {
		who webtest.Visitor
		act string
		in  any
	}{
		{d.As("kurt"), "collect", custodypages.CollectIn{}},
		{rita, "arrive", nil},
		{rita, "count", custodypages.CountIn{Place: "BS", Reads: []custody.Read{read}}},
		{rita, "accept", custodypages.AcceptIn{Place: "BS"}},
		{rita, "release", nil},
	} {
		if code := acts(step.who, "handovers/"+h.ID+"/"+step.act, step.in, &h); code != 200 {
			t.Fatalf("%s: %d", step.act, code)
		}
	}
	if h.State != "accepted" {
		t.Errorf("%+v", h)
	}
	var proof custodypages.ProofOut
	code, body := rita.Get("/api/v1/containers/" + d.Box + "/proof")
	if code != 200 || json.Unmarshal([]byte(body), &proof) != nil || len(proof.Periods) != 3 {
		t.Errorf("%d %s", code, body)
	}
}

func seqText(n int64) string { return strconv.FormatInt(n, 10) }

// Boxes that hold votes stand above those that are empty.
func TestContainersInUseStandFirst(t *testing.T) {
	t.Parallel()
	d := webtest.NewDepot(t)
	d.As("karen").OK("/beholdere/ny", url.Values{"place": {"LYS"}, "kind": {"box"}, "count": {"5"}})
	all, err := d.Store.Containers(t.Context(), boxes.ContainerFilter{})
	d.Must(err)
	if len(all) != 6 || all[0].ID != d.Box || all[0].State != custody.ContainerSealed {
		t.Errorf("%+v", all)
	}
	if _, page := d.As("karen").Get("/beholdere"); !strings.Contains(page, ">BLÅ<") || strings.Contains(page, ">"+d.Local+"<") {
		t.Error("a box does not stand under the word of its election")
	}
	for s := range custody.ContainerStates {
		if !slices.Contains(custody.ContainerOrder, s) {
			t.Errorf("%s has no place in the order", s)
		}
	}
}
