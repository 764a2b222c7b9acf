package schedule

import (
	"bytes"
	"encoding/json"
	"fmt"
	"math/rand/v2"
	"reflect"
	"slices"
	"strings"
	"testing"

	"github.com/brevstemme/brevstemme/models"
	"pgregory.net/rapid"
)

// toWindows1252 is the inverse of decoding, for texts that have one.
func toWindows1252(s string) []byte {
	var b []byte
	for _, r := range s {
		if i := slices.Index(windows1252[:], r); i >= 0 && r > 0xFF {
			b = append(b, byte(0x80+i))
			continue
		}
		b = append(b, byte(r))
	}
	return b
}

// drawnList draws a file with up to 30 rows over few places and days, so that
// rows meet.
func drawnList(t *rapid.T) string {
	var b strings.Builder
	b.WriteString(strings.ReplaceAll(header, ",", ";"))
	clock := rapid.SampledFrom([]string{"", "09:00", "9.30", "10:00", "12:00", "14:00", "16:00", "18:00", "x"})
	days := rapid.SampledFrom([]string{"man", "tir", "fre", "søn", "2. tirsdag i måneden", "2021-11-09", "2021-11-12", "2021-11-08..2021-11-10", "2021-12-24", "åbningstid"})
	notes := rapid.SampledFrom([]string{"", "CLOSED", "Tirsdag", "kun 2021-11-01..2021-11-09", "“ekstra”", "to\nlinjer"})
	for range rapid.IntRange(0, 30).Draw(t, "rows") {
		fmt.Fprintf(&b, "%s;Østergade;8000;Aarhus C;library;%s;%s;%s;%q;\n", rapid.SampledFrom([]string{"Åby", "Højbjerg"}).Draw(t, "place"),
			days.Draw(t, "day"), clock.Draw(t, "opens"), clock.Draw(t, "closes"), "")
		if n := notes.Draw(t, "note"); n != "" {
			s := strings.TrimSuffix(b.String(), "\"\";\n")
			b.Reset()
			b.WriteString(s + "\"" + n + "\";\n")
		}
	}
	return b.String()
}

func checkResult(t interface{ Fatalf(string, ...any) }, r *Result, p Period, lastLine int) {
	end := map[[2]string]Session{}
	for _, s := range r.Sessions {
		d := models.DateOf(s.Starts)
		if !p.Has(d) || models.DateOf(s.Ends.Add(-1)) != d || !s.Ends.After(s.Starts) {
			t.Fatalf("%+v is not inside %v", s, p)
		}
		key := [2]string{s.Place, s.Address}
		if before, ok := end[key]; ok && !before.Ends.Before(s.Starts) {
			t.Fatalf("%+v meets %+v", before, s)
		}
		end[key] = s
		if s.Line < 2 || s.Line > lastLine {
			t.Fatalf("line %d of %d", s.Line, lastLine)
		}
	}
	for i, f := range r.Findings {
		if f.Line < 0 || f.Line > lastLine || f.Message == "" || i > 0 && f.Line < r.Findings[i-1].Line {
			t.Fatalf("%+v", f)
		}
	}
}

// Sessions of a place never touch, lie inside the period and on one day; the
// file in Windows-1252 reads the same; reading twice gives the same.
func TestListProperties(t *testing.T) {
	p := Period{models.NewDate(2021, 10, 5), models.NewDate(2021, 11, 12)}
	rapid.Check(t, func(t *rapid.T) {
		file := drawnList(t)
		r := Check([]byte(file), p)
		checkResult(t, r, p, strings.Count(file, "\n"))
		for _, other := range [][]byte{toWindows1252(file), []byte("\uFEFF" + file), []byte(file)} {
			if o := Check(other, p); !reflect.DeepEqual(r, o) {
				t.Fatalf("read differently:\n%v\n%v", r, o)
			}
		}
	})
}

// Every row with hours on a readable day inside the period is behind a session
// or reported: nothing vanishes. A file of one row shows it for each row.
func TestNoRowVanishes(t *testing.T) {
	p := Period{models.NewDate(2021, 11, 1), models.NewDate(2021, 11, 14)}
	rapid.Check(t, func(t *rapid.T) {
		rows, _ := Read([]byte(drawnList(t)))
		for _, row := range rows {
			r := Unroll([]Row{row}, p)
			told := slices.ContainsFunc(r.Findings, func(f Finding) bool { return f.Line == row.Line })
			closed := row.Opens+row.Closes == "" && closedWord.MatchString(row.Note)
			if len(r.Sessions) == 0 && !told && !closed {
				t.Fatalf("%+v vanished", row)
			}
		}
	})
}

