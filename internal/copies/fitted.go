package copies

// The weights of sayingTheSame, fitted on the pairs of crosslang_en_hinglish_pairs.csv and
// crosslang_en_hindi_pairs.csv that are not held back (Judged.Held), those of the second
// counted four times.
const (
	acrossBias    = -6.13
	acrossMax     = 0.49
	acrossMin     = 5.41
	acrossMass    = 6.19
	acrossLoose   = 0.64
	acrossJaccard = -1.80
	acrossLengths = -2.61
	acrossOdd     = -2.64
	acrossDiffer  = -2.53
	acrossSame    = -1.48
)
