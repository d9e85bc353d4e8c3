package demo

// matter is one kind of trouble as citizens of the demonstration write about it and as
// its office answers. %s is the place. All of it was written for this purpose.
type matter struct {
	subject  string
	hi       []string
	latin    []string
	en       []string
	reportHi string
	reportEN string
	weight   int // how often, after what citizens of Haryana complain of most
}

var matters = []matter{
	{"power_cut", []string{
		"%s में तीन दिन से बिजली नहीं आ रही, बच्चों की परीक्षा है।",
		"%s में रोज शाम छह बजे बिजली चली जाती है और रात बारह बजे आती है।"},
		[]string{"%s me kal raat se light nahi hai, JE sahab phone nahi utha rahe", "%s me roz 8 ghante light ka cut lagta hai, koi soochna bhi nahi dete"},
		[]string{"No electricity in %s since yesterday evening. Complaint at the substation was not even written down.", "Daily unscheduled power cuts of six hours in %s, please look into it."},
		"%s के फीडर की खराब केबल बदल दी गई है और आपूर्ति बहाल है। अगले दो दिन तक लाइनमैन को निगरानी पर लगाया गया है।",
		"The damaged cable of the %s feeder was replaced and supply is restored. A lineman watches the feeder for two more days.", 7},
	{"transformer_fault", []string{"%s का ट्रांसफार्मर जल गया है, पांच दिन से पूरे मोहल्ले में बिजली नहीं है।"},
		[]string{"%s ka transformer jal gaya, 4 din ho gaye abhi tak badla nahi"},
		[]string{"The transformer near the school in %s burnt out four days ago and has not been replaced."},
		"%s में जला हुआ ट्रांसफार्मर बदलकर 100 केवीए का नया ट्रांसफार्मर लगा दिया गया है।",
		"The burnt transformer in %s was replaced by a new one of 100 kVA.", 4},
	{"no_water", []string{
		"%s में पांच दिन से पीने का पानी नहीं आ रहा, टैंकर भी नहीं भेजा गया।",
		"%s की गली में पानी की सप्लाई बंद है, महिलाएं दूर से पानी ला रही हैं।"},
		[]string{"%s me 4 din se pani nahi aa raha, tanker bhi nahi bheja", "hamari gali %s me peene ka paani bilkul band hai"},
		[]string{"No drinking water in %s for four days, the tanker came once and only to the main road."},
		"%s के बूस्टर पंप की मोटर बदल दी गई है और सुबह-शाम की आपूर्ति चालू है। तीन घरों में दबाव जांचा गया।",
		"The motor of the booster pump for %s was replaced; water runs morning and evening. Pressure was checked in three houses.", 7},
	{"dirty_water", []string{"%s में नल से बदबूदार और पीला पानी आ रहा है, बच्चे बीमार हो रहे हैं।"},
		[]string{"%s me nal se ganda badbu wala pani aa raha hai, peene layak nahi hai"},
		[]string{"Tap water in %s is yellow and smells of sewage, several children are ill."},
		"%s में टूटी पाइपलाइन ठीक कर दी गई, लाइन की धुलाई हुई और नमूने की जांच साफ आई है।",
		"The broken pipe in %s was repaired, the line flushed and a water sample tested clean.", 4},
	{"sewer_overflow", []string{"%s में सीवर उबल रहा है, गंदा पानी घरों में घुस रहा है।"},
		[]string{"%s me sewer overflow ho raha hai 10 din se, gharon me ganda pani ghus gaya"},
		[]string{"Sewer overflowing in %s for ten days, the lane cannot be walked."},
		"%s की सीवर लाइन सुपर सकर मशीन से साफ कर दी गई है। टूटा मैनहोल भी बदल दिया गया है।",
		"The sewer line in %s was cleaned with a suction machine and the broken manhole replaced.", 5},
	{"open_manhole", []string{"%s में स्कूल के सामने मैनहोल खुला पड़ा है, कल एक साइकिल वाला गिर गया।"},
		[]string{"%s me manhole khula pada hai, kal ek bachcha girte girte bacha"},
		[]string{"Manhole without a cover in %s, a cyclist fell in last night."},
		"%s में मैनहोल पर नया ढक्कन लगा दिया गया है।", "A new cover was put on the manhole in %s.", 3},
	{"garbage", []string{"%s में हफ्ते भर से कूड़ा नहीं उठा, ढेर लग गया है।"},
		[]string{"%s me ek hafte se kuda nahi utha, badbu se bura haal hai"},
		[]string{"Garbage has not been lifted in %s for a week."},
		"%s से कूड़ा उठवा दिया गया है और ठेकेदार को रोज सुबह उठान के लिए पाबंद किया गया है।",
		"The garbage in %s was lifted and the contractor bound to daily morning collection.", 5},
	{"street_light", []string{"%s में दो महीने से स्ट्रीट लाइट बंद है, रात को डर लगता है।"},
		[]string{"%s me street light 2 mahine se band hai, raat ko bahut andhera rehta hai"},
		[]string{"Street lights in %s have not worked for two months."},
		"%s की 14 स्ट्रीट लाइटें ठीक कर दी गई हैं।", "Fourteen street lights in %s were repaired.", 4},
	{"stray_cattle", []string{"%s में आवारा पशुओं ने जीना मुश्किल कर दिया है, सड़क पर निकलना कठिन है।"},
		[]string{"%s me awara pashu sadak par ghoom rahe hain, roz jaam lagta hai"},
		[]string{"Stray cattle all over the main market of %s, they block the road every evening."},
		"%s से 23 पशु पकड़कर गौशाला भेजे गए हैं।", "Twenty-three animals were moved from %s to the gaushala.", 3},
	{"property_id", []string{"%s में प्रॉपर्टी आईडी में नाम गलत है, छह बार दफ्तर जा चुका हूं।"},
		[]string{"%s me property id me naam galat hai, 6 mahine se theek nahi hua"},
		[]string{"My property ID in %s carries the wrong name; I have been to the office six times."},
		"%s की प्रॉपर्टी आईडी में नाम ठीक कर दिया गया है।", "The name in the property ID at %s was corrected.", 3},
	{"potholes", []string{"%s की सड़क में इतने गड्ढे हैं कि रोज कोई गिरता है।", "%s में मुख्य सड़क पूरी टूटी हुई है, चलना मुश्किल है।"},
		[]string{"%s ki sadak puri tooti hui hai, gaddhon se roz accident ho rahe", "%s wali road par bade bade gadde hain, please theek karwao"},
		[]string{"The road through %s is full of potholes, two accidents this month."},
		"%s की सड़क पर 340 मीटर पैचवर्क पूरा कर दिया गया है।", "Patchwork on 340 metres of the road in %s is complete.", 5},
	{"no_canal_water", []string{"%s की टेल तक नहर का पानी नहीं पहुंच रहा, फसल सूख रही है।"},
		[]string{"%s ki tail tak nahar ka pani nahi aa raha, fasal sookh rahi hai"},
		[]string{"Canal water does not reach the tail at %s, the crop is drying."},
		"%s माइनर की सफाई कराकर टेल तक पूरा पानी पहुंचा दिया गया है।", "The %s minor was cleared and full supply reaches the tail.", 2},
	{"mutation", []string{"%s तहसील में इंतकाल छह महीने से लटका हुआ है।"},
		[]string{"%s tehsil me intkal 6 mahine se pending hai, roz naya bahana"},
		[]string{"My mutation has been pending in %s tehsil for six months."},
		"%s तहसील में इंतकाल दर्ज कर दिया गया है, नकल पोर्टल पर उपलब्ध है।", "The mutation was entered at %s; the copy is on the portal.", 5},
	{"crop_loss", []string{"%s में बारिश से खराब फसल का मुआवजा आज तक नहीं मिला।"},
		[]string{"%s me barish se kharab fasal ka muavja abhi tak nahi mila"},
		[]string{"Compensation for the crop damaged by rain in %s has still not come."},
		"%s के क्षतिपूर्ति दावे का भुगतान बैंक खाते में भेज दिया गया है।", "The compensation claim of %s was paid into the bank account.", 2},
	{"fir_not_lodged", []string{"%s थाने में तीन दिन से एफआईआर दर्ज नहीं कर रहे।"},
		[]string{"%s thane me FIR darj nahi kar rahe, 3 din se chakkar kaat raha hu"},
		[]string{"The police station at %s has refused to register my FIR for three days."},
		"%s थाने में एफआईआर दर्ज कर ली गई है, जांच अधिकारी नियुक्त है।", "The FIR was registered at %s and an investigating officer named.", 8},
	{"traffic_jam", []string{"%s चौक पर रोज दो घंटे जाम लगता है, कोई पुलिसकर्मी नहीं होता।"},
		[]string{"%s chowk par roz 2 ghante jaam lagta hai, koi police wala nahi hota"},
		[]string{"Two hours of traffic jam every evening at %s and not one policeman there."},
		"%s पर सुबह-शाम यातायात कर्मी तैनात कर दिए गए हैं।", "Traffic staff are posted at %s morning and evening.", 6},
	{"no_doctor", []string{"%s के अस्पताल में डॉक्टर नहीं आते, मरीज बाहर बैठे रहते हैं।"},
		[]string{"%s ke sarkari aspatal me doctor nahi baithte, mareez bahar pade hain"},
		[]string{"No doctor sits in the government hospital at %s after eleven."},
		"%s अस्पताल में डॉक्टर की ड्यूटी तय कर दी गई है और हाजिरी जांची जा रही है।", "A doctor's duty roster is fixed at %s hospital and attendance is checked.", 3},
	{"medicine_missing", []string{"%s के अस्पताल में दवाई नहीं मिलती, बाहर से लिखते हैं।"},
		[]string{"%s hospital me dawai nahi milti, bahar se likh dete hain"},
		[]string{"Medicines are never in stock at the civil hospital of %s."},
		"%s अस्पताल में दवाओं का स्टॉक पूरा कर दिया गया है।", "The stock of medicines at %s hospital was filled.", 2},
	{"no_teacher", []string{"%s के सरकारी स्कूल में गणित का अध्यापक एक साल से नहीं है।"},
		[]string{"%s ke sarkari school me maths ka teacher ek saal se nahi hai"},
		[]string{"The government school in %s has had no mathematics teacher for a year."},
		"%s के विद्यालय में गणित अध्यापक ने कार्यभार संभाल लिया है।", "A mathematics teacher has joined the school in %s.", 4},
	{"ration_depot", []string{"%s का डिपो वाला अंगूठा लगवा लेता है पर राशन पूरा नहीं देता।"},
		[]string{"%s ka depot wala angutha lagwa leta hai par ration poora nahi deta"},
		[]string{"The depot holder in %s takes the thumb print and gives half the ration."},
		"%s के डिपो की जांच हुई, कमी पूरी कराई गई और नोटिस दिया गया है।", "The depot in %s was inspected, the shortfall made good and a notice served.", 4},
	{"old_age_pension", []string{"%s में मेरी मां की बुढ़ापा पेंशन चार महीने से नहीं आई।"},
		[]string{"%s me meri maa ki budhapa pension 4 mahine se nahi aayi"},
		[]string{"My mother's old age pension in %s has not come for four months."},
		"%s की रुकी पेंशन चालू कर दी गई है, बकाया अगले भुगतान में आएगा।", "The pension in %s was resumed; the arrears come with the next payment.", 4},
	{"village_street", []string{"%s गांव की मुख्य गली कच्ची है, बारिश में चलना मुश्किल है।"},
		[]string{"%s gaon ki gali pakki nahi bani, naali bhi tooti hui hai"},
		[]string{"The main street of our village near %s is unpaved."},
		"%s गांव की गली का काम पूरा हो गया है।", "The street in village %s was paved.", 5},
	{"ppp_income", []string{"%s में फैमिली आईडी में आय गलत दिखा रहे हैं, राशन बंद हो गया।"},
		[]string{"%s me family id me income galat chadha di, ration card kat gaya"},
		[]string{"The family ID shows a wrong income for us in %s and the ration card was cancelled."},
		"%s की फैमिली आईडी में आय ठीक कर दी गई है।", "The income in the family ID of %s was corrected.", 5},
	{"bus_missing", []string{"%s से सुबह की बस बंद कर दी, लोग दफ्तर नहीं पहुंच पाते।"},
		[]string{"%s se subah wali roadways bus band kar di, log duty par nahi ja pa rahe"},
		[]string{"The morning roadways bus from %s was stopped, people cannot reach work."},
		"%s से सुबह 7:15 की बस फिर चला दी गई है।", "The 7:15 am bus from %s runs again.", 2},
}

