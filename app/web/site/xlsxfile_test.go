package site_test

import (
	"archive/zip"
	"bytes"
	"errors"
	"fmt"
	"io"
	"runtime"
	"slices"
	"strings"
	"testing"
	"time"
	"unicode/utf16"

	"github.com/xuri/excelize/v2"

	"github.com/brevstemme/brevstemme/app/web/site"
	"github.com/brevstemme/brevstemme/models"
)

// sheetOf makes a spreadsheet.
func sheetOf(t *testing.T, fill func(*excelize.File) error) []byte {
	t.Helper()
	f := excelize.NewFile()
	var b bytes.Buffer
	if err := errors.Join(fill(f), f.Write(&b), f.Close()); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

// refusal is the catalogue key and the arguments of an error.
func refusal(err error) string {
	var own *models.Error
	if !errors.As(err, &own) {
		return fmt.Sprint(err)
	}
	return strings.TrimSpace(own.TextKey() + " " + strings.Trim(fmt.Sprint(own.Args), "[]"))
}

// What a person sees in a sheet is what is read: dates and times in any format and
// in either date system, numbers with all their digits, formulas by their value.
func TestSheetAsPeopleSeeIt(t *testing.T) {
	t.Parallel()
	for _, date1904 := range []bool{false, true} {
		file := sheetOf(t, func(f *excelize.File) error {
			serial := 45974.0 // 13 November 2025 in the system of 1900
			if date1904 {
				serial -= 1462
			}
			style := func(s excelize.Style) int {
				id, err := f.NewStyle(&s)
				if err != nil {
					t.Fatal(err)
				}
				return id
			}
			custom := func(code string) int { return style(excelize.Style{CustomNumFmt: &code}) }
			for cell, v := range map[string]any{"A1": "tekst", "A2": serial, "B2": serial, "C2": serial, "D2": 0.375, "E2": 0.6875, "F2": serial + 0.5, "G2": 56.15380213, "H2": "0800", "I2": 1234, "J2": 7, "K2": true, "L2": 0.5, "M2": 45974, "N2": "08-11-2025"} {
				if err := f.SetCellValue("Sheet1", cell, v); err != nil {
					return err
				}
			}
			for cell, id := range map[string]int{"A2": style(excelize.Style{NumFmt: 14}), "B2": custom(`dd/mm/yyyy;@`), "C2": custom(`[$-406]d. mmmm yyyy`), "D2": style(excelize.Style{NumFmt: 20}), "E2": custom(`h:mm`), "F2": style(excelize.Style{NumFmt: 22}),
				"G2": style(excelize.Style{NumFmt: 2}), "I2": custom(`#,##0 "dage"`), "L2": style(excelize.Style{NumFmt: 9})} {
				if err := f.SetCellStyle("Sheet1", cell, cell, id); err != nil {
					return err
				}
			}
			return errors.Join(f.SetCellFormula("Sheet1", "J2", "3+4"), f.SetWorkbookProps(&excelize.WorkbookPropsOptions{Date1904: &date1904}))
		})
		rows, err := site.ReadXLSX(file)
		want := []string{"2025-11-13", "2025-11-13", "2025-11-13", "09:00", "16:30", "2025-11-13 12:00", "56.15380213", "0800", "1234", "7", "1", "0.5", "45974", "08-11-2025"}
		if err != nil || len(rows) != 2 || !slices.Equal(rows[1], want) {
			t.Errorf("1904 %v: %q %v", date1904, rows, err)
		}
	}
}

// The first sheet that can be seen is read, and rows keep their numbers however
// many empty, formatted ones stand between and behind them.
func TestHiddenSheetsAndEmptyRows(t *testing.T) {
	t.Parallel()
	rows, err := site.ReadXLSX(sheetOf(t, func(f *excelize.File) error {
		_, err := f.NewSheet("Synlig")
		f.SetActiveSheet(1)
		style, err2 := f.NewStyle(&excelize.Style{Fill: excelize.Fill{Type: "pattern", Pattern: 1, Color: []string{"FFFF00"}}})
		return errors.Join(err, err2, f.SetCellValue("Sheet1", "A1", "skjult"), f.SetCellValue("Synlig", "B3", "name"), f.SetCellValue("Synlig", "B7", "Åby"),
			f.SetCellStyle("Synlig", "A8", "F30000", style), f.SetSheetVisible("Sheet1", false))
	}))
	if err != nil || len(rows) != 7 || rows[2][1] != "name" || rows[6][1] != "Åby" || rows[3] != nil {
		t.Errorf("%q %v", rows, err)
	}
}

// What cannot be read as a table is refused with its place, and what is too large
// or no spreadsheet at all with what to do.
func TestSheetsThatAreRefused(t *testing.T) {
	t.Parallel()
	wide := sheetOf(t, func(f *excelize.File) error { return f.SetCellValue("Sheet1", "ZZ1", "x") })
	unicodeText := []byte{0xFF, 0xFE}
	for _, u := range utf16.Encode([]rune("name\tkind\nÅby\tlibrary\n")) {
		unicodeText = append(unicodeText, byte(u), byte(u>>8))
	}
	for name, x := range map[string]struct {
		file []byte
		want string
	}{
		"merged": {sheetOf(t, func(f *excelize.File) error {
			return errors.Join(f.SetCellValue("Sheet1", "A1", "x"), f.MergeCell("Sheet1", "A3", "B4"))
		}), "place.file_merged A3:B4"},
		"a formula without a value": {sheetOf(t, func(f *excelize.File) error {
			return errors.Join(f.SetCellValue("Sheet1", "A1", "x"), f.SetCellFormula("Sheet1", "B2", "A1"))
		}), "place.file_formula B2"},
		"a formula that cannot be computed": {sheetOf(t, func(f *excelize.File) error {
			return errors.Join(f.SetCellValue("Sheet1", "A1", "x"), f.SetCellValue("Sheet1", "C1", "#REF!"))
		}), "place.file_formula C1"},
		"every sheet hidden":  {hideAll(t), "place.file_unreadable"},
		"a thousand columns":  {wide, "place.file_long 20000"},
		"no spreadsheet":      {[]byte("PK\x03\x04 and nothing more"), "place.file_unreadable"},
		"another zip":         {zipOf(t, "readme.txt", strings.NewReader("hej")), "place.file_unreadable"},
		"Unicode text":        {unicodeText, "place.file_unreadable"},
		"a picture":           {[]byte("\x89PNG\r\n\x1a\n\x00"), "place.file_unreadable"},
		"a bomb of sheets":    {zipOf(t, "xl/worksheets/sheet1.xml", io.LimitReader(zeros{}, 300<<20)), "place.file_unreadable"},
		"quotation marks":     {[]byte("name,kind\nÅby,library\n\"Viby,library\nTilst,library\n"), "place.file_quotes 3"},
		"100,000 rows of CSV": {[]byte("name\n" + strings.Repeat("Sted\n", 100_000)), "place.file_long 20000"},
	} {
		if _, err := site.ReadTable(x.file); refusal(err) != x.want {
			t.Errorf("%s: %s, want %s", name, refusal(err), x.want)
		}
	}
}

func hideAll(t *testing.T) []byte {
	t.Helper()
	file := sheetOf(t, func(f *excelize.File) error { return f.SetCellValue("Sheet1", "A1", "x") })
	in, err := zip.NewReader(bytes.NewReader(file), int64(len(file)))
	if err != nil {
		t.Fatal(err)
	}
	var b bytes.Buffer
	out := zip.NewWriter(&b)
	for _, part := range in.File {
		r, err := part.Open()
		if err != nil {
			t.Fatal(err)
		}
		text, err := io.ReadAll(r)
		if err != nil {
			t.Fatal(err)
		}
		w, err := out.Create(part.Name)
		if err == nil {
			_, err = w.Write(bytes.Replace(text, []byte(`<sheet name="Sheet1"`), []byte(`<sheet state="hidden" name="Sheet1"`), 1))
		}
		if err != nil {
			t.Fatal(err)
		}
	}
	if err := out.Close(); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

type zeros struct{}

func (zeros) Read(b []byte) (int, error) { clear(b); return len(b), nil }

func zipOf(t *testing.T, name string, r io.Reader) []byte {
	t.Helper()
	var b bytes.Buffer
	z := zip.NewWriter(&b)
	w, err := z.Create(name)
	if err == nil {
		_, err = io.Copy(w, r)
	}
	if err = errors.Join(err, z.Close()); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

// 100,000 rows are refused after the first 20,000, without the whole sheet in
// memory: the heap never grows beyond what the rows that may be read need.
func TestSheetOfManyRows(t *testing.T) {
	file := sheetOf(t, func(f *excelize.File) error {
		w, err := f.NewStreamWriter("Sheet1")
		if err != nil {
			return err
		}
		for i := range 100_000 {
			if err := w.SetRow(fmt.Sprintf("A%d", i+1), []any{"Bibliotek", i, "Vej 1, 8000 Aarhus C", "man-fre 10-17; lør 10-15"}); err != nil {
				return err
			}
		}
		return w.Flush()
	})
	runtime.GC()
	var before, now runtime.MemStats
	runtime.ReadMemStats(&before)
	peak, stop, done := uint64(0), make(chan bool), make(chan bool)
	go func() {
		defer close(done)
		for {
			select {
			case <-stop:
				return
			case <-time.After(5 * time.Millisecond):
				runtime.ReadMemStats(&now)
				peak = max(peak, now.HeapAlloc)
			}
		}
	}()
	_, err := site.ReadTable(file)
	close(stop)
	<-done
	if refusal(err) != "place.file_long 20000" {
		t.Error(refusal(err))
	}
	if grown := int64(peak) - int64(before.HeapAlloc); grown > 160<<20 {
		t.Errorf("the heap grew by %d MB", grown>>20)
	} else {
		t.Logf("file %d MB, heap at most %d MB more", len(file)>>20, grown>>20)
	}
}
