package custody

import (
	"net/http"
	"time"

	"github.com/brevstemme/brevstemme/app/web/site"
	"github.com/brevstemme/brevstemme/models"
	"github.com/brevstemme/brevstemme/models/custody"
	"github.com/brevstemme/brevstemme/models/store/boxes"
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
	Giver      *SignatureOut         `json:"giver,omitempty"`
	Carrier    *SignatureOut         `json:"carrier,omitempty"`
	Receiver   *SignatureOut         `json:"receiver,omitempty"`
}

func (s *Server) containerOut(r *site.Request, c custody.Container) (ContainerOut, error) {
	out := ContainerOut{ID: c.ID, Kind: string(c.Kind), State: string(c.State), Election: c.Election, Holder: c.Holder}
	w, err := s.Store.Whereabouts(r.Context(), c)
	if err != nil {
		return out, err
	}
	if err := s.seesContainer(r, c.ID, w); err != nil {
		return out, err
	}
	out.Place = w.Place
	if w.Handover != nil {
		out.Handover = w.Handover.ID
		if !mayKnow(r, *w.Handover) {
			return out, nil
		}
	}
	held, err := s.Store.Held(r.Context(), custody.InContainer(c.ID))
	out.Seals, out.Contents = c.Seals, held[custody.InContainer(c.ID)]
	return out, err
}

func (s *Server) apiContainers(r *site.Request) error {
	all, err := s.Store.Containers(r.Context(), boxes.ContainerFilter{Places: r.Places(), State: r.Query("state"), Election: r.Query("election")})
	if err != nil {
		return err
	}
	out := []ContainerOut{}
	for _, c := range all {
		o := ContainerOut{ID: c.ID, Kind: string(c.Kind), State: string(c.State), Election: c.Election, Holder: c.Holder, Handover: c.Leg}
		out = append(out, o)
	}
	return r.JSON(http.StatusOK, out)
}

func (s *Server) apiContainer(r *site.Request) error {
	c, err := s.Store.Container(r.Context(), r.Param("id"))
	return s.giveContainer(r, http.StatusOK, c, err)
}

func (s *Server) giveContainer(r *site.Request, status int, c custody.Container, err error) error {
	if err != nil {
		return err
	}
	out, err := s.containerOut(r, c)
	if err != nil {
		return err
	}
	return r.JSON(status, out)
}

func (s *Server) apiRegister(r *site.Request) error {
	var in custody.RegisterCmd
	if err := r.Decode(&in); err != nil {
		return err
	}
	made, err := s.Store.RegisterContainers(r.Context(), r.Act(), in)
	if err != nil {
		return err
	}
	out := make([]ContainerOut, len(made))
	for i, c := range made {
		out[i] = ContainerOut{ID: c.ID, Kind: string(c.Kind), State: string(c.State), Holder: c.Holder}
	}
	return r.JSON(http.StatusCreated, out)
}

func (s *Server) apiPack(r *site.Request) error {
	c, err := with(r, func(in PackIn) (custody.Container, error) {
		return s.Store.Pack(r.Context(), r.Act(), custody.PackCmd{Container: r.Param("id"), Session: in.Session, Election: in.Election})
	})
	return s.giveContainer(r, http.StatusOK, c, err)
}

func (s *Server) apiSeal(r *site.Request) error {
	c, err := with(r, func(in SealIn) (custody.Container, error) {
		return s.Store.SealContainer(r.Context(), r.Act(), custody.SealCmd{Container: r.Param("id"), Serials: in.Seals, Certain: in.Certain})
	})
	return s.giveContainer(r, http.StatusOK, c, err)
}

// handoverOut is the handover as the reader may see it.
func handoverOut(r *site.Request, h custody.Handover) HandoverOut {
	out := HandoverOut{ID: h.ID, State: string(h.State), Election: h.Election, From: h.From, To: h.To, Courier: h.Courier, Deviation: h.Deviation, Next: h.Next, Room: h.Room, Containers: []string{},
		Carrier: signatureOut(h.Carrier)}
	if !onlyCourier(r) {
		out.KeyHolder, out.Giver, out.Receiver = h.KeyHolder, signatureOut(h.Giver), signatureOut(h.Receiver)
	}
	for _, x := range h.Sent {
		out.Containers = append(out.Containers, x.Container)
	}
	if mayKnow(r, h) {
		out.Sent = h.Sent
		if n := len(h.Counts); n > 0 {
			out.Differs = custody.Discrepancies(h.Sent, h.Counts[n-1].Reads)
		}
	}
	return out
}

func (s *Server) apiHandovers(r *site.Request) error {
	f := handoverFilter(r)
	f.Open = r.Query("open") == "true"
	hs, err := s.Store.Handovers(r.Context(), f)
	if err != nil {
		return err
	}
	out := []HandoverOut{}
	for _, h := range hs {
		out = append(out, handoverOut(r, h))
	}
	return r.JSON(http.StatusOK, out)
}

func (s *Server) apiHandover(r *site.Request) error {
	h, err := s.Store.Handover(r.Context(), r.Param("id"))
	if err == nil && !seesHandover(r, h) {
		err = models.E(models.CodeNotFound, "")
	}
	return giveHandover(r, http.StatusOK, h, err)
}

func giveHandover(r *site.Request, status int, h custody.Handover, err error) error {
	if err != nil {
		return err
	}
	return r.JSON(status, handoverOut(r, h))
}

func (s *Server) apiOffer(r *site.Request) error {
	h, err := with(r, func(in OfferIn) (custody.Handover, error) {
		return s.Store.Offer(r.Context(), r.Act(), custody.OfferCmd{From: in.From, To: in.To, Containers: in.Containers, Mode: in.Mode, Direction: "out", Courier: in.Courier,
			StandIn: in.StandIn, Vehicle: in.Vehicle, PlannedFrom: in.PlannedFrom, PlannedTo: in.PlannedTo, NoSeal: in.NoSeal})
	})
	return giveHandover(r, http.StatusCreated, h, err)
}

func (s *Server) apiCollect(r *site.Request) error {
	h, err := with(r, func(in CollectIn) (custody.Handover, error) {
		return s.Store.Collect(r.Context(), r.Act(), custody.CollectCmd{Handover: r.Param("id"), Containers: in.Containers, Vehicle: in.Vehicle, Means: "screen"})
	})
	return giveHandover(r, http.StatusOK, h, err)
}

func (s *Server) apiCount(r *site.Request) error {
	h, err := with(r, func(in CountIn) (custody.Handover, error) {
		return s.Store.CountHandover(r.Context(), r.Act(), custody.CountCmd{Handover: r.Param("id"), Place: in.Place, Reads: in.Reads})
	})
	return giveHandover(r, http.StatusOK, h, err)
}

func (s *Server) apiAccept(r *site.Request) error {
	h, err := with(r, func(in AcceptIn) (custody.Handover, error) {
		return s.Store.AcceptHandover(r.Context(), r.Act(), custody.AcceptCmd{Handover: r.Param("id"), Place: in.Place, Explanation: in.Explanation, Room: in.Room, KeyHolder: in.KeyHolder})
	})
	return giveHandover(r, http.StatusOK, h, err)
}
