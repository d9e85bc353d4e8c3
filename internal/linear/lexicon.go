package linear

import (
	"maps"
	"slices"
	"strings"
)

// tones are classes of words by what a writer does with them, whatever the matter is: they
// carry over to authorities and places that no example named. Written by the project, in
// small letters as text.Normal leaves them.
var tones = toneOf(map[string]string{
	"self":    "hv iam ive meri mine us mam i me my mine we our us myself am i'm im i've ive we're हम हमारे हमारा हमारी मैं मेरा मेरी मेरे मुझे हमें mera meri mere mujhe hum hamara hamare hamari humara humare hame main maine hamne",
	"plea":    "plzzz pl plss pls plea kindly hlp hlep rqst req humbly please pls plz plzz kindly request requesting help sir madam mam sirji ji dear respected urge appeal कृपया कृपा निवेदन मदद सर महोदय जी kripya kripa nivedan madad",
	"demand":  "actn actions needful intervention stern strict remove removed cancel expedite refund punished booked catch caught trace recover recovered action look check arrest fine penalise penalize punish investigate inquire enquiry probe resolve solve fix repair clear remove stop ensure intervene act challan do need must should करो करें karo karwao karein karvao karwaye kare कार्रवाई karwai",
	"ill":     "misuse misused overcharging overcharge overcharged extra exorbitant unauthorized unauthorised unreserved drunk drunken smoking smoke rats cockroach cockroaches insects waste garbage theft stolen stole snatched snatching lost robbed robbery accident violation violating violate violated violators encroachment encroached jumping jump rash helpless suffers difficult difficulty inconvenience pollution polluting noise loud nightmare traffic crowd crowded overcrowded congestion bottleneck mafia goons molested molestation eve teasing torture tortured cry crying sick ill died death injured bad worst worse pathetic poor horrible terrible dirty filthy stinking smell unhygienic broken damaged defective faulty illegal illegally wrong rude corrupt corruption bribe cheat cheating cheated fraud scam fake harass harassing harassment misbehave misbehaving misbehaviour abuse abusing threat threatening danger dangerous unsafe nuisance chaos mess problem issue trouble suffering suffer worthless useless negligence careless shame shameful ridiculous disgusting kharab ganda gande gandi bekar खराब गंदा गंदगी बेकार समस्या परेशान परेशानी pareshan pareshani samasya dikkat",
	"fails":   "nt dnt dosnt didnt havent haven't hasn't hasnt hv'nt couldn't couldnt wouldn't shouldn't w/o neither hardly rarely despite even unfortunately bothered bother careless not no never without cannot can't cant won't dont don't didn't didnt doesn't doesnt isn't isnt wasn't nobody none nothing nil lack lacking missing fail failed failing failure refuse refused refusing deny denied ignore ignored ignoring unable नहीं ना मत nahi nahin nhi na mat",
	"stuck":   "delay delayed late stuck waiting wait pending blocked jam jammed jams standstill stopped halted halt slow slowly cancelled unattended unresolved closed off down dead gone बंद रुका ruka band",
	"lasting": "min ago almost past morning evening night pm am till until daily everyday often frequently weekend since still yet again always everyday daily regularly repeatedly hours hour hrs hr days day weeks week months month years year mins minutes long last yesterday today now अभी कब दिन महीने साल din mahine saal hafte kab abhi roz baar",
	"answer":  "reply response respond responding answer answered complaint complaints complained complain grievance fir ref reference registered lodged told informed contacted called tweeted mailed email शिकायत shikayat sunwai सुनवाई",
	"proof":   "dl hr up ka mh rj pb no regn pnr train coach seat berth car auto bus bike truck cab driver pic pics picture photo photos video attached attachment see below image images screenshot number no. vehicle reg registration",
	"praise":  "thks tks thnks gud gr8 well done respect nation enjoy safe thank thanks thankyou thnx thx great good nice excellent awesome appreciate appreciated appreciation kudos bravo salute proud congratulations congrats best wonderful amazing superb welcome happy love wish धन्यवाद शुक्रिया बधाई dhanyavad dhanyawad shukriya badhai",
	"news":    "says said launches launched inaugurates inaugurated announces announced minister govt government pm cm mp mla party congress bjp aap modi kejriwal rahul media news report reports via live today's crore lakh budget scheme policy speech meeting court verdict election vote campaign",
	"asking":  "hw wat wen wht y why's can't what when where who whom which why how whether is are can could would will does do did any anyone क्या कब कहाँ कहां कौन क्यों कैसे kya kab kahan kaun kyu kyun kaise",
	"idea":    "suggest suggestion suggestions idea propose should could better improve improvement introduce instead option सुझाव sujhav",
	"they":    "he she they them him her his their this these that those guy man men people driver official staff officer cop cops policeman police person log ye wo unhe वह ये वे लोग",
	"place":   "at near opposite opp behind front outside inside towards between from road street marg chowk sector colony nagar market station gate bus stop crossing signal flyover bridge metro पास सामने",
})

// toneOf gives each word its tone; one that stands in two lists has the first by name, so
// that every start reads alike.
func toneOf(lists map[string]string) map[string]string {
	m := map[string]string{}
	for _, tone := range slices.Sorted(maps.Keys(lists)) {
		for _, w := range strings.Fields(lists[tone]) {
			if m[w] == "" {
				m[w] = tone
			}
		}
	}
	return m
}

// toneNames are the tones, in order.
var toneNames = sortedSet(slices.Collect(maps.Values(tones)))

// tones adds which tones sound, which are missing, and which two follow one another, with
// links, handles, numbers and questions between them.
func (r *reader) tones() {
	heard := map[string]bool{}
	before := ""
	for _, w := range r.words {
		t := tone(w)
		if t == "" {
			continue
		}
		heard[t] = true
		if before != "" {
			r.add(hashed(hashed(hashed(seed(toneKind), before), " "), t))
		}
		before = t
	}
	for _, t := range toneNames {
		h := seed(toneKind)
		if !heard[t] {
			h = hashed(h, "no ")
		}
		r.add(hashed(h, t))
	}
}

func tone(w string) string {
	switch {
	case w == link, w == "?":
		return w
	case w[0] == '@':
		return "@"
	case w[0] == '0':
		return "0"
	}
	return tones[w]
}
