package web

import (
	"net/http"
	"time"

	"github.com/brevstemme/brevstemme/models"
	"github.com/brevstemme/brevstemme/models/onward"
)

// onwardAPIRoutes are the acts that a neighbouring system needs: another
// municipality's, a transport's, the boards'.
func (s *Server) onwardAPIRoutes() []Route {
	return []Route{
		post(apiPrefix+"elections/:election/districts", coordinator, s.apiSaveDistricts).api([]onward.District{}, savedOut{}),
		post(apiPrefix+"elections/:election/districts/check", coordinator, s.apiCheckDistricts).api(districtCheckIn{}, DistrictCheckOut{}),
		post(apiPrefix+"elections/:election/consignments", reception, s.apiPackConsignment).api(consignmentIn{}, onward.Consignment{}),
		post(apiPrefix+"consignments/:id/dispatch", reception, s.apiDispatch).api(dispatchIn{}, onward.Consignment{}),
		get(apiPrefix+"consignments/:id/manifest", reception, s.apiGetManifest).api(nil, manifestOut{}),
		post(apiPrefix+"acknowledgements/:token", public, s.apiAcknowledge).limit("check").api(ackIn{}, ackOut{}),
		get(apiPrefix+"elections/:election/deliveries", officeReaders, s.apiDeliveries).api(nil, []onward.Delivery{}),
		post(apiPrefix+"elections/:election/deliveries", reception, s.apiPackDeliveries).api(packDeliveriesIn{}, []onward.Delivery{}),
		post(apiPrefix+"deliveries/:id/handover", drivers, s.apiHand).api(handIn{}, handOut{}),
		post(apiPrefix+"elections/:election/districts/:district/examination", coordinator, s.apiExamine).api(onward.Outcome{}, onward.Examination{}),
	}
}

type savedOut struct {
	Saved int `json:"saved"`
}

// apiSaveDistricts takes the whole list of polling districts: those that it does
// not name are retired.
func (s *Server) apiSaveDistricts(r *Request) error {
	var in []onward.District
	if err := r.decode(&in); err != nil {
		return err
	}
	for i := range in {
		in[i].Code, in[i].Retired = s.municipality, false
	}
	if err := s.store.SaveDistricts(r.Context(), r.act(), in, true); err != nil {
		return err
	}
	return r.json(http.StatusOK, savedOut{len(in)})
}

type consignmentIn struct {
	Place   string          `json:"place,omitempty"` // empty: the reception
	To      string          `json:"to"`              // kommunekode
	Packets []onward.Packet `json:"packets"`         // numbers may be left out
	Witness string          `json:"witness,omitempty"`
}

// at is the place that a request names, the reception when it names none.
func (s *Server) at(r *Request, place string) (string, error) {
	if place != "" {
		return place, nil
	}
	return s.reception(r.Context(), r.Account)
}

func (s *Server) apiPackConsignment(r *Request) error {
	var in consignmentIn
	if err := r.decode(&in); err != nil {
		return err
	}
	place, err := s.at(r, in.Place)
	if err != nil {
		return err
	}
	act := r.act()
	act.Witness = in.Witness
	c, err := s.store.PackConsignment(r.Context(), act, place, onward.PackCmd{Election: r.Param("election"), To: in.To, Packets: in.Packets})
	if err != nil {
		return err
	}
	return r.json(http.StatusCreated, c)
}

type dispatchIn struct {
	Carrier string    `json:"carrier"`
	Leaves  time.Time `json:"leaves"` // one of the carrier's departures
}

func (s *Server) apiDispatch(r *Request) error {
	var in dispatchIn
	if err := r.decode(&in); err != nil {
		return err
	}
	c, err := s.store.Dispatch(r.Context(), r.act(), r.Param("id"), in.Carrier, in.Leaves, newToken())
	if err != nil {
		return err
	}
	return r.json(http.StatusOK, c)
}

type manifestOut struct {
	Manifest string `json:"manifest"`       // signed note: the file
	Code     string `json:"code,omitempty"` // the same as the text of a QR code, when it fits into one
}

func (s *Server) apiGetManifest(r *Request) error {
	b, err := s.store.SignedManifest(r.Context(), r.Param("id"))
	if err != nil {
		return err
	}
	return r.json(http.StatusOK, manifestOut{string(b), onward.ManifestCode(b)})
}

type ackIn struct {
	Count   int  `json:"count"`
	Packets int  `json:"packets"`
	Intact  bool `json:"intact"` // the seals
}

