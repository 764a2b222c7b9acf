package audits

import (
	"archive/zip"
	"bufio"
	"context"
	"crypto/sha256"
	"encoding/binary"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"sort"
	"strings"

	"github.com/jackc/pgx/v5"
	"golang.org/x/mod/sumdb/note"

	"github.com/brevstemme/brevstemme/models"
	"github.com/brevstemme/brevstemme/models/audit"
	"github.com/brevstemme/brevstemme/models/journal"
	"github.com/brevstemme/brevstemme/models/store/book"
)

// A bundle is a zip that an auditor can verify without the program's database:
//
//	entries.bin      each entry's canonical bytes behind a 4-byte big-endian length
//	checkpoints.txt  the signed notes, one after the other, each behind a line "seq N"
//	signing.pub      the note verifier key
//	attachments/     the files that the journal names, each by its SHA-256
//	MANIFEST         "sha256 size name" of each file, signed as a note
//
// The whole chain is in it, since a part of a chain proves nothing about what
// was left out; election names what the auditor asked for.
const (
	bundleEntries     = "entries.bin"
	bundleCheckpoints = "checkpoints.txt"
	bundleKey         = "signing.pub"
	bundleManifest    = "MANIFEST"
)

// maxEntry bounds an entry of a bundle: an import of 10,000 sessions fits.
const maxEntry = 64 << 20

// ExportBundle writes the bundle. publicKey is the verifier key that belongs to
// the store's signing key.
func (s *Audits) ExportBundle(ctx context.Context, w io.Writer, election, publicKey string) error {
	if s.book.VerifierKey() == "" {
		return errors.New("export: no signing key")
	}
	if _, err := book.Load[models.Election](ctx, s.book, election); err != nil {
		return err
	}
	z := zip.NewWriter(w)
	m := &manifest{zip: z, text: fmt.Sprintf("brevstemme bundle v1\nelection %s\n", election)}
	if err := m.file(bundleEntries, func(w io.Writer) error { return s.writeEntries(ctx, w) }); err != nil {
		return err
	}
	if err := m.file(bundleCheckpoints, func(w io.Writer) error { return s.writeCheckpoints(ctx, w) }); err != nil {
		return err
	}
	if err := m.file(bundleKey, func(w io.Writer) error { _, err := fmt.Fprintln(w, publicKey); return err }); err != nil {
		return err
	}
	if err := s.writeAttachments(ctx, m); err != nil {
		return err
	}
	signed, err := s.book.Sign(m.text)
	if err != nil {
		return err
	}
	f, err := z.Create(bundleManifest)
	if err == nil {
		_, err = f.Write(signed)
	}
	return errors.Join(err, z.Close())
}

type manifest struct {
	zip  *zip.Writer
	text string
}

// file writes one file and notes its hash and size.
func (m *manifest) file(name string, write func(io.Writer) error) error {
	f, err := m.zip.Create(name)
	if err != nil {
		return err
	}
	h, n := sha256.New(), new(counter)
	b := bufio.NewWriter(io.MultiWriter(f, h, n))
	if err := errors.Join(write(b), b.Flush()); err != nil {
		return err
	}
	m.text += fmt.Sprintf("%x %d %s\n", h.Sum(nil), *n, name)
	return nil
}

type counter int64

func (c *counter) Write(p []byte) (int, error) { *c += counter(len(p)); return len(p), nil }

func (s *Audits) writeEntries(ctx context.Context, w io.Writer) error {
	rows, err := s.book.Pool().Query(ctx, `SELECT body FROM journal_entry ORDER BY seq`)
	if err != nil {
		return err
	}
	var body []byte
	_, err = pgx.ForEachRow(rows, []any{&body}, func() error {
		if _, err := w.Write(binary.BigEndian.AppendUint32(nil, uint32(len(body)))); err != nil {
			return err
		}
		_, err := w.Write(body)
		return err
	})
	return err
}

func (s *Audits) writeCheckpoints(ctx context.Context, w io.Writer) error {
	rows, err := s.book.Pool().Query(ctx, `SELECT 'seq ' || seq || E'\n' || note || E'\n' FROM checkpoint ORDER BY seq`)
	if err != nil {
		return err
	}
	var note []byte
	_, err = pgx.ForEachRow(rows, []any{&note}, func() error { _, err := w.Write(note); return err })
	return err
}

// VerifyBundle checks a bundle without a database: the manifest's signature and
// hashes, the chain, conservation, states and every checkpoint. trusted is the
// verifier key that the auditor got by another way; with "" the key in the
// bundle is used, which proves only that the bundle agrees with itself.
func VerifyBundle(r io.ReaderAt, size int64, trusted string) (Report, error) {
	z, err := zip.NewReader(r, size)
	if err != nil {
		return Report{}, fmt.Errorf("bundle: %w", err)
	}
	b := bundle{files: map[string][]byte{}}
	if f := b.read(z, trusted); f != nil {
		return Report{First: f}, nil
	}
	rep, f := b.verify()
	rep.First, rep.OK = f, f == nil
	return rep, nil
}

