// Package web is what every page stands on: routes as data, sessions, language and
// theme, errors as pages, buffered rendering, security headers and static files. The
// pages themselves lie in console (officers) and citizen; templates and static files of
// both lie here, embedded.
//
// A page package lists its routes ([]Route), each with a handler that returns an error.
// The server wraps them all in the same way, so a route cannot forget who may call it.
package web
