// Package text is what sorting and search share: texts as citizens write them, in Hindi,
// Hinglish, English and Punjabi, become tokens under which each script finds the others;
// length, language and personal data are read here too. No I/O.
package text
