package graph

import (
	"context"
	"strconv"
	"time"

	"github.com/99designs/gqlgen/graphql"

	"github.com/kaituan/kaituan/graph/model"
	"github.com/kaituan/kaituan/internal/fault"
	"github.com/kaituan/kaituan/internal/id"
	"github.com/kaituan/kaituan/internal/money"
	"github.com/kaituan/kaituan/internal/page"
	"github.com/kaituan/kaituan/internal/viewer"
	"github.com/kaituan/kaituan/shop/assist"
	"github.com/kaituan/kaituan/shop/identity"
	"github.com/kaituan/kaituan/shop/order"
	"github.com/kaituan/kaituan/shop/points"
)

// The reasons of what a partner does without giving one of its own; they are kept in Chinese, as those of the ledger are.
const (
	holdReason    = "门店冻结"
	captureReason = "门店抵扣"
	releaseReason = "门店释放"
)

// tillReasons are the shop's words for what tills do, by what is kept; ourReasons those for what the shop does by itself.
var tillReasons = map[string]fault.Text{
	holdReason:    {En: "Set aside at the till", Zh: holdReason},
	captureReason: {En: "Spent at the till", Zh: captureReason},
	releaseReason: {En: "Released by the till", Zh: releaseReason},
}

var ourReasons = map[string]fault.Text{
	"每日签到":   {En: "Daily check-in", Zh: "每日签到"},
	"入会礼":    {En: "Welcome gift", Zh: "入会礼"},
	"积分到期":   {En: "Points ran out", Zh: "积分到期"},
	"账号合并":   {En: "Accounts became one", Zh: "账号合并"},
	"冻结到期释放": {En: "What was set aside ran out of time", Zh: "冻结到期释放"},
}

// ourWords are the shop's own words for an entry's reason, if they are: a partner does not speak for the shop.
func ourWords(e *points.Entry) (fault.Text, bool) {
	from := []map[string]fault.Text{tillReasons}
	if e.Ours() {
		from = append(from, ourReasons, order.PointsWords, assist.PointsWords)
	}
	for _, list := range from {
		if words, ours := list[e.Reason]; ours {
			return words, true
		}
	}
	return fault.Text{}, false
}

// oneBatch refuses an operation that has several batches under different names: what one may hold is bounded.
func oneBatch(ctx context.Context) error {
	op, batches := graphql.GetOperationContext(ctx), 0
	for _, field := range graphql.CollectFields(op, op.Operation.SelectionSet, []string{"Mutation"}) {
		if field.Name == "pointsBatch" {
			batches++
		}
	}
	if batches > 1 {
		return fault.InvalidInput.Saying("Send one batch per request.", "每次请求只能提交一个批次。")
	}
	return nil
}

// member is who a reference at path names, for a movement under a key. The ledger itself follows an id to whoever that has become part of. A code is used up with
// the movement; a key that was used needs nobody, since it stands for what it made.
func (r *Resolver) member(ctx context.Context, partnerID, key string, ref *model.MemberRefInput, path ...string) (string, *points.Shown, error) {
	named := identity.MemberRef{ID: ref.ID, Code: ref.Code, Phone: ref.Phone}
	if ref.ID != nil && ref.Code == nil && ref.Phone == nil {
		if !id.Is(*ref.ID, "shp") {
			return "", nil, fault.Missing.At(append(path, "id")...)
		}
		return *ref.ID, nil, nil
	}
	shown := &points.Shown{As: r.Shop.Identity.Named(named)}
	made, err := r.Shop.Points.Find(ctx, partnerID, key)
	if err != nil || made != "" {
		return "", shown, err
	}
	found, err := r.Shop.Identity.Recognise(ctx, partnerID, named)
	if err != nil {
		return "", nil, under(err, path...)
	}
	shown.Take = func(ctx context.Context) error { return under(found.Take(ctx), path...) }
	return found.ShopperID, shown, nil
}

// under puts path in front of where a refusal points.
func under(err error, path ...string) error {
	if refusal := fault.Of(err); refusal != nil && refusal.Kind == fault.Refusal {
		return refusal.Under(path...)
	}
	return err
}

// ofMember says that the shopper is not there where the ledger says that he, who is not the caller, may not act.
func ofMember(err error) error {
	if refusal := fault.Of(err); refusal != nil && (refusal.Is(fault.Unauthenticated) || refusal.Is(fault.Missing) && len(refusal.Field) == 1 && refusal.Field[0] == "member") {
		return fault.Missing.At("input", "member", "id")
	}
	return err
}

// keyed refuses a movement without a key, which would be applied each time that it is sent.
func keyed(key string) error {
	if key == "" {
		return fault.Blank.At("input", "idempotencyKey")
	}
	return nil
}

