package custody

import (
	"bytes"
	"net/http"
	"strconv"
	"strings"

	"github.com/brevstemme/brevstemme/app/web/site"
	"github.com/brevstemme/brevstemme/models"
	"github.com/brevstemme/brevstemme/pdf"
)

// A printer's offset belongs to the desk it stands at, not to a person: it is
// kept in a cookie of the device, "x:y" in millimetres.
const offsetCookie = "brevstemme_etiketter"

func (s *Server) labelPrinterRoutes() []site.Route {
	return []site.Route{
		site.Get("/etiketter/printer", keepers, s.labelPrinter),
		site.Post("/etiketter/printer", keepers, s.setLabelPrinter),
		site.Get("/etiketter/printer/ark", keepers, s.calibrationPDF),
	}
}

type labelPrinterPage struct {
	site.Chrome
	Sheets []site.Option
	Now    string // the offset of now in words
	Cross  string
}

var labelPrinterView = site.NewView[*labelPrinterPage]("label-printer")

// labelPrinter tells how to find the printer's offset, and takes what was measured.
func (s *Server) labelPrinter(r *site.Request) error {
	return labelPrinterView.Render(r, newLabelPrinterPage(r))
}

func newLabelPrinterPage(r *site.Request) *labelPrinterPage {
	x, y := LabelOffset(r)
	return &labelPrinterPage{Chrome: site.Chrome{Crumbs: containerCrumbs, TitleKey: "label-printer.title"}, Sheets: sheetOptions(""), Cross: r.Decimal(pdf.CalibrationCross),
		Now: r.Text("label-printer.now", r.Decimal(x), r.Decimal(y))}
}

// setLabelPrinter keeps the offset that follows from where the cross was found.
func (s *Server) setLabelPrinter(r *site.Request) error {
	x, err := measured(r, "left")
	if err != nil {
		return labelPrinterView.Again(r, err, newLabelPrinterPage(r))
	}
	y, err := measured(r, "top")
	if err != nil {
		return labelPrinterView.Again(r, err, newLabelPrinterPage(r))
	}
	value := strconv.FormatFloat(x, 'f', 1, 64) + ":" + strconv.FormatFloat(y, 'f', 1, 64)
	http.SetCookie(r.Writer(), &http.Cookie{Name: offsetCookie, Value: value, Path: "/", MaxAge: 5 * 365 * 24 * 3600, HttpOnly: true, Secure: s.Secure, SameSite: http.SameSiteLaxMode})
	return r.Done("/etiketter/printer", "label-printer.done", r.Decimal(x), r.Decimal(y))
}

// measured is how far the cross must move to stand where it should.
func measured(r *site.Request, field string) (float64, error) {
	v, err := strconv.ParseFloat(strings.Replace(strings.TrimSpace(r.Field(field)), ",", ".", 1), 64)
	if err != nil || !(v >= pdf.CalibrationCross-20 && v <= pdf.CalibrationCross+20) {
		return 0, models.Invalid(field, "label-printer.range", r.Decimal(pdf.CalibrationCross-20), r.Decimal(pdf.CalibrationCross+20))
	}
	return pdf.CalibrationCross - v, nil
}

// LabelOffset is the offset of the printer at this device, zero when none was set.
func LabelOffset(r *site.Request) (x, y float64) {
	c, err := r.HTTP().Cookie(offsetCookie)
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

// calibrationPDF is the sheet to measure on. It is about a printer and no act: it
// has no number and is not logged.
func (s *Server) calibrationPDF(r *site.Request) error {
	f, err := s.officeForm(r, pdf.TypeContainerLabels, "")
	if err != nil {
		return err
	}
	f.Number = pdf.Number(pdf.TypeContainerLabels, 0)
	c := pdf.LabelCalibration{Form: f, Sheet: labelSheet(r.Query("ark"))}
	c.OffsetX, c.OffsetY = LabelOffset(r)
	var b bytes.Buffer
	if err := pdf.Write(&b, c); err != nil {
		return err
	}
	return r.File("application/pdf", "printer"+site.PDFSuffix, true, b.Bytes())
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
func sheetOptions(chosen string) []site.Option {
	var out []site.Option
	for _, l := range pdf.LabelSheets {
		out = append(out, site.Option{Value: l.Name, Text: l.Name + " (" + strconv.Itoa(l.Columns) + " × " + strconv.Itoa(l.Rows) + ")", Checked: l.Name == labelSheet(chosen).Name})
	}
	return out
}
