package custody

import (
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/brevstemme/brevstemme/models"
)

// MostSeals is how many seals one act may issue.
const MostSeals = 500

// SealRange spells out a range of numbers: "AB000120" to "AB000139".
func SealRange(from, to string) ([]string, error) {
	from, to = models.CleanSerial(from), models.CleanSerial(to)
	p, x := splitSerial(from)
	q, y := splitSerial(to)
	if x < 0 || p != q || len(from) != len(to) || y < x {
		return nil, models.Invalid("to", "custody.seal_range", from, to)
	}
	if y-x >= MostSeals {
		return nil, models.Invalid("to", "custody.count_range", 1, MostSeals)
	}
	for _, r := range p {
		if !strings.ContainsRune("0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ", r) {
			return nil, models.Invalid("from", "custody.seal_range", from, to)
		}
	}
	out := make([]string, 0, y-x+1)
	for n := x; n <= y; n++ {
		out = append(out, fmt.Sprintf("%s%0*d", p, len(from)-len(p), n))
	}
	return out, nil
}

// IssueCmd gives a place a range of seals. New numbers come from the registry;
// numbers in stock elsewhere move when FromPlace names that place.
type IssueCmd struct {
	From      string `json:"from"` // first and last number
	To        string `json:"to"`
	Lot       string `json:"lot,omitempty"`
	Place     string `json:"place"`
	FromPlace string `json:"from_place,omitempty"`
}

// IssueSeals enters or moves a range. A number that was ever in the book is
// refused: seal numbers are unique for ever.
func IssueSeals(b Book, a models.Act, now time.Time, cmd IssueCmd) (Outcome, error) {
	s := open(b, a, now, "seals.issued")
	if !a.MayActAt(cmd.Place) || cmd.FromPlace != "" && !a.MayActAt(cmd.FromPlace) {
		return Outcome{}, models.E(models.CodeForbidden, "custody.wrong_place")
	}
	if err := words("lot", cmd.Lot); err != nil {
		return Outcome{}, err
	}
	serials, err := SealRange(cmd.From, cmd.To)
	if err != nil {
		return Outcome{}, err
	}
	for _, n := range serials {
		if err := s.issue(n, cmd); err != nil {
			return Outcome{}, err
		}
	}
	s.draft.Place = cmd.Place
	s.fact("from", serials[0])
	s.fact("to", serials[len(serials)-1])
	s.fact("lot", cmd.Lot)
	return s.done()
}

func (s *sheet) issue(serial string, cmd IssueCmd) error {
	x, err := s.seal(serial)
	switch {
	case models.CodeOf(err) == models.CodeNotFound && cmd.FromPlace == "":
		s.seals[serial] = Seal{Serial: serial, State: SealStock, Lot: cmd.Lot, Holder: At(cmd.Place)}
		return s.move(SealItem(serial), Registry, At(cmd.Place), 1)
	case models.CodeOf(err) == models.CodeNotFound:
		return models.E(models.CodeSealUsed, "custody.seal_not_in_stock", serial).On("from")
	case err != nil:
		return err
	case cmd.FromPlace == "":
		return models.E(models.CodeSealUsed, "custody.seal_known", serial).On("from")
	case x.Holder != At(cmd.FromPlace) || x.State != SealStock:
		return models.E(models.CodeSealUsed, "custody.seal_not_in_stock", serial).On("from")
	}
	x.Holder = At(cmd.Place)
	s.seals[serial] = x
	return s.move(SealItem(serial), At(cmd.FromPlace), At(cmd.Place), 1)
}

// SealCmd closes a container with seals from its place's stock.
type SealCmd struct {
	Container string
	Serials   []string
	Certain   bool     // the numbers were read twice: warnings are passed over
	Stock     []string // numbers in stock at the place, lowest first: what is expected next
}

// CloseUp seals a container. A number that is one slip away from the one
// expected next is asked about (CodeInvalid custody.seal_near) unless Certain.
func CloseUp(b Book, a models.Act, now time.Time, cmd SealCmd) (Outcome, error) {
	s := open(b, a, now, "container.sealed")
	c, err := s.here(cmd.Container)
	if err != nil {
		return Outcome{}, err
	}
	if len(c.Seals) > 0 {
		return Outcome{}, models.E(models.CodeState, "custody.sealed", c.ID)
	}
	if err := s.apply(&c, cmd, ActSeal); err != nil {
		return Outcome{}, err
	}
	return s.done()
}

