package onward

import (
	"net/http"
	"time"

	"github.com/brevstemme/brevstemme/app/web/site"
	"github.com/brevstemme/brevstemme/models"
	"github.com/brevstemme/brevstemme/models/onward"
)

// onwardAPIRoutes are the acts that a neighbouring system needs: another
// municipality's, a transport's, the boards'.
func (s *Server) onwardAPIRoutes() []site.Route {
	return []site.Route{
		site.Post(site.APIPrefix+"elections/:election/districts", site.Coordinator, s.apiSaveDistricts).API([]onward.District{}, SavedOut{}),
		site.Post(site.APIPrefix+"elections/:election/districts/check", site.Coordinator, s.apiCheckDistricts).API(DistrictCheckIn{}, DistrictCheckOut{}),
		site.Post(site.APIPrefix+"elections/:election/consignments", site.Reception, s.apiPackConsignment).API(ConsignmentIn{}, onward.Consignment{}),
		site.Post(site.APIPrefix+"consignments/:id/dispatch", site.Reception, s.apiDispatch).API(DispatchIn{}, onward.Consignment{}),
		site.Get(site.APIPrefix+"consignments/:id/manifest", site.Reception, s.apiGetManifest).API(nil, manifestOut{}),
		site.Post(site.APIPrefix+"acknowledgements/:token", site.Public, s.apiAcknowledge).Limit("check").API(AckIn{}, ackOut{}),
		site.Get(site.APIPrefix+"elections/:election/deliveries", site.OfficeReaders, s.apiDeliveries).API(nil, []onward.Delivery{}),
		site.Post(site.APIPrefix+"elections/:election/deliveries", site.Reception, s.apiPackDeliveries).API(PackDeliveriesIn{}, []onward.Delivery{}),
		site.Post(site.APIPrefix+"deliveries/:id/handover", drivers, s.apiHand).API(HandIn{}, handOut{}),
		site.Post(site.APIPrefix+"elections/:election/districts/:district/examination", site.Coordinator, s.apiExamine).API(onward.Outcome{}, onward.Examination{}),
	}
}

type SavedOut struct {
	Saved int `json:"saved"`
}

// apiSaveDistricts takes the whole list of polling districts: those that it does
// not name are retired.
func (s *Server) apiSaveDistricts(r *site.Request) error {
	var in []onward.District
	if err := r.Decode(&in); err != nil {
		return err
	}
	for i := range in {
		in[i].Code, in[i].Retired = s.Municipality, false
	}
	if err := s.Store.SaveDistricts(r.Context(), r.Act(), in, true); err != nil {
		return err
	}
	return r.JSON(http.StatusOK, SavedOut{len(in)})
}

type ConsignmentIn struct {
	Place   string          `json:"place,omitempty"` // empty: the reception
	To      string          `json:"to"`              // kommunekode
	Packets []onward.Packet `json:"packets"`         // numbers may be left out
	Witness string          `json:"witness,omitempty"`
}

// at is the place that a request names, the reception when it names none.
func (s *Server) at(r *site.Request, place string) (string, error) {
	if place != "" {
		return place, nil
	}
	return s.reception(r.Context(), r.Account)
}

func (s *Server) apiPackConsignment(r *site.Request) error {
	var in ConsignmentIn
	if err := r.Decode(&in); err != nil {
		return err
	}
	place, err := s.at(r, in.Place)
	if err != nil {
		return err
	}
	act := r.Act()
	act.Witness = in.Witness
	c, err := s.Store.PackConsignment(r.Context(), act, place, onward.PackCmd{Election: r.Param("election"), To: in.To, Packets: in.Packets})
	if err != nil {
		return err
	}
	return r.JSON(http.StatusCreated, c)
}

type DispatchIn struct {
	Carrier string    `json:"carrier"`
	Leaves  time.Time `json:"leaves"` // one of the carrier's departures
}

func (s *Server) apiDispatch(r *site.Request) error {
	var in DispatchIn
	if err := r.Decode(&in); err != nil {
		return err
	}
	c, err := s.Store.Dispatch(r.Context(), r.Act(), r.Param("id"), in.Carrier, in.Leaves, newToken())
	if err != nil {
		return err
	}
	return r.JSON(http.StatusOK, c)
}

type manifestOut struct {
	Manifest string `json:"manifest"`       // signed note: the file
	Code     string `json:"code,omitempty"` // the same as the text of a QR code, when it fits into one
}

func (s *Server) apiGetManifest(r *site.Request) error {
	b, err := s.Store.SignedManifest(r.Context(), r.Param("id"))
	if err != nil {
		return err
	}
	return r.JSON(http.StatusOK, manifestOut{string(b), onward.ManifestCode(b)})
}

type AckIn struct {
	Count   int  `json:"count"`
	Packets int  `json:"packets"`
	Intact  bool `json:"intact"` // the seals
}

