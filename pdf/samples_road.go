package pdf

import (
	"fmt"
	"strings"
	"time"

	"github.com/brevstemme/brevstemme/models"
)

// Example data for the forms of the road: from the desk to the polling station.

func sampleReception() Reception {
	return Reception{
		Form: sampleForm(TypeReception, 21), Place: "Borgerservice, Dokk1", Day: models.NewDate(2025, time.November, 3), Expected: Known(8),
		Arrivals: []Arrival{
			{sampleTime(3, 18, 12), Number(TypeHandoverOffer, 4709), "Risskov Bibliotek", "Søren Bæk", Known(2), Known(188), "Lærke Øster", "hele", "Intakt", Known(0), "Boks 3, rum 1.14", sampleTime(3, 18, 25)},
			{sampleTime(3, 18, 38), Number(TypeHandoverOffer, 4711), "Gellerup Bibliotek", "Søren Bæk", Known(3), Known(269), "Lærke Øster", "hele", "Intakt", Known(-1), "Boks 3, rum 1.14", sampleTime(3, 18, 55)},
			{sampleTime(3, 19, 2), Number(TypeHandoverOffer, 4713), "Beder-Malling Bibliotek og Borgerservice", "Pia Vang", Known(2), Known(141), "Lærke Øster", "1 løst", "sad løst, kan ikke åbnes", Known(0), "Boks 4, rum 1.14", sampleTime(3, 19, 20)},
		},
		Total: Known(598), Missing: []string{models.GroupSerial(Number("BX", 117)) + " (Tilst Bibliotek)"}, KeyBy: "Vagtleder, Dokk1",
	}
}

func sampleMaterial(in bool) MaterialNote {
	m := MaterialNote{
		Form: sampleForm(TypeMaterialNote, 40), At: sampleTime(2, 13, 0), Session: Number("SS", 311), Stock: sampleStock(),
		From: Party{Site: "Borgerservice, materialelager", Address: "Hack Kampmanns Plads 2, 8000 Aarhus C", Person: "Birthe Ågård"},
		To:   Party{Site: "Gellerup Bibliotek", Address: "Edwin Rahrs Vej 32, 8220 Brabrand", Person: "Jørgen Sønderskov"},
	}
	if in {
		m.In, m.From, m.To, m.At, m.Form.Number = true, m.To, m.From, sampleTime(3, 18, 45), Number(TypeMaterialNote, 41)
		m.Remarks = "Tre sæt kasseret, fordi omslaget var revet i stykker ved udpakning."
	}
	return m
}

func sampleSeals() SealIssue {
	l := SealIssue{
		Form: sampleForm(TypeSealIssue, 9), To: Party{Site: "Gellerup Bibliotek", Person: "Jørgen Sønderskov"}, Lot: "LOT2025A",
		Issued: Known(20), Used: Known(4), Returned: Known(3), Lost: Known(1),
	}
	boxes := []string{Number("BX", 101), Number("BX", 101), Number("BX", 102), Number("BG", 57)}
	for i := range uint64(20) {
		x := SealLine{Number: sampleSeal(88121 + i), IssuedAt: sampleTime(2, 13, 0)}
		if i < 4 {
			x.AppliedTo, x.AppliedAt, x.AppliedBy = boxes[i], sampleTime(3, 9, 50), "JS/ZŁ"
		}
		if i == 0 {
			x.BrokenAt, x.BrokenWhy, x.KeptIn = sampleTime(3, 18, 40), "talt op", "Kuvert 3"
		}
		switch {
		case i == 16:
			x.LostAt = sampleTime(6, 12, 5)
		case i > 16:
			x.ReturnedAt, x.ReturnedTo = sampleTime(8, 14, 30), "Borgerservice"
		}
		l.Seals = append(l.Seals, x)
	}
	return l
}

