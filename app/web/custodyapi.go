package web

import (
	"net/http"
	"time"

	"github.com/brevstemme/brevstemme/models"
	"github.com/brevstemme/brevstemme/models/custody"
	"github.com/brevstemme/brevstemme/models/store"
)

// ContainerOut is a container over JSON. Contents and seals are left out while
// it is on its way to the reader.
type ContainerOut struct {
	ID       string           `json:"id"`
	Kind     string           `json:"kind"`
	State    string           `json:"state"`
	Election string           `json:"election,omitempty"`
	Holder   string           `json:"holder"`
	Place    string           `json:"place,omitempty"`
	Handover string           `json:"handover,omitempty"`
	Seals    []string         `json:"seals,omitempty"`
	Contents map[string]int64 `json:"contents,omitempty"` // item → units
}

// PackIn names the desk whose envelopes of an election go into the container.
type PackIn struct {
	Session  string `json:"session"`
	Election string `json:"election"`
}

// SealIn closes a container.
type SealIn struct {
	Seals   []string `json:"seals"`
	Certain bool     `json:"certain,omitempty"` // the numbers were read twice
}

// OfferIn is the giver's half.
type OfferIn struct {
	From        string    `json:"from"`
	To          string    `json:"to"`
	Containers  []string  `json:"containers"`
	Mode        string    `json:"mode"` // fetch or deliver
	Courier     string    `json:"courier"`
	StandIn     string    `json:"stand_in,omitempty"`
	Vehicle     string    `json:"vehicle,omitempty"`
	PlannedFrom time.Time `json:"planned_from,omitzero"`
	PlannedTo   time.Time `json:"planned_to,omitzero"`
	NoSeal      string    `json:"no_seal,omitempty"`
}

// CollectIn is the courier's confirmation.
type CollectIn struct {
	Containers []string `json:"containers,omitempty"`
	Vehicle    string   `json:"vehicle,omitempty"`
}

// CountIn is a blind count.
type CountIn struct {
	Place string         `json:"place"`
	Reads []custody.Read `json:"reads"`
}

// AcceptIn is the receiver's answer.
type AcceptIn struct {
	Place       string `json:"place"`
	Explanation string `json:"explanation,omitempty"`
	Room        string `json:"room,omitempty"`
	KeyHolder   string `json:"key_holder,omitempty"` // person id of somebody known at the place
}

// HandoverOut is a handover over JSON. Sent carries the giver's figures only when
// the reader may know them; Differs only then as well.
type HandoverOut struct {
	ID         string                `json:"id"`
	State      string                `json:"state"`
	Election   string                `json:"election"`
	From       string                `json:"from"`
	To         string                `json:"to"`
	Courier    string                `json:"courier"`
	Containers []string              `json:"containers"`
	Sent       []custody.Sent        `json:"sent,omitempty"`
	Differs    []custody.Discrepancy `json:"differs,omitempty"`
	Deviation  string                `json:"deviation,omitempty"`
	Next       string                `json:"next,omitempty"`
	Room       string                `json:"room,omitempty"`
	KeyHolder  string                `json:"key_holder,omitempty"`
}

func (s *Server) containerOut(r *Request, c custody.Container) (ContainerOut, error) {
	out := ContainerOut{ID: c.ID, Kind: string(c.Kind), State: string(c.State), Election: c.Election, Holder: c.Holder}
	w, err := s.store.Whereabouts(r.Context(), c)
	if err != nil {
		return out, err
	}
	if err := s.seesContainer(r, c.ID, w); err != nil {
		return out, err
	}
	out.Place = w.Place
	if w.Handover != nil {
		out.Handover = w.Handover.ID
		if !r.mayKnow(*w.Handover) {
			return out, nil
		}
	}
	held, err := s.store.Held(r.Context(), custody.InContainer(c.ID))
	out.Seals, out.Contents = c.Seals, held[custody.InContainer(c.ID)]
	return out, err
}

func (s *Server) apiContainers(r *Request) error {
	all, err := s.store.Containers(r.Context(), store.ContainerFilter{Places: r.places(), State: r.Query("state"), Election: r.Query("election")})
	if err != nil {
		return err
	}
	out := []ContainerOut{}
	for _, c := range all {
		o := ContainerOut{ID: c.ID, Kind: string(c.Kind), State: string(c.State), Election: c.Election, Holder: c.Holder, Handover: c.Leg}
		out = append(out, o)
	}
	return r.json(http.StatusOK, out)
}

func (s *Server) apiContainer(r *Request) error {
	c, err := s.store.Container(r.Context(), r.Param("id"))
	return s.giveContainer(r, http.StatusOK, c, err)
}