type ackOut struct {
	Consignment string                  `json:"consignment"`
	State       onward.ConsignmentState `json:"state"` // acknowledged or differs; what was sent is not told
}

// apiAcknowledge is the recipient's answer by the one-time code of the cover list.
func (s *Server) apiAcknowledge(r *site.Request) error {
	var in AckIn
	if err := r.Decode(&in); err != nil {
		return err
	}
	if err := s.Store.Acknowledge(r.Context(), r.Act(), r.Param("token"), onward.AckCmd(in)); err != nil {
		return err
	}
	c, err := s.Store.ByToken(r.Context(), r.Param("token"))
	if err != nil {
		return err
	}
	return r.JSON(http.StatusOK, ackOut{c.ID, c.State})
}

func (s *Server) apiDeliveries(r *site.Request) error {
	xs, err := s.Store.Deliveries(r.Context(), r.Param("election"))
	if err != nil {
		return err
	}
	return r.JSON(http.StatusOK, xs)
}

type PackDeliveriesIn struct {
	Place     string              `json:"place,omitempty"` // empty: the reception
	Districts []string            `json:"districts"`       // ids: all are packed, or none
	Seals     map[string][]string `json:"seals,omitempty"` // by district
}

func (s *Server) apiPackDeliveries(r *site.Request) error {
	var in PackDeliveriesIn
	if err := r.Decode(&in); err != nil {
		return err
	}
	place, err := s.at(r, in.Place)
	if err != nil {
		return err
	}
	xs, err := s.Store.PackDeliveries(r.Context(), r.Act(), r.Param("election"), place, in.Districts, in.Seals)
	if err != nil {
		return err
	}
	return r.JSON(http.StatusCreated, xs)
}

type HandIn struct {
	Recount int    `json:"recount"`            // by the polling officers
	SpokeTo string `json:"spoke_to,omitempty"` // a function, when it differs and Borgerservice was called
}

type handOut struct {
	Delivery string               `json:"delivery"`
	State    onward.DeliveryState `json:"state"` // delivered or differs; what was sent is not told
}

func (s *Server) apiHand(r *site.Request) error {
	var in HandIn
	if err := r.Decode(&in); err != nil {
		return err
	}
	x, err := s.Store.Delivery(r.Context(), r.Param("id"))
	if err != nil {
		return err
	}
	if _, err := s.afterHanding(r, x); err != nil {
		return err
	}
	cmd := onward.HandCmd{Recount: in.Recount, SpokeTo: in.SpokeTo}
	if in.SpokeTo != "" {
		cmd.CalledAt = s.Now()
	}
	if x, err = s.Store.Hand(r.Context(), r.Act(), x.ID, cmd); err != nil {
		return err
	}
	return r.JSON(http.StatusOK, handOut{x.ID, x.State})
}

// apiExamine takes the outcome of a district. Its time is the server's.
func (s *Server) apiExamine(r *site.Request) error {
	var in onward.Outcome
	if err := r.Decode(&in); err != nil {
		return err
	}
	in.At = time.Time{}
	x, err := s.Store.Examine(r.Context(), r.Act(), r.Param("election"), r.Param("district"), in)
	if err != nil {
		return err
	}
	return r.JSON(http.StatusOK, x)
}

func (s *Server) apiConsignments(r *site.Request) error {
	all, err := s.Store.Consignments(r.Context(), r.Param("election"))
	if err != nil {
		return err
	}
	return r.JSON(http.StatusOK, all)
}

func (s *Server) apiSafe(r *site.Request) error {
	safe, err := s.Store.Safe(r.Context(), r.Param("election"), margin)
	if err != nil {
		return err
	}
	return r.JSON(http.StatusOK, safe)
}

func (s *Server) apiMorning(r *site.Request) error {
	all, err := s.Store.Morning(r.Context(), r.Param("election"))
	if err != nil {
		return err
	}
	return r.JSON(http.StatusOK, all)
}

func (s *Server) apiExaminations(r *site.Request) error {
	all, err := s.Store.Examinations(r.Context(), r.Param("election"))
	if err != nil {
		return err
	}
	return r.JSON(http.StatusOK, all)
}

func (s *Server) apiRuns(r *site.Request) error {
	runs, err := s.Store.Runs(r.Context(), r.Param("election"), "")
	if err != nil {
		return err
	}
	return r.JSON(http.StatusOK, runs)
}

// apiArrivals lists what came from others; those who are to count see no figure.
func (s *Server) apiArrivals(r *site.Request) error {
	all, err := s.Store.Arrivals(r.Context(), r.Param("election"))
	if err != nil {
		return err
	}
	for i := range all {
		if !r.Account.Is(models.RoleAuditor) {
			all[i] = all[i].Blind()
		}
	}
	return r.JSON(http.StatusOK, all)
}
