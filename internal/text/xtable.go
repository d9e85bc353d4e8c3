package text

import (
	_ "embed"
	"encoding/json"
	"slices"
	"strings"
)

// XLimit is how much an account on X may write, by weight; accounts with Premium may
// write XLimitPremium.
const (
	XLimit        = 280
	XLimitPremium = 25000
)

// xLinkWeight is what any link counts, xHeavy what a code point outside the light
// ranges and a whole emoji sequence count.
const (
	xLinkWeight = 23
	xHeavy      = 2
)

// xLight are the code points that count 1, first and last of each range: all alphabets
// up to Georgian, so every letter, sign and halant of India, and some punctuation.
var xLight = [][2]rune{{0x0000, 0x10FF}, {0x2000, 0x200D}, {0x2010, 0x201F}, {0x2032, 0x2037}}

// xEmoji are the code points that can begin or continue an emoji sequence (Unicode's
// Extended_Pictographic).
var xEmoji = [][2]rune{
	{0xA9, 0xA9}, {0xAE, 0xAE}, {0x203C, 0x203C}, {0x2049, 0x2049}, {0x2122, 0x2122}, {0x2139, 0x2139},
	{0x2194, 0x2199}, {0x21A9, 0x21AA}, {0x231A, 0x231B}, {0x2328, 0x2328}, {0x23CF, 0x23CF}, {0x23E9, 0x23F3},
	{0x23F8, 0x23FA}, {0x24C2, 0x24C2}, {0x25AA, 0x25AB}, {0x25B6, 0x25B6}, {0x25C0, 0x25C0}, {0x25FB, 0x25FE},
	{0x2600, 0x27BF}, {0x2934, 0x2935}, {0x2B05, 0x2B07}, {0x2B1B, 0x2B1C}, {0x2B50, 0x2B50}, {0x2B55, 0x2B55},
	{0x3030, 0x3030}, {0x303D, 0x303D}, {0x3297, 0x3297}, {0x3299, 0x3299}, {0x1F000, 0x1F1E5}, {0x1F201, 0x1F3FA},
	{0x1F400, 0x1FAFF},
}

// The links that X finds, in the syntax that Go and JavaScript (flags u and i) share: an
// address with or without a scheme whose domain ends in a name of xTLDs.
const (
	// xDomain is a run of labels; its longest part that ends in a known name is the link.
	xDomain = `(https?://)?((?:[\p{L}\p{N}_][\p{L}\p{M}\p{N}_-]*\.)+[\p{L}\p{N}][\p{L}\p{M}\p{N}-]*)`
	// xPath follows a domain: port, path, query.
	xPath = `^(?::[0-9]+)?(?:/(?:(?:[A-Za-z0-9!*';:=+,.$/%#\[\]\-_~&|@]|\([A-Za-z0-9!*';:=+,.$/%#\[\]\-_~&|@]+\))*(?:[A-Za-z0-9=_#/+\-]|\([A-Za-z0-9!*';:=+,.$/%#\[\]\-_~&|@]+\)))?)?(?:\?[A-Za-z0-9!?*'();:&=+$/%#\[\]\-_.,~|@]*[A-Za-z0-9\-_&=#/])?`
	// xNoLinkAfter are the characters after which no link begins, xNoBareLinkAfter those
	// after which none begins without a scheme.
	xNoLinkAfter     = `[A-Za-z0-9@＠$#＃]$`
	xNoBareLinkAfter = `[-_./]$`
)

// The top level of the domain name system, as of November 2026: ASCII names and the
// names of India in its own scripts.
//
//go:embed xtlds.txt
var xTLDList string

var xTLDs = strings.Fields(xTLDList)

// XTable is what a browser needs to count as XLength does.
type XTable struct {
	Limit           int       `json:"limit"`
	LimitPremium    int       `json:"limit_premium"`
	LinkWeight      int       `json:"link_weight"`
	Heavy           int       `json:"heavy"`
	Light           [][2]rune `json:"light"`
	Emoji           [][2]rune `json:"emoji"`
	Domain          string    `json:"domain"`
	Path            string    `json:"path"`
	NoLinkAfter     string    `json:"no_link_after"`
	NoBareLinkAfter string    `json:"no_bare_link_after"`
	TLDs            []string  `json:"tlds"`
}

// XTableJSON is the table that XLength counts by, for the script of the page: one table
// for server and browser.
func XTableJSON() ([]byte, error) {
	return json.Marshal(XTable{
		Limit: XLimit, LimitPremium: XLimitPremium, LinkWeight: xLinkWeight, Heavy: xHeavy,
		Light: xLight, Emoji: xEmoji, Domain: xDomain, Path: xPath,
		NoLinkAfter: xNoLinkAfter, NoBareLinkAfter: xNoBareLinkAfter, TLDs: xTLDs,
	})
}

func in(ranges [][2]rune, r rune) bool {
	return slices.ContainsFunc(ranges, func(x [2]rune) bool { return x[0] <= r && r <= x[1] })
}
