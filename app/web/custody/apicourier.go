package custody

import (
	"cmp"
	"net/http"
	"time"

	"github.com/brevstemme/brevstemme/app/web/site"
	"github.com/brevstemme/brevstemme/models"
	"github.com/brevstemme/brevstemme/models/custody"
	"github.com/brevstemme/brevstemme/models/store/boxes"
)

// The courier's part as JSON: one-time links, and signatures that were given on
// paper. A program acts for the giver with a login; for the courier it has the
// link alone, as a phone has. The token travels in bodies, never in an address.

func (s *Server) courierActRoutes() []site.Route {
	return []site.Route{
		site.Get("/api/v1/handovers/:id/link", keepers, s.apiLinkState).API(nil, LinkStateOut{}),
		site.Post("/api/v1/handovers/:id/link", keepers, s.apiLink).API(LinkIn{}, LinkOut{}),
		site.Post("/api/v1/handovers/:id/collect-on-paper", keepers, s.apiCollectOnPaper).API(PaperCollectIn{}, HandoverOut{}),
		site.Post("/api/v1/courier-links/open", site.Public, s.apiLinkOpen).Limit("check").API(LinkOpenIn{}, LegOut{}),
		site.Post("/api/v1/courier-links/collect", site.Public, s.apiLinkCollect).Limit("check").API(LinkCollectIn{}, LegOut{}),
	}
}

// LinkIn says whose link it is: the person id of courier or stand-in, "" for the courier.
type LinkIn struct {
	Courier string `json:"courier,omitempty"`
}

// LinkOut is a new link, told once: only hashes of token and PIN are kept. Every
// request makes a new link, a repeated one too, and the one before it is dead: the
// newest answer is the one that holds.
type LinkOut struct {
	URL     string    `json:"url"`
	Token   string    `json:"token"`
	PIN     string    `json:"pin"` // six digits, to be told apart from the link
	Courier string    `json:"courier"`
	Expires time.Time `json:"expires"`
}

// LinkStateOut is what became of the newest link of a handover.
type LinkStateOut struct {
	State   string    `json:"state"` // none, live, used, blocked, expired
	Courier string    `json:"courier,omitempty"`
	MadeBy  string    `json:"made_by,omitempty"`
	Made    time.Time `json:"made,omitzero"`
	Expires time.Time `json:"expires,omitzero"`
	Opened  bool      `json:"opened"` // a device is bound to it
	Tries   int       `json:"tries"`  // wrong PINs
	Used    time.Time `json:"used,omitzero"`
}

// LinkOpenIn opens a link on a device and binds it to the first one. Device is an
// id that the program makes once and keeps: 16 to 64 characters.
type LinkOpenIn struct {
	Token  string `json:"token"`
	Device string `json:"device"`
}

// LinkCollectIn signs with the PIN, on the device that opened the link. The same
// again within a quarter of an hour is answered the same.
type LinkCollectIn struct {
	Token  string `json:"token"`
	Device string `json:"device"`
	PIN    string `json:"pin"`
}

// LegOut is what a courier without an account sees: where from and where to, which
// containers, and nothing of what is in them.
type LegOut struct {
	Handover   string    `json:"handover"`
	From       string    `json:"from"` // names of places
	To         string    `json:"to"`
	PlannedTo  time.Time `json:"planned_to,omitzero"`
	Containers []string  `json:"containers"`
	Phone      string    `json:"phone,omitempty"`    // whom to call on the way
	Collected  time.Time `json:"collected,omitzero"` // when the courier signed
}

// PaperCollectIn enters a courier's signature that was given on paper.
type PaperCollectIn struct {
	Courier string    `json:"courier,omitempty"` // person id of courier or stand-in, "" for the courier
	At      time.Time `json:"at"`                // when it was signed: after the giver, not in the future
}

// SignatureOut is one confirmation. Entered is when it came into the book: later
// than At when it was given on paper.
type SignatureOut struct {
	Person  string    `json:"person"`
	At      time.Time `json:"at"`
	Means   string    `json:"means"` // screen, pin, paper
	Entered time.Time `json:"entered"`
}

func signatureOut(x custody.Signature) *SignatureOut {
	if !x.Signed() {
		return nil
	}
	return &SignatureOut{Person: x.Person, At: x.At, Means: x.Means, Entered: cmp.Or(x.Entered, x.At)}
}

