package pdf

import (
	"bytes"
	"errors"
	"io"
	"reflect"
	"runtime"
	"sync"
	"testing"
	"time"

	"github.com/pdfcpu/pdfcpu/pkg/api"
	"github.com/pdfcpu/pdfcpu/pkg/pdfcpu/model"
	"pgregory.net/rapid"

	"github.com/brevstemme/brevstemme/models"
)

// everyDocument is one value of every form, with and without its optional parts. A
// form that is missing here is missing in Samples too: TestEveryFormIsDrawn.
func everyDocument() []Document {
	seen := map[string]bool{}
	var out []Document
	for _, s := range Samples() {
		for _, d := range s.docs {
			if shape := shapeOf(d); !seen[shape] {
				seen[shape] = true
				out = append(out, d)
			}
		}
	}
	return out
}

// A second PDF reader (pdfcpu) finds every sample valid, and nothing active in it.
func TestSecondReaderFindsSamplesValid(t *testing.T) {
	api.DisableConfigDir()
	for _, d := range everyDocument() {
		b, err := render(true, d)
		if err != nil {
			t.Fatalf("%T: %v", d, err)
		}
		validate(t, b)
		for _, bad := range []string{"/JavaScript", "/JS", "/OpenAction", "/AA", "/Launch", "/URI"} {
			if bytes.Contains(b, []byte(bad+" ")) {
				t.Errorf("%T holds %s", d, bad)
			}
		}
	}
}

func validate(t fataler, b []byte) {
	conf := model.NewDefaultConfiguration()
	conf.ValidationMode = model.ValidationStrict
	if err := api.Validate(bytes.NewReader(b), conf); err != nil {
		t.Fatal(err)
	}
}

// Any values in any form: no panic, and either an error with one of our codes
// and not a byte written, or a PDF whose pages keep their promises. One in some
// is read by the second reader.
func TestAnyDataDrawsOrFailsCleanly(t *testing.T) {
	api.DisableConfigDir()
	docs := everyDocument()
	n := 0
	rapid.Check(t, func(r *rapid.T) {
		d := rapid.SampledFrom(docs).Draw(r, "form")
		v := reflect.New(reflect.TypeOf(d)).Elem()
		fillValue(r, v, 0)
		if rapid.IntRange(0, 3).Draw(r, "head") > 0 {
			headOf(v).Set(reflect.ValueOf(wildForm(r)))
		}
		var out bytes.Buffer
		err := Write(&out, v.Interface().(Document))
		var own *models.Error
		switch {
		case err != nil && !errors.As(err, &own):
			r.Fatalf("%T: not our error: %v", d, err)
		case err != nil && out.Len() > 0:
			r.Fatalf("%T: %d bytes written in spite of %v", d, out.Len(), err)
		case err == nil:
			pages, _, err := layout(v.Interface().(Document))
			if err != nil {
				r.Fatal(err)
			}
			for _, p := range pages {
				if problems := pageProblems(p); len(problems) > 0 {
					r.Fatalf("%T: %s", d, problems[0])
				}
			}
			if n++; rapid.IntRange(0, 9).Draw(r, "validate") == 9 {
				validate(r, out.Bytes())
			}
		}
	})
	if n < 20 {
		t.Errorf("only %d documents were drawn", n)
	}
}

// headOf finds the embedded Form of a document.
func headOf(v reflect.Value) reflect.Value { return v.FieldByName("Form") }

// wildForm is a head that passes the checks, with any texts in it.
func wildForm(r *rapid.T) Form {
	f := sampleForm(TypeDayReport, rapid.Uint64().Draw(r, "number"))
	f.Municipality, f.Unit, f.PrintedBy = wildText(r), wildText(r), wildText(r)
	f.Election.Name, f.Election.Word, f.Election.Colour = wildText(r), wildText(r), wildText(r)
	f.Mark = Mark{Kind: MarkKind(rapid.IntRange(0, 3).Draw(r, "mark")), N: rapid.IntRange(-1, 1000).Draw(r, "n")}
	return f
}

var wildRunes = []rune("aæøåÅ é8Łışд漢م😀\n()\\%‹")

// wildText is short or long, plain or not, with or without spaces.
func wildText(r *rapid.T) string {
	switch rapid.IntRange(0, 9).Draw(r, "kind") {
	case 0:
		return rapid.String().Draw(r, "any")
	case 1:
		return string(rapid.SliceOfN(rapid.SampledFrom(wildRunes), 0, 3000).Draw(r, "long"))
	case 2, 3, 4:
		return ""
	}
	return string(rapid.SliceOfN(rapid.SampledFrom(wildRunes), 0, 40).Draw(r, "short"))
}

