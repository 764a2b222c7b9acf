package custody

import (
	"net/http"
	"strconv"
	"time"

	"github.com/brevstemme/brevstemme/app/web/site"
	"github.com/brevstemme/brevstemme/models"
	"github.com/brevstemme/brevstemme/models/custody"
	"github.com/brevstemme/brevstemme/models/evening"
	"github.com/brevstemme/brevstemme/models/store/boxes"
	"github.com/brevstemme/brevstemme/models/trace"
)

// The acts of containers, handovers, deviations and the day as JSON: the same
// store calls as the forms.

func (s *Server) custodyActRoutes() []site.Route {
	box := func(act string, in any, h site.Handler) site.Route {
		return site.Post("/api/v1/containers/:id/"+act, keepers, h).API(in, ContainerOut{})
	}
	run := func(act string, in any, h site.Handler) site.Route {
		return site.Post("/api/v1/handovers/:id/"+act, keepers, h).API(in, HandoverOut{})
	}
	return []site.Route{
		box("unpack", MoveIn{}, s.apiUnpack), box("split", MoveIn{}, s.apiSplit), box("merge", MoveIn{}, s.apiMerge),
		box("verify", VerifyIn{}, s.apiVerify), box("break", BreakIn{}, s.apiBreak), box("reseal", ResealIn{}, s.apiReseal),
		run("withdraw", ReasonIn{}, s.apiWithdraw), run("arrive", nil, s.apiRunArrive), run("refuse", RefuseIn{}, s.apiRefuse), run("release", nil, s.apiRelease),
		site.Post("/api/v1/entries/:seq/correct", keepers, s.apiCorrect).API(ReasonIn{}, CorrectedOut{}),
		site.Post("/api/v1/deviations", keepers, s.apiRaise).API(custody.RaiseCmd{}, custody.Deviation{}),
		site.Post("/api/v1/deviations/:id/acts", keepers, s.apiDeviate).API(DeviateIn{}, custody.Deviation{}),
		site.Post("/api/v1/deviations/:id/explain", keepers, s.apiExplain).API(ExplainIn{}, custody.Deviation{}),
		site.Post("/api/v1/seals", site.Roles{models.RoleCoordinator, models.RoleReception, models.RoleLibraryLead}, s.apiIssueSeals).API(custody.IssueCmd{}, []custody.Seal{}),
		site.Post("/api/v1/day/close", site.DayClosers, s.apiDayClose).Limit("login").API(DayCloseIn{}, evening.DayClose{}),
		site.Get("/api/v1/containers/:id/proof", watchers, s.apiProof).API(nil, ProofOut{}),
	}
}

// MoveIn names where units go: a holder for unpack, a container for split and
// merge. Contents is item → units, nothing for all.
type MoveIn struct {
	To       string           `json:"to"`
	Contents map[string]int64 `json:"contents,omitempty"`
}

// VerifyIn is a reading of the seals; what differs opens a deviation.
type VerifyIn struct {
	Seals     []string          `json:"seals"`
	Condition custody.Condition `json:"condition"`
}

// BreakIn opens a container; the numbers are noted before breaking.
type BreakIn struct {
	Noted     []string          `json:"noted"`
	Condition custody.Condition `json:"condition"`
	Reason    string            `json:"reason"`
	KeptIn    string            `json:"kept_in"`
}

// ResealIn breaks and closes at once.
type ResealIn struct {
	BreakIn
	SealIn
}

// ReasonIn is an act that needs words only.
type ReasonIn struct {
	Reason string `json:"reason"`
}

// RefuseIn sends a handover on.
type RefuseIn struct {
	Place          string `json:"place"`
	Reason         string `json:"reason"`
	NewDestination string `json:"new_destination"`
}

// CorrectedOut names the counter-entry.
type CorrectedOut struct {
	Entry    int64 `json:"entry"`
	Corrects int64 `json:"corrects"`
}

// DeviateIn is an act on a deviation: note, assign, handle, reopen or close.
type DeviateIn struct {
	Act      custody.DeviationAct `json:"act"`
	Words    string               `json:"words,omitempty"`
	Owner    string               `json:"owner,omitempty"`
	Deadline models.Date          `json:"deadline,omitzero"`
	Notified []string             `json:"notified,omitempty"`
}

