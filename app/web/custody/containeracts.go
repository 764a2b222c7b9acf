package custody

import (
	"errors"
	"fmt"
	"maps"
	"slices"
	"strconv"
	"strings"

	"github.com/brevstemme/brevstemme/app/web/desk"
	"github.com/brevstemme/brevstemme/app/web/site"
	"github.com/brevstemme/brevstemme/models"
	"github.com/brevstemme/brevstemme/models/custody"
	"github.com/brevstemme/brevstemme/models/store/boxes"
)

// fillActs finds out what the person can do with the container now.
func (s *Server) fillActs(r *site.Request, p *containerPage, c custody.Container, where boxes.Whereabouts) error {
	p.Can = map[string]bool{}
	for _, act := range []string{"pack", "seal", "break", "verify", "unpack", "merge", "miss", "find", "offer", "retire", "put", "take_out", "nest", "correct"} {
		p.Can[act] = false
	}
	if c.State == custody.ContainerMissing && r.Account.Is(keepers...) {
		p.Can["find"] = true
		p.Kinds = s.countFields(r, c.Election, "")
		var err error
		p.Places, err = s.placeOptions(r)
		return err
	}
	if !p.Keeps || c.Leg != "" || where.Handover != nil {
		return nil
	}
	sealed := len(c.Seals) > 0
	allows := func(a custody.ContainerAct) bool { return custody.ContainerStates.Allows(c.State, a) }
	p.Can["pack"] = !sealed && allows(custody.ActPack)
	p.Can["seal"] = !sealed && allows(custody.ActSeal)
	p.Can["break"] = sealed
	p.Can["verify"] = sealed
	p.Can["unpack"] = !sealed && allows(custody.ActUnpack)
	p.Can["merge"] = p.Can["unpack"]
	p.Can["miss"] = allows(custody.ActMiss) && where.Root == c.ID
	p.Can["offer"] = allows(custody.ActSend) && where.Root == c.ID
	p.Can["retire"] = allows(custody.ActRetire)
	p.Can["put"] = true
	p.Can["take_out"] = where.Root != c.ID
	p.Can["nest"] = where.Root == c.ID
	if p.Can["unpack"] {
		if err := s.fillUnpack(r, p, c, where.Place); err != nil {
			return err
		}
	}
	if err := s.fillMistakes(r, p, c); err != nil {
		return err
	}
	return s.fillChoicesAt(r, p, c, where.Place)
}

// fillUnpack offers where the content can go: back to the desk that it was packed
// at, or loose into the room of the place.
func (s *Server) fillUnpack(r *site.Request, p *containerPage, c custody.Container, place string) error {
	if c.Session != "" {
		x, err := s.Store.Session(r.Context(), c.Session)
		if err != nil {
			return err
		}
		if x.Place == place {
			p.Outs = append(p.Outs, site.Option{Value: custody.Desk(x.ID), Text: r.Text("container.to_desk", r.ShortDay(x.Date()), r.Clock(x.Starts), r.Clock(x.Ends))})
		}
	}
	names, err := s.PlaceNames(r)
	p.Outs = append(p.Outs, site.Option{Value: custody.At(place), Text: r.Text("container.to_store", names[place])})
	return err
}

func (s *Server) fillChoicesAt(r *site.Request, p *containerPage, c custody.Container, place string) error {
	desks, err := s.Store.FullDesks(r.Context(), place)
	if err != nil {
		return err
	}
	for _, d := range desks {
		p.Desks = append(p.Desks, site.Option{Value: d.Session + "/" + d.Election, Text: r.Text("container.desk", d.Election, r.Clock(d.Starts), r.Clock(d.Ends), d.Envelopes)})
	}
	there, err := s.Store.Containers(r.Context(), boxes.ContainerFilter{Places: []string{place}})
	if err != nil {
		return err
	}
	for _, x := range there {
		if x.ID != c.ID && x.Leg == "" && x.Holder == custody.At(place) && len(x.Seals) == 0 && x.State != custody.ContainerRetired {
			p.Others = append(p.Others, site.Option{Value: x.ID, Text: models.GroupSerial(x.ID) + " · " + r.Text("container.state."+string(x.State))})
		}
	}
	stock, err := s.Store.SealStock(r.Context(), []string{place})
	if err != nil {
		return err
	}
	for _, x := range stock {
		p.Next = x.Next
	}
	return nil
}

// containerAct does what the form on a container's page asks.
func (s *Server) containerAct(r *site.Request) error {
	id := r.Param("id")
	err := s.doContainer(r, id)
	if err == nil {
		return r.Done("/beholdere/"+id, "container.done."+r.Field("do"), models.GroupSerial(id))
	}
	p, perr := s.containerPage(r)
	if perr != nil {
		return perr
	}
	var e *models.Error
	if errors.As(err, &e) && e.Key == "custody.seal_near" {
		p.Near = true
	}
	return containerView.Again(r, err, p)
}