func samplePacking() PackingList {
	return PackingList{
		Form: sampleForm(TypePackingList, 5), Place: "Gellerup Bibliotek", Address: "Edwin Rahrs Vej 32, 8220 Brabrand", Person: "Zoë Łukasiewicz-Åkjær", Phone: "21 43 65 87", At: sampleTime(3, 9, 30),
		Items: []PackItem{
			{"Brevstemmesæt, kommunalvalg", "pakker à 50, forseglet", Known(300)}, {"Brevstemmesæt, regionsrådsvalg", "pakker à 50, forseglet", Known(300)},
			{"Stemmekasser", "tomme, åbne", Known(2)}, {"Transportpose", "", Known(1)}, {"Segl", "efter udleveringsliste", Known(20)},
			{"Sorte filtpenne", "", Known(12)}, {"Lup på fod, mindst 4×", "", Known(1)}, {"LED-lampe med justerbart lys", "prøvet", Known(1)},
			{"Kandidatliste, udgave 2", "hænges op før åbning", Known(2)}, {"Nødblok", "20 ark", Known(1)}, {"Scanner og kommandoark", "", Known(1)},
		},
		Notes: "Parkering i gården, porten åbnes af biblioteksvagten kl. 9.15.",
	}
}

func sampleCourier() CourierRun {
	return CourierRun{
		Form: sampleForm(TypeCourierRun, 17), Courier: "Søren Bæk", Second: "Pia Vang", Phone: "20 11 22 33", Vehicle: "Varevogn AB 12 345", From: sampleTime(3, 17, 15), To: sampleTime(3, 19, 15), Dispatcher: "89 40 22 22",
		Stops: []Stop{
			{sampleTime(3, 17, 45), "Risskov Bibliotek", "Fortevej 5, 8240 Risskov", "Anne Holm", "89 40 94 10", []string{Number("BX", 98), Number("BX", 99)}, nil, ""},
			{sampleTime(3, 18, 5), "Gellerup Bibliotek", "Edwin Rahrs Vej 32, 8220 Brabrand", "Jørgen Sønderskov", "89 40 95 40", []string{Number("BX", 101), Number("BX", 102), Number("BG", 57)}, []string{Number("BG", 61)}, "Indgang fra gården"},
			{sampleTime(3, 18, 30), "Borgerservice, Dokk1", "Hack Kampmanns Plads 2", "Birthe Ågård", "89 40 22 22", nil, []string{Number("BX", 98), Number("BX", 99), Number("BX", 101), Number("BX", 102), Number("BG", 57)}, "Rampe B, ring på"},
		},
	}
}

// sampleToken is as long as the one-time code of an acknowledgement is.
const sampleToken = "C77KLXQ5ZRH6RKC3OKREWBCVIQ"

func sampleConsignment(t Type) Consignment {
	return Consignment{
		Form: sampleForm(t, 8), ToCode: "0851",
		From:    Party{"Aarhus Kommune, Borgerservice", "Hack Kampmanns Plads 2, 8000 Aarhus C", "Birthe Ågård", "", "", "89 40 22 22"},
		To:      Party{"Aalborg Kommune, Valgsekretariatet", "Boulevarden 13, 9000 Aalborg", "", "", "", "99 31 31 31"},
		Carrier: "Fælles opsamling", Service: "6. november", Dispatched: sampleTime(6, 9, 0), LatestUse: sampleTime(18, 8, 0),
		Packets: []PacketLine{
			{Number("BG", 71), "Kommunal- og regionsrådsvalg", Known(48), []string{sampleSeal(88301)}},
			{Number("BG", 72), "Kommunal- og regionsrådsvalg", Known(13), []string{sampleSeal(88302)}},
		},
		Total: Known(61), AckCode: models.GroupSerial(sampleToken), AckURL: "https://brevstemme.aarhus.dk/a/" + sampleToken,
	}
}

