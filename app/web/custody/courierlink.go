package custody

import (
	"bytes"
	"net/http"

	"github.com/google/uuid"

	"github.com/brevstemme/brevstemme/app/web/site"
	"github.com/brevstemme/brevstemme/models"
	"github.com/brevstemme/brevstemme/models/custody"
	"github.com/brevstemme/brevstemme/models/store/boxes"
	"github.com/brevstemme/brevstemme/pdf"
)

func (s *Server) courierRoutes() []site.Route {
	return []site.Route{
		site.Post("/overdragelser/:id/link", keepers, s.courierLink),
		site.Post("/overdragelser/:id/link/udskriv", keepers, s.courierLinkPrint),
		site.Get("/b/:token", site.Public, s.courierOpen).Limit("check"),
		site.Post("/b/:token", site.Public, s.courierCollect).Limit("check"),
	}
}

type courierLinkPage struct {
	site.Chrome
	Handover string
	Courier  string
	URL      string
	Side     int    // of the QR code, in modules
	Code     string // the path of its SVG
	Link     boxes.CourierLink
}

// courierPage is what a courier without an account sees: which containers to
// take, and nothing of what is in them.
type courierPage struct {
	site.Chrome
	Dead bool
	Done bool
	// Unsigned: the collection stands, the drawn signature could not be kept.
	Unsigned bool
	Token    string
	Facts    []site.Fact
	Table    site.Table
}

var (
	courierLinkView = site.NewView[*courierLinkPage]("courier-link")
	courierView     = site.NewView[*courierPage]("courier")
)

// DeviceCookie binds a link to the device that opened it first.
const DeviceCookie = "brevstemme_bud"

// courierLink makes a link and shows it once, with its QR code: the answer is the
// page itself, for only the hash of the link is kept.
func (s *Server) courierLink(r *site.Request) error {
	h, _, err := s.shown(r, r.Param("id"))
	if err != nil {
		return err
	}
	l, err := s.Store.MakeLinkFor(r.Context(), r.Act(), h.ID, r.Field("who"))
	if err != nil {
		return err
	}
	p := &courierLinkPage{Chrome: site.Chrome{Crumbs: append(handoverCrumbs, site.Link{Href: "/overdragelser/" + h.ID, Text: models.GroupSerial(h.ID)})}, Handover: h.ID, URL: s.courierURL(r, l.Token), Link: l}
	if p.Side, p.Code, err = pdf.QRPath(p.URL); err != nil {
		return err
	}
	names, err := s.Store.Names(r.Context())
	if err != nil {
		return err
	}
	p.Courier = names[l.Courier].Name
	r.Writer().Header().Set("Cache-Control", "no-store")
	return courierLinkView.Render(r, p)
}

func (s *Server) courierURL(r *site.Request, token string) string { return s.Base(r) + "/b/" + token }

// courierLinkPrint prints the giver's half with the QR code of a link that was
// just made: its token comes from the page that showed it. The log keeps the
// form without the link, so that the link is in no table and on no reprint; the
// PIN is on neither.
func (s *Server) courierLinkPrint(r *site.Request) error {
	h, known, err := s.shown(r, r.Param("id"))
	if err != nil {
		return err
	}
	if !known {
		return models.E(models.CodeForbidden, "custody.wrong_place")
	}
	l, err := s.Store.LiveCourierLink(r.Context(), r.Act(), h.ID, r.Field("token"))
	if err != nil {
		return err
	}
	docs, err := s.handoverSheets(r, h, known)
	if err != nil {
		return err
	}
	number, n, err := s.Logged(r, site.Sheets{Subject: "/overdragelser/" + h.ID + "/link", Election: h.Election, Place: h.From, Docs: docs[:1]})
	if err != nil {
		return err
	}
	if docs, err = s.Reprint(r, number, n); err != nil {
		return err
	}
	for i := range docs {
		docs[i] = pdf.WithLink(docs[i], s.courierURL(r, l.Token), l.Expires)
	}
	var b bytes.Buffer
	if err := pdf.Write(&b, docs...); err != nil {
		return err
	}
	r.Writer().Header().Set("Cache-Control", "no-store")
	return r.File("application/pdf", "overdragelse-"+h.ID+site.PDFSuffix, true, b.Bytes())
}

