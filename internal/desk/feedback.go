package desk

import (
	"database/sql"
	"errors"
	"strings"
	"unicode"

	"nivaran/internal/grievance"
)

// ReadFeedback reads a citizen's answer to "is it settled?" in English, Hindi or
// Hinglish. It is careful: a refusal anywhere wins over praise, and what holds neither, or
// a question, is unclear, for a person to read.
func ReadFeedback(s string) grievance.Feedback {
	words := " " + strings.Join(strings.FieldsFunc(strings.ToLower(s), func(r rune) bool {
		return !unicode.IsLetter(r) && !unicode.IsMark(r) && !unicode.IsDigit(r) && r != '@'
	}), " ") + " "
	for _, not := range notNo {
		words = strings.ReplaceAll(words, " "+not+" ", " ")
	}
	no, yes := holds(words, noWords), holds(words, yesWords)
	switch {
	case no:
		return grievance.FeedbackNo
	case strings.ContainsAny(s, "?？"):
		return grievance.FeedbackUnclear
	case yes:
		return grievance.FeedbackYes
	}
	return grievance.FeedbackUnclear
}

func holds(words string, any []string) bool {
	for _, w := range any {
		if strings.Contains(words, " "+w+" ") {
			return true
		}
	}
	return false
}

// notNo look like a refusal and are none.
var notNo = []string{"no problem", "no issue now", "no issues now", "no more problem", "ab koi problem nahi", "koi dikkat nahi", "ab koi dikkat nahi", "कोई दिक्कत नहीं", "अब कोई समस्या नहीं", "koi shikayat nahi", "कोई शिकायत नहीं"}

var noWords = []string{
	"no", "not", "nope", "never", "still", "nothing", "worse", "unsatisfied", "dissatisfied", "isn t", "hasn t", "didn t", "wasn t", "fake", "false", "lie",
	"nahi", "nahin", "nhi", "nai", "na", "abhi bhi", "abhi tak", "jhooth", "jhuth", "galat", "kuch nahi", "sirf kagaz", "kagaz par", "wahi haal",
	"नहीं", "नही", "ना", "अभी भी", "अभी तक", "झूठ", "गलत", "वही हाल", "सिर्फ कागज", "कागज पर", "असंतुष्ट",
	"ਨਹੀਂ",
}

var yesWords = []string{
	"yes", "yeah", "yup", "done", "solved", "resolved", "fixed", "settled", "satisfied", "thank", "thanks", "thankyou", "working", "ok", "okay", "good", "great",
	"haan", "han", "haa", "ha", "ji haan", "ho gaya", "ho gya", "hogaya", "ho gayi", "ho gai", "theek", "thik", "dhanyavaad", "dhanyawad", "dhanyvad", "shukriya", "santusht",
	"हाँ", "हां", "हा", "जी हाँ", "हो गया", "हो गई", "हो गयी", "ठीक", "धन्यवाद", "शुक्रिया", "आभार", "संतुष्ट", "समाधान हो",
	"ਹਾਂ",
}

// isNone says that the store found nothing, inside or outside a transaction.
func isNone(err error) bool {
	return errors.Is(err, grievance.ErrNotFound) || errors.Is(err, sql.ErrNoRows)
}
