package readyplan_test

import (
	"testing"

	"github.com/brevstemme/brevstemme/models"
	"github.com/brevstemme/brevstemme/models/planning"
	"github.com/brevstemme/brevstemme/models/schedule"
	"github.com/brevstemme/brevstemme/models/store/readyplan"
	"github.com/brevstemme/brevstemme/models/store/storetest"
)

// There is no way around the checks: an election of nothing and one without any
// session are refused, what is published is published once, and a plan whose
// places nobody decided on is decided, ticked and published by acts of people.
func TestAnExampleGoesTheWayOfPeople(t *testing.T) {
	t.Parallel()
	w := storetest.Empty(t, models.NewDate(2025, 10, 1).At(9, 0))
	ctx := t.Context()
	publish := func(election string) (planning.Version, error) {
		return readyplan.Publish(ctx, w, func() models.Act { return w.Act("karen", "") }, election)
	}
	if _, err := publish("NOSUCH"); models.CodeOf(err) != models.CodeNotFound {
		t.Errorf("an election of nothing: %v", err)
	}
	e, err := w.CreateElection(ctx, w.Act("karen", ""), planning.NewElection{Type: models.TypeLocal, Name: "Valg", Date: models.NewDate(2025, 11, 18), Municipality: "0751", Colour: "#1A5FB4", Word: "BLÅ"})
	w.Must(err)
	if _, err := publish(e.ID); err == nil {
		t.Error("a plan without sessions was published")
	}
	list := "place,address,postcode,city,kind,weekday_or_date,opens,closes,note,source_url\nLystrup,Vej 1,8000,Aarhus,library,2025-11-12,10:00,16:00,,\n"
	_, err = w.ImportPlan(ctx, w.Act("karen", ""), e.ID, schedule.Check([]byte(list), planning.Window(e)))
	w.Must(err)
	v, err := publish(e.ID)
	if err != nil || v.Number != 1 || len(v.Sessions) != 1 {
		t.Fatalf("%+v %v", v, err)
	}
	places, err := w.Places(ctx)
	w.Must(err)
	if len(places) != 1 || places[0].Decision.Reference == "" {
		t.Errorf("nobody decided on the place: %+v", places)
	}
	if _, err := publish(e.ID); models.CodeOf(err) != models.CodeState {
		t.Errorf("published twice: %v", err)
	}
}
