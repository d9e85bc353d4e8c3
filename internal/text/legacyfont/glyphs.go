package legacyfont

// part says what a glyph is in the syllable that is being written.
type part uint8

const (
	sign        part = iota // punctuation: ends the syllable
	consonant               // with its inherent vowel
	half                    // a consonant that waits for the next
	vowel                   // independent
	matra                   // dependent vowel
	mark                    // anusvara, candrabindu, visarga
	below                   // a consonant hung on the cluster before: ्र, ्य
	reph                    // र् over a syllable, typed after it
	before                  // ि, typed before its cluster
	nukta                   //
	halant                  //
	colonOrMark             // visarga within words, a colon after them
)

// glyph is what one sign of the font stands for. A sign may be several parts of a
// syllable: vowel, mark and reph ride on text.
type glyph struct {
	part  part
	text  string
	vowel string // a matra that is drawn into a consonant, or that a reph carries
	mark  string // an anusvara drawn into the sign
}

// glyphs is the keyboard of Kruti Dev 010, by the characters of Windows-1252. DevLys 010
// has the same. Signs that are not here stand for themselves.
var glyphs = map[rune]glyph{
	'd': {consonant, "क", "", ""}, 'D': {half, "क", "", ""}, '[': {half, "ख", "", ""}, 'x': {consonant, "ग", "", ""}, 'X': {half, "ग", "", ""},
	'?': {half, "घ", "", ""}, 'Ä': {consonant, "घ", "", ""}, '³': {consonant, "ङ", "", ""},
	'p': {consonant, "च", "", ""}, 'P': {half, "च", "", ""}, 'N': {consonant, "छ", "", ""}, 't': {consonant, "ज", "", ""}, 'T': {half, "ज", "", ""},
	'>': {consonant, "झ", "", ""}, '÷': {half, "झ", "", ""}, 'Ö': {half, "झ", "", ""}, '¥': {consonant, "ञ", "", ""},
	'V': {consonant, "ट", "", ""}, 'B': {consonant, "ठ", "", ""}, 'M': {consonant, "ड", "", ""}, '<': {consonant, "ढ", "", ""}, '.': {half, "ण", "", ""},
	'r': {consonant, "त", "", ""}, 'R': {half, "त", "", ""}, 'F': {half, "थ", "", ""}, 'n': {consonant, "द", "", ""},
	'/': {half, "ध", "", ""}, 'è': {half, "ध", "", ""}, 'Ë': {half, "ध", "", ""}, 'u': {consonant, "न", "", ""}, 'U': {half, "न", "", ""},
	'i': {consonant, "प", "", ""}, 'I': {half, "प", "", ""}, 'Q': {consonant, "फ", "", ""}, '¶': {half, "फ", "", ""},
	'c': {consonant, "ब", "", ""}, 'C': {half, "ब", "", ""}, 'H': {half, "भ", "", ""}, 'Ò': {consonant, "भ", "", ""},
	'e': {consonant, "म", "", ""}, 'E': {half, "म", "", ""}, ';': {consonant, "य", "", ""}, '¸': {half, "य", "", ""},
	'j': {consonant, "र", "", ""}, 'y': {consonant, "ल", "", ""}, 'Y': {half, "ल", "", ""}, 'G': {consonant, "ळ", "", ""},
	'o': {consonant, "व", "", ""}, 'O': {half, "व", "", ""}, '\'': {half, "श", "", ""}, 'Ü': {half, "श", "", ""}, '"': {half, "ष", "", ""},
	'l': {consonant, "स", "", ""}, 'L': {half, "स", "", ""}, 'g': {consonant, "ह", "", ""}, 'º': {half, "ह", "", ""},

	'{': {half, "क्ष", "", ""}, '=': {consonant, "त्र", "", ""}, '«': {half, "त्र", "", ""}, 'K': {consonant, "ज्ञ", "", ""}, 'J': {consonant, "श्र", "", ""},
	'|': {consonant, "द्य", "", ""}, '}': {consonant, "द्व", "", ""}, ')': {consonant, "द्ध", "", ""}, 'í': {consonant, "द्द", "", ""}, 'Ì': {consonant, "द्द", "", ""},
	'æ': {consonant, "द्र", "", ""}, 'Ø': {consonant, "क्र", "", ""}, 'ô': {consonant, "क्क", "", ""}, 'Ý': {consonant, "फ्र", "", ""},
	'ç': {consonant, "प्र", "", ""}, 'Á': {consonant, "प्र", "", ""}, 'Ù': {half, "त्त", "", ""}, 'é': {consonant, "न्न", "", ""}, '™': {half, "न्न", "", ""},
	'à': {consonant, "ह्न", "", ""}, 'á': {consonant, "ह्य", "", ""}, 'ã': {consonant, "ह्म", "", ""},
	'ê': {consonant, "ट्ट", "", ""}, 'Í': {consonant, "ट्ट", "", ""}, 'ë': {consonant, "ट्ठ", "", ""}, 'Î': {consonant, "ट्ठ", "", ""},
	'ì': {consonant, "ड्ड", "", ""}, 'Ï': {consonant, "ड्ड", "", ""}, 'ï': {consonant, "ड्ढ", "", ""}, 'Ô': {consonant, "ड्ढ", "", ""},
	'â': {consonant, "ह", "ृ", ""}, 'Ñ': {consonant, "क", "ृ", ""}, '—': {consonant, "क", "ृ", ""}, '–': {consonant, "द", "ृ", ""},
	'#': {consonant, "र", "ु", ""}, ':': {consonant, "र", "ू", ""},

	'v': {vowel, "अ", "", ""}, 'b': {vowel, "इ", "", ""}, 'Ã': {vowel, "ई", "", ""}, 'm': {vowel, "उ", "", ""}, 'Å': {vowel, "ऊ", "", ""},
	'_': {vowel, "ऋ", "", ""}, ',': {vowel, "ए", "", ""},
	'k': {matra, "ा", "", ""}, 'h': {matra, "ी", "", ""}, 'q': {matra, "ु", "", ""}, 'w': {matra, "ू", "", ""}, '`': {matra, "ृ", "", ""},
	's': {matra, "े", "", ""}, 'S': {matra, "ै", "", ""}, 'W': {matra, "ॅ", "", ""}, '‚': {matra, "ॉ", "", ""}, 'È': {matra, "ी", "", "ं"},
	'a': {mark, "ं", "", ""}, '¡': {mark, "ँ", "", ""}, '%': {colonOrMark, "ः", "", ""},
	'z': {below, "्र", "", ""}, 'ª': {below, "्र", "", ""}, 'î': {below, "्य", "", ""}, 'Ó': {below, "्य", "", ""},
	'Z': {reph, "", "", ""}, '±': {reph, "", "", "ं"}, 'Ê': {reph, "", "ी", ""},
	'f': {before, "", "", ""}, 'Ç': {before, "", "", "ं"}, 'Æ': {before, "र्", "", ""}, 'É': {before, "र्", "", "ं"},
	'+': {nukta, "़", "", ""}, '~': {halant, "्", "", ""},

	'A': {sign, "।", "", ""}, '-': {sign, ".", "", ""}, '&': {sign, "-", "", ""}, 'µ': {sign, "–", "", ""}, ']': {sign, ",", "", ""}, '(': {sign, ";", "", ""},
	'@': {sign, "/", "", ""}, '\\': {sign, "?", "", ""}, '*': {sign, "’", "", ""}, '^': {sign, "‘", "", ""}, 'Þ': {sign, "“", "", ""}, 'ß': {sign, "”", "", ""},
	'¼': {sign, "(", "", ""}, '½': {sign, ")", "", ""}, '¿': {sign, "{", "", ""}, 'À': {sign, "}", "", ""}, '¾': {sign, "=", "", ""}, '$': {sign, "+", "", ""},
	'Œ': {sign, "॰", "", ""}, 'ñ': {sign, "॰", "", ""}, '•': {sign, "ऽ", "", ""}, '·': {sign, "ऽ", "", ""},
	'‘': {sign, "\"", "", ""}, '’': {sign, "\"", "", ""}, '“': {sign, "'", "", ""}, '”': {sign, "'", "", ""},
	'å': {sign, "०", "", ""}, 'ƒ': {sign, "१", "", ""}, '„': {sign, "२", "", ""}, '…': {sign, "३", "", ""}, '†': {sign, "४", "", ""},
	'‡': {sign, "५", "", ""}, 'ˆ': {sign, "६", "", ""}, '‰': {sign, "७", "", ""}, 'Š': {sign, "८", "", ""}, '‹': {sign, "९", "", ""},
}
