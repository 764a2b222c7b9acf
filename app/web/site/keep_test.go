package site

import "testing"

// Hours are kept together whatever stands around them, and a text stays a text.
func TestHoursAreKeptTogether(t *testing.T) {
	for text, want := range map[string]string{
		"tirsdag 1.12.2026 13.00–18.00": `<span>tirsdag 1.12.2026 <span class="keep">13.00–18.00</span></span>`,
		"9:00–9:30, 10:00–17:00":        `<span><span class="keep">9:00–9:30</span>, <span class="keep">10:00–17:00</span></span>`,
		"<b>8.00–9.00</b> & sådan":      `<span>&lt;b&gt;<span class="keep">8.00–9.00</span>&lt;/b&gt; &amp; sådan</span>`,
		"Lystrup – fra 3.11.–7.11.":     "Lystrup – fra 3.11.–7.11.",
		"8.00–17.00":                    `<span class="keep">8.00–17.00</span>`,
		`<script>alert("1")</script>`:   "&lt;script&gt;alert(&#34;1&#34;)&lt;/script&gt;",
	} {
		if got := string(keepTogether(text)); got != want {
			t.Errorf("%s: %s", text, got)
		}
	}
}