func (s *sheet) apply(c *Container, cmd SealCmd, act ContainerAct) error {
	if len(cmd.Serials) == 0 || len(cmd.Serials) > 8 {
		return models.Invalid("seals", "custody.count_range", 1, 8)
	}
	c.Seals = nil
	for _, raw := range cmd.Serials {
		if err := s.applyOne(c, models.CleanSerial(raw), cmd); err != nil {
			return err
		}
	}
	slices.Sort(c.Seals)
	s.draft.Election = c.Election
	s.fact("container", c.ID)
	s.fact("seals", strings.Join(c.Seals, " "))
	return s.next(c, act)
}

func (s *sheet) applyOne(c *Container, serial string, cmd SealCmd) error {
	x, err := s.seal(serial)
	place := s.draft.Place
	if models.CodeOf(err) == models.CodeNotFound {
		return models.Invalid("seals", "custody.seal_unknown", serial, nearText(NearNumbers(serial, cmd.Stock)))
	}
	if err != nil {
		return err
	}
	if x.State != SealStock {
		return models.E(models.CodeSealUsed, "custody.seal_used_on", serial, x.Container).On("seals")
	}
	if x.Holder != At(place) {
		return models.Invalid("seals", "custody.seal_elsewhere", serial)
	}
	if near := surprising(serial, cmd.Serials, cmd.Stock); near != "" && !cmd.Certain {
		return models.Invalid("seals", "custody.seal_near", serial, near)
	}
	if x.State, err = SealStates.Next(x.State, ActApply); err != nil {
		return err
	}
	x.Holder, x.Container = InContainer(c.ID), c.ID
	s.seals[serial] = x
	c.Seals = append(c.Seals, serial)
	return s.move(SealItem(serial), At(place), InContainer(c.ID), 1)
}

// surprising names the number that was probably meant: the serial is not among
// the ones that come next in the stock, but one slip away from one of them.
func surprising(serial string, given, stock []string) string {
	next := stock
	if len(next) > len(given) {
		next = next[:len(given)]
	}
	if slices.Contains(next, serial) {
		return ""
	}
	for _, n := range NearNumbers(serial, next) {
		return n.Serial
	}
	return ""
}

func nearText(near []Near) string {
	var out []string
	for i, n := range near {
		if i == 3 {
			break
		}
		out = append(out, n.Serial)
	}
	if len(out) == 0 {
		return "–"
	}
	return strings.Join(out, ", ")
}

// VerifyCmd is a reading of a container's seals without opening it.
type VerifyCmd struct {
	Container string
	Serials   []string
	Condition Condition
}

// VerifySeals books a reading of the seals. What does not match, or does not
// close the container, opens a deviation.
func VerifySeals(b Book, a models.Act, now time.Time, cmd VerifyCmd) (Outcome, error) {
	s := open(b, a, now, "seals.verified")
	c, err := s.here(cmd.Container)
	if err != nil {
		return Outcome{}, err
	}
	if !slices.Contains(Conditions, cmd.Condition) {
		return Outcome{}, models.Invalid("condition", "custody.choose")
	}
	read := cleanSorted(cmd.Serials)
	s.draft.Election = c.Election
	s.fact("container", c.ID)
	s.fact("seals", strings.Join(read, " "))
	s.fact("condition", string(cmd.Condition))
	if !slices.Equal(read, c.Seals) || cmd.Condition != Intact {
		s.sealDeviation(c, read, cmd.Condition)
	}
	return s.done()
}

func (s *sheet) sealDeviation(c Container, read []string, cond Condition) {
	d := s.deviation(DevSeal)
	d.Containers, d.Election = []string{c.ID}, c.Election
	d.Expected, d.Found = strings.Join(c.Seals, " "), strings.TrimSpace(strings.Join(read, " ")+" "+string(cond))
	s.others = append(s.others, d)
	s.fact("deviation", d.ID)
}

func cleanSorted(serials []string) []string {
	var out []string
	for _, x := range serials {
		if x = models.CleanSerial(x); x != "" {
			out = append(out, x)
		}
	}
	slices.Sort(out)
	return out
}

// BreakCmd opens a sealed container. The numbers are noted before breaking;
// the broken seals are kept.
type BreakCmd struct {
	Container string
	Noted     []string // as read before breaking
	Condition Condition
	Reason    string
	KeptIn    string
}

