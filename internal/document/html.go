package document

import (
	"strings"

	"golang.org/x/net/html"
)

// blocks begin a line of their own.
var blocks = map[string]bool{"p": true, "div": true, "br": true, "tr": true, "li": true, "h1": true, "h2": true, "h3": true, "h4": true, "table": true, "blockquote": true, "pre": true}

// silent hold no words of the document.
var silent = map[string]bool{"script": true, "style": true, "head": true, "template": true, "noscript": true}

// mostHTML is how much of a page is read: each sign of it may become an element.
const mostHTML = 2 << 20

func readHTML(src string) Words {
	if len(src) > mostHTML {
		w := readHTML(strings.ToValidUTF8(src[:mostHTML], ""))
		w.Cut = true
		return w
	}
	root, err := html.Parse(strings.NewReader(src))
	if err != nil {
		return Words{}
	}
	var w Words
	var out strings.Builder
	var visit func(n *html.Node)
	visit = func(n *html.Node) {
		if n.Type == html.TextNode {
			out.WriteString(spaced(n.Data))
		}
		if n.Type == html.ElementNode {
			if silent[n.Data] {
				return
			}
			for _, a := range n.Attr {
				if (a.Key == "face" || a.Key == "style") && named(a.Val) {
					w.KrutiDev = true
				}
			}
			if blocks[n.Data] {
				out.WriteString("\n")
			}
			if n.Data == "td" || n.Data == "th" {
				out.WriteString(" ")
			}
		}
		for c := n.FirstChild; c != nil; c = c.NextSibling {
			visit(c)
		}
	}
	visit(root)
	w.Text = out.String()
	return w
}

// spaced writes every run of blanks as one, as a browser does.
func spaced(s string) string {
	words := strings.Join(strings.Fields(s), " ")
	if words == "" {
		return " "
	}
	if strings.TrimLeft(s, " \t\r\n") != s {
		words = " " + words
	}
	if strings.TrimRight(s, " \t\r\n") != s {
		words += " "
	}
	return words
}
