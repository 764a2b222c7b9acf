package audits

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"io"
	"slices"

	"github.com/jackc/pgx/v5"

	"github.com/brevstemme/brevstemme/models/audit"
	"github.com/brevstemme/brevstemme/models/custody"
	"github.com/brevstemme/brevstemme/models/journal"
	"github.com/brevstemme/brevstemme/models/store/book"
)

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

func (s *Audits) writeAttachments(ctx context.Context, m *manifest) error {
	rows, err := s.book.Pool().Query(ctx, `SELECT sha256 FROM attachment_content ORDER BY sha256`)
	if err != nil {
		return err
	}
	names, err := pgx.CollectRows(rows, pgx.RowTo[string])
	if err != nil {
		return err
	}
	for _, sum := range names {
		var b []byte
		if err := s.book.Pool().QueryRow(ctx, `SELECT content FROM attachment_content WHERE sha256 = $1`, sum).Scan(&b); err != nil {
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
	a, err := book.Decode[custody.Attachment](string(e.Changes[i].Doc))
	if err == nil && hexOf(b.files[bundleFiles+a.SHA256]) == a.SHA256 {
		return nil
	}
	return &audit.Finding{Code: audit.CodeRecord, Seq: e.Seq, Where: bundleFiles + a.SHA256, Detail: "the file of the journal is not in the bundle"}
}
