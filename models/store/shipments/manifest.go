package shipments

import (
	"bytes"
	"context"
	"encoding/base64"
	"strings"

	"golang.org/x/mod/sumdb/note"

	"github.com/brevstemme/brevstemme/models"
	"github.com/brevstemme/brevstemme/models/onward"
	"github.com/brevstemme/brevstemme/models/store/book"
)

// SignedManifest is the manifest of a dispatched consignment as a signed note.
func (s *Shipments) SignedManifest(ctx context.Context, consignment string) ([]byte, error) {
	c, err := s.Consignment(ctx, consignment)
	if err != nil {
		return nil, err
	}
	e, err := s.plans.Election(ctx, c.Election)
	if err != nil {
		return nil, err
	}
	m, err := onward.ManifestOf(c, e)
	if err != nil {
		return nil, err
	}
	return s.book.Sign(m.Text())
}

// SavePeer says whose manifests are believed: key is the verifier key of the
// other installation.
func (s *Shipments) SavePeer(ctx context.Context, act models.Act, own string, p onward.Peer) error {
	p.Key = strings.TrimSpace(p.Key)
	if _, err := note.NewVerifier(p.Key); err != nil {
		return models.Invalid("key", "onward.peer_key").Because(err)
	}
	_, err := s.decided(ctx, act, book.Need{}, func(w *book.Working) (onward.Decided, error) { return onward.SavePeer(own, p) })
	return err
}

// Peers lists the installations whose manifests are believed.
func (s *Shipments) Peers(ctx context.Context) ([]onward.Peer, error) {
	return book.List[onward.Peer](ctx, s.book, "true ORDER BY id")
}

// ImportManifest verifies a signed manifest from a peer, a file or the text of its
// QR code, and announces its consignment. Every changed byte is refused: the
// signature covers the text, and the rest must be what signing gives again. It is
// held against the peer's key inside the act: what the journal has under this
// act's key is answered again, whatever key the peer has since.
func (s *Shipments) ImportManifest(ctx context.Context, act models.Act, election, place string, file []byte) (onward.Arrival, error) {
	e, err := s.decided(ctx, act, book.Needs("election", election), func(w *book.Working) (onward.Decided, error) {
		signed, err := onward.FromCode(file)
		if err != nil {
			return onward.Decided{}, err
		}
		peers, err := book.ListIn[onward.Peer](w, "true ORDER BY id")
		if err != nil {
			return onward.Decided{}, err
		}
		m, err := OpenManifest(peers, signed)
		if err != nil {
			return onward.Decided{}, err
		}
		e, err := book.Get[models.Election](w, election)
		if err != nil {
			return onward.Decided{}, err
		}
		_, known, err := book.Find[onward.Arrival](w, onward.ArrivalOf(m))
		if err != nil {
			return onward.Decided{}, err
		}
		return onward.Announce(e, place, m, signed, known, w.Act)
	})
	if err != nil {
		return onward.Arrival{}, err
	}
	return book.Changed[onward.Arrival](e)
}

// OpenManifest verifies a note with the keys of the peers. The signer must be the
// peer of the municipality that the manifest says it comes from.
func OpenManifest(peers []onward.Peer, file []byte) (onward.Manifest, error) {
	bad := models.Invalid("file", "onward.manifest_bad")
	for _, p := range peers {
		v, err := note.NewVerifier(p.Key)
		if err != nil {
			continue
		}
		n, err := note.Open(file, note.VerifierList(v))
		if err != nil || len(n.Sigs) != 1 || len(n.UnverifiedSigs) != 0 {
			continue
		}
		again := []byte(n.Text + "\n— " + n.Sigs[0].Name + " " + n.Sigs[0].Base64 + "\n")
		if !bytes.Equal(again, file) || !canonicalBase64(n.Sigs[0].Base64) {
			return onward.Manifest{}, bad
		}
		m, err := onward.ParseManifest(n.Text)
		if err != nil {
			return m, err
		}
		if m.From != p.Code {
			return m, models.Invalid("file", "onward.manifest_signer", m.From)
		}
		return m, nil
	}
	return onward.Manifest{}, bad
}

// canonicalBase64: the last character of a signature has bits that say nothing;
// with them changed it would still decode.
func canonicalBase64(text string) bool {
	b, err := base64.StdEncoding.Strict().DecodeString(text)
	return err == nil && base64.StdEncoding.EncodeToString(b) == text
}
