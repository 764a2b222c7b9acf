package custody_test

import (
	"testing"

	"github.com/brevstemme/brevstemme/app/web/custody"
	"github.com/brevstemme/brevstemme/app/web/webtest"
)

// TestMain wants every POST of this room to have been sent again (webtest.Main).
func TestMain(m *testing.M) { webtest.Main(m, custody.Routes(nil)) }