// ExplainIn empties the difference account of a deviation.
type ExplainIn struct {
	How       custody.Explained `json:"how"`
	Container string            `json:"container,omitempty"`
	Words     string            `json:"words"`
}

// DayCloseIn signs a day off; with something open a second person confirms.
type DayCloseIn struct {
	Day          models.Date `json:"day"`
	Reason       string      `json:"reason,omitempty"`
	WitnessLogin string      `json:"witness_login,omitempty"`
	PIN          string      `json:"pin,omitempty"`
}

// ProofOut is the custody proof of a container.
type ProofOut struct {
	Container string         `json:"container"`
	Whole     bool           `json:"whole"`
	From      time.Time      `json:"from"`
	To        time.Time      `json:"to"`
	Periods   []trace.Period `json:"periods"`
	Gaps      []trace.Gap    `json:"gaps"`
}

// with reads the body and runs an act of the store with it.
func with[In, Out any](r *site.Request, f func(In) (Out, error)) (Out, error) {
	var in In
	if err := r.Decode(&in); err != nil {
		var none Out
		return none, err
	}
	return f(in)
}

func (s *Server) apiUnpack(r *site.Request) error {
	c, err := with(r, func(in MoveIn) (custody.Container, error) {
		return s.Store.Unpack(r.Context(), r.Act(), custody.UnpackCmd{Container: r.Param("id"), To: in.To, Contents: in.Contents})
	})
	return s.giveContainer(r, http.StatusOK, c, err)
}

func (s *Server) apiSplit(r *site.Request) error {
	c, err := with(r, func(in MoveIn) (custody.Container, error) {
		if len(in.Contents) == 0 {
			return custody.Container{}, models.Invalid("contents", "custody.nothing")
		}
		return s.Store.SplitContainer(r.Context(), r.Act(), custody.SplitCmd{From: r.Param("id"), To: in.To, Contents: in.Contents})
	})
	return s.giveContainer(r, http.StatusOK, c, err)
}

func (s *Server) apiMerge(r *site.Request) error {
	c, err := with(r, func(in MoveIn) (custody.Container, error) {
		return s.Store.SplitContainer(r.Context(), r.Act(), custody.SplitCmd{From: r.Param("id"), To: in.To})
	})
	return s.giveContainer(r, http.StatusOK, c, err)
}

func (s *Server) apiVerify(r *site.Request) error {
	id := r.Param("id")
	_, err := with(r, func(in VerifyIn) (string, error) {
		return s.Store.VerifySeals(r.Context(), r.Act(), custody.VerifyCmd{Container: id, Serials: in.Seals, Condition: in.Condition})
	})
	var c custody.Container
	if err == nil {
		c, err = s.Store.Container(r.Context(), id)
	}
	return s.giveContainer(r, http.StatusOK, c, err)
}

func (in BreakIn) cmd(id string) custody.BreakCmd {
	return custody.BreakCmd{Container: id, Noted: in.Noted, Condition: in.Condition, Reason: in.Reason, KeptIn: in.KeptIn}
}

func (s *Server) apiBreak(r *site.Request) error {
	c, err := with(r, func(in BreakIn) (custody.Container, error) {
		return s.Store.BreakSeals(r.Context(), r.Act(), in.cmd(r.Param("id")))
	})
	return s.giveContainer(r, http.StatusOK, c, err)
}

func (s *Server) apiReseal(r *site.Request) error {
	c, err := with(r, func(in ResealIn) (custody.Container, error) {
		return s.Store.ResealContainer(r.Context(), r.Act(), custody.ResealCmd{Break: in.cmd(r.Param("id")), Seal: custody.SealCmd{Container: r.Param("id"), Serials: in.Seals, Certain: in.Certain}})
	})
	return s.giveContainer(r, http.StatusOK, c, err)
}

func (s *Server) apiWithdraw(r *site.Request) error {
	h, err := with(r, func(in ReasonIn) (custody.Handover, error) {
		return s.Store.Withdraw(r.Context(), r.Act(), r.Param("id"), in.Reason)
	})
	return giveHandover(r, http.StatusOK, h, err)
}

func (s *Server) apiRunArrive(r *site.Request) error {
	h, err := s.Store.CourierArrived(r.Context(), r.Act(), r.Param("id"))
	return giveHandover(r, http.StatusOK, h, err)
}

