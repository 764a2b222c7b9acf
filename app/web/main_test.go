package web_test

import (
	"testing"

	"github.com/brevstemme/brevstemme/app/web"
	"github.com/brevstemme/brevstemme/app/web/webtest"
)

// TestMain wants every POST route to have been sent again (webtest.Main).
func TestMain(m *testing.M) { webtest.Main(m, web.Routes(nil)) }