// fillValue fills any of our structs with any values.
func fillValue(r *rapid.T, v reflect.Value, depth int) {
	switch v.Interface().(type) {
	case time.Time:
		if rapid.Bool().Draw(r, "time") {
			v.Set(reflect.ValueOf(time.Unix(rapid.Int64Range(-1e9, 4e9).Draw(r, "unix"), 0)))
		}
		return
	case models.Date:
		if rapid.Bool().Draw(r, "date") {
			v.Set(reflect.ValueOf(models.NewDate(2025, 1, rapid.IntRange(-1000, 1000).Draw(r, "day"))))
		}
		return
	}
	switch v.Kind() {
	case reflect.String:
		if text := wildText(r); rapid.IntRange(0, 2).Draw(r, "serial") > 0 {
			v.SetString(text)
		} else {
			v.SetString(Number("BX", 7))
		}
	case reflect.Bool:
		v.SetBool(rapid.Bool().Draw(r, "bool"))
	case reflect.Int, reflect.Int64:
		v.SetInt(rapid.Int64Range(-3, 2e6).Draw(r, "int"))
	case reflect.Uint8:
		v.SetUint(uint64(rapid.IntRange(0, 9).Draw(r, "uint")))
	case reflect.Float64:
		v.SetFloat(rapid.Float64Range(-10, 120).Draw(r, "float"))
	case reflect.Struct:
		for i := range v.NumField() {
			fillValue(r, v.Field(i), depth)
		}
	case reflect.Slice:
		n := rapid.IntRange(0, 4).Draw(r, "len")
		v.Set(reflect.MakeSlice(v.Type(), n, n))
		for i := range n {
			fillValue(r, v.Index(i), depth+1)
		}
	case reflect.Pointer:
		v.SetZero()
		if rapid.Bool().Draw(r, "there") {
			v.Set(reflect.New(v.Type().Elem()))
			fillValue(r, v.Elem(), depth)
		}
	default:
		r.Fatalf("no filling for %s", v.Type())
	}
}

// FuzzFreeText: any text in the fields that people write in gives our error or a
// PDF from which pdfcpu reads at least one page.
func FuzzFreeText(f *testing.F) {
	api.DisableConfigDir()
	for _, s := range []string{"", "Åse", "محمد 漢字 😀", "a\x00\xffb", "(\\)", "0101901234", "\u202e\u0301"} {
		f.Add(s, s)
	}
	f.Fuzz(func(t *testing.T, what, name string) {
		d := sampleDeviation()
		d.What, d.FoundBy = what, name
		var out bytes.Buffer
		err := Write(&out, d)
		if models.LooksLikeCPR(what) && models.CodeOf(err) != models.CodeCPR {
			t.Fatalf("%q was printed: %v", what, err)
		}
		if err != nil {
			if models.CodeOf(err) == models.CodeInternal {
				t.Fatal(err)
			}
			return
		}
		if n, err := api.PageCount(bytes.NewReader(out.Bytes()), nil); err != nil || n < 1 {
			t.Fatalf("%d pages: %v", n, err)
		}
	})
}

// Many goroutines draw at once and get what one alone gets; run with -race.
func TestConcurrentWrites(t *testing.T) {
	docs := []Document{sampleOpening(), HandoverGiver{sampleHandover(TypeHandoverOffer)}} // wide and narrow fonts
	want := [][]byte{mustRender(t, docs[0]), mustRender(t, docs[1])}
	var wg sync.WaitGroup
	for i := range 8 {
		wg.Go(func() {
			for k := range 3 {
				n := (i + k) % 2
				got, err := render(false, docs[n])
				if err != nil || !bytes.Equal(got, want[n]) {
					t.Errorf("%T differs under concurrency (%v)", docs[n], err)
				}
			}
		})
	}
	wg.Wait()
}

// Thirty-two people print at once, half of them a protocol of 5,000 rows, the others
// the handover of 200 containers: the heap holds what is being drawn, however many
// wait, and lets go of it afterwards.
func TestConcurrentLongFormsKeepMemoryBounded(t *testing.T) {
	const people, aFile, finished = 32, 64 << 20, 2 << 20
	docs := []Document{benchProtocol(5000), HandoverGiver{sampleMany()}}
	heap := func() uint64 {
		var m runtime.MemStats
		runtime.ReadMemStats(&m)
		return m.HeapAlloc
	}
	runtime.GC()
	before, peak := heap(), uint64(0)
	done := make(chan struct{})
	var watch, wg sync.WaitGroup
	watch.Go(func() {
		for {
			peak = max(peak, heap())
			select {
			case <-done:
				return
			case <-time.After(5 * time.Millisecond):
			}
		}
	})
	for i := range people {
		wg.Go(func() {
			if err := Write(io.Discard, docs[i%2]); err != nil {
				t.Error(err)
			}
		})
	}
	wg.Wait()
	close(done)
	watch.Wait()
	runtime.GC()
	after := heap()
	t.Logf("heap before %d MB, at most %d MB, after %d MB", before>>20, peak>>20, after>>20)
	if peak-min(peak, before) > uint64(cap(drawing)*aFile+people*finished) || after > before+aFile/2 {
		t.Errorf("heap before %d MB, at most %d MB, after %d MB", before>>20, peak>>20, after>>20)
	}
}