// other is what citizens write that is no grievance, and what is more than one.
var (
	praises = []string{
		"%s की सड़क बन गई, विभाग का बहुत धन्यवाद।", "Thank you, the street lights in %s were repaired within two days. Great work!",
		"%s me pani aa gaya, dhanyavaad sir ji", "बहुत अच्छा काम, %s के पार्क की सफाई के लिए आभार।"}
	queries = []string{
		"%s में बुढ़ापा पेंशन का फार्म कहां मिलेगा?", "How do I apply for a new ration card in %s?", "%s me Saral kendra ka time kya hai?"}
	abuses   = []string{"tum sab nikamme ho, chor kahin ke", "You people are useless thieves, shame on all of you", "तुम सब निकम्मे और चोर हो, शर्म करो", "kamchor nikamme log, sharam nahi aati", "Shameless, useless, good for nothing idiots"}
	spams    = []string{"Earn 50,000 a month from home, join our channel now! Limited seats!", "सस्ते लोन के लिए अभी मैसेज करें, बिना कागज लोन", "FREE recharge click now, offer for today only"}
	politics = []string{"अगले चुनाव में जनता जवाब देगी, वोट सोच समझ कर देना", "Sab party wale ek jaise hain, vote kisi ko mat do"}
	dangers  = []string{
		"%s में स्कूल के बाहर बिजली का तार टूटकर लटक रहा है, करंट आ रहा है, बच्चे पास से गुजरते हैं!",
		"%s me bijli ka taar toot ke sadak par pada hai, current aa raha hai, jaldi bhejo kisi ko"}
	suggestions = []string{
		"One counter for widow pension papers at the tehsil of %s would save people four visits. My suggestion is to open it on Mondays and Thursdays.",
		"मेरा सुझाव है कि %s के बस अड्डे पर महिलाओं के लिए अलग प्रतीक्षालय बनाया जाए।"}
	followUps = []string{"अभी तक कोई नहीं आया, कृपया देखिए।", "koi update? abhi tak kaam nahi hua", "Still nothing has happened, when will someone come?"}
	thanks    = []string{"हां, काम हो गया, धन्यवाद।", "haan ji problem solve ho gayi, dhanyavaad", "Yes, it is settled now. Thank you."}
	objects   = []string{"नहीं, काम नहीं हुआ, सिर्फ कागज पर हुआ है।", "nahi, abhi bhi wahi haal hai, kuch nahi hua", "No, it is not fixed, nobody came."}
)

