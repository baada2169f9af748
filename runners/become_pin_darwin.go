package runners

// pin does nothing: macOS lets no process choose its CPUs.
func (Entry) pin(Setup) (bool, error) { return false, nil }
