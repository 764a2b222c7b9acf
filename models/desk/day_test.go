package desk

import (
	"maps"
	"slices"
	"strconv"
	"testing"
	"time"

	"pgregory.net/rapid"

	"github.com/brevstemme/brevstemme/models"
	"github.com/brevstemme/brevstemme/models/custody"
)

// apply books an outcome on a shift, as the store does.
func apply(sh *Shift, accounts map[string]int64, out custody.Outcome) {
	sh.Held = maps.Clone(sh.Held)
	for _, p := range out.Draft.Postings {
		accounts[p.Holder+" "+p.Item] += p.Delta
		if p.Holder == custody.Desk(sh.Session.ID) {
			sh.Held[p.Item] += p.Delta
		}
	}
	for _, r := range out.Records {
		if s, ok := r.(models.Session); ok {
			sh.Session = s
		}
	}
}

// TestDayBalances drives random days at a counter: whatever happens, postings
// sum to zero per item, nothing at the desk goes below zero, the model's counts
// are the book's, and after closing the desk holds nothing but what was said.
func TestDayBalances(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		sh := deskShift(models.SessionOpen)
		set := custody.Material("KV25", "set")
		sh.Held[set] = 50
		accounts := map[string]int64{"desk:S1 " + set: 50, "ministry " + set: -50}
		want := map[string]int{}
		var events []Event
		spoiled, voided, votes := 0, 0, 0
		now := deskDay.At(11, 0)
		step := func(i int, out custody.Outcome) {
			apply(&sh, accounts, out)
			events = append(events, out.Records[0].(Event))
		}
		n := rapid.IntRange(0, 60).Draw(t, "n")
		for i := range n {
			now = now.Add(time.Minute)
			act := deskAct(rapid.SampledFrom([]string{"anna", "bo"}).Draw(t, "who"), "k"+strconv.Itoa(i))
			dest := rapid.SampledFrom([]string{custody.Own, custody.Unknown, "0740", "0615"}).Draw(t, "dest")
			switch rapid.IntRange(0, 9).Draw(t, "what") {
			case 0:
				if out, err := VoidEnvelope(sh, act, VoidCmd{Election: "KV25", Destination: dest, Reason: VoidReasons[0]}, now); err == nil {
					step(i, out)
					want[dest]--
					voided++
				} else if want[dest] > 0 {
					t.Fatalf("void refused: %v", err)
				}
			case 1:
				if out, err := Spoil(sh, act, SpoilCmd{Election: "KV25"}, now); err == nil {
					step(i, out)
					spoiled++
				}
			case 2, 3:
				j := slices.IndexFunc(events, func(e Event) bool { return e.Person == act.Person })
				for k := len(events) - 1; k >= 0; k-- {
					if events[k].Person == act.Person && events[k].Act != ActUndo {
						j = k
						break
					}
				}
				if j < 0 || events[j].Act == ActUndo {
					continue
				}
				out, err := Undo(sh, act, UndoCmd{Target: events[j], Last: true}, now)
				if err != nil {
					continue
				}
				apply(&sh, accounts, out)
				events[j] = out.Records[1].(Event)
				switch events[j].Act {
				case ActReceive:
					want[events[j].Destination]--
					votes--
				case ActVoid:
					want[events[j].Destination]++
					voided--
				case ActSpoil:
					spoiled--
				}
			default:
				out, err := Receive(sh, act, ReceiveCmd{Election: "KV25", Destination: dest}, now)
				if err != nil {
					t.Fatal(err)
				}
				step(i, out)
				want[dest]++
				votes++
			}
		}
		for dest, n := range want {
			if got := sh.Held[custody.Envelope("KV25", dest)]; got != int64(n) {
				t.Fatalf("%s: book %d, model %d", dest, got, n)
			}
		}
		closeDay(t, &sh, accounts, votes, spoiled, now)
	})
}

