package custody

import (
	"cmp"

	"github.com/brevstemme/brevstemme/app/web/site"
	"github.com/brevstemme/brevstemme/models"
	"github.com/brevstemme/brevstemme/models/custody"
)

// handoverCan tells what this person can do with the handover now.
func handoverCan(r *site.Request, p *handoverPage, h custody.Handover) {
	a, me := r.Act(), r.Account.Person
	courier := me == h.Courier || me == h.StandIn && me != ""
	allows := func(act custody.HandoverAct) bool { return custody.HandoverStates.Allows(h.State, act) }
	keeps := r.Account.Is(keepers...)
	gives, takes := keeps && a.MayActAt(h.From), keeps && a.MayActAt(h.To) && me != h.Giver.Person && me != h.Carrier.Person && me != h.Witness.Person
	p.Can = map[string]bool{
		"collect":  courier && !h.Carrier.Signed() && (allows(custody.HandoverCollect) || allows(custody.HandoverLateSign)),
		"paper":    gives && !courier && !h.Carrier.Signed() && (allows(custody.HandoverCollect) || allows(custody.HandoverLateSign)),
		"withdraw": gives && allows(custody.HandoverWithdraw),
		"link":     gives && allows(custody.HandoverCollect),
		"arrive":   takes && allows(custody.HandoverArrive) && h.Arrived.IsZero(),
		"count":    takes && allows(custody.HandoverCount) && !(h.State == custody.HandoverOffered && courier),
		"accept":   takes && allows(custody.HandoverAccept),
		"refuse":   takes && allows(custody.HandoverRefuse) && h.State == custody.HandoverInTransit,
		"release":  keeps && a.MayActAt(h.To) && allows(custody.HandoverRelease) && !h.Released.Signed(),
	}
	if h.State == custody.HandoverRecount {
		p.Second = true
		if len(h.Counts) > 0 && h.Counts[len(h.Counts)-1].Person == me {
			p.Can["count"] = false
		}
	}
}

func (s *Server) fillReads(r *site.Request, p *handoverPage, h custody.Handover) {
	for _, x := range h.Sent {
		p.Reads = append(p.Reads, readLine{ID: x.Container, In: x.In, Counts: s.countFields(r, h.Election, x.Container+"-")})
	}
	for _, c := range custody.Conditions {
		p.Conditions = append(p.Conditions, site.Option{Value: string(c), Text: r.Text("condition." + string(c))})
	}
}

// keyOptions are those who may hold the key to a room of a place, nobody first.
func (s *Server) keyOptions(r *site.Request, place string) ([]site.Option, error) {
	known, err := s.Store.KeyKeepers(r.Context(), place)
	out := []site.Option{{Text: r.Text("handover.key_nobody")}}
	for _, k := range known {
		out = append(out, site.Option{Value: k.Person, Text: k.Name})
	}
	return out, err
}

// handoverAct does what a form on the handover's page asks.
func (s *Server) handoverAct(r *site.Request) error {
	h, err := s.doHandover(r, r.Param("id"))
	if err == nil {
		key := "handover.done." + r.Field("do")
		if h.State == custody.HandoverRecount {
			key = "handover.done.recount"
		}
		return r.Done("/overdragelser/"+h.ID, key, models.GroupSerial(h.ID))
	}
	p, perr := s.handoverPage(r)
	if perr != nil {
		return perr
	}
	return handoverView.Again(r, err, p)
}

func (s *Server) doHandover(r *site.Request, id string) (custody.Handover, error) {
	h, _, err := s.shown(r, id)
	if err != nil {
		return h, err
	}
	ctx, act := r.Context(), r.Act()
	switch r.Field("do") {
	case "collect":
		return s.Store.Collect(ctx, act, custody.CollectCmd{Handover: id, Containers: serials(r.Field("containers")), Vehicle: r.Field("vehicle"), Means: "screen"})
	case "paper":
		if act.At, err = timeToday(r, "paper_at"); err != nil {
			return h, err
		}
		if act.At.IsZero() { // an empty field would say that it was now
			return h, models.Invalid("paper_at", "custody.when_signed")
		}
		return s.Store.Collect(ctx, act, custody.CollectCmd{Handover: id, OnBehalf: cmp.Or(r.Field("who"), h.Courier), Means: "paper"})
	case "withdraw":
		return s.Store.Withdraw(ctx, act, id, r.Field("reason"))
	case "arrive":
		return s.Store.CourierArrived(ctx, act, id)
	case "count":
		reads, err := reads(r, h)
		if err != nil {
			return h, err
		}
		return s.Store.CountHandover(ctx, act, custody.CountCmd{Handover: id, Place: h.To, Reads: reads})
	case "accept":
		return s.Store.AcceptHandover(ctx, act, custody.AcceptCmd{Handover: id, Place: h.To, Explanation: r.Field("explanation"), Room: r.Field("room"), KeyHolder: r.Field("key_holder")})
	case "refuse":
		return s.Store.RefuseHandover(ctx, act, custody.RefuseCmd{Handover: id, Place: h.To, Reason: r.Field("reason"), NewDest: r.Field("new_destination")})
	case "release":
		return s.Store.Release(ctx, act, id)
	}
	return h, models.Invalid("do", "custody.choose")
}

// reads is the blind count as it was typed. h may be blind: only its container
// numbers are used.
func reads(r *site.Request, h custody.Handover) ([]custody.Read, error) {
	var out []custody.Read
	var errs models.Errors
	for _, x := range h.Sent {
		pre := x.Container + "-"
		read := custody.Read{Container: x.Container, Arrived: r.Field(pre+"here") == "yes"}
		if r.Field(pre+"here") == "" {
			errs = append(errs, models.Invalid(pre+"here", "custody.read_missing", models.GroupSerial(x.Container)))
			continue
		}
		if read.Arrived {
			read.Seals = serials(r.Field(pre + "seals"))
			read.Condition = custody.Condition(r.Field(pre + "condition"))
			if len(read.Seals) == 0 && read.Condition == custody.Intact {
				read.Condition = custody.ConditionUnset
			}
			read.Opened = r.Field(pre+"closed") == ""
			if read.Opened {
				counts, err := pileCounts(r, h.Election, pre)
				if e, ok := err.(*models.Error); ok {
					errs = append(errs, e)
				}
				read.Counts = counts
			}
		}
		out = append(out, read)
	}
	return out, errs.OrNil()
}
