package legacyfont

import (
	"strings"

	"golang.org/x/text/unicode/norm"
)

// The keyboard the other way round, as a typist knows it, for the tests only.

// whole and halves write consonants; a consonant without a half is written whole with a
// halant.
var whole = map[rune]string{
	'क': "d", 'ख': "[k", 'ग': "x", 'घ': "?k", 'ङ': "³", 'च': "p", 'छ': "N", 'ज': "t", 'झ': ">", 'ञ': "¥", 'ट': "V", 'ठ': "B", 'ड': "M", 'ढ': "<", 'ण': ".k",
	'त': "r", 'थ': "Fk", 'द': "n", 'ध': "/k", 'न': "u", 'प': "i", 'फ': "Q", 'ब': "c", 'भ': "Hk", 'म': "e", 'य': ";", 'र': "j", 'ल': "y", 'ळ': "G", 'व': "o", 'श': "'k", 'ष': "\"k", 'स': "l", 'ह': "g",
}

var halves = map[rune]string{
	'क': "D", 'ख': "[", 'ग': "X", 'घ': "?", 'च': "P", 'ज': "T", 'झ': "÷", 'ण': ".", 'त': "R", 'थ': "F", 'ध': "/", 'न': "U", 'प': "I", 'फ': "¶", 'ब': "C", 'भ': "H", 'म': "E",
	'य': "¸", 'ल': "Y", 'व': "O", 'श': "'", 'ष': "\"", 'स': "L", 'ह': "º",
}

// conjuncts have a sign of their own, longest first.
var conjuncts = []struct{ unicode, kruti, half string }{
	{"क्ष", "{k", "{"}, {"त्र", "=", "«"}, {"ज्ञ", "K", ""}, {"श्र", "J", ""}, {"द्य", "|", ""}, {"द्व", "}", ""}, {"द्ध", ")", ""}, {"द्द", "í", ""}, {"द्र", "æ", ""},
	{"त्त", "Ùk", "Ù"}, {"क्र", "Ø", ""}, {"प्र", "iz", ""}, {"फ्र", "Ý", ""}, {"ट्ट", "ê", ""}, {"ट्ठ", "ë", ""}, {"ड्ड", "ì", ""}, {"ड्ढ", "ï", ""}, {"ह्न", "à", ""}, {"ह्म", "ã", ""}, {"ह्य", "á", ""},
	{"क्क", "ô", ""}, {"न्न", "é", "™"},
}

var signs = map[rune]string{
	'अ': "v", 'आ': "vk", 'इ': "b", 'ई': "bZ", 'उ': "m", 'ऊ': "Å", 'ऋ': "_", 'ए': ",", 'ऐ': ",s", 'ओ': "vks", 'औ': "vkS", 'ऑ': "v‚", 'ऍ': ",W",
	'ा': "k", 'ी': "h", 'ु': "q", 'ू': "w", 'ृ': "`", 'े': "s", 'ै': "S", 'ो': "ks", 'ौ': "kS", 'ॉ': "‚", 'ॅ': "W",
	'ं': "a", 'ँ': "¡", 'ः': "%", ':': "%", '।': "A", '.': "-", '-': "&", ',': "]", '/': "@", '?': "\\", '(': "¼", ')': "½", '’': "*", '‘': "^", '“': "Þ", '”': "ß", ';': "(", '=': "¾", '+': "$", 'ऽ': "·",
}

func isConsonant(r rune) bool { _, ok := whole[r]; return ok }

// encode types Unicode Hindi in Kruti Dev 010.
func encode(s string) string {
	r := []rune(norm.NFD.String(norm.NFC.String(s)))
	var out strings.Builder
	for i := 0; i < len(r); {
		if !isConsonant(r[i]) {
			if k, ok := signs[r[i]]; ok {
				out.WriteString(k)
			} else {
				out.WriteRune(r[i])
			}
			i++
			continue
		}
		end := i + 1
		for end < len(r) {
			if r[end] == '़' || r[end] == '्' || isConsonant(r[end]) && r[end-1] == '्' {
				end++
				continue
			}
			break
		}
		cluster, rest := string(r[i:end]), r[end:]
		i = end
		pre, post := "", ""
		if tail, ok := strings.CutPrefix(cluster, "र्"); ok && tail != "" {
			cluster, post = tail, "Z"
		}
		matras := ""
		for len(rest) > 0 && strings.ContainsRune("ािीुूृेैोौॉॅ", rest[0]) {
			if rest[0] == 'ि' {
				pre = "f"
			} else {
				matras += signs[rest[0]]
			}
			rest, i = rest[1:], i+1
		}
		out.WriteString(pre + cluster2(cluster) + matras + post)
	}
	return out.String()
}

func cluster2(s string) string {
	out := ""
	for s != "" {
		done := false
		for _, c := range conjuncts {
			rest, ok := strings.CutPrefix(s, c.unicode)
			switch {
			case !ok || strings.HasPrefix(rest, "़"):
			case !strings.HasPrefix(rest, "्"):
				out, s, done = out+c.kruti, rest, true
			case c.half != "" && rest != "्":
				out, s, done = out+c.half, rest[len("्"):], true
			}
			if done {
				break
			}
		}
		if done {
			continue
		}
		r := []rune(s)
		base, n := r[0], 1
		nukta := ""
		if n < len(r) && r[n] == '़' {
			nukta, n = "+", n+1
		}
		switch {
		case n == len(r):
			out += whole[base] + nukta
		case string(r[n:]) == "्": // ends in a halant that is seen
			out += whole[base] + nukta + "~"
			n++
		case r[n+1] == 'र' && (n+2 == len(r) || r[n+2] != '़'):
			if strings.ContainsRune("टठडढछ", base) {
				out += whole[base] + nukta + "ª"
			} else {
				out += whole[base] + nukta + "z"
			}
			n += 2
			if n < len(r) { // more hangs below it
				out += "~"
				n++
			}
		case halves[base] != "":
			out += halves[base] + nukta
			n++
		default:
			out += whole[base] + nukta + "~"
			n++
		}
		s = string(r[n:])
	}
	return out
}
