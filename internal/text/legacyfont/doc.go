// Package legacyfont reads Hindi that was typed for fonts older than Unicode: Kruti Dev
// 010 and DevLys 010, which share one keyboard. Such a text is Latin letters and signs to
// every program; only the font made it Hindi. The package finds it, with or without the
// font's name, and gives it in Unicode. It keeps no text: what a citizen sent stays as it
// came, and whoever reads it asks here.
package legacyfont
