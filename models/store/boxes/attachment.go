package boxes

import (
	"context"
	"errors"
	"time"

	"github.com/jackc/pgx/v5"

	"github.com/brevstemme/brevstemme/models"
	"github.com/brevstemme/brevstemme/models/custody"
	"github.com/brevstemme/brevstemme/models/evidence"
	"github.com/brevstemme/brevstemme/models/journal"
	"github.com/brevstemme/brevstemme/models/store/book"
)

// Attach keeps a file that was handed in: cleaned, its hash in the journal, its
// bytes beside it in the same transaction. Of cmd, Type, Size and SHA256 are
// taken from the cleaned file.
func (s *Boxes) Attach(ctx context.Context, act models.Act, cmd custody.AttachCmd, raw []byte) (custody.Attachment, error) {
	f, err := s.cleaned(ctx, raw)
	if err != nil {
		return custody.Attachment{}, err
	}
	cmd.Type, cmd.SHA256, cmd.Size = f.Type, f.SHA256, len(f.Content)
	n := book.Needs("handover", cmd.Handover)
	if cmd.Handover == "" {
		n = book.Needs("deviation", cmd.Deviation)
	}
	e, _, err := s.book.Append(ctx, act, n, func(w *book.Working) (journal.Draft, error) {
		d, err := keep(w, bind(custody.Attach, cmd))
		if err != nil {
			return d, err
		}
		return d, w.Exec(`INSERT INTO attachment_content (sha256, content) VALUES ($1, $2) ON CONFLICT DO NOTHING`, f.SHA256, f.Content)
	})
	if err != nil {
		return custody.Attachment{}, err
	}
	return book.Changed[custody.Attachment](e)
}

// cleaned draws at most one picture at a time: a large one unfolds to 160 MB.
func (s *Boxes) cleaned(ctx context.Context, raw []byte) (evidence.File, error) {
	select {
	case s.cleaning <- struct{}{}:
		defer func() { <-s.cleaning }()
		return evidence.Clean(raw)
	case <-ctx.Done():
		return evidence.File{}, ctx.Err()
	}
}

// Attachment loads what is known of a file.
func (s *Boxes) Attachment(ctx context.Context, id string) (custody.Attachment, error) {
	return book.Load[custody.Attachment](ctx, s.book, id)
}

// AttachmentContent is the file itself; CodeNotFound when it was erased.
func (s *Boxes) AttachmentContent(ctx context.Context, a custody.Attachment) ([]byte, error) {
	var b []byte
	err := s.book.Pool().QueryRow(ctx, `SELECT content FROM attachment_content WHERE sha256 = $1`, a.SHA256).Scan(&b)
	if errors.Is(err, pgx.ErrNoRows) {
		err = models.E(models.CodeNotFound, "")
	}
	return b, err
}

// Attachments lists the files of a handover or of a deviation, in order.
func (s *Boxes) Attachments(ctx context.Context, handover, deviation string) ([]custody.Attachment, error) {
	return book.List[custody.Attachment](ctx, s.book, `(@handover <> '' AND handover = @handover) OR (@deviation <> '' AND deviation = @deviation) ORDER BY seq`,
		map[string]any{"handover": handover, "deviation": deviation})
}

// SignByLink draws the courier's signature under a link that was just used: by
// the device that used it, within ten minutes.
func (s *Boxes) SignByLink(ctx context.Context, act models.Act, token, device string, raw []byte) error {
	l, err := s.usedLink(ctx, token, device, 10*time.Minute)
	if err != nil {
		return err
	}
	act.Person, act.Role, act.Places = l.Courier, models.RoleCourier, []string{}
	_, err = s.Attach(ctx, act, custody.AttachCmd{Handover: l.Handover, Kind: custody.AttachSignature}, raw)
	return err
}
