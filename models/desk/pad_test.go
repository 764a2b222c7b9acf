package desk

import (
	"testing"
	"time"

	"github.com/brevstemme/brevstemme/models"
	"github.com/brevstemme/brevstemme/models/custody"
)

func TestPadStates(t *testing.T) {
	states := []PadFormState{PadIssued, PadTyped, PadUsed, PadSpoiled, PadReturned}
	acts := []PadAct{PadType, PadAgree, PadSpoil, PadReturn}
	allowed := map[[2]string]PadFormState{
		{"issued", "type"}: PadTyped, {"issued", "spoil"}: PadSpoiled, {"issued", "return"}: PadReturned,
		{"typed", "type"}: PadTyped, {"typed", "agree"}: PadUsed, {"typed", "spoil"}: PadSpoiled,
	}
	for _, s := range states {
		for _, a := range acts {
			next, err := PadStates.Next(s, a)
			want, ok := allowed[[2]string{string(s), string(a)}]
			if ok != (err == nil) || ok && next != want {
				t.Errorf("%s × %s: %s %v", s, a, next, err)
			}
		}
	}
}

func TestTypePadTwice(t *testing.T) {
	sh := deskShift(models.SessionOpen)
	now := deskDay.At(15, 0)
	out, err := IssuePad(models.Act{Key: "pad", Person: "coord", Role: models.RoleCoordinator}, "LYS", 3, now)
	if err != nil {
		t.Fatal(err)
	}
	form := out.Records[1].(PadForm)
	if Recognise(form.ID).Kind != ScanForm {
		t.Fatalf("form number %s is not recognised", form.ID)
	}
	rows := []PadRow{{11, "KV25", custody.Own, 4}, {11, "KV25", "0740", 1}, {12, "KV25", custody.Own, 2}}
	wrong := []PadRow{{11, "KV25", custody.Own, 5}}
	type try struct {
		who    string
		rows   []PadRow
		agreed bool
		code   models.Code
	}
	for i, c := range []try{
		{"anna", rows, false, ""},
		{"anna", rows, false, models.CodeSamePerson},
		{"bo", wrong, false, ""},
		{"bo", []PadRow{rows[2], rows[0], rows[1]}, true, ""}, // the order on paper does not matter
		{"anna", rows, false, models.CodeState},               // the number is used
	} {
		out, agreed, err := TypePad(sh, form, deskAct(c.who, "t"), c.rows, now)
		if models.CodeOf(err) != c.code || agreed != c.agreed {
			t.Fatalf("try %d: %v %v", i, agreed, err)
		}
		if err != nil {
			continue
		}
		form = out.Records[0].(PadForm)
		if !agreed {
			if len(out.Draft.Postings) != 0 {
				t.Errorf("try %d: envelopes entered the book after one typing", i)
			}
			continue
		}
		total := 0
		for _, r := range out.Records[1:] {
			e := r.(Event)
			total += e.N
			if !e.Late || e.Form != form.ID {
				t.Errorf("event %+v is not marked as late and from the form", e)
			}
		}
		if total != 7 {
			t.Errorf("%d envelopes", total)
		}
	}
	if form.State != PadUsed {
		t.Errorf("form ends as %s", form.State)
	}
	if _, _, err := TypePad(sh, out.Records[2].(PadForm), deskAct("anna", "t"), []PadRow{{17, "KV25", custody.Own, 1}}, now); err == nil {
		t.Error("an hour that has not come was taken")
	}
}

func TestNoticeUpAndDown(t *testing.T) {
	now := deskDay.At(13, 0)
	a := models.Act{Key: "key-1", Person: "coord", Role: models.RoleCoordinator}
	out, err := NewVersion(a, models.Election{ID: "KV25"}, NoticeList, "Liste 1", "indenrigsministeriet.dk", now)
	if err != nil {
		t.Fatal(err)
	}
	v1 := out.Records[0].(ListVersion)
	v2 := v1
	v2.ID = models.DeriveID("V", "another")
	kinds := map[string]NoticeKind{v1.ID: NoticeList, v2.ID: NoticeList}
	out, err = HangUp(a, v1, "LYS", nil, kinds, deskDay.At(9, 0), now)
	if err != nil {
		t.Fatal(err)
	}
	up := out.Records[0].(Notice)
	if _, err := HangUp(a, v1, "LYS", []Notice{up}, kinds, time.Time{}, now); models.CodeOf(err) != models.CodeConflict {
		t.Errorf("hung up twice: %v", err)
	}
	a.Key = "key-2"
	out, err = HangUp(a, v2, "LYS", []Notice{up}, kinds, time.Time{}, now)
	if err != nil {
		t.Fatal(err)
	}
	if down := out.Records[0].(Notice); !down.DownAt.Equal(now) || down.ID != up.ID {
		t.Errorf("the old version stays up: %+v", down)
	}
	out, err = RecallVersion(a, v1, "en liste mangler", now)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := HangUp(a, out.Records[0].(ListVersion), "VIB", nil, kinds, now, now); models.CodeOf(err) != models.CodeState {
		t.Errorf("a recalled version was hung up: %v", err)
	}
}
