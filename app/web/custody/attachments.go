package custody

import (
	"mime"
	"net/http"

	"github.com/brevstemme/brevstemme/app/web/site"
	"github.com/brevstemme/brevstemme/models"
	"github.com/brevstemme/brevstemme/models/custody"
	"github.com/brevstemme/brevstemme/models/language"
)

func (s *Server) attachmentRoutes() []site.Route {
	return []site.Route{
		site.Post("/overdragelser/:id/bilag", site.Carriers, s.handoverAttach),
		site.Post("/afvigelser/:id/bilag", keepers, s.deviationAttach),
		site.Get("/bilag/:id", handoverReaders, s.attachment),
		site.Get("/api/v1/attachments/:id", handoverReaders, s.apiAttachment).API(nil, custody.Attachment{}),
		site.Post("/api/v1/handovers/:id/attachments", site.Carriers, s.apiHandoverAttach).API(nil, custody.Attachment{}),
		site.Post("/api/v1/deviations/:id/attachments", keepers, s.apiDeviationAttach).API(nil, custody.Attachment{}),
	}
}

// attachments is the part of a page that shows what was handed in.
type attachments struct {
	Files []attachmentLine
	Kinds []site.Option // what may be added; none when nothing may
	Signs bool          // the reader confirmed and has not signed on the screen
}

// attachmentLine is one file: Href "" while the reader may not see it.
type attachmentLine struct{ Text, Note, Href, Picture string }

// attachmentsOf lists files. What the giver handed in may show counts and seals:
// who has yet to count sees only that it is there.
func attachmentsOf(r *site.Request, all []custody.Attachment, known bool, names map[string]models.Private) attachments {
	var out attachments
	for _, a := range all {
		l := attachmentLine{Text: r.Text("attachment.kind." + string(a.Kind)), Note: names[a.By].Name + " · " + r.Moment(a.At) + " · " + r.Text("attachment.kb", language.Number(r.Lang, int64((a.Size+1023)/1024)))}
		if known || a.By == r.Account.Person {
			l.Href = "/bilag/" + a.ID
			if a.Type != "application/pdf" {
				l.Picture = l.Href
			}
		}
		out.Files = append(out.Files, l)
	}
	return out
}

func attachmentKinds(r *site.Request, kinds ...custody.AttachmentKind) []site.Option {
	var out []site.Option
	for _, k := range kinds {
		out = append(out, site.Option{Value: string(k), Text: r.Text("attachment.kind." + string(k))})
	}
	return out
}

// seenAttachment loads a file's record for those who may see the file.
func (s *Server) seenAttachment(r *site.Request) (custody.Attachment, error) {
	a, err := s.Store.Attachment(r.Context(), r.Param("id"))
	if err != nil || a.By == r.Account.Person && a.By != "" {
		return a, err
	}
	hidden := models.E(models.CodeNotFound, "")
	if a.Handover != "" {
		_, known, err := s.shown(r, a.Handover)
		if err == nil && !known {
			err = hidden
		}
		return a, err
	}
	if !r.Account.Is(watchers...) {
		return a, hidden
	}
	d, err := s.Store.Deviation(r.Context(), a.Deviation)
	if err == nil && d.Place != "" && !r.Act().MayActAt(d.Place) {
		err = hidden
	}
	if err != nil {
		return a, err
	}
	known, err := s.knowsDeviation(r, d)
	if err == nil && !known {
		err = hidden
	}
	return a, err
}

// attachment answers with the file: as a file of its own, without a right to do
// anything. A PDF is downloaded, never shown inside our pages.
func (s *Server) attachment(r *site.Request) error {
	a, err := s.seenAttachment(r)
	if err != nil {
		return err
	}
	b, err := s.Store.AttachmentContent(r.Context(), a)
	if err != nil {
		return err
	}
	kind, end := "inline", map[string]string{"image/png": ".png", "image/jpeg": ".jpg"}[a.Type]
	if end == "" {
		kind, end = "attachment", ".pdf"
	}
	h := r.Writer().Header()
	h.Set("Content-Security-Policy", "default-src 'none'; sandbox")
	h.Set("Content-Disposition", mime.FormatMediaType(kind, map[string]string{"filename": "bilag-" + a.ID + end}))
	r.Write(http.StatusOK, a.Type, b)
	return nil
}

