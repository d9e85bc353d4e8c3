// Package console holds the officers' pages: inbox, sorting desk, case, figures,
// channels, offices, sign-in, and what a field officer sees on a phone. Each handler
// reads the form, calls the desk and answers; every rule is the desk's.
package console
