// Package grievance is the language of the system: posts, cases, states, clocks,
// offices, actors, scope and permissions. It holds rules and no I/O: what a rule
// needs (the time, the office calendar) is passed in. Storing, sending and showing
// are left to the packages above it.
package grievance