// spent is what an input says was spent, nil when it says how many points instead; it says one of the two.
func (r *Resolver) spent(in model.PointsEarnInput) (*money.Money, error) {
	switch {
	case in.Points == nil && in.Spent == nil:
		return nil, fault.Invalid.Saying("Give points, or what was spent.", "请填写积分或消费金额。").At("input", "points")
	case in.Points != nil && in.Spent != nil:
		return nil, fault.Invalid.Saying("Give points or what was spent, not both.", "积分与消费金额只能填一项。").At("input", "spent")
	case in.Points != nil:
		return nil, nil
	}
	minor, err := money.Parse(string(*in.Spent), r.Currency)
	if err != nil {
		return nil, fault.Invalid.At("input", "spent")
	}
	spent := money.Of(minor, r.Currency)
	return &spent, nil
}

// earn makes a partner's earning of an input.
func (r *Resolver) earn(ctx context.Context, partnerID string, in model.PointsEarnInput) (*points.Entry, error) {
	if err := keyed(in.IdempotencyKey); err != nil {
		return nil, err
	}
	spent, err := r.spent(in)
	if err != nil {
		return nil, err
	}
	shopperID, shown, err := r.member(ctx, partnerID, in.IdempotencyKey, in.Member, "input", "member")
	if err != nil {
		return nil, err
	}
	e := points.Earning{ShopperID: shopperID, Shown: shown, Channel: in.Channel, Owner: partnerID, Key: in.IdempotencyKey, Reason: in.Reason, Reference: in.Reference, Spent: spent}
	if in.Points != nil {
		e.Points = *in.Points
	}
	entry, err := r.Shop.Points.Earn(ctx, e)
	return entry, ofMember(err)
}

// hold sets points aside for a partner's sale.
func (r *Resolver) hold(ctx context.Context, partnerID string, in model.PointsHoldInput) (*points.Hold, error) {
	if err := keyed(in.IdempotencyKey); err != nil {
		return nil, err
	}
	if in.HoldSeconds < 1 { // the ledger would take it for a hold without an end
		return nil, fault.OutOfRange.At("input", "holdSeconds")
	}
	shopperID, shown, err := r.member(ctx, partnerID, in.IdempotencyKey, in.Member, "input", "member")
	if err != nil {
		return nil, err
	}
	h, err := r.Shop.Points.Hold(ctx, points.HoldRequest{
		ShopperID: shopperID, Shown: shown, Channel: in.Channel, Points: in.Points, Owner: partnerID, Key: in.IdempotencyKey, Reason: holdReason, Reference: in.Reference,
		Lasts: time.Duration(in.HoldSeconds) * time.Second,
	})
	return h, ofMember(err)
}

// checkIn makes today's visit. A visit that was made before is a refusal beside the streak as it stands.
func (r *Resolver) checkIn(ctx context.Context, v *viewer.Viewer) (*model.CheckInPayload, error) {
	done, err := r.Shop.Points.CheckIn(ctx, v.ShopperID, v.Channel)
	refusals, err := refused(ctx, err)
	if err != nil {
		return nil, err
	}
	if len(refusals) > 0 {
		stands, err := r.Shop.Points.CheckInState(ctx, v.ShopperID)
		if err != nil {
			return nil, err
		}
		return &model.CheckInPayload{StreakDays: stands.Streak, UserErrors: refusals}, nil
	}
	account, err := r.Shop.Points.Account(ctx, v.ShopperID)
	return &model.CheckInPayload{Points: account, StreakDays: done.Streak, Earned: done.Earned, UserErrors: refusals}, err
}

// identified shapes the answer to who a till's reference names.
func (r *Resolver) identified(ctx context.Context, partnerID string, ref *model.MemberRefInput) (*model.MemberIdentifyPayload, error) {
	shopperID, err := r.Shop.Identity.Identify(ctx, partnerID, identity.MemberRef{ID: ref.ID, Code: ref.Code, Phone: ref.Phone})
	refusals, err := refused(ctx, under(err, "input"))
	if err != nil || len(refusals) > 0 {
		return &model.MemberIdentifyPayload{UserErrors: refusals}, err
	}
	whose, err := r.Load.Member(ctx, shopperID)
	return &model.MemberIdentifyPayload{Member: whose, UserErrors: refusals}, err
}

// movementPayload shapes the answer of a movement that made an entry.
func (r *Resolver) movementPayload(ctx context.Context, entry *points.Entry, err error) (*model.PointsMovementPayload, error) {
	refusals, err := refused(ctx, err)
	if err != nil || len(refusals) > 0 {
		return &model.PointsMovementPayload{UserErrors: refusals}, err
	}
	whose, err := r.Load.Member(ctx, entry.ShopperID)
	return &model.PointsMovementPayload{Member: whose, Entry: entry, UserErrors: refusals}, err
}