// BreakSeals opens a container.
func BreakSeals(b Book, a models.Act, now time.Time, cmd BreakCmd) (Outcome, error) {
	s := open(b, a, now, "seals.broken")
	c, err := s.here(cmd.Container)
	if err != nil {
		return Outcome{}, err
	}
	if err := s.breakAll(&c, cmd); err != nil {
		return Outcome{}, err
	}
	if err := s.next(&c, ActBreak); err != nil {
		return Outcome{}, err
	}
	return s.done()
}

// breakAll notes, breaks and keeps every seal of c.
func (s *sheet) breakAll(c *Container, cmd BreakCmd) error {
	if len(c.Seals) == 0 {
		return models.E(models.CodeState, "custody.not_sealed", c.ID)
	}
	noted := cleanSorted(cmd.Noted)
	if len(noted) == 0 {
		return models.Invalid("noted", "custody.note_before_breaking")
	}
	if err := Words("reason", cmd.Reason, 5); err != nil {
		return err
	}
	if err := Words("kept_in", cmd.KeptIn, 2); err != nil {
		return err
	}
	if cmd.Condition == "" {
		cmd.Condition = Intact
	}
	if !slices.Contains(Conditions, cmd.Condition) {
		return models.Invalid("condition", "custody.choose")
	}
	if !slices.Equal(noted, c.Seals) || cmd.Condition != Intact {
		s.sealDeviation(*c, noted, cmd.Condition)
	}
	s.draft.Election = c.Election
	s.fact("container", c.ID)
	s.fact("noted", strings.Join(noted, " "))
	s.fact("reason", cmd.Reason)
	return s.snap(c, s.draft.Place, noted, cmd.Reason, cmd.KeptIn)
}

// snap breaks the seals of c that were read and books the others as lost. Both
// stay where they are kept: broken seals are evidence.
func (s *sheet) snap(c *Container, place string, read []string, reason, kept string) error {
	for _, serial := range c.Seals {
		x, err := s.seal(serial)
		if err != nil {
			return err
		}
		act := ActSnap
		if !slices.Contains(read, serial) {
			act = ActLose
		}
		if x.State, err = SealStates.Next(x.State, act); err != nil {
			return err
		}
		to := At(place)
		if act == ActLose {
			to = Void("seal_lost")
		}
		x.Holder, x.BrokenBy, x.Reason, x.KeptIn = to, s.act.Person, reason, kept
		s.seals[serial] = x
		if err := s.move(SealItem(serial), InContainer(c.ID), to, 1); err != nil {
			return err
		}
	}
	c.Seals = nil
	return nil
}

// ResealCmd breaks the seals of a container and closes it again in one act.
type ResealCmd struct {
	Break BreakCmd
	Seal  SealCmd
}

// Reseal breaks and closes a container again at once.
func Reseal(b Book, a models.Act, now time.Time, cmd ResealCmd) (Outcome, error) {
	s := open(b, a, now, "container.resealed")
	c, err := s.here(cmd.Break.Container)
	if err != nil {
		return Outcome{}, err
	}
	if err := s.breakAll(&c, cmd.Break); err != nil {
		return Outcome{}, err
	}
	if err := s.apply(&c, cmd.Seal, ActSealNew); err != nil {
		return Outcome{}, err
	}
	return s.done()
}

// LoseSeal books a seal of the stock as lost: its number can never be used.
func LoseSeal(b Book, a models.Act, now time.Time, serial, reason string) (Outcome, error) {
	s := open(b, a, now, "seal.lost")
	x, err := s.seal(models.CleanSerial(serial))
	if err != nil {
		return Outcome{}, err
	}
	if err := Words("reason", reason, 5); err != nil {
		return Outcome{}, err
	}
	place := HolderID(x.Holder)
	if HolderKind(x.Holder) != "store" || !a.MayActAt(place) || x.State != SealStock {
		return Outcome{}, models.E(models.CodeState, "custody.seal_not_in_stock", x.Serial)
	}
	x.State, x.Holder, x.Reason = SealLost, Void("seal_lost"), reason
	s.seals[x.Serial] = x
	s.draft.Place = place
	s.fact("seal", x.Serial)
	s.fact("reason", reason)
	if err := s.move(SealItem(x.Serial), At(place), x.Holder, 1); err != nil {
		return Outcome{}, err
	}
	return s.done()
}