func (s *Server) apiAttachment(r *site.Request) error {
	a, err := s.seenAttachment(r)
	if err != nil {
		return err
	}
	return r.JSON(http.StatusOK, a)
}

// attachTo keeps the file of the form for what the path names.
func (s *Server) attachTo(r *site.Request, cmd custody.AttachCmd) (custody.Attachment, error) {
	if cmd.Handover != "" {
		if _, _, err := s.shown(r, cmd.Handover); err != nil {
			return custody.Attachment{}, err
		}
	}
	_, raw, err := r.Upload("file")
	if err != nil {
		return custody.Attachment{}, models.Invalid("file", "evidence.empty").Because(err)
	}
	cmd.Kind = custody.AttachmentKind(r.Field("kind"))
	return s.Store.Attach(r.Context(), r.Act(), cmd, raw)
}

func (s *Server) handoverAttach(r *site.Request) error {
	id := r.Param("id")
	_, err := s.attachTo(r, custody.AttachCmd{Handover: id})
	if err == nil {
		return r.Done("/overdragelser/"+id, "attachment.done")
	}
	p, perr := s.handoverPage(r)
	if perr != nil {
		return perr
	}
	return handoverView.Again(r, err, p)
}

func (s *Server) deviationAttach(r *site.Request) error {
	id := r.Param("id")
	_, err := s.attachTo(r, custody.AttachCmd{Deviation: id})
	if err == nil {
		return r.Done("/afvigelser/"+id, "attachment.done")
	}
	p, perr := s.deviationPage(r)
	if perr != nil {
		return perr
	}
	return deviationView.Again(r, err, p)
}

func (s *Server) apiHandoverAttach(r *site.Request) error {
	out, err := s.attachTo(r, custody.AttachCmd{Handover: r.Param("id")})
	return giveAttachment(r, out, err)
}

func (s *Server) apiDeviationAttach(r *site.Request) error {
	out, err := s.attachTo(r, custody.AttachCmd{Deviation: r.Param("id")})
	return giveAttachment(r, out, err)
}

func giveAttachment(r *site.Request, a custody.Attachment, err error) error {
	if err != nil {
		return err
	}
	return r.JSON(http.StatusCreated, a)
}

// knowsDeviation tells whether the reader may know what a deviation says of
// containers that are on their way to be counted: seals and counts written there
// would undo the blind recount.
func (s *Server) knowsDeviation(r *site.Request, d custody.Deviation) (bool, error) {
	legs := []string{}
	if d.Handover != "" {
		legs = append(legs, d.Handover)
	}
	for _, id := range d.Containers {
		c, err := s.Store.Container(r.Context(), id)
		if models.CodeOf(err) == models.CodeNotFound {
			continue // a number that was typed and never was one of ours
		}
		if err != nil {
			return false, err
		}
		w, err := s.Store.Whereabouts(r.Context(), c)
		if err != nil {
			return false, err
		}
		if w.Handover != nil {
			legs = append(legs, w.Handover.ID)
		}
	}
	for _, id := range legs {
		h, err := s.Store.Handover(r.Context(), id)
		if err != nil {
			return false, err
		}
		if !mayKnow(r, h) {
			return false, nil
		}
	}
	return true, nil
}

// blindDeviation is a deviation without what the reader may not know yet.
func blindDeviation(d custody.Deviation) custody.Deviation {
	d.Expected, d.Found, d.Action, d.Conclusion, d.Notes = "", "", "", "", nil
	return d
}
