package conduct

import "time"

// Score is how much somebody behaves like a helper of a farm: each part, and the total, from 0, as people do, to 1.
type Score struct {
	// Kinds, Targets and Hours are low entropies: one kind of action, few targets, few hours of the day or all of them alike.
	Kinds, Targets, Hours float64
	// Network, Device and Cohort are company: others helped the same persons from his network at about the same time, others use his devices, and the same others
	// helped those whom he helped.
	Network, Device, Cohort float64
	Total                   float64
	Marked                  bool
}

// What the parts weigh. They were fitted to the base shapes of the generated population, seeds 1 to 5, and to nothing else.
//
// Company comes first: alone, nobody is marked, however monotonous. Of one who has company, aloneWeighs of it counts whatever he does, and the rest by how
// monotonous he is, so that a dormitory that also lives is no farm.
const (
	networkWeighs = 0.90
	deviceWeighs  = 0.50
	cohortWeighs  = 0.95

	companyWeighs = 0.20
	kindsWeigh    = 0.12
	targetsWeigh  = 0.56
	hoursWeigh    = 0.12 // the four add up to 1
)

const (
	// Threshold is the total from which a person is marked: the lowest in hundredths that at most one in a hundred of the honest reached in seeds 1 to 5.
	Threshold = 0.20
	// Lift is the total below which a mark that a judgement made is lifted again: well below, so that it does not come and go with each help.
	Lift = 0.14
)

// deed is an action as it is kept. network and device are keyed hashes, "" when unknown.
type deed struct {
	person, target, network, device string
	kind                            Kind
	at                              time.Time
}

// score judges a person by what he did and by what others did to his targets or with his devices. The order of neither list matters. One more deed of another
// never lowers Network, Device, Cohort or Total.
func score(own, others []deed, zone *time.Location) Score {
	s := Score{
		Kinds: sameKind(own), Targets: fewTargets(own), Hours: oddHours(own, zone),
		Network: fromOneNetwork(own, others), Device: onOneDevice(own, others), Cohort: inOneCohort(own, others),
	}
	company := 1 - (1-networkWeighs*s.Network)*(1-deviceWeighs*s.Device)*(1-cohortWeighs*s.Cohort)
	s.Total = company * (companyWeighs + kindsWeigh*s.Kinds + targetsWeigh*s.Targets + hoursWeigh*s.Hours)
	s.Marked = s.Total >= Threshold
	return s
}
