package copies

// The weights of sayingTheSame.
const (
	acrossBias    = -3.06
	acrossA       = 1.15
	acrossB       = -1.27
	acrossMin     = 2.25
	acrossMass    = 7.30
	acrossLoose   = -1.73
	acrossJaccard = -2.65
	acrossOdd     = -5.18
	acrossDiffer  = -1.15
	acrossSame    = 0.49
	acrossLengths = -3.14
)