// closeDay shuts, counts wrong by a drawn number, explains, packs and closes.
func closeDay(t *rapid.T, sh *Shift, accounts map[string]int64, votes, spoiled int, now time.Time) {
	must := func(out custody.Outcome, err error) {
		t.Helper()
		if err != nil {
			t.Fatal(err)
		}
		apply(sh, accounts, out)
	}
	must(Shut(*sh, deskAct("anna", "shut"), 0, now))
	counts := sh.BookCounts()
	off := rapid.IntRange(-1, 1).Draw(t, "off")
	key := custody.CountKey("KV25", custody.Own)
	counts[key] = max(0, counts[key]+off)
	if equal := maps.Equal(counts, sh.BookCounts()); equal {
		must(HandCount(*sh, deskAct("anna", "h1"), counts, now))
	} else {
		must(HandCount(*sh, deskAct("anna", "h1"), counts, now))
		if _, err := HandCount(*sh, deskAct("anna", "h2"), counts, now); models.CodeOf(err) != models.CodeSamePerson {
			t.Fatalf("the same person counted twice: %v", err)
		}
		must(HandCount(*sh, deskAct("bo", "h2"), counts, now))
		both := deskAct("anna", "why")
		both.Witness = "bo"
		must(ExplainCount(*sh, both, "fundet ved gennemgang af bordet", now))
		if !maps.Equal(counts, sh.BookCounts()) {
			t.Fatalf("after explaining the desk holds %v, counted %v", sh.BookCounts(), counts)
		}
	}
	for item, n := range sh.Held { // everything into a container
		if _, _, ok := custody.EnvelopeOf(item); ok && n > 0 {
			accounts["desk:S1 "+item] -= n
			accounts["container:K1 "+item] += n
			sh.Held[item] = 0
		}
	}
	left := rapid.IntRange(0, 60).Draw(t, "left")
	set := custody.Material("KV25", "set")
	sh.Session.Desk.Stock = map[string]models.Stock{set: {Brought: 50}}
	act := deskAct("anna", "close")
	act.Witness = "bo"
	cmd := CloseCmd{Left: map[string]int{set: left}, Votes: map[string]int{"KV25": votes}, Spoiled: map[string]int{set: spoiled},
		Searched: []models.Check{{Key: "bins"}, {Key: "copier"}}}
	if votes+spoiled+left != 50 {
		if _, err := Close(*sh, act, cmd, now); err == nil {
			t.Fatal("closed with an open equation")
		}
		cmd.Explain = map[string]string{set: "et sæt lå i en anden skuffe"}
	}
	must(Close(*sh, act, cmd, now))
	for item, n := range sh.Held {
		if n != 0 {
			t.Fatalf("%s: %d left at the desk", item, n)
		}
	}
	sums := map[string]int64{}
	for account, n := range accounts {
		for i := range len(account) {
			if account[i] == ' ' {
				sums[account[i+1:]] += n
				break
			}
		}
	}
	for item, n := range sums {
		if n != 0 {
			t.Fatalf("%s sums to %d", item, n)
		}
	}
}

func TestCloseRefuses(t *testing.T) {
	now := deskDay.At(18, 30)
	both := deskAct("anna", "k")
	both.Witness = "bo"
	searched := []models.Check{{Key: "bins"}, {Key: "copier"}}
	set := custody.Material("KV25", "set")
	for _, c := range []struct {
		name    string
		act     models.Act
		counted string
		cmd     CloseCmd
		held    map[string]int64
		code    models.Code
	}{
		{"fine", both, CountedEqual, CloseCmd{Left: map[string]int{set: 50}, Searched: searched}, nil, ""},
		{"not counted", both, "", CloseCmd{Left: map[string]int{set: 50}, Searched: searched}, nil, models.CodeState},
		{"differs", both, CountedDiffers, CloseCmd{Left: map[string]int{set: 50}, Searched: searched}, nil, models.CodeState},
		{"alone", deskAct("anna", "k"), CountedEqual, CloseCmd{Left: map[string]int{set: 50}, Searched: searched}, nil, models.CodeInvalid},
		{"bin not searched", both, CountedEqual, CloseCmd{Left: map[string]int{set: 50}, Searched: searched[1:]}, nil, models.CodeInvalid},
		{"stock not counted", both, CountedEqual, CloseCmd{Searched: searched}, nil, models.CodeInvalid},
		{"stock short, not explained", both, CountedEqual, CloseCmd{Left: map[string]int{set: 49}, Searched: searched}, nil, models.CodeInvalid},
		{"envelopes open", both, CountedEqual, CloseCmd{Left: map[string]int{set: 50}, Searched: searched}, map[string]int64{custody.Envelope("KV25", custody.Own): 3}, models.CodeInvalid},
		{"a CPR number as explanation", both, CountedEqual, CloseCmd{Left: map[string]int{set: 49}, Searched: searched, Explain: map[string]string{set: "glemt af 010203-1234"}}, nil, models.CodeCPR},
	} {
		sh := deskShift(models.SessionClosing)
		sh.Session.Desk.Counted = c.counted
		if c.held != nil {
			sh.Held = c.held
		}
		if _, err := Close(sh, c.act, c.cmd, now); models.CodeOf(err) != c.code {
			t.Errorf("%s: %v, want %q", c.name, err, c.code)
		}
	}
}