func sampleCover(en bool) ConsignmentCover {
	c := sampleConsignment(TypeConsignmentCover)
	if en {
		c.Form = english(c.Form)
		c.Form.Number = Number(TypeConsignmentCover, 9)
		c.ToCode, c.To = "", Party{"Embassy of Denmark", "55 Sloane Street, London SW1X 9SR", "", "", "", "+44 20 7333 0200"}
		c.Carrier, c.Service = "Diplomatic bag", "weekly"
		c.Packets[0].Election, c.Packets[1].Election = "Local and regional", "Local and regional"
	}
	return ConsignmentCover{c}
}

// sampleNotice is the recipient's copy with a manifest of the usual length.
func sampleNotice() ConsignmentNotice {
	c := sampleConsignment(TypeConsignmentCover)
	c.ManifestCode = "BM1" + strings.Repeat("ABCDEFGHIJKLMNOPQRSTUVWXYZ234567", 20)
	return ConsignmentNotice{c}
}

var sampleAreas = []string{"Frederiksbjerg", "Gellerup", "Hasle", "Helligåndskirken", "Højbjerg", "Katrinebjerg", "Lisbjerg", "Læssøesgade", "Mårslet", "Risskov", "Skejby", "Skåde", "Tilst", "Tranbjerg", "Vejlby", "Viby", "Øgadekvarteret", "Åby"}

func sampleDistricts() []District {
	ds := make([]District, len(sampleAreas))
	for i, a := range sampleAreas {
		ds[i] = District{Number: fmt.Sprint(i + 1), Name: a, Station: a + " Skole", Sorted: Known(37 + 53*i%211), Containers: Number("BX", uint64(200+i)), Seals: sampleSeal(uint64(88400 + i))}
	}
	ds[6].Sorted, ds[6].MovedTo = Known(3), "11 Skejby"
	return ds
}

func sampleSorting() SortingList {
	l := SortingList{Form: sampleForm(TypeSortingList, 3), Districts: sampleDistricts(), Unknown: Known(2), SortedAt: sampleTime(17, 15, 0)}
	for _, d := range l.Districts {
		l.Total.N += d.Sorted.N
	}
	l.Total.Known = true
	return l
}

// samplePolling is both sheets of a delivery for every area: all districts as one file.
func samplePolling() []Document {
	var docs []Document
	for i, d := range sampleDistricts()[:3] {
		p := PollingDelivery{
			Form: sampleForm(TypePollingDelivery, uint64(50+i)), District: d, Packets: Known(1), DeliveredBy: "Pia Vang", PlannedAt: sampleTime(18, 7, 10), OpensAt: sampleTime(18, 8, 0),
			Containers: []Container{{Number: d.Containers, Seals: []string{d.Seals}}}, Board: "Formand", Phone: fmt.Sprintf("89 40 10 %02d", 10+i),
		}
		p.Code = models.WithCheck(fmt.Sprintf("1F2%d7KX2M9QA4TB0ZC5RWE1H", i))
		docs = append(docs, p, PollingRecount{p})
	}
	return docs
}

func sampleMorning() ElectionMorning {
	e := ElectionMorning{Form: sampleForm(TypeElectionMorning, 1), Day: models.NewDate(2025, time.November, 18), OpensAt: sampleTime(18, 8, 0), LateSoFar: Known(4)}
	for i, d := range sampleDistricts() {
		if i == 6 {
			continue
		}
		r := Readiness{District: d.Number + " " + d.Name, Sorted: d.Sorted, Delivered: d.Sorted, DeliveredAt: sampleTime(18, 7, 5+2*i)}
		if i == 12 {
			r.Delivered, r.DeliveredAt = Figure{}, time.Time{}
		}
		e.Areas = append(e.Areas, r)
		e.Delivered.N += r.Delivered.N
		e.OnHand.N += r.Sorted.N - r.Delivered.N
	}
	e.Form.Mark = Mark{Kind: Provisional}
	e.Forwarded, e.Voided = Known(412), Known(9)
	e.Delivered.Known, e.OnHand.Known = true, true
	e.Received = Known(e.Delivered.N + e.OnHand.N + e.Forwarded.N + e.Voided.N)
	return e
}