func (s *Server) apiLink(r *site.Request) error {
	var in LinkIn
	if err := r.Decode(&in); err != nil {
		return err
	}
	h, _, err := s.shown(r, r.Param("id"))
	if err != nil {
		return err
	}
	l, err := s.Store.MakeLinkFor(r.Context(), r.Act(), h.ID, in.Courier)
	if err != nil {
		return onField(err, "who", "courier")
	}
	r.Writer().Header().Set("Cache-Control", "no-store")
	return r.JSON(http.StatusCreated, LinkOut{URL: s.courierURL(r, l.Token), Token: l.Token, PIN: l.PIN, Courier: l.Courier, Expires: l.Expires})
}

// onField renames the field that an error is about: forms and JSON call it differently.
func onField(err error, from, to string) error {
	if e, ok := err.(*models.Error); ok && e.Field == from {
		return e.On(to)
	}
	return err
}

func (s *Server) apiLinkState(r *site.Request) error {
	if _, _, err := s.shown(r, r.Param("id")); err != nil {
		return err
	}
	l, err := s.Store.CourierLinkState(r.Context(), r.Param("id"))
	if models.CodeOf(err) == models.CodeNotFound {
		return r.JSON(http.StatusOK, LinkStateOut{State: "none"})
	}
	if err != nil {
		return err
	}
	return r.JSON(http.StatusOK, LinkStateOut{State: l.State, Courier: l.Courier, MadeBy: l.MadeBy, Made: l.Made, Expires: l.Expires, Opened: l.Opened, Tries: l.Tries, Used: l.Used})
}

func (s *Server) apiCollectOnPaper(r *site.Request) error {
	h, err := with(r, func(in PaperCollectIn) (custody.Handover, error) {
		h, _, err := s.shown(r, r.Param("id"))
		if err != nil {
			return h, err
		}
		if in.At.IsZero() {
			return h, models.Invalid("at", "custody.when_signed")
		}
		act := r.Act()
		act.At = in.At
		h, err = s.Store.Collect(r.Context(), act, custody.CollectCmd{Handover: h.ID, OnBehalf: cmp.Or(in.Courier, h.Courier), Means: "paper"})
		return h, onField(err, "paper_at", "at")
	})
	return giveHandover(r, http.StatusOK, h, err)
}

// checkDevice wants an id that nobody guesses.
func checkDevice(device string) error {
	if len(device) < 16 || len(device) > 64 {
		return models.Invalid("device", "custody.device_id")
	}
	return nil
}

func (s *Server) apiLinkOpen(r *site.Request) error {
	h, err := with(r, func(in LinkOpenIn) (custody.Handover, error) {
		if err := checkDevice(in.Device); err != nil {
			return custody.Handover{}, err
		}
		return s.Store.OpenCourierLink(r.Context(), in.Token, in.Device)
	})
	return s.giveLeg(r, h, err)
}

func (s *Server) apiLinkCollect(r *site.Request) error {
	h, err := with(r, func(in LinkCollectIn) (custody.Handover, error) {
		if err := checkDevice(in.Device); err != nil {
			return custody.Handover{}, err
		}
		h, err := s.Store.CollectByLink(r.Context(), in.Token, in.Device, in.PIN)
		if models.CodeOf(err) != models.CodeForbidden {
			return h, err
		}
		return s.Store.CollectedByLink(r.Context(), in.Token, in.Device, in.PIN)
	})
	return s.giveLeg(r, h, err)
}

func (s *Server) giveLeg(r *site.Request, h custody.Handover, err error) error {
	if err != nil {
		return err
	}
	places, err := s.PlaceNames(r)
	if err != nil {
		return err
	}
	set, err := s.Store.Evening(r.Context())
	if err != nil {
		return err
	}
	r.Writer().Header().Set("Cache-Control", "no-store")
	return r.JSON(http.StatusOK, LegOut{Handover: h.ID, From: places[h.From], To: places[h.To], PlannedTo: h.PlannedTo, Containers: h.Outermost(), Phone: set.Phone, Collected: h.Carrier.At})
}

// linkFacts tell the giver of the newest link that was made, if one was.
func (s *Server) linkFacts(r *site.Request, handover string, names map[string]models.Private) ([]site.Fact, error) {
	l, err := s.Store.CourierLinkState(r.Context(), handover)
	if models.CodeOf(err) == models.CodeNotFound {
		return nil, nil
	}
	if err != nil {
		return nil, err
	}
	state := l.State
	if state == boxes.LinkLive && l.Opened {
		state = "opened"
	}
	return []site.Fact{{Name: r.Text("handover.link_for"), Text: names[l.Courier].Name}, {Name: r.Text("handover.link_made"), Text: r.Moment(l.Made)}, {Name: r.Text("handover.link_now"), Text: r.Text("handover.link_state."+state, r.Moment(l.Expires))}}, nil
}