type bundle struct {
	files     map[string][]byte
	verifiers note.Verifiers
}

// read loads every file and holds it against the signed manifest.
func (b *bundle) read(z *zip.Reader, trusted string) *audit.Finding {
	bad := func(where, detail string) *audit.Finding {
		return &audit.Finding{Code: "bundle_differs", Where: where, Detail: detail}
	}
	for _, f := range z.File {
		if _, twice := b.files[f.Name]; twice {
			return bad(f.Name, "twice in the bundle")
		}
		rc, err := f.Open()
		if err != nil {
			return bad(f.Name, err.Error())
		}
		raw, err := io.ReadAll(rc)
		if err = errors.Join(err, rc.Close()); err != nil {
			return bad(f.Name, err.Error())
		}
		b.files[f.Name] = raw
	}
	if trusted == "" {
		trusted = string(b.files[bundleKey])
	}
	verifiers, err := noteVerifiers([]string{trusted})
	if err != nil {
		return bad(bundleKey, "not a key")
	}
	b.verifiers = verifiers
	n, err := note.Open(b.files[bundleManifest], verifiers)
	if err != nil {
		return &audit.Finding{Code: audit.CodeSignature, Where: bundleManifest, Detail: err.Error()}
	}
	want := map[string]string{}
	for line := range strings.SplitSeq(strings.TrimSpace(n.Text), "\n") {
		if parts := strings.Fields(line); len(parts) == 3 && len(parts[0]) == 64 {
			want[parts[2]] = parts[0]
		}
	}
	names := make([]string, 0, len(b.files))
	for name := range b.files {
		names = append(names, name)
	}
	sort.Strings(names)
	for _, name := range names {
		sum := sha256.Sum256(b.files[name])
		if name != bundleManifest && want[name] != hex.EncodeToString(sum[:]) {
			return bad(name, "not the file that was signed")
		}
	}
	if len(want) != len(b.files)-1 {
		return bad(bundleManifest, "a signed file is missing")
	}
	return nil
}

func (b *bundle) verify() (Report, *audit.Finding) {
	replay, hashes := audit.NewReplay(), map[int64][32]byte{}
	rest := b.files[bundleEntries]
	for len(rest) > 0 {
		if len(rest) < 4 {
			return Report{}, &audit.Finding{Code: audit.CodeForm, Seq: replay.Seq + 1, Where: bundleEntries, Detail: "cut off"}
		}
		n := int(binary.BigEndian.Uint32(rest))
		if n > maxEntry || n > len(rest)-4 {
			return Report{}, &audit.Finding{Code: audit.CodeForm, Seq: replay.Seq + 1, Where: bundleEntries, Detail: "cut off"}
		}
		e, f := replay.Add(rest[4 : 4+n])
		if f != nil {
			return Report{Entries: replay.Seq}, f
		}
		if f := b.attached(e); f != nil {
			return Report{Entries: replay.Seq}, f
		}
		hashes[e.Seq], rest = e.Hash, rest[4+n:]
	}
	rep := Report{Entries: replay.Seq, Balances: len(replay.Balances)}
	if replay.Seq > 0 {
		rep.Head = journal.Code(replay.Seq, replay.Head)
	}
	for _, part := range strings.Split(string(b.files[bundleCheckpoints]), "\nseq ") {
		part = strings.TrimPrefix(part, "seq ")
		head, signed, ok := strings.Cut(part, "\n")
		if !ok {
			continue
		}
		var seq int64
		if _, err := fmt.Sscan(head, &seq); err != nil {
			return rep, &audit.Finding{Code: audit.CodeCheckpoint, Where: bundleCheckpoints, Detail: "no number"}
		}
		if f := checkNote(strings.TrimRight(signed, "\n")+"\n", seq, hashes[seq], b.verifiers); f != nil {
			return rep, f
		}
		rep.Checkpoints++
	}
	return rep, nil
}

// CheckReceipt tells whether a receipt's code is that of the entry with its
// number: matches is false when the journal was cut, edited or restored.
func (s *Audits) CheckReceipt(ctx context.Context, code string) (e journal.Entry, matches bool, err error) {
	seq, fingerprint, err := journal.ParseCode(code)
	if err != nil {
		return e, false, err
	}
	e, err = s.book.Entry(ctx, seq)
	if models.CodeOf(err) == models.CodeNotFound {
		return e, false, nil
	}
	return e, err == nil && journal.Fingerprint(e.Hash) == fingerprint, err
}
