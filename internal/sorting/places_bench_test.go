package sorting

import "testing"

func BenchmarkPlaces(b *testing.B) {
	p := allPlaces()
	texts := []string{
		"हांसी के वार्ड 9 में 4 दिन से पानी नहीं आ रहा, टैंकर भी नहीं भेजा। बच्चे स्कूल बिना नहाए जा रहे हैं।",
		"@DC_Hisar sir gaon Kheri Chopta teh Narnaund me 3 din se bijli nahi hai, JE phone nahi uthata, please help karo #haryana",
		"Street lights in Sector 14 Gurugram have not been working for two months. Complained to MCG thrice, no action. PIN 122001",
	}
	b.ReportAllocs()
	for i := 0; b.Loop(); i++ {
		p.find(Input{Text: texts[i%len(texts)]})
	}
}

func BenchmarkNewPlaces(b *testing.B) {
	b.ReportAllocs()
	for b.Loop() {
		newPlaces()
	}
}
