package text

import (
	"html"
	"strings"
	"unicode"
	"unicode/utf8"

	"golang.org/x/text/unicode/norm"
)

// Normal is a text as a model reads it: NFKC, small letters, no joiners, no dots under
// letters, no sign more than twice in a row (digits stay), emoji as words of what they
// express, and tags as the words that they are made of: "#SaveWater" is "save water".
// Handles and links stay as they are written.
func Normal(s string) string {
	if strings.IndexByte(s, '&') >= 0 {
		s = html.UnescapeString(s)
	}
	s = norm.NFKC.String(strings.ToValidUTF8(s, " "))
	n := normaliser{}
	n.out.Grow(len(s) + 16)
	for i, r := range s {
		n.read(r, s[i+utf8.RuneLen(r):])
	}
	return n.out.String()
}

// normaliser writes a normal text rune by rune.
type normaliser struct {
	out    strings.Builder
	last   rune
	run    int  // how often last stood before in a row
	before rune // as it was read, for where a tag's words begin
	tag    bool // inside a tag
	handle bool // inside a handle or a link
}

func (n *normaliser) read(r rune, rest string) {
	before := n.before
	n.before = r
	switch {
	case dropped(r):
		return
	case r == 'ँ':
		r = 'ं'
	case r == '#' && n.last != '&':
		n.tag = true
		r = ' '
	case r == '@':
		n.handle = true
	case n.tag && r == '_' && !n.handle:
		r = ' '
	case n.tag && !wordRune(r), unicode.IsSpace(r):
		n.tag, n.handle = false, false
	case n.tag && begins(before, r, rest):
		n.write(' ')
	}
	if word := emojiWord(r); word != "" {
		n.word(word)
		return
	}
	n.write(unicode.ToLower(r))
}

func (n *normaliser) write(r rune) {
	if unicode.IsSpace(r) {
		r = ' '
	}
	if r != n.last {
		n.last, n.run = r, 0
		n.out.WriteRune(r)
		return
	}
	n.run++
	if r == ' ' || n.run >= 2 && !unicode.IsDigit(r) {
		return
	}
	n.out.WriteRune(r)
}

func (n *normaliser) word(w string) {
	n.write(' ')
	n.out.WriteString(w)
	n.last, n.run = 0, 0
	n.write(' ')
}

// begins says whether a word of a tag begins at r: after a small letter a capital, after
// capitals the last of them before a small one, a number after letters and back.
func begins(before, r rune, rest string) bool {
	switch {
	case unicode.IsUpper(r):
		next, _ := utf8.DecodeRuneInString(rest)
		return unicode.IsLower(before) || unicode.IsDigit(before) || unicode.IsUpper(before) && unicode.IsLower(next)
	case unicode.IsDigit(r):
		return unicode.IsLetter(before)
	case unicode.IsLetter(r):
		return unicode.IsDigit(before)
	}
	return false
}

// dropped runes say nothing: joiners, marks of direction and of emoji's colour and form,
// the dot under a letter that half of all writers leave out.
func dropped(r rune) bool {
	switch {
	case r >= 0x200b && r <= 0x200f, r >= 0x202a && r <= 0x202e, r >= 0x2060 && r <= 0x2064:
		return true
	case r == 0xfeff, r == 0xad, r == 0x93c, r == 0xa3c, r == 0xfe0e, r == 0xfe0f:
		return true
	case r >= 0x1f3fb && r <= 0x1f3ff:
		return true
	}
	return false
}

// emojiWord is the word for what an emoji expresses: of its class where it has one, else
// "emoji"; nothing for other runes.
func emojiWord(r rune) string {
	if r < 0x2190 {
		return ""
	}
	if w, ok := emojiClass[r]; ok {
		return w
	}
	if r >= 0x1f000 && r <= 0x1faff || r >= 0x2600 && r <= 0x27bf {
		return "emoji"
	}
	return ""
}

var emojiClass = classes(map[string]string{
	"emojiangry": "😠😡🤬😤👿💢🖕😾",
	"emojisad":   "😢😭😞😔😟😩😫😣😖😥😰🙁☹💔😿😓",
	"emojilaugh": "😂🤣😆😹😜😝😛🤪",
	"emojigood":  "👍👏🙌❤💐🌹🎉🎊😊😀😃😄😁🙂😍🥰😘🥳💪🤝👌✅💖💕💯🏆",
	"emojibad":   "👎🤮🤢💩🤦🤷🙄😒😑",
	"emojiplead": "🙏🥺🙇🤲",
	"emojialarm": "🚨🆘⚠🔥☠💀🚑🚒😱❗‼⛔🛑",
	"emojiwater": "💧💦🚰🌊🚱",
	"emojipower": "💡🔌⚡🔦",
	"emojiroad":  "🚧🛣🚦🚗🚙🚌🚛🏍🛵",
	"emojiwaste": "🗑🚮♻🚯🪰🦟",
})

func classes(lists map[string]string) map[rune]string {
	m := map[rune]string{}
	for word, list := range lists {
		for _, r := range list {
			m[r] = word
		}
	}
	return m
}
