package staffing

import (
	"testing"

	"github.com/brevstemme/brevstemme/models/language"
)

// Everything that the package may say has its text.
func TestTexts(t *testing.T) {
	var keys []string
	for _, a := range ShiftActs {
		keys = append(keys, "staffing.refused."+string(a), "staffing.act."+string(a))
	}
	for _, s := range ShiftStatesAll {
		keys = append(keys, "staffing.state."+string(s))
	}
	for _, m := range Modules {
		keys = append(keys, "staffing.module."+m.Key)
		if m.Required {
			keys = append(keys, "staffing.missing.instruction."+m.Key)
		}
	}
	for _, a := range Answers {
		keys = append(keys, "staffing.answer."+string(a))
	}
	for _, m := range Modes {
		keys = append(keys, "staffing.mode."+string(m))
	}
	for _, c := range []string{"gap.few", "gap.staff", "gap.electors", "gap.helper", "missing.left", "missing.place", "missing.appointment",
		"remark.unknown", "remark.missing.left", "remark.missing.place", "remark.missing.appointment", "remark.missing.instruction.receiving", "remark.missing.instruction.secrecy", "remark.candidate", "remark.busy",
		"remark.cannot", "remark.rather_not", "remark.rest", "remark.day", "remark.week", "remark.gap", "code_unknown", "code_unclear", "week_conflict", "week_same", "week_refused", "rule_bounds", "erase_early", "nothing_to_mend"} {
		keys = append(keys, "staffing."+c)
	}
	for _, k := range keys {
		if !language.Has(k) {
			t.Errorf("no text for %s", k)
		}
	}
}
