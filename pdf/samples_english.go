package pdf

import (
	"encoding/json"
	"slices"

	"github.com/brevstemme/brevstemme/models/language"
)

// English is the same sample as the program prints it in English: its own words
// and those that come from the catalogue. Names and what people wrote stay.
func (s Sample) English() Sample {
	docs := make([]Document, len(s.docs))
	for i, d := range s.docs {
		docs[i] = WithHead(inEnglish(d), func(f *Form) { *f = english(*f) })
	}
	return Sample{s.Name, docs}
}

// inEnglish exchanges those texts of a document that are in sampleWords, whole,
// in the form in which documents are kept. What is never kept holds none.
func inEnglish(d Document) Document {
	b, err := Keep(d)
	if err != nil {
		return d
	}
	var tree any
	if err = json.Unmarshal(b, &tree); err == nil {
		b, err = json.Marshal(exchanged(tree, sampleWords()))
	}
	if err != nil {
		return d
	}
	docs, err := Kept(b)
	if err != nil {
		return d
	}
	return docs[0]
}

func exchanged(v any, words map[string]string) any {
	switch v := v.(type) {
	case map[string]any:
		for k := range v {
			v[k] = exchanged(v[k], words)
		}
	case []any:
		for i := range v {
			v[i] = exchanged(v[i], words)
		}
	case string:
		if w, ok := words[v]; ok {
			return w
		}
	}
	return v
}

// sampleKeys are texts of the catalogue that stand in samples.
var sampleKeys = slices.Concat(
	[]string{"role.receiver", "condition.intact", "proof.sealed.true", "handover.state.accepted", "deviation.type.count", "employer.citizen_service", "roster.print_missing", "staffing.revoke.why.own_wish"},
	sampleTasks, sampleTopics, commandKeys(),
)

var (
	sampleTasks    = []string{"roster-person.task1", "roster-person.task2", "roster-person.task3"}
	sampleTopics   = []string{"staffing.module.receiving", "staffing.module.secrecy", "staffing.module.help", "staffing.module.desk"}
	sampleCommand  = []string{"PLUS", "OWN", "OTHER", "UNKNOWN", "UNDO", "VOID", "SPOIL", "ELECTION", "HELP", "LINE", "LOCK", "CLOSE"}
	sampleCommandK = map[string]string{"PLUS": "F2", "OTHER": "F8", "UNDO": "F9", "ELECTION": "F4", "LOCK": "F10", "CLOSE": "Ctrl+Enter"}
)

func commandKeys() []string {
	out := make([]string, len(sampleCommand))
	for i, c := range sampleCommand {
		out[i] = "desk.command." + c
	}
	return out
}

// danish are texts of the catalogue in Danish.
func danish(keys ...string) []string {
	out := make([]string, len(keys))
	for i, k := range keys {
		out[i] = language.Text(language.Danish, k)
	}
	return out
}

// sampleWords are the English words for Danish ones in samples.
func sampleWords() map[string]string {
	out := map[string]string{
		"Stemmekasse": "Ballot box", "Transportpose": "Transport bag", "Egen kommune": "Own municipality", "Andre kommuner": "Other municipalities",
		"Vejleder": "Guide", "lukker": "closes", "kl. 13.00–15.30": "13:00–15:30", "Borgmesteren efter bemyndigelse": "For the mayor, by authority",
		"Modtaget, talt 142": "Accepted, counted 142", "Modtaget, talt igen": "Accepted, counted again", "Overdraget": "Handed over",
		"Forseglet, vist tom": "Sealed, shown empty", "Segl brudt, sorteret": "Seal broken, sorted", "hele": "whole", "1 løst": "1 loose", "sad løst, kan ikke åbnes": "loose, cannot be opened",
		"brevstemmemodtager": "vote receiver", "modtagelse": "reception", "Brevstemmesæt, kommunalvalg": "Sets, local election", "Brevstemmesæt, regionsrådsvalg": "Sets, regional election", "Segl": "Seals",
		"Kommunal- og regionsrådsvalg": "Local and regional elections", "BLÅ – Kommunal- og regionsrådsvalg 2025": "BLUE – Local and regional elections 2025", "GRØN – Ældrerådsvalg 2025": "GREEN – Senior council election 2025",
		"Lokale 2": "Room 2", "Hentet 3.11.2025 kl. 17.50": "Collected 3 Nov 2025 17:50", "Skranke, lokale 2": "Desk, room 2", "Varevogn": "Van", "Varevogn AB 12 345": "Van AB 12 345", "Søren Bæk, bud": "Søren Bæk, courier", "Pia Vang, bud": "Pia Vang, courier", "Boks 3, rum 1.14": "Box 3, room 1.14",
		"Borgerservice, sortering": "Borgerservice, sorting", "Rum 1.20": "Room 1.20", "Gellerup Skole, valgstyrere": "Gellerup Skole, polling officers", "Afstemningssted 2": "Polling station 2",
		"2, hentet 28.10.2025 kl. 08.12": "2, fetched 28 Oct 2025 08:12",
		"Journalen er efterregnet fra hændelse 1 til 52.906: kæden er hel, og alle posteringer går i nul.": "The journal was reckoned again from entry 1 to 52,906: the chain is whole, and all postings sum to zero.",
		"48.207": "48,207", "48.231": "48,231", "47.811": "47,811", "48.190": "48,190", "52.440": "52,440", "52.871": "52,871", "52.906": "52,906",
		"Stemmekasser": "Ballot boxes", "pakker à 50, forseglet": "packs of 50, sealed", "tomme, åbne": "empty, open", "efter udleveringsliste": "by the seal list",
		"Sorte filtpenne": "Black felt pens", "Lup på fod, mindst 4×": "Magnifier on a stand, at least 4×", "LED-lampe med justerbart lys": "LED lamp with adjustable light", "prøvet": "tried",
		"Kandidatliste, udgave 2": "Candidate list, edition 2", "hænges op før åbning": "to hang before opening", "Nødblok": "Emergency pad", "20 ark": "20 sheets", "Scanner og kommandoark": "Scanner and command sheet",
		"Plejehjem og hjem": "Care homes and homes", "Fra andre kommuner": "From other municipalities", "Øvrige 41 kommuner": "41 other municipalities",
		"3a Ikke på valglisten": "3a Not on the electoral roll", "3e Fremgangsmåden ikke fulgt": "3e Procedure not followed", "3g Mere end én brevstemme": "3g More than one postal vote",
		"Brevstemmesæt udleveret": "Sets given out", "Kasseret": "Spoiled", "Retur, ubrugt": "Back, unused", "Efterregnet fra hændelse 1 til 53.114: kæden er hel.": "Reckoned again from entry 1 to 53,114: the chain is whole.",
		"Brevstemmemateriale, brugt": "Postal-vote material, used", "Stemmesedler, ubrugte": "Ballots, unused", "Kasserede sæt": "Spoiled sets", "Makulering, DIN 66399 P-5": "Shredding, DIN 66399 P-5",
		"Brevstemmeprotokollen og journalen er øvrigt valgmateriale og følger arkivloven.": "The record and the journal are other election material, under the Archives Act.",
		"afdelingschef": "head of department", "Vejledning til brevstemmemodtagere, udgave 3": "Guide for receivers of postal votes, edition 3",
	}
	for _, k := range sampleKeys {
		out[language.Text(language.Danish, k)] = language.Text(language.English, k)
	}
	for _, key := range sampleCommandK {
		out[language.Text(language.Danish, "desk.key", key)] = language.Text(language.English, "desk.key", key)
	}
	return out
}