type ackOut struct {
	Consignment string                  `json:"consignment"`
	State       onward.ConsignmentState `json:"state"` // acknowledged or differs; what was sent is not told
}

// apiAcknowledge is the recipient's answer by the one-time code of the cover list.
func (s *Server) apiAcknowledge(r *Request) error {
	var in ackIn
	if err := r.decode(&in); err != nil {
		return err
	}
	if err := s.store.Acknowledge(r.Context(), r.act(), r.Param("token"), onward.AckCmd(in)); err != nil {
		return err
	}
	c, err := s.store.ByToken(r.Context(), r.Param("token"))
	if err != nil {
		return err
	}
	return r.json(http.StatusOK, ackOut{c.ID, c.State})
}

func (s *Server) apiDeliveries(r *Request) error {
	xs, err := s.store.Deliveries(r.Context(), r.Param("election"))
	if err != nil {
		return err
	}
	return r.json(http.StatusOK, xs)
}

type packDeliveriesIn struct {
	Place     string              `json:"place,omitempty"` // empty: the reception
	Districts []string            `json:"districts"`       // ids: all are packed, or none
	Seals     map[string][]string `json:"seals,omitempty"` // by district
}

func (s *Server) apiPackDeliveries(r *Request) error {
	var in packDeliveriesIn
	if err := r.decode(&in); err != nil {
		return err
	}
	place, err := s.at(r, in.Place)
	if err != nil {
		return err
	}
	xs, err := s.store.PackDeliveries(r.Context(), r.act(), r.Param("election"), place, in.Districts, in.Seals)
	if err != nil {
		return err
	}
	return r.json(http.StatusCreated, xs)
}

type handIn struct {
	Recount int    `json:"recount"`            // by the polling officers
	SpokeTo string `json:"spoke_to,omitempty"` // a function, when it differs and Borgerservice was called
}

type handOut struct {
	Delivery string               `json:"delivery"`
	State    onward.DeliveryState `json:"state"` // delivered or differs; what was sent is not told
}

func (s *Server) apiHand(r *Request) error {
	var in handIn
	if err := r.decode(&in); err != nil {
		return err
	}
	x, err := s.store.Delivery(r.Context(), r.Param("id"))
	if err != nil {
		return err
	}
	if _, err := s.afterHanding(r, x); err != nil {
		return err
	}
	cmd := onward.HandCmd{Recount: in.Recount, SpokeTo: in.SpokeTo}
	if in.SpokeTo != "" {
		cmd.CalledAt = s.now()
	}
	if x, err = s.store.Hand(r.Context(), r.act(), x.ID, cmd); err != nil {
		return err
	}
	return r.json(http.StatusOK, handOut{x.ID, x.State})
}

// apiExamine takes the outcome of a district. Its time is the server's.
func (s *Server) apiExamine(r *Request) error {
	var in onward.Outcome
	if err := r.decode(&in); err != nil {
		return err
	}
	in.At = time.Time{}
	x, err := s.store.Examine(r.Context(), r.act(), r.Param("election"), r.Param("district"), in)
	if err != nil {
		return err
	}
	return r.json(http.StatusOK, x)
}

func (s *Server) apiConsignments(r *Request) error {
	all, err := s.store.Consignments(r.Context(), r.Param("election"))
	if err != nil {
		return err
	}
	return r.json(http.StatusOK, all)
}

func (s *Server) apiSafe(r *Request) error {
	safe, err := s.store.Safe(r.Context(), r.Param("election"), margin)
	if err != nil {
		return err
	}
	return r.json(http.StatusOK, safe)
}

func (s *Server) apiMorning(r *Request) error {
	all, err := s.store.Morning(r.Context(), r.Param("election"))
	if err != nil {
		return err
	}
	return r.json(http.StatusOK, all)
}

func (s *Server) apiExaminations(r *Request) error {
	all, err := s.store.Examinations(r.Context(), r.Param("election"))
	if err != nil {
		return err
	}
	return r.json(http.StatusOK, all)
}

func (s *Server) apiRuns(r *Request) error {
	runs, err := s.store.Runs(r.Context(), r.Param("election"), "")
	if err != nil {
		return err
	}
	return r.json(http.StatusOK, runs)
}

// apiArrivals lists what came from others; those who are to count see no figure.
func (s *Server) apiArrivals(r *Request) error {
	all, err := s.store.Arrivals(r.Context(), r.Param("election"))
	if err != nil {
		return err
	}
	for i := range all {
		if !r.Account.Is(models.RoleAuditor) {
			all[i] = all[i].Blind()
		}
	}
	return r.json(http.StatusOK, all)
}