func (s *Server) apiRefuse(r *site.Request) error {
	h, err := with(r, func(in RefuseIn) (custody.Handover, error) {
		return s.Store.RefuseHandover(r.Context(), r.Act(), custody.RefuseCmd{Handover: r.Param("id"), Place: in.Place, Reason: in.Reason, NewDest: in.NewDestination})
	})
	return giveHandover(r, http.StatusOK, h, err)
}

func (s *Server) apiRelease(r *site.Request) error {
	h, err := s.Store.Release(r.Context(), r.Act(), r.Param("id"))
	return giveHandover(r, http.StatusOK, h, err)
}

func (s *Server) apiCorrect(r *site.Request) error {
	seq, err := strconv.ParseInt(r.Param("seq"), 10, 64)
	if err != nil {
		return models.E(models.CodeNotFound, "")
	}
	out, err := with(r, func(in ReasonIn) (CorrectedOut, error) {
		e, err := s.Store.CorrectPacking(r.Context(), r.Act(), seq, in.Reason)
		return CorrectedOut{e.Seq, seq}, err
	})
	if err != nil {
		return err
	}
	return r.JSON(http.StatusCreated, out)
}

func (s *Server) apiRaise(r *site.Request) error {
	d, err := with(r, func(in custody.RaiseCmd) (custody.Deviation, error) { return s.Store.Raise(r.Context(), r.Act(), in) })
	return giveDeviation(r, http.StatusCreated, d, err)
}

func (s *Server) apiDeviate(r *site.Request) error {
	d, err := with(r, func(in DeviateIn) (custody.Deviation, error) {
		return s.Store.Deviate(r.Context(), r.Act(), custody.DeviateCmd{Deviation: r.Param("id"), Act: in.Act, Words: in.Words, Owner: in.Owner, Deadline: in.Deadline, Notified: in.Notified})
	})
	return s.giveSeenDeviation(r, d, err)
}

func (s *Server) apiExplain(r *site.Request) error {
	d, err := with(r, func(in ExplainIn) (custody.Deviation, error) {
		return s.Store.ExplainDifference(r.Context(), r.Act(), custody.ExplainCmd{Deviation: r.Param("id"), How: in.How, Container: in.Container, Words: in.Words})
	})
	return s.giveSeenDeviation(r, d, err)
}

// giveSeenDeviation answers with what this reader may know of it.
func (s *Server) giveSeenDeviation(r *site.Request, d custody.Deviation, err error) error {
	if err == nil {
		var known bool
		if known, err = s.knowsDeviation(r, d); err == nil && !known {
			d = blindDeviation(d)
		}
	}
	return giveDeviation(r, http.StatusOK, d, err)
}

func giveDeviation(r *site.Request, status int, d custody.Deviation, err error) error {
	if err != nil {
		return err
	}
	return r.JSON(status, d)
}

func (s *Server) apiIssueSeals(r *site.Request) error {
	made, err := with(r, func(in custody.IssueCmd) ([]custody.Seal, error) { return s.Store.IssueSeals(r.Context(), r.Act(), in) })
	if err != nil {
		return err
	}
	return r.JSON(http.StatusCreated, made)
}

func (s *Server) apiDayClose(r *site.Request) error {
	c, err := with(r, func(in DayCloseIn) (evening.DayClose, error) {
		act := r.Act()
		if in.WitnessLogin != "" {
			who, err := s.Store.Switch(r.Context(), in.WitnessLogin, in.PIN)
			if models.CodeOf(err) == models.CodeUnauthorized {
				return evening.DayClose{}, models.Invalid("witness_login", "desk.witness_pin")
			}
			if err != nil {
				return evening.DayClose{}, err
			}
			act.Witness = who.Person.ID
		}
		return s.Store.CloseDay(r.Context(), act, in.Day, in.Reason)
	})
	if err != nil {
		return err
	}
	return r.JSON(http.StatusCreated, c)
}

func (s *Server) apiProof(r *site.Request) error {
	x, err := s.seenProof(r)
	if err != nil {
		return err
	}
	return r.JSON(http.StatusOK, proofOut(x))
}

func proofOut(x boxes.Proof) ProofOut {
	return ProofOut{Container: x.Container.ID, Whole: len(x.Gaps) == 0, From: x.From, To: x.To, Periods: append([]trace.Period{}, x.Periods...), Gaps: append([]trace.Gap{}, x.Gaps...)}
}