// Whatever the bytes, reading ends, findings point into the file, and the
// result is JSON.
func FuzzCheck(f *testing.F) {
	f.Add([]byte(list("A||tir|10:00|12:00", "A||2021-11-09|11:00|12:00|onsdag")))
	f.Add([]byte("\uFEFFsep=;\n" + strings.ReplaceAll(header, ",", ";") + "\"A\n\"\"\";x;;;;2. tirsdag i måneden;9.00;10.00;kun 2021-11-08..2021-11-12;\n"))
	f.Add(toWindows1252(list("Åby||lør|10:00|12:00|CLOSED", "Åby||2021-11-08..2021-11-10|||CLOSED")))
	f.Add([]byte("\"\n\"\r\"\n,,\"\n"))
	f.Fuzz(func(t *testing.T, data []byte) {
		p := Period{models.NewDate(2021, 10, 26), models.NewDate(2021, 11, 12)}
		r := Check(data, p)
		last := bytes.Count(data, []byte("\n")) + bytes.Count(data, []byte("\r")) + 1
		checkResult(t, r, p, last)
		raw, err := json.Marshal(r)
		if err != nil || !json.Valid(raw) {
			t.Fatal(err)
		}
	})
}

// junk is bytes without order, the same each time.
func junk(n int) []byte {
	r := rand.New(rand.NewPCG(1, 2))
	b := make([]byte, n)
	for i := range b {
		b[i] = byte(r.IntN(256))
	}
	return b
}

func TestBadFiles(t *testing.T) {
	p := Period{models.NewDate(2021, 10, 5), models.NewDate(2021, 11, 12)}
	withoutNUL := bytes.ReplaceAll(junk(1<<16), []byte{0}, []byte{1})
	for name, data := range map[string][]byte{
		"binary":          junk(1 << 16),
		"binary, no NUL":  withoutNUL,
		"quotation marks": bytes.Repeat([]byte("\"\n"), 100_000),
		"one long line":   bytes.Repeat([]byte("a,"), 500_000),
		"one long cell":   append([]byte(header+"\""), bytes.Repeat([]byte("a\n"), 100_000)...),
	} {
		r := Check(data, p)
		if !r.Bad() || len(r.Sessions) > 0 || !slices.ContainsFunc(r.Findings, func(f Finding) bool { return f.Code == Unreadable }) {
			t.Errorf("%s: %d findings", name, len(r.Findings))
		}
	}
}

// municipality is a list of n places with a week of hours, special days and a
// closed day: 8 rows a place.
func municipality(n int) []byte {
	var b strings.Builder
	b.WriteString(header)
	for i := range n {
		for _, d := range []string{"man,10:00,17:00,", "tir,10:00,15:00,", "ons,10:00,15:00,", "tor,10:00,18:00,", "fre,10:00,14:00,",
			"2021-11-06,10:00,14:00,ekstra lørdag", "2021-11-12,09:00,16:00,sidste dag", "2021-10-18..2021-10-19,,,efterårsferie CLOSED"} {
			fmt.Fprintf(&b, "Bibliotek %d,Gade %d,8000,Aarhus C,library,%s,https://example.dk\n", i, i, d)
		}
	}
	return []byte(b.String())
}

// 100,000 rows are read whole.
func TestManyRows(t *testing.T) {
	p := Period{models.NewDate(2021, 10, 5), models.NewDate(2021, 11, 12)}
	r := Check(municipality(12_500), p)
	if len(r.Places) != 12_500 || len(r.Sessions) != 12_500*28 || len(r.Findings) != 0 {
		t.Errorf("%d places, %d sessions, %d findings", len(r.Places), len(r.Sessions), len(r.Findings))
	}
}

// A national plan: 98 municipalities with 1,000 places between them, six weeks.
func BenchmarkNationalPlan(b *testing.B) {
	p := Period{models.NewDate(2021, 10, 5), models.NewDate(2021, 11, 12)}
	for _, times := range []int{1, 10, 100} {
		var files [][]byte
		for i := range 98 {
			n := 10 * times
			if i < 20 { // 78×10 + 20×11 = 1,000
				n = 11 * times
			}
			files = append(files, municipality(n))
		}
		b.Run(fmt.Sprintf("%dx", times), func(b *testing.B) {
			for b.Loop() {
				places := 0
				for _, f := range files {
					places += len(Check(f, p).Places)
				}
				if places != 1000*times {
					b.Fatalf("%d places", places)
				}
			}
		})
	}
}