// batch applies a till's rows and shapes what became of each, in their order. Rows whose member cannot be read never reach the ledger.
func (r *Resolver) batch(ctx context.Context, partnerID string, sent []*model.PointsBatchRowInput) (*model.PointsBatchPayload, error) {
	if len(sent) > points.MaxRows {
		refusals, err := refused(ctx, fault.OutOfRange.At("input", "rows").WithAvailable(points.MaxRows))
		return &model.PointsBatchPayload{Results: []*model.PointsBatchResult{}, UserErrors: refusals}, err
	}
	payload := &model.PointsBatchPayload{Results: make([]*model.PointsBatchResult, len(sent)), UserErrors: []*model.UserError{}}
	var rows []points.Row
	var at []int
	for i, row := range sent {
		payload.Results[i] = &model.PointsBatchResult{IdempotencyKey: row.IdempotencyKey, UserErrors: []*model.UserError{}}
		shopperID, shown, err := r.member(ctx, partnerID, row.IdempotencyKey, row.Member, "input", "member")
		if refusal := fault.Of(err); refusal != nil && refusal.Kind == fault.Refusal {
			payload.Results[i].UserErrors = r.ofRow(ctx, refusal, i)
			continue
		}
		if err != nil {
			return nil, err
		}
		at = append(at, i)
		rows = append(rows, points.Row{
			Key: row.IdempotencyKey, ShopperID: shopperID, Shown: shown, Channel: row.Channel, Points: row.Points, OccurredAt: row.OccurredAt, Reason: row.Reason, Reference: row.Reference,
		})
	}
	results, err := r.Shop.Points.Batch(ctx, partnerID, rows)
	if err != nil {
		return nil, err
	}
	for n, result := range results {
		shown := payload.Results[at[n]]
		if result.Refusal != nil {
			shown.UserErrors = r.ofRow(ctx, fault.Of(ofMember(result.Refusal)), at[n])
			continue
		}
		shown.Applied, shown.EntryID = true, &result.EntryID
	}
	return payload, nil
}

// ofRow shows a row's refusal where the row stands in the input.
func (r *Resolver) ofRow(ctx context.Context, refusal *fault.Error, row int) []*model.UserError {
	field := refusal.Field
	if len(field) > 0 && field[0] == "input" {
		field = field[1:]
	}
	return []*model.UserError{userError(ctx, refusal.At(field...).Under("input", "rows", strconv.Itoa(row)))}
}

// maxExpiring is how many days ahead one may ask what runs out.
const maxExpiring = 3650

// expiring is how many of an account's points run out within days.
func (r *Resolver) expiring(ctx context.Context, shopperID string, days int) (int64, error) {
	if days < 0 || days > maxExpiring {
		return 0, fault.InvalidInput.Saying("`days` must be between 0 and 3,650.", "`days` 必须在 0 到 3650 之间。")
	}
	return r.Shop.Points.Expiring(ctx, shopperID, days)
}

// statement lists an account's entries as a connection.
func (r *Resolver) statement(ctx context.Context, a points.StatementArgs, first *int, after *string) (*model.PointsEntryConnection, error) {
	a.Args = page.Args{First: orInt(first, 20), After: orString(after)}
	a.WantTotal = here(ctx).at("totalCount").any()
	listed, err := r.Shop.Points.Statement(ctx, a)
	if err != nil {
		return nil, err
	}
	connection := &model.PointsEntryConnection{
		Nodes: listed.Entries, PageInfo: &listed.Info, TotalCount: listed.TotalCount, Edges: make([]*model.PointsEntryEdge, len(listed.Entries)),
	}
	for i, entry := range listed.Entries {
		connection.Edges[i] = &model.PointsEntryEdge{Cursor: listed.Cursors[i], Node: entry}
	}
	return connection, nil
}

// settled shows a settlement in the shop's currency.
func (r *Resolver) settled(list []points.ChannelSettlement) []*model.ChannelSettlement {
	shown := make([]*model.ChannelSettlement, len(list))
	for i, c := range list {
		cost := money.Of(c.CostMinor, r.Currency)
		shown[i] = &model.ChannelSettlement{IssuedBy: c.IssuedBy, RedeemedAt: c.RedeemedAt, Points: c.Points, Cost: &cost}
	}
	return shown
}

// benefits are a tier's in words.
func benefits(t *points.Tier, locale string) []string {
	words := make([]string, len(t.Benefits))
	for i, b := range t.Benefits {
		words[i] = b.In(locale)
	}
	return words
}
