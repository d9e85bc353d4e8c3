package grievance

import (
	"errors"
	"fmt"
)

// What every layer tells its caller; the pages turn them into 404, 403 and 409.
var (
	// ErrNotFound: no such thing, or it lies outside the caller's jurisdiction.
	ErrNotFound = errors.New("not found")
	// ErrForbidden: the caller sees it but may not do this to it.
	ErrForbidden = errors.New("not allowed")
	// ErrConflict: its state does not admit this, or somebody changed it meanwhile.
	ErrConflict = errors.New("conflict")
)

// InvalidError says which field cannot be taken and, as a message key, why.
type InvalidError struct {
	Field string
	Key   string
	Args  map[string]any
}

func (e *InvalidError) Error() string { return fmt.Sprintf("invalid %s: %s", e.Field, e.Key) }

// Invalid refuses field for the reason that the message key tells.
func Invalid(field, key string) *InvalidError { return &InvalidError{Field: field, Key: key} }
