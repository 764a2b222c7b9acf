package custody_test

import (
	"net/http"
	"net/url"
	"testing"

	"github.com/brevstemme/brevstemme/app/web/webtest"
	"github.com/brevstemme/brevstemme/models/store/boxes"
)

// What the other tests of this room do by the domain's own acts is done here by form
// or program, so that it is sent again as well (webtest.Main).

// A deviation is noted on and gets files, by form and by program; the evening gets
// its settings.
func TestADeviationByForm(t *testing.T) {
	t.Parallel()
	d := webtest.NewDepot(t)
	anna, karen := d.As("anna"), d.As("karen")
	anna.OK("/afvigelser/ny", url.Values{"type": {"late"}, "place": {"LYS"}, "found": {"en kasse kom en time senere"}})
	all, err := d.Store.Deviations(t.Context(), boxes.DeviationFilter{})
	d.Must(err)
	karen.OK("/afvigelser/"+all[0].ID, url.Values{"do": {"note"}, "words": {"biblioteket har ringet"}})
	if code, body := anna.Attach("/afvigelser/"+all[0].ID+"/bilag", "evidence", "kasse.png", webtest.Picture(t)); code != http.StatusSeeOther {
		t.Errorf("%d %s", code, webtest.ErrorsIn(body))
	}
	anna.Attached("/api/v1/deviations/"+all[0].ID+"/attachments", "evidence", "seddel.pdf", []byte(webtest.Scan))
	karen.OK("/ruteplan/indstillinger", url.Values{"after_closing": {"30"}, "slack": {"20"}, "loading": {"8"}, "speed": {"40"}, "couriers": {"3"}, "deadline": {"21:00"},
		"call_place": {"0"}, "call_courier": {"15"}, "call_coordinator": {"30"}, "call_duty_head": {"60"}})
}
