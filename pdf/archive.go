package pdf

import (
	"encoding/json"
	"reflect"

	"github.com/brevstemme/brevstemme/models"
)

// kinds are the documents that can be kept, with the type of their number.
var kinds = map[reflect.Type]Type{
	reflect.TypeFor[HandoverGiver](): TypeHandoverOffer, reflect.TypeFor[HandoverReceiver](): TypeHandoverOffer, reflect.TypeFor[HandoverFinal](): TypeHandoverFinal,
	reflect.TypeFor[Reception](): TypeReception, reflect.TypeFor[SessionOpening](): TypeSessionOpening, reflect.TypeFor[DayReport](): TypeDayReport,
	reflect.TypeFor[MaterialNote](): TypeMaterialNote, reflect.TypeFor[SealIssue](): TypeSealIssue, reflect.TypeFor[ContainerLabels](): TypeContainerLabels,
	reflect.TypeFor[PackingList](): TypePackingList, reflect.TypeFor[CourierRun](): TypeCourierRun, reflect.TypeFor[ConsignmentCover](): TypeConsignmentCover,
	reflect.TypeFor[ConsignmentNotice](): TypeConsignmentCover, reflect.TypeFor[ConsignmentAck](): TypeConsignmentAck, reflect.TypeFor[SortingList](): TypeSortingList, reflect.TypeFor[PollingDelivery](): TypePollingDelivery,
	reflect.TypeFor[PollingRecount](): TypePollingDelivery, reflect.TypeFor[ElectionMorning](): TypeElectionMorning, reflect.TypeFor[DeviationReport](): TypeDeviationReport,
	reflect.TypeFor[RecallNotice](): TypeRecallNotice, reflect.TypeFor[CustodyProof](): TypeCustodyProof, reflect.TypeFor[Protocol](): TypeProtocol,
	reflect.TypeFor[EndReport](): TypeEndReport, reflect.TypeFor[Destruction](): TypeDestruction, reflect.TypeFor[Appointment](): TypeAppointment,
	reflect.TypeFor[Instruction](): TypeInstruction, reflect.TypeFor[RosterWeek](): TypeRosterWeek, reflect.TypeFor[RosterDay](): TypeRosterWeek, reflect.TypeFor[RosterPerson](): TypeRosterPerson,
	reflect.TypeFor[EmergencySheet](): TypeEmergencyPad, reflect.TypeFor[CommandSheet](): TypeCommandSheet, reflect.TypeFor[Poster](): TypePoster,
	reflect.TypeFor[LabelCalibration](): TypeContainerLabels,
}

// TypeOf is the type of a document's number, "" when it is none of this package.
func TypeOf(d Document) Type { return kinds[reflect.TypeOf(d)] }

// OwnNumber tells whether a document carries the number of what it is about (a
// handover, a sheet of a pad), which scanning it must find, and not a number of
// the print.
func OwnNumber(d Document) bool {
	switch d.(type) {
	case HandoverGiver, HandoverReceiver, EmergencySheet:
		return true
	}
	return false
}

// OwnCode tells whether a document's code is that of the act it is about (the
// offer or the answer of a handover) and not that of the print.
func OwnCode(d Document) bool {
	return TypeOf(d) == TypeHandoverOffer || TypeOf(d) == TypeHandoverFinal
}

// Head reads what every form carries.
func Head(d Document) Form { return d.header() }

// WithHead is the document with its head changed by f; the document given stays
// as it is.
func WithHead(d Document, f func(*Form)) Document {
	v := reflect.New(reflect.TypeOf(d)).Elem()
	v.Set(reflect.ValueOf(d))
	head := v.FieldByName("Form")
	form := head.Interface().(Form)
	f(&form)
	head.Set(reflect.ValueOf(form))
	return v.Interface().(Document)
}

// kept is a document in storage. The head stands apart, since a document may
// have a field of the same name as one of the head's.
type kept struct {
	Kind string          `json:"kind"`
	Head Form            `json:"head"`
	Doc  json.RawMessage `json:"doc"`
}

// Keep writes documents so that Kept reads back what draws the same bytes. The
// same documents give the same text.
func Keep(docs ...Document) ([]byte, error) {
	var out []kept
	for _, d := range docs {
		if TypeOf(d) == "" {
			return nil, models.E(models.CodeInternal, "")
		}
		b, err := json.Marshal(WithHead(d, func(f *Form) { *f = Form{} }))
		if err != nil {
			return nil, err
		}
		out = append(out, kept{Kind: reflect.TypeOf(d).Name(), Head: d.header(), Doc: b})
	}
	return json.Marshal(out)
}

// Kept reads what Keep wrote.
func Kept(b []byte) ([]Document, error) {
	var in []kept
	if err := json.Unmarshal(b, &in); err != nil {
		return nil, models.E(models.CodeInternal, "").Because(err)
	}
	names := map[string]reflect.Type{}
	for t := range kinds {
		names[t.Name()] = t
	}
	var docs []Document
	for _, k := range in {
		t, ok := names[k.Kind]
		if !ok {
			return nil, models.E(models.CodeInternal, "")
		}
		v := reflect.New(t)
		if err := json.Unmarshal(k.Doc, v.Interface()); err != nil {
			return nil, models.E(models.CodeInternal, "").Because(err)
		}
		docs = append(docs, WithHead(v.Elem().Interface().(Document), func(f *Form) { *f = k.Head }))
	}
	return docs, nil
}