// device is the id of this browser, made when it has none.
func (s *Server) device(r *site.Request, make bool) string {
	if c, err := r.HTTP().Cookie(DeviceCookie); err == nil && len(c.Value) == 36 {
		return c.Value
	}
	if !make {
		return ""
	}
	id := uuid.NewString()
	http.SetCookie(r.Writer(), &http.Cookie{Name: DeviceCookie, Value: id, Path: "/b", MaxAge: 24 * 3600, HttpOnly: true, Secure: s.Secure, SameSite: http.SameSiteStrictMode})
	return id
}

func (s *Server) courierOpen(r *site.Request) error {
	r.Writer().Header().Set("Cache-Control", "no-store")
	h, err := s.Store.OpenCourierLink(r.Context(), r.Param("token"), s.device(r, true))
	if models.CodeOf(err) == models.CodeForbidden {
		return courierView.Render(r, &courierPage{Dead: true})
	}
	if err != nil {
		return err
	}
	p, err := s.courierPage(r, h)
	if err != nil {
		return err
	}
	return courierView.Render(r, p)
}

func (s *Server) courierPage(r *site.Request, h custody.Handover) (*courierPage, error) {
	places, err := s.PlaceNames(r)
	if err != nil {
		return nil, err
	}
	set, err := s.Store.Evening(r.Context())
	if err != nil {
		return nil, err
	}
	p := &courierPage{Token: r.Param("token")}
	p.Facts = []site.Fact{{Name: r.Text("handovers.number"), Text: h.ID, Serial: true}, {Name: r.Text("handovers.from"), Text: places[h.From]}, {Name: r.Text("handovers.to"), Text: places[h.To]}, {Name: r.Text("handovers.planned"), Text: r.Moment(h.PlannedTo)}}
	if set.Phone != "" {
		p.Facts = append(p.Facts, site.Fact{Name: r.Text("courier.call"), Text: set.Phone, Href: site.HrefOf("tel:", site.Telephone(set.Phone))})
	}
	p.Table = site.Table{Caption: r.Text("handover.containers"), Columns: []site.Column{{Text: r.Text("containers.number")}}}
	for _, id := range h.Outermost() {
		p.Table.Rows = append(p.Table.Rows, []site.Cell{{Text: id, Serial: true}})
	}
	return p, nil
}

// courierSigned keeps the signature that was drawn along with the PIN. The
// containers are collected already: a picture that cannot be kept is said, and
// undoes nothing.
func (s *Server) courierSigned(r *site.Request, token, device string) error {
	p := &courierPage{Done: true}
	if _, raw, err := r.Upload("file"); err == nil && len(raw) > 0 {
		act := r.Act()
		if err := s.Store.SignByLink(r.Context(), act, token, device, raw); err != nil {
			if models.CodeOf(err) == models.CodeInternal {
				return err
			}
			p.Unsigned = true
		}
	}
	return courierView.Render(r, p)
}

func (s *Server) courierCollect(r *site.Request) error {
	token, device := r.Param("token"), s.device(r, false)
	_, err := s.Store.CollectByLink(r.Context(), token, device, r.Field("pin"))
	switch models.CodeOf(err) {
	case "":
		return s.courierSigned(r, token, device)
	case models.CodeForbidden: // or the answer was lost on the way, and this is asked again
		if _, err := s.Store.CollectedByLink(r.Context(), token, device, r.Field("pin")); err == nil {
			return s.courierSigned(r, token, device)
		}
		return courierView.Status(r, http.StatusForbidden, &courierPage{Dead: true})
	}
	h, herr := s.Store.OpenCourierLink(r.Context(), token, device)
	if herr != nil {
		return courierView.Status(r, http.StatusForbidden, &courierPage{Dead: true})
	}
	p, perr := s.courierPage(r, h)
	if perr != nil {
		return perr
	}
	return courierView.Again(r, err, p)
}
