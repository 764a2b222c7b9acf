package models_test

import (
	"testing"

	"github.com/brevstemme/brevstemme/models"
	"github.com/brevstemme/brevstemme/models/custody"
	"github.com/brevstemme/brevstemme/models/desk"
	"github.com/brevstemme/brevstemme/models/language"
	"github.com/brevstemme/brevstemme/models/onward"
	"github.com/brevstemme/brevstemme/models/planning"
	"github.com/brevstemme/brevstemme/models/staffing"
)

// What a state table refuses is said in words of both languages, never in codes.
func TestEveryStateAndActHasAWord(t *testing.T) {
	words(t, models.SessionStates)
	words(t, models.ElectionStates)
	words(t, planning.AgreementStates)
	words(t, staffing.ShiftStates)
	words(t, onward.ArrivalStates)
	words(t, onward.SortStates)
	words(t, onward.DeliveryStates)
	words(t, onward.ConsignmentStates)
	words(t, desk.PadStates)
	words(t, desk.DeviceStates)
	words(t, custody.SealStates)
	words(t, custody.HandoverStates)
	words(t, custody.DeviationStates)
	words(t, custody.ContainerStates)

	err := models.Refused(custody.HandoverRelease, custody.HandoverOffered)
	if got := language.Text(language.Danish, err.Key, err.Args...); got != "Man kan ikke frigive: tilstanden er »tilbudt«. Genindlæs siden og se, hvor sagen står." {
		t.Error(got)
	}
}

func words[S, A ~string](t *testing.T, table models.Transitions[S, A]) {
	t.Helper()
	for from, acts := range table {
		for act, to := range acts {
			for _, key := range []string{"state.is." + string(from), "state.act." + string(act), "state.is." + string(to)} {
				if !language.Has(key) {
					t.Errorf("no word %s", key)
				}
			}
		}
	}
}
