package onward

import (
	"fmt"
	"os"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/brevstemme/brevstemme/models"
)

// Every pair of state and act: what a table allows leads to a known state, what
// it does not allow is CodeState and changes nothing, and docs/states.md draws
// exactly what is allowed.
func TestEveryPairOfStateAndAct(t *testing.T) {
	drawn, err := os.ReadFile("../../docs/states.md")
	if err != nil {
		t.Fatal(err)
	}
	pairs(t, string(drawn), "Election", models.ElectionStates, []models.ElectionState{models.ElectionPlanned, models.ElectionRunning, models.ElectionCounted, models.ElectionClosed, models.ElectionCancelled},
		[]models.ElectionAct{models.ElectionStart, models.ElectionMove, models.ElectionCancel, models.ElectionCount, models.ElectionClose}, models.ElectionClosed, models.ElectionCancelled)
	pairs(t, string(drawn), "Sorting", SortStates, []SortState{SortNotBegun, SortOpen, SortFirst, SortDiffers, SortBooked, SortDropped}, []SortAct{SortStart, SortCount, SortMatch, SortClash, SortDrop}, SortBooked, SortDropped)
	pairs(t, string(drawn), "Consignment", ConsignmentStates, []ConsignmentState{ConsignmentNew, ConsignmentPacked, ConsignmentDispatched, ConsignmentDone, ConsignmentDiffers, ConsignmentWithdrawn},
		[]ConsignmentAct{ConsignmentPack, ConsignmentSend, ConsignmentAcknowledge, ConsignmentDispute, ConsignmentChase, ConsignmentWithdraw}, ConsignmentDone, ConsignmentDiffers, ConsignmentWithdrawn)
	pairs(t, string(drawn), "Arrival", ArrivalStates, []ArrivalState{ArrivalNew, ArrivalAnnounced, ArrivalDiffers, ArrivalReceived}, []ArrivalAct{ArrivalAnnounce, ArrivalTake, ArrivalClash}, ArrivalReceived)
	pairs(t, string(drawn), "Delivery", DeliveryStates, []DeliveryState{DeliveryNew, DeliveryPacked, DeliveryDiffers, DeliveryDone, DeliveryReturned, DeliveryCameLate},
		[]DeliveryAct{DeliveryPack, DeliveryHand, DeliveryClash, DeliveryReturn, DeliveryLate}, DeliveryDone, DeliveryReturned, DeliveryCameLate)
}

var arrow = regexp.MustCompile(`(?m)^  (\S+) --> (\S+): (.+)$`)

var remark = regexp.MustCompile(`\s*\([^)]*\)`)

// picture reads the arrows of a heading of docs/states.md: "from act to".
func picture(doc, heading string) []string {
	_, rest, _ := strings.Cut(doc, "## "+heading+"\n")
	rest, _, _ = strings.Cut(rest, "\n## ")
	var out []string
	for _, m := range arrow.FindAllStringSubmatch(rest, -1) {
		from := strings.Replace(m[1], "[*]", "new", 1)
		for _, act := range strings.Split(remark.ReplaceAllString(m[3], ""), ",") {
			act, _, _ = strings.Cut(strings.TrimSpace(act), " ")
			out = append(out, from+" "+act+" "+m[2])
		}
	}
	slices.Sort(out)
	return out
}

func pairs[S, A ~string](t *testing.T, doc, name string, table models.Transitions[S, A], states []S, acts []A, final ...S) {
	t.Helper()
	var allowed []string
	for _, s := range states {
		for _, a := range acts {
			next, err := table.Next(s, a)
			switch {
			case err == nil && !slices.Contains(states, next):
				t.Errorf("%s: %s by %s leads to unknown %q", name, s, a, next)
			case err == nil && slices.Contains(final, s):
				t.Errorf("%s: final %s allows %s", name, s, a)
			case err == nil:
				allowed = append(allowed, fmt.Sprint(s, " ", a, " ", next))
			case models.CodeOf(err) != models.CodeState || next != s:
				t.Errorf("%s: %s by %s gives %s, %v", name, s, a, next, err)
			}
		}
	}
	slices.Sort(allowed)
	if drawn := picture(doc, name); !slices.Equal(allowed, drawn) {
		t.Errorf("%s is drawn as\n%s\nbut is\n%s", name, strings.Join(drawn, "\n"), strings.Join(allowed, "\n"))
	}
}
