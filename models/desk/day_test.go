package desk

import (
	"maps"
	"strconv"
	"strings"
	"testing"
	"time"

	"pgregory.net/rapid"

	"github.com/brevstemme/brevstemme/models"
	"github.com/brevstemme/brevstemme/models/custody"
)

// counter is a random day at a counter: the book's side of it, and a model that
// does no more than count.
type counter struct {
	t        *rapid.T
	shift    Shift
	accounts map[string]int64 // "holder item" → what the book says is there
	events   []Event
	now      time.Time

	envelopes      map[string]int // destination → what the model says is at the desk
	votes, spoiled int
}

// set is the blank material of a counter: 50 are brought in the morning.
var set = custody.Material("KV25", "set")

func newCounter(t *rapid.T) *counter {
	c := &counter{t: t, shift: deskShift(models.SessionOpen), now: deskDay.At(11, 0), envelopes: map[string]int{}}
	c.shift.Held[set] = 50
	c.accounts = map[string]int64{"desk:S1 " + set: 50, "ministry " + set: -50}
	return c
}

// TestDayBalances drives random days at a counter: whatever happens, postings
// sum to zero per item, nothing at the desk goes below zero, the model's counts
// are the book's, and after closing the desk holds nothing but what was said.
func TestDayBalances(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		c := newCounter(t)
		for i := range rapid.IntRange(0, 60).Draw(t, "n") {
			c.something(i)
		}
		c.bookIsTheModel()
		c.shutAndCount()
		c.packAll()
		c.close()
		c.nothingIsLeft()
		c.itemsSumToZero()
	})
}

// book applies an outcome to the shift, as the store does.
func (c *counter) book(out custody.Outcome, err error) {
	c.t.Helper()
	if err != nil {
		c.t.Fatal(err)
	}
	c.shift.Held = maps.Clone(c.shift.Held)
	for _, p := range out.Draft.Postings {
		c.accounts[p.Holder+" "+p.Item] += p.Delta
		if p.Holder == custody.Desk(c.shift.Session.ID) {
			c.shift.Held[p.Item] += p.Delta
		}
	}
	for _, r := range out.Records {
		if s, ok := r.(models.Session); ok {
			c.shift.Session = s
		}
	}
}

// something is the i-th thing that happens on the day, a minute after the one before.
func (c *counter) something(i int) {
	c.now = c.now.Add(time.Minute)
	act := deskAct(rapid.SampledFrom([]string{"anna", "bo"}).Draw(c.t, "who"), "k"+strconv.Itoa(i))
	dest := rapid.SampledFrom([]string{custody.Own, custody.Unknown, "0740", "0615"}).Draw(c.t, "dest")
	switch rapid.IntRange(0, 9).Draw(c.t, "what") {
	case 0:
		c.void(act, dest)
	case 1:
		c.spoil(act)
	case 2, 3:
		c.undo(act)
	default:
		c.receive(act, dest)
	}
}

func (c *counter) receive(act models.Act, dest string) {
	out, err := Receive(c.shift, act, ReceiveCmd{Election: "KV25", Destination: dest}, c.now)
	c.book(out, err)
	c.events = append(c.events, out.Records[0].(Event))
	c.envelopes[dest]++
	c.votes++
}

// void may be refused, but not where there is an envelope.
func (c *counter) void(act models.Act, dest string) {
	out, err := VoidEnvelope(c.shift, act, VoidCmd{Election: "KV25", Destination: dest, Reason: VoidReasons[0]}, c.now)
	if err != nil {
		if c.envelopes[dest] > 0 {
			c.t.Fatalf("void refused: %v", err)
		}
		return
	}
	c.book(out, nil)
	c.events = append(c.events, out.Records[0].(Event))
	c.envelopes[dest]--
}

// spoil may be refused.
func (c *counter) spoil(act models.Act) {
	out, err := Spoil(c.shift, act, SpoilCmd{Election: "KV25"}, c.now)
	if err != nil {
		return
	}
	c.book(out, nil)
	c.events = append(c.events, out.Records[0].(Event))
	c.spoiled++
}