func (s *Server) doContainer(r *site.Request, id string) (err error) {
	act, ctx := r.Act(), r.Context()
	if r.Field("witness_login") != "" {
		if act, err = s.Witnessed(r); err != nil {
			return err
		}
	}
	switch r.Field("do") {
	case "pack":
		session, election, _ := strings.Cut(r.Field("desk"), "/")
		_, err = s.Store.Pack(ctx, act, custody.PackCmd{Container: id, Session: session, Election: election})
	case "seal":
		_, err = s.Store.SealContainer(ctx, act, sealing(r, id))
	case "break":
		_, err = s.Store.BreakSeals(ctx, act, breaking(r, id))
	case "verify":
		_, err = s.Store.VerifySeals(ctx, act, custody.VerifyCmd{Container: id, Serials: serials(r.Field("seals")), Condition: custody.Condition(r.Field("condition"))})
	case "reseal":
		_, err = s.Store.ResealContainer(ctx, act, custody.ResealCmd{Break: breaking(r, id), Seal: sealing(r, id)})
	case "split":
		cmd := custody.SplitCmd{From: id, To: r.Field("to")}
		if cmd.Contents, err = s.pilesMoved(r, id); err == nil && len(cmd.Contents) == 0 {
			err = models.Invalid("to", "custody.nothing")
		}
		if err == nil {
			_, err = s.Store.SplitContainer(ctx, act, cmd)
		}
	case "unpack":
		cmd := custody.UnpackCmd{Container: id, To: r.Field("to")}
		if cmd.Contents, err = s.pilesMoved(r, id); err == nil && cmd.Contents != nil && len(cmd.Contents) == 0 {
			err = models.Invalid("to", "custody.nothing")
		}
		if err == nil {
			_, err = s.Store.Unpack(ctx, act, cmd)
		}
	case "correct":
		var seq int64
		if seq, err = strconv.ParseInt(r.Field("entry"), 10, 64); err != nil {
			return models.Invalid("entry", "custody.choose")
		}
		_, err = s.Store.CorrectPacking(ctx, act, seq, r.Field("reason"))
	case "merge":
		_, err = s.Store.SplitContainer(ctx, act, custody.SplitCmd{From: id, To: r.Field("to")})
	case "nest":
		_, err = s.Store.NestContainer(ctx, act, custody.NestCmd{Child: id, Parent: r.Field("to")})
	case "take_out":
		_, err = s.Store.TakeOutContainer(ctx, act, id)
	case "put":
		_, err = s.Store.PutAway(ctx, act, id, r.Field("room"), r.Field("empty") == "yes")
	case "miss":
		_, err = s.Store.MissContainer(ctx, act, custody.MissCmd{Container: id, Reason: r.Field("reason")})
	case "find":
		err = s.findContainer(r, act, id)
	case "retire":
		_, err = s.Store.RetireContainer(ctx, act, id, r.Field("reason"))
	default:
		err = models.Invalid("do", "custody.choose")
	}
	return err
}

// sealing and breaking read what the form says of seals.
func sealing(r *site.Request, id string) custody.SealCmd {
	return custody.SealCmd{Container: id, Serials: serials(r.Field("seals")), Certain: r.Field("certain") == "yes"}
}

func breaking(r *site.Request, id string) custody.BreakCmd {
	return custody.BreakCmd{Container: id, Noted: serials(r.Field("noted")), Condition: custody.Condition(r.Field("condition")), Reason: r.Field("reason"), KeptIn: r.Field("kept_in")}
}

func (s *Server) findContainer(r *site.Request, act models.Act, id string) error {
	c, err := s.Store.Container(r.Context(), id)
	if err != nil {
		return err
	}
	cmd := custody.FindCmd{Container: id, Place: r.Field("place"), Words: r.Field("words")}
	if r.Field("own")+r.Field("other")+r.Field("unknown") != "" {
		if cmd.Counts, err = pileCounts(r, c.Election, ""); err != nil {
			return err
		}
	}
	_, err = s.Store.FindContainer(r.Context(), act, cmd)
	return err
}

// pilesMoved is what the form moves of a container: as many of each kind as was
// written; nil when nothing was.
func (s *Server) pilesMoved(r *site.Request, id string) (map[string]int64, error) {
	held, err := s.Store.Held(r.Context(), custody.InContainer(id))
	if err != nil {
		return nil, err
	}
	var out map[string]int64
	for item := range held[custody.InContainer(id)] {
		if r.Field("n-"+item) == "" {
			continue
		}
		n, err := r.Count("n-" + item)
		if err != nil {
			return nil, err
		}
		if out == nil {
			out = map[string]int64{}
		}
		if n > 0 {
			out[item] = int64(n)
		}
	}
	return out, nil
}

// fillMistakes lists the packings that can be taken back by a counter-entry, and
// the piles of which a part can be moved.
func (s *Server) fillMistakes(r *site.Request, p *containerPage, c custody.Container) error {
	held, err := s.Store.Held(r.Context(), custody.InContainer(c.ID))
	if err != nil {
		return err
	}
	inside := held[custody.InContainer(c.ID)]
	for _, item := range slices.Sorted(maps.Keys(inside)) {
		if e, dest, ok := custody.EnvelopeOf(item); ok {
			p.Piles = append(p.Piles, site.PileLine{Field: "n-" + item, Text: r.Text("container.of", e+" · "+desk.Destination(r, dest), inside[item])})
		}
	}
	if len(c.Seals) > 0 {
		return nil
	}
	entries, err := s.Store.ContainerEntries(r.Context(), c.ID, 40)
	if err != nil {
		return err
	}
	done := map[string]bool{}
	for _, e := range entries { // the newest first
		done[e.Value("corrects")] = true
		if custody.Reversible(e.Kind) && !done[fmt.Sprint(e.Seq)] {
			p.Mistakes = append(p.Mistakes, site.Option{Value: fmt.Sprint(e.Seq), Text: r.KindText(e.Kind) + " · " + r.Moment(e.At)})
		}
	}
	p.Can["correct"] = len(p.Mistakes) > 0
	return nil
}
