package grievance

import "time"

// Demand is what a citizen can demand of the own data.
type Demand string

// The demands.
const (
	DemandExport  Demand = "export"  // a copy of what is held
	DemandErasure Demand = "erasure" // that it is erased
)

// How a demand came, how its sender was known, and why: codes, never the citizen's words.
var (
	DemandWays       = []string{"letter", "mail", "message", "in_person", "telephone"}
	DemandIdentities = []string{"same_account", "known_address", "document", "order"}
	DemandReasons    = []string{"own_wish", "consent_withdrawn", "not_needed", "wrong_person", "order"}
)

// DataRequest is the record of one demand: who asked, how they were known, why, and which
// officer did what. It holds none of the citizen's words.
type DataRequest struct {
	ID       ID
	AuthorID ID
	Demand   Demand
	AskedAt  time.Time // the day on which the citizen asked
	Way      string    // of DemandWays
	Identity string    // of DemandIdentities
	Reason   string    // of DemandReasons
	Officer  ID
	Charge   ID
	At       time.Time
	State    DataRequestState
	DoneAt   time.Time
	Posts    int // copied or erased
	Cases    int
	File     string    // hash of the copy while it can be fetched
	Expires  time.Time // of the copy
	Fetched  int       // how often it was
}

// DataRequestState is how far a demand is.
type DataRequestState string

// The states of a demand.
const (
	RequestWorking DataRequestState = "working"
	RequestDone    DataRequestState = "done"
	RequestFailed  DataRequestState = "failed" // the officer holds the charge no longer
)