// undo takes back what the person did last; it may be refused.
func (c *counter) undo(act models.Act) {
	last := len(c.events) - 1
	for last >= 0 && (c.events[last].Person != act.Person || c.events[last].Act == ActUndo) {
		last--
	}
	if last < 0 {
		return
	}
	out, err := Undo(c.shift, act, UndoCmd{Target: c.events[last], Last: true}, c.now)
	if err != nil {
		return
	}
	c.book(out, nil)
	undone := out.Records[1].(Event)
	c.events[last] = undone
	switch undone.Act {
	case ActReceive:
		c.envelopes[undone.Destination]--
		c.votes--
	case ActVoid:
		c.envelopes[undone.Destination]++
	case ActSpoil:
		c.spoiled--
	}
}

func (c *counter) bookIsTheModel() {
	for dest, n := range c.envelopes {
		if got := c.shift.Held[custody.Envelope("KV25", dest)]; got != int64(n) {
			c.t.Fatalf("%s: book %d, model %d", dest, got, n)
		}
	}
}

// shutAndCount shuts the door and counts, wrong by a drawn number: then somebody
// else counts, and both explain what the desk holds from now on.
func (c *counter) shutAndCount() {
	c.book(Shut(c.shift, deskAct("anna", "shut"), 0, c.now))
	counts := c.shift.BookCounts()
	own := custody.CountKey("KV25", custody.Own)
	counts[own] = max(0, counts[own]+rapid.IntRange(-1, 1).Draw(c.t, "off"))
	right := maps.Equal(counts, c.shift.BookCounts())
	c.book(HandCount(c.shift, deskAct("anna", "h1"), counts, c.now))
	if right {
		return
	}
	if _, err := HandCount(c.shift, deskAct("anna", "h2"), counts, c.now); models.CodeOf(err) != models.CodeSamePerson {
		c.t.Fatalf("the same person counted twice: %v", err)
	}
	c.book(HandCount(c.shift, deskAct("bo", "h2"), counts, c.now))
	both := deskAct("anna", "why")
	both.Witness = "bo"
	c.book(ExplainCount(c.shift, both, "fundet ved gennemgang af bordet", c.now))
	if !maps.Equal(counts, c.shift.BookCounts()) {
		c.t.Fatalf("after explaining the desk holds %v, counted %v", c.shift.BookCounts(), counts)
	}
}

// packAll puts every envelope into a container.
func (c *counter) packAll() {
	for item, n := range c.shift.Held {
		if _, _, ok := custody.EnvelopeOf(item); ok && n > 0 {
			c.accounts["desk:S1 "+item] -= n
			c.accounts["container:K1 "+item] += n
			c.shift.Held[item] = 0
		}
	}
}

// close counts the sets that are left and says why, where they do not add up.
func (c *counter) close() {
	left := rapid.IntRange(0, 60).Draw(c.t, "left")
	c.shift.Session.Desk.Stock = map[string]models.Stock{set: {Brought: 50}}
	act := deskAct("anna", "close")
	act.Witness = "bo"
	cmd := CloseCmd{Left: map[string]int{set: left}, Votes: map[string]int{"KV25": c.votes}, Spoiled: map[string]int{set: c.spoiled},
		Searched: []models.Check{{Key: "bins"}, {Key: "copier"}}}
	if c.votes+c.spoiled+left != 50 {
		if _, err := Close(c.shift, act, cmd, c.now); err == nil {
			c.t.Fatal("closed with an open equation")
		}
		cmd.Explain = map[string]string{set: "et sæt lå i en anden skuffe"}
	}
	c.book(Close(c.shift, act, cmd, c.now))
}

func (c *counter) nothingIsLeft() {
	for item, n := range c.shift.Held {
		if n != 0 {
			c.t.Fatalf("%s: %d left at the desk", item, n)
		}
	}
}

func (c *counter) itemsSumToZero() {
	sums := map[string]int64{}
	for account, n := range c.accounts {
		_, item, _ := strings.Cut(account, " ")
		sums[item] += n
	}
	for item, n := range sums {
		if n != 0 {
			c.t.Fatalf("%s sums to %d", item, n)
		}
	}
}

func TestCloseRefuses(t *testing.T) {
	now := deskDay.At(18, 30)
	both := deskAct("anna", "k")
	both.Witness = "bo"
	searched := []models.Check{{Key: "bins"}, {Key: "copier"}}
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
