package store

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"io"
	"slices"
	"time"

	"github.com/jackc/pgx/v5"

	"github.com/brevstemme/brevstemme/models"
	"github.com/brevstemme/brevstemme/models/audit"
	"github.com/brevstemme/brevstemme/models/custody"
	"github.com/brevstemme/brevstemme/models/evidence"
	"github.com/brevstemme/brevstemme/models/journal"
)

// Attach keeps a file that was handed in: cleaned, its hash in the journal, its
// bytes beside it in the same transaction. Of cmd, Type, Size and SHA256 are
// taken from the cleaned file.
func (s *Store) Attach(ctx context.Context, act models.Act, cmd custody.AttachCmd, raw []byte) (custody.Attachment, error) {
	f, err := s.cleaned(ctx, raw)
	if err != nil {
		return custody.Attachment{}, err
	}
	cmd.Type, cmd.SHA256, cmd.Size = f.Type, f.SHA256, len(f.Content)
	n := needs("handover", cmd.Handover)
	if cmd.Handover == "" {
		n = needs("deviation", cmd.Deviation)
	}
	e, _, err := s.append(ctx, act, n, func(w *working) (journal.Draft, error) {
		d, err := keep(w, bind(custody.Attach, cmd))
		if err != nil {
			return d, err
		}
		return d, w.exec(`INSERT INTO attachment_content (sha256, content) VALUES ($1, $2) ON CONFLICT DO NOTHING`, f.SHA256, f.Content)
	})
	if err != nil {
		return custody.Attachment{}, err
	}
	return changed[custody.Attachment](e)
}

// cleaned draws at most one picture at a time: a large one unfolds to 160 MB.
func (s *Store) cleaned(ctx context.Context, raw []byte) (evidence.File, error) {
	select {
	case s.cleaning <- struct{}{}:
		defer func() { <-s.cleaning }()
		return evidence.Clean(raw)
	case <-ctx.Done():
		return evidence.File{}, ctx.Err()
	}
}

// Attachment loads what is known of a file.
func (s *Store) Attachment(ctx context.Context, id string) (custody.Attachment, error) {
	return load[custody.Attachment](ctx, s, id)
}

// AttachmentContent is the file itself; CodeNotFound when it was erased.
func (s *Store) AttachmentContent(ctx context.Context, a custody.Attachment) ([]byte, error) {
	var b []byte
	err := s.pgx().QueryRow(ctx, `SELECT content FROM attachment_content WHERE sha256 = $1`, a.SHA256).Scan(&b)
	if errors.Is(err, pgx.ErrNoRows) {
		err = models.E(models.CodeNotFound, "")
	}
	return b, err
}

// Attachments lists the files of a handover or of a deviation, in order.
func (s *Store) Attachments(ctx context.Context, handover, deviation string) ([]custody.Attachment, error) {
	return list[custody.Attachment](ctx, s, `(@handover <> '' AND handover = @handover) OR (@deviation <> '' AND deviation = @deviation) ORDER BY seq`,
		map[string]any{"handover": handover, "deviation": deviation})
}

// SignByLink draws the courier's signature under a link that was just used: by
// the device that used it, within ten minutes.
func (s *Store) SignByLink(ctx context.Context, act models.Act, token, device string, raw []byte) error {
	l, err := s.usedLink(ctx, token, device, 10*time.Minute)
	if err != nil {
		return err
	}
	act.Person, act.Role, act.Places = l.Courier, models.RoleCourier, []string{}
	_, err = s.Attach(ctx, act, custody.AttachCmd{Handover: l.Handover, Kind: custody.AttachSignature}, raw)
	return err
}

// attachments tells whether the bytes of every file are those of its hash.
func (v *verifier) attachments(ctx context.Context) (*audit.Finding, error) {
	var id string
	var seq int64
	err := v.tx.QueryRow(ctx, `SELECT a.id, a.seq FROM attachment a LEFT JOIN attachment_content c ON c.sha256 = a.sha256
		WHERE c.sha256 IS NULL OR encode(sha256(c.content), 'hex') <> a.sha256 ORDER BY a.seq LIMIT 1`).Scan(&id, &seq)
	if errors.Is(err, pgx.ErrNoRows) {
		return nil, nil
	}
	return &audit.Finding{Code: audit.CodeRecord, Seq: seq, Where: "attachment " + id, Detail: "the file is not the one of the journal"}, err
}

func hexOf(b []byte) string { sum := sha256.Sum256(b); return hex.EncodeToString(sum[:]) }

// bundleFiles is the folder of a bundle where attachments lie, named by hash.
const bundleFiles = "attachments/"

func (s *Store) writeAttachments(ctx context.Context, m *manifest) error {
	rows, err := s.pgx().Query(ctx, `SELECT sha256 FROM attachment_content ORDER BY sha256`)
	if err != nil {
		return err
	}
	names, err := pgx.CollectRows(rows, pgx.RowTo[string])
	if err != nil {
		return err
	}
	for _, sum := range names {
		var b []byte
		if err := s.pgx().QueryRow(ctx, `SELECT content FROM attachment_content WHERE sha256 = $1`, sum).Scan(&b); err != nil {
			return err
		}
		if err := m.file(bundleFiles+sum, func(w io.Writer) error { _, err := w.Write(b); return err }); err != nil {
			return err
		}
	}
	return nil
}

// attached finds an entry's attachments whose file is not in the bundle. That a
// file is the one of its name is seen from the manifest, which names it by hash.
func (b *bundle) attached(e journal.Entry) *audit.Finding {
	i := slices.IndexFunc(e.Changes, func(c journal.Change) bool { return c.Kind == custody.Attachment{}.RecordKind() })
	if i < 0 {
		return nil
	}
	a, err := decode[custody.Attachment](string(e.Changes[i].Doc))
	if err == nil && hexOf(b.files[bundleFiles+a.SHA256]) == a.SHA256 {
		return nil
	}
	return &audit.Finding{Code: audit.CodeRecord, Seq: e.Seq, Where: bundleFiles + a.SHA256, Detail: "the file of the journal is not in the bundle"}
}