func (s *Server) giveContainer(r *Request, status int, c custody.Container, err error) error {
	if err != nil {
		return err
	}
	out, err := s.containerOut(r, c)
	if err != nil {
		return err
	}
	return r.json(status, out)
}

func (s *Server) apiRegister(r *Request) error {
	var in custody.RegisterCmd
	if err := r.decode(&in); err != nil {
		return err
	}
	made, err := s.store.RegisterContainers(r.Context(), r.act(), in)
	if err != nil {
		return err
	}
	out := make([]ContainerOut, len(made))
	for i, c := range made {
		out[i] = ContainerOut{ID: c.ID, Kind: string(c.Kind), State: string(c.State), Holder: c.Holder}
	}
	return r.json(http.StatusCreated, out)
}

func (s *Server) apiPack(r *Request) error {
	c, err := with(r, func(in PackIn) (custody.Container, error) {
		return s.store.Pack(r.Context(), r.act(), custody.PackCmd{Container: r.Param("id"), Session: in.Session, Election: in.Election})
	})
	return s.giveContainer(r, http.StatusOK, c, err)
}

func (s *Server) apiSeal(r *Request) error {
	c, err := with(r, func(in SealIn) (custody.Container, error) {
		return s.store.SealContainer(r.Context(), r.act(), custody.SealCmd{Container: r.Param("id"), Serials: in.Seals, Certain: in.Certain})
	})
	return s.giveContainer(r, http.StatusOK, c, err)
}

// handoverOut is the handover as the reader may see it.
func (r *Request) handoverOut(h custody.Handover) HandoverOut {
	out := HandoverOut{ID: h.ID, State: string(h.State), Election: h.Election, From: h.From, To: h.To, Courier: h.Courier, Deviation: h.Deviation, Next: h.Next, Room: h.Room, Containers: []string{}}
	if !r.onlyCourier() {
		out.KeyHolder = h.KeyHolder
	}
	for _, x := range h.Sent {
		out.Containers = append(out.Containers, x.Container)
	}
	if r.mayKnow(h) {
		out.Sent = h.Sent
		if n := len(h.Counts); n > 0 {
			out.Differs = custody.Discrepancies(h.Sent, h.Counts[n-1].Reads)
		}
	}
	return out
}

func (s *Server) apiHandovers(r *Request) error {
	f := r.handoverFilter()
	f.Open = r.Query("open") == "true"
	hs, err := s.store.Handovers(r.Context(), f)
	if err != nil {
		return err
	}
	out := []HandoverOut{}
	for _, h := range hs {
		out = append(out, r.handoverOut(h))
	}
	return r.json(http.StatusOK, out)
}

func (s *Server) apiHandover(r *Request) error {
	h, err := s.store.Handover(r.Context(), r.Param("id"))
	if err == nil && !r.seesHandover(h) {
		err = models.E(models.CodeNotFound, "")
	}
	return r.giveHandover(http.StatusOK, h, err)
}

func (r *Request) giveHandover(status int, h custody.Handover, err error) error {
	if err != nil {
		return err
	}
	return r.json(status, r.handoverOut(h))
}

func (s *Server) apiOffer(r *Request) error {
	h, err := with(r, func(in OfferIn) (custody.Handover, error) {
		return s.store.Offer(r.Context(), r.act(), custody.OfferCmd{From: in.From, To: in.To, Containers: in.Containers, Mode: in.Mode, Direction: "out", Courier: in.Courier,
			StandIn: in.StandIn, Vehicle: in.Vehicle, PlannedFrom: in.PlannedFrom, PlannedTo: in.PlannedTo, NoSeal: in.NoSeal})
	})
	return r.giveHandover(http.StatusCreated, h, err)
}

func (s *Server) apiCollect(r *Request) error {
	h, err := with(r, func(in CollectIn) (custody.Handover, error) {
		return s.store.Collect(r.Context(), r.act(), custody.CollectCmd{Handover: r.Param("id"), Containers: in.Containers, Vehicle: in.Vehicle, Means: "screen"})
	})
	return r.giveHandover(http.StatusOK, h, err)
}

func (s *Server) apiCount(r *Request) error {
	h, err := with(r, func(in CountIn) (custody.Handover, error) {
		return s.store.CountHandover(r.Context(), r.act(), custody.CountCmd{Handover: r.Param("id"), Place: in.Place, Reads: in.Reads})
	})
	return r.giveHandover(http.StatusOK, h, err)
}

func (s *Server) apiAccept(r *Request) error {
	h, err := with(r, func(in AcceptIn) (custody.Handover, error) {
		return s.store.AcceptHandover(r.Context(), r.act(), custody.AcceptCmd{Handover: r.Param("id"), Place: in.Place, Explanation: in.Explanation, Room: in.Room, KeyHolder: in.KeyHolder})
	})
	return r.giveHandover(http.StatusOK, h, err)
}
