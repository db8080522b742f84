package wechatfake

// Call is an endpoint of the API.
type Call string

const (
	CallPrepay      Call = "prepay"
	CallQuery       Call = "query"
	CallClose       Call = "close"
	CallRefund      Call = "refund"
	CallQueryRefund Call = "query refund"
	CallPayout      Call = "payout"
	CallQueryPayout Call = "query payout"
)

// Fault is what goes wrong with the next calls of one kind.
type Fault struct {
	// Times is how many calls; 0: one.
	Times int
	// Status and Code are the answer, e.g. 500 SYSTEM_ERROR or 403 NO_AUTH; 0: 500 SYSTEM_ERROR.
	Status int
	Code   string
	// Body is sent under WeChat's signature instead of the code, unless it is nil.
	Body any
	// AfterEffect: WeChat does what it was asked and then fails to say so, which is what makes an outcome unknown.
	AfterEffect bool
	// Hang: no answer at all, until the caller gives up.
	Hang bool
	// Unsigned and BadSignature spoil the answer.
	Unsigned, BadSignature bool
}

// Fail plans faults; they are used up in the order they were planned.
func (f *Fake) Fail(call Call, fault Fault) {
	fault.Times = max(fault.Times, 1)
	if fault.Status == 0 {
		fault.Status, fault.Code = 500, "SYSTEM_ERROR"
	}
	f.mu.Lock()
	defer f.mu.Unlock()
	f.faults[call] = append(f.faults[call], &fault)
}

func (f *Fake) nextFault(call Call) *Fault {
	f.mu.Lock()
	defer f.mu.Unlock()
	planned := f.faults[call]
	if len(planned) == 0 {
		return nil
	}
	next := planned[0]
	if next.Times--; next.Times == 0 {
		f.faults[call] = planned[1:]
	}
	return next
}
