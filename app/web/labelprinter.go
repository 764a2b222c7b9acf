package web

import (
	"bytes"
	"net/http"
	"strconv"
	"strings"

	"github.com/brevstemme/brevstemme/models"
	"github.com/brevstemme/brevstemme/models/language"
	"github.com/brevstemme/brevstemme/pdf"
)

// A printer's offset belongs to the desk it stands at, not to a person: it is
// kept in a cookie of the device, "x:y" in millimetres.
const offsetCookie = "brevstemme_etiketter"

func (s *Server) labelPrinterRoutes() []Route {
	return []Route{
		get("/etiketter/printer", keepers, s.labelPrinter),
		post("/etiketter/printer", keepers, s.setLabelPrinter),
		get("/etiketter/printer/ark", keepers, s.calibrationPDF),
	}
}

type labelPrinterPage struct {
	Chrome
	Sheets []Option
	Now    string // the offset of now in words
	Cross  string
}

var labelPrinterView = newView[*labelPrinterPage]("label-printer")

// labelPrinter tells how to find the printer's offset, and takes what was measured.
func (s *Server) labelPrinter(r *Request) error {
	return labelPrinterView.render(r, r.labelPrinterPage())
}

func (r *Request) labelPrinterPage() *labelPrinterPage {
	x, y := r.labelOffset()
	return &labelPrinterPage{Chrome: Chrome{Crumbs: containerCrumbs, TitleKey: "label-printer.title"}, Sheets: sheetOptions(""), Cross: r.decimal(pdf.CalibrationCross),
		Now: r.Text("label-printer.now", r.decimal(x), r.decimal(y))}
}

// setLabelPrinter keeps the offset that follows from where the cross was found.
func (s *Server) setLabelPrinter(r *Request) error {
	x, err := r.measured("left")
	if err != nil {
		return labelPrinterView.again(r, err, r.labelPrinterPage())
	}
	y, err := r.measured("top")
	if err != nil {
		return labelPrinterView.again(r, err, r.labelPrinterPage())
	}
	value := strconv.FormatFloat(x, 'f', 1, 64) + ":" + strconv.FormatFloat(y, 'f', 1, 64)
	http.SetCookie(r.writer(), &http.Cookie{Name: offsetCookie, Value: value, Path: "/", MaxAge: 5 * 365 * 24 * 3600, HttpOnly: true, Secure: s.secure, SameSite: http.SameSiteLaxMode})
	return r.done("/etiketter/printer", "label-printer.done", r.decimal(x), r.decimal(y))
}

// measured is how far the cross must move to stand where it should.
func (r *Request) measured(field string) (float64, error) {
	v, err := strconv.ParseFloat(strings.Replace(strings.TrimSpace(r.Field(field)), ",", ".", 1), 64)
	if err != nil || !(v >= pdf.CalibrationCross-20 && v <= pdf.CalibrationCross+20) {
		return 0, models.Invalid(field, "label-printer.range", r.decimal(pdf.CalibrationCross-20), r.decimal(pdf.CalibrationCross+20))
	}
	return pdf.CalibrationCross - v, nil
}

// labelOffset is the offset of the printer at this device, zero when none was set.
func (r *Request) labelOffset() (x, y float64) {
	c, err := r.http().Cookie(offsetCookie)
	if err != nil {
		return 0, 0
	}
	left, top, _ := strings.Cut(c.Value, ":")
	x, errX := millimetres(left)
	y, errY := millimetres(top)
	if errX != nil || errY != nil {
		return 0, 0
	}
	return x, y
}

// decimal writes one decimal, with a comma in Danish.
func (r *Request) decimal(v float64) string {
	text := strconv.FormatFloat(v, 'f', 1, 64)
	if r.Lang == language.Danish {
		text = strings.Replace(text, ".", ",", 1)
	}
	return text
}

// calibrationPDF is the sheet to measure on. It is about a printer and no act: it
// has no number and is not logged.
func (s *Server) calibrationPDF(r *Request) error {
	f, err := s.officeForm(r, pdf.TypeContainerLabels, "")
	if err != nil {
		return err
	}
	f.Number = pdf.Number(pdf.TypeContainerLabels, 0)
	c := pdf.LabelCalibration{Form: f, Sheet: labelSheet(r.Query("ark"))}
	c.OffsetX, c.OffsetY = r.labelOffset()
	var b bytes.Buffer
	if err := pdf.Write(&b, c); err != nil {
		return err
	}
	return r.file("application/pdf", "printer"+pdfSuffix, true, b.Bytes())
}

// labelSheet is a format by name, the common one when there is no such.
func labelSheet(name string) pdf.LabelSheet {
	for _, l := range pdf.LabelSheets {
		if l.Name == name {
			return l
		}
	}
	return pdf.LabelSheets[1]
}

// sheetOptions are the formats to choose from.
func sheetOptions(chosen string) []Option {
	var out []Option
	for _, l := range pdf.LabelSheets {
		out = append(out, Option{Value: l.Name, Text: l.Name + " (" + strconv.Itoa(l.Columns) + " × " + strconv.Itoa(l.Rows) + ")", Checked: l.Name == labelSheet(chosen).Name})
	}
	return out
}
