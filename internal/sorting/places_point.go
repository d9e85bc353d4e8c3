package sorting

import (
	"math"

	"nivaran/internal/seed"
)

// postOffices find the district of a point by the post offices around it. Boundaries are
// not shipped: whoever stands further than withinKM from every post office of the state is
// taken to stand outside.
type postOffices struct {
	cells map[[2]int][]seed.PostOffice
}

const (
	cellSize  = 0.1 // degrees: about 10 km
	withinKM  = 6.0
	nearestOf = 5 // post offices that vote
)

func newPostOffices(all []seed.PostOffice) *postOffices {
	o := &postOffices{cells: map[[2]int][]seed.PostOffice{}}
	for _, x := range all {
		c := cellOf(x.Lat, x.Lon)
		o.cells[c] = append(o.cells[c], x)
	}
	return o
}

func cellOf(lat, lon float64) [2]int {
	return [2]int{int(math.Floor(lat / cellSize)), int(math.Floor(lon / cellSize))}
}

// near gives the share of each district among the nearest post offices, weighed by how
// near they are; none when the point is not in the state.
func (o *postOffices) near(lat, lon float64) map[int]float64 {
	if lat == 0 && lon == 0 {
		return nil
	}
	type vote struct {
		km       float64
		district int
	}
	var best []vote
	at := cellOf(lat, lon)
	for dy := -1; dy <= 1; dy++ {
		for dx := -1; dx <= 1; dx++ {
			for _, x := range o.cells[[2]int{at[0] + dy, at[1] + dx}] {
				v := vote{kilometres(lat, lon, x.Lat, x.Lon), x.District}
				if v.km > withinKM {
					continue
				}
				i := len(best)
				for i > 0 && best[i-1].km > v.km {
					i--
				}
				best = append(best[:i], append([]vote{v}, best[i:]...)...)
				best = best[:min(len(best), nearestOf)]
			}
		}
	}
	shares, sum := map[int]float64{}, 0.0
	for _, v := range best {
		w := 1 / (v.km + 0.5)
		shares[v.district] += w
		sum += w
	}
	for d := range shares {
		shares[d] /= sum
	}
	return shares
}

// kilometres between two points, near enough within a state.
func kilometres(lat, lon, lat2, lon2 float64) float64 {
	y := (lat2 - lat) * 111.2
	x := (lon2 - lon) * 111.2 * math.Cos((lat+lat2)/2*math.Pi/180)
	return math.Hypot(x, y)
}