// names are given and family names of the demonstration's citizens.
var (
	givenNames  = []string{"Suresh", "Anita", "Deepak", "Meena", "Harpreet", "Sunita", "Pooja", "Rakesh", "Manju", "Vikas", "Kavita", "Ashok", "Ritu", "Satish", "Geeta", "Naveen", "Babita", "Ramesh", "Seema", "Mukesh", "Poonam", "Jagdish", "Sushila", "Amit", "Neelam", "Rajesh", "Usha", "Sandeep", "Kiran", "Dharampal"}
	familyNames = []string{"Yadav", "Sheoran", "Rohilla", "Saini", "Gill", "Devi", "Malik", "Goyal", "Bala", "Punia", "Sangwan", "Beniwal", "Dahiya", "Hooda", "Kumari", "Verma", "Sharma", "Kundu", "Ahlawat", "Jangra", "Bansal", "Kaur", "Nain", "Rathee", "Khan", "Singh"}
)

// reports of officers besides the matter's own, when the citizen objected the first time.
const (
	againHi = "दोबारा मौके पर जाकर काम पूरा कराया गया। %s में निवासी के सामने जांच की गई।"
	againEN = "The work was done again on the spot in %s and checked before the resident."
)

// announcement is what the Chief Minister's page says itself; citizens comment under it.
const announcement = "जन संवाद कार्यक्रम में आज 120 नागरिकों की समस्याएं सुनी गईं। अपनी समस्या यहां भी लिख सकते हैं, हर शिकायत पर कार्रवाई होगी।"
