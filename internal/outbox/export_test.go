package outbox

// AnnouncedLongAgo makes d announce its consumers again.
func (d *Dispatcher) AnnouncedLongAgo() { d.announced = d.announced.Add(-announceEvery) }
