package connector

import (
	"errors"
	"fmt"
	"time"
)

// Class says what to do after a failure.
type Class string

// The failure classes (CHANNELS.md §1): one type, one decision each.
const (
	Temporary Class = "temporary" // retry with growing waits; then ask the officer
	Limited   Class = "limited"   // the whole account waits until Failure.Until
	SignIn    Class = "signin"    // stop the account, tell the administrator once, keep the work queued
	Forbidden Class = "forbidden" // stop this kind of call for the account, tell the administrator
	Refused   Class = "refused"   // this reply cannot be sent: Failure.Key tells the officer why
	Gone      Class = "gone"      // the post was deleted or hidden
	Unpaid    Class = "unpaid"    // credit used up: as Limited, and tell the administrator
	Broken    Class = "broken"    // our request was wrong: log, do not retry
	Doubtful  Class = "doubtful"  // it may have been published: look for it, never send again blindly
	Duplicate Class = "duplicate" // the service has this text already: look for ours, else refused
)

// Failure is how a call to a service failed. Its message holds class, code and the
// service's request id, never words or names of citizens.
type Failure struct {
	Class     Class
	Until     time.Time // Limited, Unpaid; zero: unknown
	Code      string    // the service's own code
	RequestID string
	Key       string // message key for the officer (Refused) or the administrator
	Err       error
}

func (f *Failure) Error() string {
	s := string(f.Class)
	if f.Code != "" {
		s += " " + f.Code
	}
	if f.RequestID != "" {
		s += " (request " + f.RequestID + ")"
	}
	if f.Err != nil {
		return fmt.Sprintf("%s: %v", s, f.Err)
	}
	return s
}

func (f *Failure) Unwrap() error { return f.Err }

// ClassOf is the class of an error of a read call; what is no *Failure is temporary.
func ClassOf(err error) Class {
	if f, ok := errors.AsType[*Failure](err); ok {
		return f.Class
	}
	return Temporary
}

// RetryWaits are the growing waits after temporary failures, before jitter.
var RetryWaits = []time.Duration{time.Minute, 5 * time.Minute, 15 * time.Minute, time.Hour, 4 * time.Hour}
