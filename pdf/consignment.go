package pdf

import (
	"strings"
	"time"
)

// PacketLine is one packet of a consignment.
type PacketLine struct {
	Number, Election string
	Count            Figure
	Seals            []string
}

// Consignment is what one municipality sends to another: the voters' own
// municipality must get the votes as soon as possible (FV § 64 stk. 2, KRVL § 70).
type Consignment struct {
	Form
	From, To                 Party
	ToCode                   string // kommunekode
	Carrier, Service         string
	Dispatched, LatestUse    time.Time // sent; last moment of use: before voting starts
	Packets                  []PacketLine
	Total                    Figure
	AckCode                  string // one-time code of the acknowledgement
	AckURL                   string // where it is given without an account
	AckCount                 Figure
	AckAt                    time.Time
	Reminded                 []time.Time // when the recipient was asked for it
	AckBy, AckSeals, Remarks string
	ManifestCode             string // the signed manifest for another installation; [0-9A-Z]
}

// ConsignmentCover is the sender's copy, with the figures; it stays with the
// sender. Danish or English by Form.Lang.
type ConsignmentCover struct{ Consignment }

func (c ConsignmentCover) build() *sheet {
	s := newSheet(c.Form, "pdf.title.cover")
	s.part = s.t("pdf.part.sender_keeps")
	s.consignmentHead(c.Consignment)
	s.counts(count{s.t("pdf.f.envelopes"), s.figure(c.Total)}, count{s.t("pdf.f.packets"), s.figure(Figure{len(c.Packets), len(c.Packets) > 0})})
	rows := [][]string{}
	for _, p := range c.Packets {
		rows = append(rows, []string{p.Number, p.Election, strings.Join(p.Seals, "\n"), s.figure(p.Count)})
	}
	s.table([]column{s.col("packet", 34, colMono), s.col("election", 0, colText), s.col("seals", 40, colMono), s.col("count", 22, colNumber)}, orBlank(rows, 4))
	s.signatures(s.sign("sender", c.From.Person), s.sign("sender_witness", ""), s.sign("courier", ""))
	s.h("acknowledged")
	reminded := make([]string, len(c.Reminded))
	for i, at := range c.Reminded {
		reminded[i] = s.moment(at)
	}
	s.fields(4, s.f("ack_code", c.AckCode).serial().wide(2), s.f("arrived_at", s.moment(c.AckAt)), s.f("counted", s.figure(c.AckCount)),
		s.f("ack_by", c.AckBy), s.f("reminded_at", strings.Join(reminded, "\n")), s.f("difference_told", "").wide(2))
	return s
}

// ConsignmentNotice lies on top of the packets: the recipient's copy. It shows no
// figure of the sender, so that the recipient counts blind (good practice); the
// code of the manifest holds them for a machine, which shows them after the count.
type ConsignmentNotice struct{ Consignment }

func (c ConsignmentNotice) build() *sheet {
	s := newSheet(c.Form, "pdf.title.cover")
	s.part = s.t("pdf.part.goes_along")
	s.consignmentHead(c.Consignment)
	s.boxed(s.t("pdf.p.open_at_once"), bold)
	rows := [][]string{}
	for _, p := range c.Packets {
		rows = append(rows, []string{p.Number, p.Election, "", ""})
	}
	s.table([]column{s.col("packet", 34, colMono), s.col("election", 0, colText), s.col("seal_read", 40, colWrite), s.col("counted", 26, colWrite).high(12)}, orBlank(rows, 4))
	if c.AckURL != "" {
		s.scanBox("acknowledge", c.AckURL, s.t("pdf.p.acknowledge"), c.AckCode)
	}
	if c.ManifestCode != "" {
		s.manifest(c.ManifestCode)
	}
	return s
}

// manifest is the QR code that another installation takes in. Its side grows
// with what it holds, so that every scanner can tell its modules apart.
func (s *sheet) manifest(code string) {
	side := s.symbol(code).side()
	st := strip{name: "manifest", h: side + 3}
	st.items = append(st.items, box(0, 0, s.w, side, thin))
	st.items = append(st.items, s.qrItem(code, 1, 1, side-2)...)
	text, _ := s.textBlock(s.t("pdf.p.manifest"), regular, sizeBody, side+4, 3, s.w-side-6, left)
	st.items = append(st.items, text...)
	s.add(st)
}

func (s *sheet) consignmentHead(c Consignment) {
	party := func(p Party) string {
		return joinNonEmpty("\n", p.Site, p.Address, joinNonEmpty(", ", p.Person, p.Unit), p.Phone)
	}
	to := c.To
	to.Site = joinNonEmpty(" ", to.Site, parenthesised(c.ToCode))
	s.fields(2, s.f("sender", party(c.From)), s.f("recipient", party(to)).bold())
	s.fields(3, s.f("carrier", joinNonEmpty("\n", c.Carrier, c.Service)), s.f("dispatched", s.moment(c.Dispatched)), s.f("latest_use", s.moment(c.LatestUse)))
}

func parenthesised(text string) string {
	if text == "" {
		return ""
	}
	return "(" + text + ")"
}

// scanBox is a framed QR code of an address beside what it is for, the address
// itself and perhaps a code, for those who type it.
func (s *sheet) scanBox(name, url, what, code string) {
	side, room := 34.0, 21.5
	if code == "" {
		side, room = 30, 24
	}
	st := strip{name: name, h: side + 3}
	st.items = append(st.items, box(0, 0, s.w, side, thick))
	st.items = append(st.items, s.qrItem(url, 1, 1, side-2)...)
	text, h := s.textBlock(what, regular, sizeValue, side+4, 3, s.w-side-6, left)
	st.items = append(st.items, text...)
	more, h2 := s.textBlock(url, regular, sizeBody, side+4, 3+h+1, s.w-side-6, left)
	st.items = append(st.items, more...)
	if h+h2 > room {
		s.tooLong()
	}
	if code != "" {
		st.items = append(st.items, textAt(s.clean(code), mono, 14, side+4, side-8, s.w, left)...)
	}
	s.add(st)
}

// ConsignmentAck is the recipient's acknowledgement on paper, for those who do
// not use the code: number and seals as found, sent back. It does not show the
// sender's figures (good practice: blind recount).
type ConsignmentAck struct{ Consignment }

func (c ConsignmentAck) build() *sheet {
	s := newSheet(c.Form, "pdf.title.ack")
	s.consignmentHead(c.Consignment)
	s.p("ack")
	s.fields(4, s.f("arrived_at", s.moment(c.AckAt)), s.f("ack_by", c.AckBy), s.f("ack_code", c.AckCode).serial().wide(2))
	s.counts(count{s.t("pdf.f.count_received"), s.figure(c.AckCount)}, count{s.t("pdf.f.packets_received"), ""})
	rows := [][]string{}
	for _, p := range c.Packets {
		rows = append(rows, []string{p.Number, p.Election})
	}
	s.table([]column{s.col("packet", 34, colMono), s.col("election", 0, colText), s.col("seal_read", 38, colWrite), s.col("seal_intact", 30, colYesNo), s.col("counted", 22, colWrite).high(12)}, orBlank(rows, 4))
	s.fields(1, s.f("remarks", s.free(c.Remarks)))
	s.signatures(s.sign("receiver", ""), s.sign("receiver_witness", ""))
	return s
}
