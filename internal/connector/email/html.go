package email

import (
	"bytes"
	"regexp"
	"slices"
	"strings"

	"github.com/microcosm-cc/bluemonday"
	"golang.org/x/net/html"
	"golang.org/x/net/html/atom"
)

// newLetterPolicy lets through what a letter needs to be read: no style, no forms, no
// scripts and no pictures from elsewhere, which tell the sender that they were opened.
func newLetterPolicy() *bluemonday.Policy {
	p := bluemonday.NewPolicy()
	p.AllowElements("p", "div", "span", "br", "hr", "b", "strong", "i", "em", "u", "s", "sub", "sup", "small", "pre", "code",
		"blockquote", "ul", "ol", "li", "dl", "dt", "dd", "h1", "h2", "h3", "h4", "h5", "h6", "center", "address",
		"table", "thead", "tbody", "tfoot", "tr", "td", "th", "caption")
	p.AllowAttrs("colspan", "rowspan").Matching(bluemonday.Integer).OnElements("td", "th")
	p.AllowAttrs("dir").Matching(bluemonday.Direction).Globally()
	p.AllowAttrs("href").OnElements("a")
	p.AllowURLSchemes("http", "https", "mailto", "tel")
	p.RequireNoFollowOnLinks(true)
	p.RequireNoReferrerOnLinks(true)
	p.AddTargetBlankToFullyQualifiedLinks(true)
	return p
}

var letterPolicy = newLetterPolicy()

// cleanHTML makes the formatted letter safe to show in a sandboxed frame.
func cleanHTML(src string) string {
	if src == "" {
		return ""
	}
	return strings.TrimSpace(letterPolicy.Sanitize(src))
}

var metaPattern = regexp.MustCompile(`(?i)<meta[^>]+charset\s*=\s*["']?([\w-]+)`)

// metaCharset is what a page says of itself in its first kilobytes.
func metaCharset(page []byte) string {
	if m := metaPattern.FindSubmatch(page[:min(len(page), 4096)]); m != nil {
		return string(m[1])
	}
	return ""
}

// htmlText makes HTML plain.
func htmlText(src string) string { return renderText(parseHTML(src)) }

// parseHTML gives nil for HTML that the parser gives up on, as with endless nesting.
func parseHTML(src string) *html.Node {
	if strings.TrimSpace(src) == "" {
		return nil
	}
	root, err := html.Parse(strings.NewReader(src))
	if err != nil {
		text := bluemonday.StrictPolicy().Sanitize(src)
		return &html.Node{Type: html.TextNode, Data: html.UnescapeString(text)}
	}
	return root
}

func renderText(root *html.Node) string {
	var w textWriter
	w.node(root)
	return strings.TrimSpace(blankLines.ReplaceAllString(w.String(), "\n\n"))
}

var blankLines = regexp.MustCompile(`\n[ \t\n]*\n`)

// textWriter writes a page as lines of text.
type textWriter struct {
	bytes.Buffer
	pre bool
}

func (w *textWriter) node(n *html.Node) {
	if n == nil {
		return
	}
	if n.Type == html.TextNode {
		w.text(n.Data)
		return
	}
	switch n.DataAtom {
	case atom.Script, atom.Style, atom.Head, atom.Title, atom.Template:
		return
	case atom.Br:
		w.WriteByte('\n')
		return
	case atom.Hr:
		w.line()
		return
	case atom.Li:
		w.line()
		w.WriteString("- ")
	case atom.Td, atom.Th:
		if n.PrevSibling != nil {
			w.space()
		}
	}
	block, gap := slices.Contains(blocks, n.DataAtom), slices.Contains(gaps, n.DataAtom)
	if block {
		w.line()
	}
	if gap {
		w.gap()
	}
	was := w.pre
	w.pre = was || n.DataAtom == atom.Pre
	for c := n.FirstChild; c != nil; c = c.NextSibling {
		w.node(c)
	}
	w.pre = was
	if block {
		w.line()
	}
	if gap {
		w.gap()
	}
}

var (
	blocks = []atom.Atom{atom.Div, atom.P, atom.Tr, atom.Table, atom.Ul, atom.Ol, atom.Blockquote, atom.Pre, atom.Center,
		atom.H1, atom.H2, atom.H3, atom.H4, atom.H5, atom.H6, atom.Dt, atom.Dd, atom.Section, atom.Article, atom.Address}
	gaps = []atom.Atom{atom.P, atom.Blockquote, atom.Table, atom.Ul, atom.Ol, atom.H1, atom.H2, atom.H3}
)

func (w *textWriter) text(s string) {
	s = strings.ReplaceAll(s, "\u00A0", " ")
	if w.pre {
		w.WriteString(s)
		return
	}
	for i, word := range strings.Fields(s) {
		if i > 0 || strings.IndexAny(s, " \t\r\n") == 0 {
			w.space()
		}
		w.WriteString(word)
	}
	if s != "" && strings.ContainsAny(s[len(s)-1:], " \t\r\n") {
		w.space()
	}
}

func (w *textWriter) space() {
	if b := w.Bytes(); len(b) > 0 && b[len(b)-1] != ' ' && b[len(b)-1] != '\n' {
		w.WriteByte(' ')
	}
}

func (w *textWriter) line() {
	b := bytes.TrimRight(w.Bytes(), " ")
	w.Truncate(len(b))
	if len(b) > 0 && b[len(b)-1] != '\n' {
		w.WriteByte('\n')
	}
}

func (w *textWriter) gap() {
	w.line()
	if b := w.Bytes(); len(b) > 0 && !bytes.HasSuffix(b, []byte("\n\n")) {
		w.WriteByte('\n')
	}
}

// ownWords is the text of a formatted reply without what its mailer marked as quoted,
// or empty when nothing is marked.
func ownWords(src string) string {
	root := parseHTML(src)
	if root == nil || !dropQuotes(root) {
		return ""
	}
	return renderText(root)
}

// dropQuotes takes the marked quotes out of the tree and tells whether there were any.
func dropQuotes(n *html.Node) bool {
	found := false
	for c := n.FirstChild; c != nil; {
		next := c.NextSibling
		switch marked, rest := quoteMark(c); {
		case marked && forwardPattern.MatchString(firstLine(c)):
		case marked:
			found = true
			for rest && next != nil { // the quote is all that follows the mark
				after := next.NextSibling
				n.RemoveChild(next)
				next = after
			}
			n.RemoveChild(c)
		case dropQuotes(c):
			found = true
		}
		c = next
	}
	return found
}

// quoteMark knows the elements in which mailers wrap what they quote; after some of them
// everything that follows is quoted too.
func quoteMark(n *html.Node) (marked, rest bool) {
	if n.Type != html.ElementNode {
		return false, false
	}
	id, class := attr(n, "id"), attr(n, "class")
	switch {
	case strings.Contains(id, "divRplyFwdMsg"), strings.Contains(id, "appendonsend"):
		return true, true
	case strings.Contains(class, "gmail_quote"), strings.Contains(class, "yahoo_quoted"), strings.Contains(id, "yahoo_quoted"),
		strings.Contains(class, "moz-cite-prefix"), n.DataAtom == atom.Blockquote && strings.EqualFold(attr(n, "type"), "cite"):
		return true, false
	}
	return false, false
}

func attr(n *html.Node, key string) string {
	for _, a := range n.Attr {
		if a.Key == key {
			return a.Val
		}
	}
	return ""
}

func firstLine(n *html.Node) string {
	line, _, _ := strings.Cut(renderText(n), "\n")
	return line
}
