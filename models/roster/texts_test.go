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
