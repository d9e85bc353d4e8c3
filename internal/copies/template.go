package copies

import (
	"regexp"
	"slices"
	"strings"
)

// An authority's reply from a template: thanks and what was passed on, said by the office
// about itself. Each of the two lists must speak; both would be odd in a citizen's mouth.
var (
	thanks = regexp.MustCompile(`(?i)thank(s| you) for (sharing|bringing|contacting|writing|reaching|informing|your (information|feedback|tweet|message|concern))|` +
		`regret(s|ted)? (the|for the) inconvenience|inconvenience (caused )?is (deeply )?regretted|sorry (for|to hear)|` +
		`your (complaint|concern|grievance|issue) (has been|is|was)|received your (complaint|grievance|message|mail)|` +
		`धन्यवाद|असुविधा के लिए खेद|आपकी शिकायत|आपके द्वारा (दी|भेजी|दर्ज)`)
	passedOn = regexp.MustCompile(`(?i)(have|has) (been )?(intimated|informed|forwarded|escalated|notified|conveyed|marked)( this| it| the matter| your \w+)? ?(to|our|the|concerned)|` +
		`(intimated|forwarded|informed|conveyed|assigned) (to )?(our|the) (\w+ )?(team|official|officer|department|staff)|brought (this |it )?to the notice of|for further assistance|matter (is|has been) (being )?(looked|taken|forwarded|informed|noted)|` +
		`(complaint|grievance|concern) (has been|is) (registered|forwarded|noted|resolved|disposed)|(will|shall) (look into|get back to you|be resolved)|(share|dm|send) (us )?your (pnr|mobile|contact|details|number)|` +
		`(संबंधित|सम्बंधित|सम्बन्धित)[^।]{0,40}(प्रेषित|अग्रेषित|सूचित|अवगत|निर्देशित|भेज)|(प्रेषित|अग्रेषित|सूचित|अवगत) (कर|करा) दिया|संज्ञान में ले लिया|आवश्यक कार्र?यवाही (हेतु|के लिए) (प्रेषित|भेज|निर्देश)`)
)

// Template tells whether a text reads as an authority's reply from a template ("Thank you
// for sharing this with us. We have intimated our team").
func Template(s string) bool {
	return begins(s) && thanks.MatchString(s) && passedOn.MatchString(s) && !unheard.MatchString(s)
}

// begins passes over at once what can be none: nearly every post.
func begins(s string) bool {
	lower := strings.ToLower(s)
	return slices.ContainsFunc(polite, func(word string) bool { return strings.Contains(lower, word) })
}

var polite = []string{"thank", "inconvenience", "sorry", "your complaint", "your concern", "your grievance", "your issue", "received your", "धन्यवाद", "खेद", "आपकी शिकायत", "आपके द्वारा"}

// unheard is what a citizen adds who quotes such a reply.
var unheard = regexp.MustCompile(`(?i)not (yet )?(resolved|done|solved|attended)|no (action|response|reply)|still (no|not|waiting|pending)|` +
	`pathetic|why |please|कोई (कार्र?यवाही|कार्रवाई|जवाब) नहीं|अभी तक|nahi|नहीं (हुआ|हुई|मिला)`)
