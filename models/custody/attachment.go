package custody

import (
	"fmt"
	"slices"
	"time"

	"github.com/brevstemme/brevstemme/models"
)

// AttachmentKind tells what a file shows.
type AttachmentKind string

// The kinds of attachments.
const (
	AttachSignature AttachmentKind = "signature" // drawn on a screen by the one who confirmed
	AttachPaper     AttachmentKind = "paper"     // scan of a form that was signed on paper
	AttachSeal      AttachmentKind = "seal"      // photo of a seal
	AttachEvidence  AttachmentKind = "evidence"  // anything else that shows what happened
)

// AttachmentKinds lists the kinds in the order in which they are offered.
var AttachmentKinds = []AttachmentKind{AttachPaper, AttachSeal, AttachSignature, AttachEvidence}

// Attachment is a file that belongs to a handover or a deviation. The journal
// holds its hash; the bytes stand beside it, so that a picture can be erased
// without breaking the chain. It never changes.
type Attachment struct {
	ID        string         `json:"id"`
	Kind      AttachmentKind `json:"kind"`
	Type      string         `json:"type"` // image/png, image/jpeg or application/pdf
	Size      int            `json:"size"` // bytes
	SHA256    string         `json:"sha256"`
	Handover  string         `json:"handover"`
	Deviation string         `json:"deviation"`
	By        string         `json:"by"` // person id
	At        time.Time      `json:"at"`
}

// RecordKind implements models.Record.
func (Attachment) RecordKind() string { return "attachment" }

// RecordID implements models.Record.
func (a Attachment) RecordID() string { return a.ID }

// AttachCmd adds a cleaned file to a handover or to a deviation.
type AttachCmd struct {
	Handover, Deviation string // one of them
	Kind                AttachmentKind
	Type, SHA256        string
	Size                int
}

// Attach adds a file. A signature is put beside the confirmation of the one who
// drew it, and only the first counts.
func Attach(b Book, a models.Act, now time.Time, cmd AttachCmd) (Outcome, error) {
	if !slices.Contains(AttachmentKinds, cmd.Kind) {
		return Outcome{}, models.Invalid("kind", "custody.choose")
	}
	x := Attachment{ID: models.DeriveID("A", a.Key), Kind: cmd.Kind, Type: cmd.Type, Size: cmd.Size, SHA256: cmd.SHA256, Handover: cmd.Handover, Deviation: cmd.Deviation, By: a.Person}
	var s *sheet
	var err error
	if cmd.Handover != "" {
		s = open(b, a, now, "handover.attached")
		err = s.attachToHandover(cmd, x.ID)
	} else {
		s = open(b, a, now, "deviation.attached")
		err = s.attachToDeviation(cmd, x.ID)
	}
	if err != nil {
		return Outcome{}, err
	}
	x.At = s.act.At.UTC()
	s.others = append(s.others, x)
	s.fact("attachment", x.ID)
	s.fact("kind", string(x.Kind))
	s.fact("type", x.Type)
	s.fact("size", fmt.Sprint(x.Size))
	s.fact("sha256", x.SHA256)
	return s.done()
}

func (s *sheet) attachToHandover(cmd AttachCmd, id string) error {
	h, err := s.book.Handover(cmd.Handover)
	if err != nil {
		return err
	}
	a := s.act
	if !a.MayActAt(h.From) && !a.MayActAt(h.To) && a.Person != h.Courier && a.Person != h.StandIn {
		return models.E(models.CodeForbidden, "custody.wrong_place")
	}
	if h.State, err = HandoverStates.Next(h.State, HandoverAttach); err != nil {
		return err
	}
	if cmd.Kind == AttachSignature {
		sig := h.signatureOf(a.Person)
		if sig == nil {
			return models.E(models.CodeState, "custody.nothing_signed")
		}
		if sig.Scan != "" {
			return models.E(models.CodeState, "custody.signed_already")
		}
		sig.Scan = id
	}
	h.Scans = append(slices.Clone(h.Scans), id)
	s.draft.Place, s.draft.Election = h.From, h.Election
	if !a.MayActAt(h.From) && a.MayActAt(h.To) {
		s.draft.Place = h.To
	}
	s.others = append(s.others, h)
	s.fact("handover", h.ID)
	return nil
}

// signatureOf is the last confirmation that a person gave, nil when none.
func (h *Handover) signatureOf(person string) *Signature {
	for _, sig := range []*Signature{&h.Receiver, &h.Second, &h.Carrier, &h.Witness, &h.Giver} {
		if sig.Person == person && sig.Signed() {
			return sig
		}
	}
	return nil
}

func (s *sheet) attachToDeviation(cmd AttachCmd, id string) error {
	d, err := s.book.Deviation(cmd.Deviation)
	if err != nil {
		return err
	}
	if d.Place != "" && !s.act.MayActAt(d.Place) {
		return models.E(models.CodeForbidden, "custody.wrong_place")
	}
	if d.State, err = DeviationStates.Next(d.State, DeviationNote); err != nil {
		return err
	}
	if cmd.Kind == AttachSignature {
		return models.Invalid("kind", "custody.choose")
	}
	d.Evidence = append(slices.Clone(d.Evidence), id)
	s.draft.Place, s.draft.Election = d.Place, d.Election
	s.others = append(s.others, d)
	s.fact("deviation", d.ID)
	return nil
}
