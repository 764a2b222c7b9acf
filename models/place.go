package models

// PlaceKind is what sort of place votes are received at (FV §§ 53–55, KRVL §§ 59–61).
type PlaceKind string

// The kinds of places. Storage and reception are no voting places: containers end there.
const (
	PlaceLibrary        PlaceKind = "library"
	PlaceCitizenService PlaceKind = "citizen_service"
	PlaceMobile         PlaceKind = "mobile"
	PlaceHospital       PlaceKind = "hospital"
	PlaceCareHome       PlaceKind = "care_home"
	PlacePrison         PlaceKind = "prison"
	PlaceHomeRound      PlaceKind = "home_round"
	PlaceOther          PlaceKind = "other"
	PlaceReception      PlaceKind = "reception" // Borgerservice's reception of containers
)

// PlaceKinds lists the kinds in the order in which they are offered.
var PlaceKinds = []PlaceKind{PlaceLibrary, PlaceCitizenService, PlaceMobile, PlaceHospital, PlaceCareHome, PlacePrison, PlaceHomeRound, PlaceOther, PlaceReception}

// ServiceModel tells who staffs a place, as in Aarhus.
type ServiceModel string

// The service models: citizen-service staff sitting in the library, library
// staff, or both.
const (
	ModelShared  ServiceModel = "lokalefaellesskab"
	ModelLibrary ServiceModel = "biblioteksbetjent"
	ModelBoth    ServiceModel = "begge"
)

// ServiceModels lists the models.
var ServiceModels = []ServiceModel{ModelShared, ModelLibrary, ModelBoth}

// Aid is a voting aid (FV § 63, KRVL § 69 and the executive order).
type Aid string

// The aids. The first three belong at every place, the last two at one at least.
const (
	AidFeltPen   Aid = "felt_pen"
	AidMagnifier Aid = "magnifier_4x"
	AidLamp      Aid = "led_lamp"
	AidTable     Aid = "height_table"
	AidCCTV      Aid = "cctv"
)

// AidsEverywhere and AidsSomewhere say where aids must be.
var (
	AidsEverywhere = []Aid{AidFeltPen, AidMagnifier, AidLamp}
	AidsSomewhere  = []Aid{AidTable, AidCCTV}
)

// Hours are weekly opening hours: minutes after midnight on a weekday (0 = Sunday).
type Hours struct {
	Weekday int `json:"weekday"`
	Opens   int `json:"opens"`
	Closes  int `json:"closes"`
}

// TourStop is one stop of a mobile place.
type TourStop struct {
	Name    string  `json:"name"`
	Address string  `json:"address"`
	Lat     float64 `json:"lat"`
	Lon     float64 `json:"lon"`
}

// Contact is a function, not a private person: a telephone that is answered.
type Contact struct {
	Role  string `json:"role"`
	Phone string `json:"phone"`
	Email string `json:"email"`
}

// Place is where votes are received, or containers kept.
type Place struct {
	ID            string       `json:"id"` // "LYS", [0-9A-Z], on paper and in barcodes
	Name          string       `json:"name"`
	Kind          PlaceKind    `json:"kind"`
	Address       string       `json:"address"`
	Postcode      string       `json:"postcode"`
	City          string       `json:"city"`
	Lat           float64      `json:"lat"` // WGS 84; 0,0 when unknown
	Lon           float64      `json:"lon"`
	Model         ServiceModel `json:"model"`
	Rooms         []string     `json:"rooms"`
	Booths        int          `json:"booths"`
	Aids          []Aid        `json:"aids"`
	Staffed       []Hours      `json:"staffed"`      // hours with staff: votes may be received
	SelfService   []Hours      `json:"self_service"` // open without staff: never
	ClosedDays    []Date       `json:"closed_days"`
	Accessibility string       `json:"accessibility"`
	Storage       string       `json:"storage"`     // where containers stand overnight
	KeyHolders    []string     `json:"key_holders"` // person ids
	Contacts      []Contact    `json:"contacts"`
	Stops         []TourStop   `json:"stops"`
	Decision      Decision     `json:"decision"`  // what made it a voting place, FV § 53 / KRVL § 59
	CrewMin       int          `json:"crew_min"`  // local setting; 0 means the kind's own
	Retired       bool         `json:"retired"`   // kept for history
	SearchAt      []string     `json:"search_at"` // what is searched at closing: bins, copier, staff room …
}

// RecordKind implements Record.
func (Place) RecordKind() string { return "place" }

// RecordID implements Record.
func (p Place) RecordID() string { return p.ID }
