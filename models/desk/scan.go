package desk

import (
	"slices"
	"strings"

	"github.com/brevstemme/brevstemme/models"
)

// Command is what a command barcode does at the counter. Barcodes hold
// [0-9A-Z] with check character, the one set that survives every keyboard
// layout between a scanner and a PC.
type Command string

// The commands, also on function keys and as buttons.
const (
	CommandPlus     Command = "PLUS"     // +1 of the kind that is set (F2)
	CommandOwn      Command = "OWN"      // kind: own municipality
	CommandOther    Command = "OTHER"    // kind: another municipality (F8)
	CommandUnknown  Command = "UNKNOWN"  // kind: unknown
	CommandUndo     Command = "UNDO"     // take the last back (F9)
	CommandVoid     Command = "VOID"     // void an envelope
	CommandSpoil    Command = "SPOIL"    // a spoiled set
	CommandElection Command = "ELECTION" // next election of the session
	CommandHelp     Command = "HELP"     // help needed
	CommandLine     Command = "LINE"     // line about n
	CommandLock     Command = "LOCK"     // lock the desk
	CommandClose    Command = "CLOSE"    // shut the doors
)

// Commands lists them in the order of the command sheet.
var Commands = []Command{CommandPlus, CommandOwn, CommandOther, CommandUnknown, CommandUndo, CommandVoid, CommandSpoil,
	CommandElection, CommandLine, CommandHelp, CommandLock, CommandClose}

// commandPrefix starts every command barcode; no serial of ours starts so.
const commandPrefix = "ZZ"

// Barcode is the text of the command's barcode.
func (c Command) Barcode() string { return models.WithCheck(commandPrefix + string(c)) }

// ScanKind is what a scanned or typed text is.
type ScanKind string

// What can be scanned. The refused ones never leave the browser.
const (
	ScanEmpty     ScanKind = "empty"
	ScanCommand   ScanKind = "command"
	ScanContainer ScanKind = "container"
	ScanSession   ScanKind = "session"
	ScanForm      ScanKind = "form"      // an emergency form
	ScanVersion   ScanKind = "version"   // a candidate list or notice
	ScanStaff     ScanKind = "staff"     // a staff card
	ScanSeal      ScanKind = "seal"      // a seal number of the maker, without check character
	ScanMunic     ScanKind = "kommune"   // code or beginning of a name
	ScanCPR       ScanKind = "cpr"       // refused: a CPR number or health card
	ScanPollCard  ScanKind = "poll_card" // refused: a long number that is none of ours
	ScanUnknown   ScanKind = "unknown"
)

// Refused tells whether the text may not be sent, stored or shown again.
func (k ScanKind) Refused() bool { return k == ScanCPR || k == ScanPollCard }

// Scan is a recognised text.
type Scan struct {
	Kind    ScanKind
	Value   string
	Command Command
	Matches []models.Municipality // for ScanMunic: those that fit, Danish order
}

// prefixes of our own serials.
var prefixes = map[byte]ScanKind{'K': ScanContainer, 'S': ScanSession, 'N': ScanForm, 'V': ScanVersion, 'M': ScanStaff}

// Recognise tells what was scanned or typed into the one field of the counter.
// Refused texts come back without their value.
func Recognise(text string) Scan {
	t := strings.TrimSpace(text)
	if t == "" {
		return Scan{Kind: ScanEmpty}
	}
	if models.LooksLikeCPR(t) || strings.ContainsAny(t, "%;?^=") {
		return Scan{Kind: ScanCPR} // %, ;, ? and ^ frame the tracks of a magnetic stripe
	}
	c := models.CleanSerial(t)
	if digits(c) {
		switch {
		case len(c) <= 4:
			return municipality(t)
		case len(c) <= 8:
			return Scan{Kind: ScanSeal, Value: c}
		}
		return Scan{Kind: ScanPollCard}
	}
	if s, err := models.ParseSerial(t); err == nil {
		if word, ok := strings.CutPrefix(s[:len(s)-1], commandPrefix); ok && slices.Contains(Commands, Command(word)) {
			return Scan{Kind: ScanCommand, Command: Command(word)}
		}
		if kind, ok := prefixes[s[0]]; ok && len(s) >= 6 && strings.ContainsAny(s, "0123456789") {
			return Scan{Kind: kind, Value: s}
		}
	}
	if m := municipality(t); m.Kind == ScanMunic {
		return m
	}
	if long := strings.Map(onlyDigits, c); len(long) > 8 {
		return Scan{Kind: ScanPollCard}
	}
	return Scan{Kind: ScanUnknown}
}

func onlyDigits(r rune) rune {
	if r < '0' || r > '9' {
		return -1
	}
	return r
}

func digits(s string) bool { return s != "" && strings.Map(onlyDigits, s) == s }

// municipality finds by code, or by the beginning of the name.
func municipality(t string) Scan {
	if digits(t) {
		if m, ok := models.MunicipalityByCode(t); ok {
			return Scan{Kind: ScanMunic, Value: m.Code, Matches: []models.Municipality{m}}
		}
		return Scan{Kind: ScanUnknown}
	}
	found := MunicipalitiesStarting(t)
	if len(found) == 0 {
		return Scan{Kind: ScanUnknown}
	}
	s := Scan{Kind: ScanMunic, Matches: found}
	if len(found) == 1 || fold(found[0].Name) == fold(t) {
		s.Value = found[0].Code
	}
	return s
}

// MunicipalitiesStarting lists the municipalities whose name starts with a
// text, in Danish order: æ ø å last, aa as å. "Aa" and "å" find the same.
func MunicipalitiesStarting(prefix string) []models.Municipality {
	p := fold(prefix)
	var found []models.Municipality
	for _, m := range models.Municipalities {
		if strings.HasPrefix(fold(m.Name), p) {
			found = append(found, m)
		}
	}
	slices.SortFunc(found, func(a, b models.Municipality) int { return strings.Compare(fold(a.Name), fold(b.Name)) })
	return found
}

// fold maps a name to a key that sorts as Danes do: small letters, aa as å,
// and æ ø å behind z.
var folder = strings.NewReplacer("aa", "~c", "å", "~c", "æ", "~a", "ä", "~a", "ø", "~b", "ö", "~b", "-", " ")

// Fold is the key by which names are compared and ordered as Danes do.
func Fold(s string) string { return fold(s) }

func fold(s string) string { return folder.Replace(strings.ToLower(strings.TrimSpace(s))) }
