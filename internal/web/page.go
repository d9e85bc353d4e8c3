package web

import "html/template"

// Page is what every page's struct embeds. Through its visit a template writes texts,
// numbers and dates in the reader's language.
type Page struct {
	*Visit
	server *Server
}

// Page begins the struct of a page for the visit.
func (s *Server) Page(v *Visit) Page { return Page{Visit: v, server: s} }

// Asset is the address of a static file, with the hash of its content.
func (p Page) Asset(name string) string { return p.server.assets.address(name) }

// Choice is one entry of a list to choose from.
type Choice struct {
	Value, Text string
	Chosen      bool
	Hint        string
}

// Group is a named part of a list to choose from.
type Group struct {
	Name    string
	Choices []Choice
}

// icon is a drawing from the sprite; a word always stands beside it.
func (s *Server) icon(name string) template.HTML {
	return template.HTML(`<svg class="i" aria-hidden="true" focusable="false"><use href="` +
		template.HTMLEscapeString(s.assets.address("vendor/icons.svg")+"#i-"+name) + `"/></svg>`)
}
