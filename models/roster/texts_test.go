package roster

import (
	"strings"
	"testing"

	"github.com/brevstemme/brevstemme/models/language"
)

// Every code that can reach a person has its text, in both languages.
func TestCodesHaveTexts(t *testing.T) {
	var keys []string
	for _, c := range []Code{BadJSON, UnknownField, MissingField, WrongType, OutOfRange, NoSuchID, WrongID, EndsTooEarly, WrongLength, MinOverNeed, StepsNotRise, TooManyFaults} {
		keys = append(keys, Finding{Code: c}.Key())
	}
	for _, r := range []Rule{RuleKnown, RuleOnce, RuleNeed, RuleReceivers, RuleLeads, RuleTravel, RuleAbsent, RuleBarred, RuleTwoADay, RuleOnePlace, RuleOverlap, RuleDay, RuleWeek, RuleTotal, RuleRest} {
		keys = append(keys, Violation{Rule: r}.Key())
	}
	for _, c := range []ReasonCode{ReasonOnlyPerson, ReasonOnlyReceiver, ReasonOnlyLead, ReasonNearest, ReasonAlreadyThere, ReasonPreferred, ReasonSlotWish, ReasonBelowTarget,
		ReasonCheapest, ReasonWholePlan, ReasonPinned, ReasonAgainstSlot, ReasonOverTarget, ReasonKeptAsBefore} {
		keys = append(keys, Reason{Code: c}.Key())
	}
	for _, c := range []FactCode{FactNeed, FactReceivers, FactLeads, FactTooLong, FactAbsent, FactFar, FactBarred, FactBusy, FactWeek, FactTotal, FactRest, FactNotReceiver, FactNotLead} {
		keys = append(keys, Fact{Code: c}.Key())
	}
	for _, k := range keys {
		for _, l := range language.Langs {
			if text := language.Text(l, k); strings.HasPrefix(text, "⟦") {
				t.Errorf("%s has no text in %s", k, l)
			}
		}
	}
}

// The texts take the figures that the codes carry.
func TestTextsTakeTheirFigures(t *testing.T) {
	in := readSmall(t)
	in.Staff[0].Unavailable = []int{1}
	var texts []string
	for _, l := range language.Langs {
		for _, f := range Conflict(in, nil, 2) {
			args := []any{f.Have, f.Limit}
			if f.Staff >= 0 {
				args = append([]any{"Ida"}, args...)
			}
			texts = append(texts, language.Text(l, f.Key(), args...))
		}
		in.Staff[0].Unavailable = nil
		for _, e := range Explain(in, []Assignment{{0, 0}, {1, 0}, {2, 0}, {2, 1}}) {
			for _, r := range e.Reasons {
				texts = append(texts, language.Text(l, r.Key(), r.Args...))
			}
		}
		in.Staff[0].Unavailable = []int{1}
		bad := in
		bad.Days = -1
		for _, f := range bad.Validate() {
			texts = append(texts, language.Text(l, f.Key(), append([]any{f.Where}, f.Args...)...))
		}
	}
	for _, s := range texts {
		if strings.Contains(s, "%!") {
			t.Error(s)
		}
	}
	if len(texts) < 20 || texts[0] != "Der skal være 2 personer" || texts[1] != "Ida kan ikke den dag" {
		t.Errorf("got %q", texts)
	}
}
