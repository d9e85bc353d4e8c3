package sorting

import "strings"

// role is what a word does to the place beside it; a word may do several things.
type role uint32

const (
	roleRoad      role = 1 << iota // Rohtak Road is anywhere
	roleStand                      // takes a road or bus back: the Hisar bus stand is in Hisar
	roleVehicle                    // a bus or train from here to there
	roleLink                       // between the ends of a way: Hisar se Rohtak road
	roleInside                     // after a place: in it
	roleWithin                     // before a place: in, at, from
	roleGenitive                   // of: stands between a place and the next word
	roleFrom                       // from: main Jind se
	roleResident                   // who lives there
	roleAdmin                      // beside a place: it is one (district, tehsil, city)
	roleAdminTown                  // as admin, and the town is meant
	roleOfficer                    // an office named by its place: DC Hisar
	roleHamlet                     // before a name: it is a village's
	rolePlot                       // sector, ward, colony: a town is meant
	rolePerson                     // beside a name: it is a person's
	roleSpeaker                    // I, we
	roleLeading                    // "going to": Hisar jane wali sadak
	rolePinWord                    // before a number: it is a postal code
	roleMoney                      // beside a number: it is none
	roleTitle                      // after a name: it is a person
	roleGate                       // a gate with a number is no way
	roleToward                     // before the end of a journey
	roleLong                       // a road between two towns: Ambala Chandigarh Expressway
	roleNear                       // after "of": near it
	roleBeside                     // what bears the name of a town stands there, nearby or elsewhere
	roleHouse                      // a hospital or market after a guarded name
	roleVerb                       // after a guarded name that begins an English sentence
	roleTale                       // a battle that was fought there, a film about it
	rolePlain                      // an ordinary word that is never a place
)

