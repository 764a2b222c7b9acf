package pdf

import (
	"bytes"
	"testing"

	"pgregory.net/rapid"
)

// The receiver's half says nothing of what the giver counted or read: whatever
// the giver's figures, seals and remarks are, the file is the same to the last
// byte, metadata and QR code included. The station's and the other
// municipality's sheets keep the same promise.
func TestReceiversHalfIsBlind(t *testing.T) {
	figure := rapid.Custom(func(r *rapid.T) Figure {
		return Figure{rapid.IntRange(0, 99999).Draw(r, "n"), rapid.Bool().Draw(r, "known")}
	})
	receiver := mustRender(t, HandoverReceiver{sampleHandover(TypeHandoverOffer)})
	station := mustRender(t, PollingRecount{samplePolling()[0].(PollingDelivery)})
	ack := mustRender(t, ConsignmentAck{sampleConsignment(TypeConsignmentAck)})
	notice := mustRender(t, ConsignmentNotice{sampleConsignment(TypeConsignmentAck)})
	rapid.Check(t, func(r *rapid.T) {
		h := sampleHandover(TypeHandoverOffer)
		h.Total, h.Received, h.SentBefore, h.OnHand = figure.Draw(r, "total"), figure.Draw(r, "received"), figure.Draw(r, "sent"), figure.Draw(r, "hand")
		h.Remarks = rapid.StringMatching(`[a-zæøå 0-9]{0,30}`).Draw(r, "remarks")
		h.Reason = rapid.StringMatching(`[a-z 0-9]{0,20}`).Draw(r, "reason")
		for i := range h.Containers {
			h.Containers[i].Contents = rapid.StringMatching(`[A-Z]{1,3} [0-9]{1,4}`).Draw(r, "contents")
			h.Containers[i].Count = figure.Draw(r, "count")
			h.Containers[i].Seals = rapid.SliceOfN(rapid.StringMatching(`[0-9A-Z]{4,9}`), 0, 3).Draw(r, "seals")
		}
		if !bytes.Equal(mustRender(r, HandoverReceiver{h}), receiver) {
			r.Fatal("the receiver's half changes with the giver's figures")
		}
		p := samplePolling()[0].(PollingDelivery)
		p.District.Sorted, p.District.Seals, p.Packets = figure.Draw(r, "sorted"), "X", figure.Draw(r, "packets")
		if !bytes.Equal(mustRender(r, PollingRecount{p}), station) {
			r.Fatal("the station's sheet changes with the figure")
		}
		c := sampleConsignment(TypeConsignmentAck)
		c.Total = figure.Draw(r, "consignment")
		for i := range c.Packets {
			c.Packets[i].Count, c.Packets[i].Seals = figure.Draw(r, "packet"), nil
		}
		if !bytes.Equal(mustRender(r, ConsignmentAck{c}), ack) {
			r.Fatal("the acknowledgement changes with the sender's figures")
		}
		if !bytes.Equal(mustRender(r, ConsignmentNotice{c}), notice) {
			r.Fatal("the recipient's cover list changes with the sender's figures")
		}
	})
}

// The giver's half does show them: the test above is not blind itself.
func TestGiversHalfShowsTheFigure(t *testing.T) {
	h := sampleHandover(TypeHandoverOffer)
	a := mustRender(t, HandoverGiver{h})
	h.Total = Known(271)
	if bytes.Equal(a, mustRender(t, HandoverGiver{h})) {
		t.Error("the giver's half does not change with the count")
	}
}

type fataler interface{ Fatal(args ...any) }

func mustRender(t fataler, docs ...Document) []byte {
	b, err := render(false, docs...)
	if err != nil {
		t.Fatal(err)
	}
	return b
}
