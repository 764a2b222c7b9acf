package onward

import (
	"crypto/sha256"
	"encoding/base32"
	"encoding/hex"
	"fmt"
	"strconv"
	"strings"
	"time"

	"github.com/brevstemme/brevstemme/models"
	"github.com/brevstemme/brevstemme/models/journal"
)

// Manifest is what one installation tells another of a consignment: lines of
// text, signed by models/store as a signed note (Ed25519). The receiving
// installation shows no figure of it before its own count is in the book.
type Manifest struct {
	Consignment string
	Type        models.ElectionType
	Date        models.Date // election day; with Type it names the election on both sides
	From, To    string      // kommunekoder
	Dispatched  time.Time
	Packets     []Packet
}

const manifestHead = "brevstemme/manifest/v1"

// Total is the number of envelopes.
func (m Manifest) Total() int { return Consignment{Packets: m.Packets}.Total() }

// ManifestOf describes a consignment that was sent.
func ManifestOf(c Consignment, e models.Election) (Manifest, error) {
	if c.Dispatched.IsZero() {
		return Manifest{}, models.E(models.CodeState, "onward.not_sent")
	}
	return Manifest{c.ID, e.Type, e.Date, e.Municipality, c.To, c.Dispatched.UTC().Truncate(time.Second), c.Packets}, nil
}

// Text is the manifest to be signed. It ends in a newline, as notes want.
func (m Manifest) Text() string {
	var b strings.Builder
	fmt.Fprintf(&b, "%s\nconsignment %s\nelection %s %s\nfrom %s\nto %s\ndispatched %s\n", manifestHead, m.Consignment, m.Type, m.Date, m.From, m.To, m.Dispatched.UTC().Format(time.RFC3339))
	for _, p := range m.Packets {
		fmt.Fprintf(&b, "packet %s\n", strings.Join(append([]string{p.Number, strconv.Itoa(p.Count)}, p.Seals...), " "))
	}
	return b.String()
}

// ParseManifest reads Text and accepts nothing else: what it returns gives the
// same text again.
func ParseManifest(text string) (Manifest, error) {
	bad := models.Invalid("file", "onward.manifest_bad")
	lines := strings.Split(strings.TrimSuffix(text, "\n"), "\n")
	if len(lines) < 7 || lines[0] != manifestHead {
		return Manifest{}, bad
	}
	var m Manifest
	var err error
	for i, line := range lines[1:] {
		w := strings.Split(line, " ")
		switch {
		case i == 0 && w[0] == "consignment" && len(w) == 2:
			m.Consignment, err = models.ParseSerial(w[1])
		case i == 1 && w[0] == "election" && len(w) == 3:
			m.Type = models.ElectionType(w[1])
			m.Date, err = models.ParseDate(w[2])
		case i == 2 && w[0] == "from" && len(w) == 2:
			m.From = w[1]
		case i == 3 && w[0] == "to" && len(w) == 2:
			m.To = w[1]
		case i == 4 && w[0] == "dispatched" && len(w) == 2:
			m.Dispatched, err = time.Parse(time.RFC3339, w[1])
		case i > 4 && w[0] == "packet" && len(w) >= 3:
			p := Packet{Number: w[1]}
			if p.Count, err = strconv.Atoi(w[2]); len(w) > 3 {
				p.Seals = w[3:]
			}
			m.Packets = append(m.Packets, p)
		default:
			return Manifest{}, bad
		}
		if err != nil {
			return Manifest{}, bad.Because(err)
		}
	}
	if m.Text() != text || m.Total() < 1 {
		return Manifest{}, bad
	}
	return m, nil
}

// codeHead starts a manifest as a QR code: capital letters and digits alone, so
// that every scanner and every keyboard between it and a PC gets it right.
const codeHead = "BM1"

// maxCode is the most bytes of a manifest that one QR code holds (version 40,
// error correction M, alphanumeric).
const maxCode = (3391 - len(codeHead)) * 5 / 8

var codeBase = base32.StdEncoding.WithPadding(base32.NoPadding)

// ManifestCode is a signed manifest as the text of a QR code; "" when it is too
// long for one, and only the file can be sent.
func ManifestCode(signed []byte) string {
	if len(signed) > maxCode {
		return ""
	}
	return codeHead + codeBase.EncodeToString(signed)
}

// FromCode gives the signed manifest behind a scanned code, and anything else as
// it is. Blanks and line ends that a scanner adds are dropped.
func FromCode(file []byte) ([]byte, error) {
	code := strings.ToUpper(strings.Join(strings.Fields(string(file)), ""))
	if !strings.HasPrefix(code, codeHead) {
		return file, nil
	}
	b, err := codeBase.DecodeString(code[len(codeHead):])
	if err != nil || codeHead+codeBase.EncodeToString(b) != code {
		return nil, models.Invalid("file", "onward.manifest_bad")
	}
	return b, nil
}

// Peer is another installation whose manifests are believed.
type Peer struct {
	Code string `json:"code"` // kommunekode
	Key  string `json:"key"`  // verifier key of signed notes
}

// RecordKind implements models.Record.
func (Peer) RecordKind() string { return "peer" }

// RecordID implements models.Record.
func (p Peer) RecordID() string { return p.Code }

// SavePeer says whose manifests are believed.
func SavePeer(own string, p Peer) (Decided, error) {
	if !origin(p.Code, own) || p.Code == Abroad {
		return Decided{}, models.Invalid("code", "onward.no_origin", p.Code)
	}
	return Decided{journal.Draft{Kind: "peer.saved"}.Fact("municipality", p.Code).Fact("key", p.Key), []models.Record{p}}, nil
}

// Announce takes a verified manifest in: an arrival that waits to be counted.
// known tells whether the same consignment was announced before.
func Announce(e models.Election, place string, m Manifest, signed []byte, known bool, a models.Act) (Decided, error) {
	switch {
	case m.To != e.Municipality:
		return Decided{}, models.Invalid("file", "onward.manifest_not_ours", m.To)
	case m.Type != e.Type || m.Date != e.Date:
		return Decided{}, models.Invalid("file", "onward.manifest_election", string(m.Type), m.Date.String())
	case known:
		return Decided{}, models.E(models.CodeState, "onward.manifest_twice", m.Consignment)
	case !origin(m.From, e.Municipality):
		return Decided{}, models.Invalid("file", "onward.no_origin", m.From)
	case !a.MayActAt(place):
		return Decided{}, models.E(models.CodeForbidden, "custody.wrong_place")
	}
	state, err := ArrivalStates.Next(ArrivalNew, ArrivalAnnounce)
	if err != nil {
		return Decided{}, err
	}
	sum := sha256.Sum256(signed)
	x := Arrival{ID: ArrivalOf(m), Election: e.ID, From: m.From, Place: place, State: state, Reference: m.Consignment, Stated: m.Total(), Packets: len(m.Packets), Manifest: hex.EncodeToString(sum[:])}
	return Decided{journal.Draft{Kind: "arrival.announced", Election: e.ID, Place: place}.Fact("arrival", x.ID).Fact("from", x.From).Fact("manifest", x.Manifest), []models.Record{x}}, nil
}

// ArrivalOf is the id of the arrival of a manifest: the same consignment is
// taken in once.
func ArrivalOf(m Manifest) string { return models.DeriveID("I", "manifest", m.From, m.Consignment) }