// placeRoles are the words of each role, as citizens write them.
var placeRoles = []struct {
	role  role
	words string
}{
	{roleRoad, "road rd marg board highway highways bypass byepass chowk chauk chungi gate express expressway line canal feeder distributary minor mail passenger shatabdi nh corridor " +
		"रोड मार्ग बोर्ड चौक चुंगी गेट हाईवे हाइवे राजमार्ग बाईपास बायपास लाइन नहर माइनर एक्सप्रेस एक्सप्रेसवे ਰੋਡ ਮਾਰਗ ਚੌਕ ਹਾਈਵੇ ਬਾਈਪਾਸ"},
	{roleRoad | roleVehicle, "bus buses train trains metro flight बस बसें ट्रेन ट्रेनें रेल मेट्रो ਬੱਸ"},
	{roleRoad, "route rout sadak sarak सड़क मार्ग रूट"},
	{roleStand, "stand adda adde depot depo port station stop अड्डा अड्डे स्टैंड स्टैण्ड डिपो स्टेशन स्टॉप ਅੱਡਾ ਅੱਡੇ"},
	{roleLink | roleFrom, "se say sey sai से सै ਤੋਂ ton te तै तैं"},
	{roleLink, "to and aur tak ya va or via से और तक व या एवं ਤੇ ਅਤੇ"},
	{roleInside, "me mein mei m mai main mah mh mae mi men vich vicho wich ch andar में मे मैं म मैं म्ह मह अंदर ਵਿੱਚ ਵਿਚ ਚ"},
	{roleWithin, "in at of near from around inside within nr"},
	{roleGenitive, "ka ke ki k का के की को ko da de di ਦਾ ਦੇ ਦੀ ਨੂੰ dist rae रा री"},
	{roleResident, "niwasi nivasi nivashi wasi basi vasi rehne rahne rehta rehti rehte rahta resident residents wale wala wali wallo walo waale citizen residence " +
		"निवासी वासी वासियों रहने रहता रहती रहते वाले वाला वालों ਵਾਸੀ ਰਹਿਣ"},
	{roleAdmin, "district dist distt disst dstt jila zila jilla zilla jile zile tehsil tehseel teh tahsil tahseel block subdivision khand upmandal pargana area region side thana thane ps policestation kotwali thaney " +
		"जिला जिले ज़िला तहसील तह ब्लाक ब्लॉक खंड खण्ड उपमंडल थाना थाने चौकी इलाका इलाके क्षेत्र ਜ਼ਿਲ੍ਹਾ ਜਿਲਾ ਜ਼ਿਲਾ ਤਹਿਸੀਲ ਥਾਣਾ"},
	{roleAdmin | roleAdminTown, "city town shehar shahar sheher cantt mandi kasba municipal nagarpalika nagarparishad mc mcg mcf शहर सिटी कस्बा कस्बे मंडी नगरपालिका नगरपरिषद निगम परिषद पालिका ਸ਼ਹਿਰ ਮੰਡੀ"},
	{roleOfficer, "dc adc sdm sp ssp cp dcp asp dsp cmo dm collector commissioner deputy police upayukt xen sdo je bdo bdpo deo mla mp mayor administration admin prashasan prashashan dipro dto rto hsvp huda dhbvn uhbvn dhbvnl uhbvnl " +
		"उपायुक्त डीसी एसडीएम एसपी पुलिस प्रशासन कलेक्टर विधायक सांसद आयुक्त महापौर मेयर अधीक्षक अधिकारी ਡੀਸੀ ਪੁਲਿਸ ਪ੍ਰਸ਼ਾਸਨ"},
	{roleHamlet, "gaon gaav gaanv gav ganv gao village vill villege vlg vpo vpos gram graam pind dhani panchayat post po hamlet " +
		"गांव गाँव गाव ग्राम ढाणी पंचायत डाकखाना पोस्ट ਪਿੰਡ ਡਾਕਖਾਨਾ"},
	{rolePlot, "sector sec ward colony phase nagar gali mohalla block vihar enclave extension flat society sectors wards huda " +
		"सेक्टर सैक्टर वार्ड कॉलोनी कालोनी गली मोहल्ला फेज सोसायटी ਸੈਕਟਰ ਵਾਰਡ ਗਲੀ"},
	{rolePerson, "singh kumar devi sharma kaur hazrat prophet alaihissalam paigambar mr mrs shri smt sh khan yadav verma manjinder " +
		"सिंह कुमार देवी शर्मा कौर श्री श्रीमती यादव वर्मा ਸਿੰਘ ਕੁਮਾਰ"},
	{roleSpeaker, "i am im main mai mein hum ham hm मैं हम ਮੈਂ ਅਸੀਂ"},
	{roleLeading, "jane jaane jati jaati going towards leading taraf jaata जाने जाती तरफ ਜਾਣ"},
	{rolePinWord, "pin pincode pinkod zip pinno code पिन पिनकोड कोड ਪਿੰਨ"},
	{roleMoney, "rs rupees rupee rupay rupaye inr रुपये रुपए रुपया रूपये रु ਰੁਪਏ"},
	{roleToward, "towards toward towrds till reach reached"},
	{roleLong, "road rd highway expressway express marg रोड हाईवे हाइवे एक्सप्रेसवे राजमार्ग मार्ग"},
	{roleGate, "gate गेट"},
	{roleTitle, "ji jee sahab saab sahib जी साहब"},
	{roleNear, "pass paas pas nazdik najdik samne bahar andar pichhe paas-paas near पास नजदीक सामने बाहर अंदर पीछे"},
	{roleBeside, "university bank pul flyover underpass bridge toll border link house bhawan bhavan sadan haveli dhaba restaurant sweets hotel traders tailors division mandal range यूनिवर्सिटी विश्वविद्यालय बैंक पुल फ्लाईओवर टोल बॉर्डर बोर्डर भवन सदन हवेली ढाबा होटल मंडल रेंज"},
	{roleHouse, "branch hospital aspatal school college court mandi office thana market bazar dispensary phc chc civil anaj अस्पताल स्कूल कॉलेज कोर्ट मंडी दफ्तर बाजार अनाज सिविल"},
	{roleVerb, "has is needs residents people was have still gets got"},
	{roleTale, "movie film song gana serial novel naam फिल्म गाना नाम ladai yudh yuddh war battle mahabharat लड़ाई युद्ध महाभारत"},
	{rolePlain, "up-to this that these those with without have been since from your you the and not are was were for has had can will please kindly sir madam water supply light street complaint problem department government officer officers " +
		"pani paani bijli sadak nahi nahin hai hain raha rahi rahe kripya karein kare kariye samasya shikayat pareshan पानी बिजली सड़क नहीं है हैं रहा रही रहे कृपया करें समस्या शिकायत परेशान"},
}

// rolesOf builds the table of words.
func rolesOf() map[string]role {
	m := map[string]role{}
	for _, r := range placeRoles {
		for w := range strings.FieldsSeq(r.words) {
			if w[0] >= 0x80 {
				w = indicForm(indicRunes(w))
			}
			m[w] |= r.role
		}
	}
	return m
}

func (r role) has(any role) bool { return r&any != 0 }
