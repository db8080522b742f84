package referral

import (
	"context"
	"fmt"
	"strings"
	"unicode/utf8"

	"github.com/kaituan/kaituan/ent/db"
	"github.com/kaituan/kaituan/ent/db/promoterreport"
	"github.com/kaituan/kaituan/internal/clock"
	"github.com/kaituan/kaituan/internal/fault"
	"github.com/kaituan/kaituan/internal/page"
	"github.com/kaituan/kaituan/internal/text"
)

// maxReason is the longest reason in characters; reportsPerDay is how many promoters one person may report on one day of the shop's.
const (
	maxReason     = 500
	reportsPerDay = 10
)

// Report tells the shop of a promoter, whom others see by publicID. A second one of the same person about the same promoter changes nothing and is the first.
//
// Errors, under input: fault.Blank, fault.TooLong and fault.Invalid (reason), fault.Missing (promoterId), ErrSelf (promoterId), fault.TooOften (ten a day). Those of
// identity.Touch.
func (s *Service) Report(ctx context.Context, reporterID, publicID, reason string) (*Report, error) {
	reason = strings.TrimSpace(reason)
	switch {
	case text.Blank(reason):
		return nil, fault.Blank.At("input", "reason")
	case utf8.RuneCountInString(reason) > maxReason:
		return nil, fault.TooLong.At("input", "reason").WithAvailable(maxReason)
	case !text.Line(reason):
		return nil, fault.Invalid.At("input", "reason")
	}
	var row *db.PromoterReport
	err := s.store.InTx(ctx, func(ctx context.Context) (err error) {
		if err := s.identity.Touch(ctx, reporterID); err != nil {
			return err
		}
		row, err = s.report(ctx, reporterID, publicID, reason)
		return err
	})
	if err != nil {
		return nil, again(err)
	}
	return s.shownReport(ctx, row)
}

// report runs in the transaction that has touched the reporter: so what he reported before holds.
func (s *Service) report(ctx context.Context, reporterID, publicID, reason string) (*db.PromoterReport, error) {
	promoterID, err := s.identity.ByPublicID(ctx, publicID)
	if err != nil {
		return nil, err
	}
	if promoterID == "" {
		return nil, fault.Missing.At("input", "promoterId")
	}
	if promoterID == reporterID {
		return nil, ErrSelf.At("input", "promoterId")
	}
	his, err := s.identity.Aliases(ctx, reporterID)
	if err != nil {
		return nil, err
	}
	theirs, err := s.identity.Aliases(ctx, promoterID)
	if err != nil {
		return nil, err
	}
	before, err := s.store.Client(ctx).PromoterReport.Query().Where(promoterreport.PromoterIDIn(theirs...), promoterreport.ReporterIDIn(his...)).
		Order(promoterreport.ByID()).First(ctx)
	if err == nil || !db.IsNotFound(err) {
		return before, err
	}
	now := s.clock()
	today, err := s.store.Client(ctx).PromoterReport.Query().Where(promoterreport.ReporterIDIn(his...), promoterreport.CreatedAtGTE(clock.Midnight(now, 0, s.zone))).Count(ctx)
	if err != nil {
		return nil, fmt.Errorf("reports of %s: %w", reporterID, err)
	}
	if today >= reportsPerDay {
		return nil, fault.TooOften.At("input", "promoterId").WithRetryAfter(clock.Midnight(now, 1, s.zone).Sub(now))
	}
	row, err := s.store.Client(ctx).PromoterReport.Create().SetPromoterID(promoterID).SetReporterID(reporterID).SetReason(reason).SetCreatedAt(now).Save(ctx)
	if err != nil {
		return nil, fmt.Errorf("report %s: %w", promoterID, err)
	}
	return row, nil
}

// Decide upholds a report, which costs the promoter credit, or dismisses it. The same decision again changes nothing.
//
// Errors: fault.Missing at input.reportId, fault.ConflictedEdit (it was decided the other way).
func (s *Service) Decide(ctx context.Context, reportID string, uphold bool) (*Report, error) {
	var row *db.PromoterReport
	err := s.store.InTx(ctx, func(ctx context.Context) (err error) {
		to := ReportDismissed
		if uphold {
			to = ReportUpheld
		}
		took, err := s.store.Guard(ctx, "UPDATE promoter_reports SET state = ?, decided_at = ?, ver = ver + 1 WHERE id = ? AND state = 'OPEN'", string(to), s.clock(), reportID)
		if err != nil {
			return fmt.Errorf("decide report %s: %w", reportID, err)
		}
		row, err = s.store.Client(ctx).PromoterReport.Get(ctx, reportID)
		switch {
		case db.IsNotFound(err):
			return fault.Missing.At("input", "reportId")
		case err != nil:
			return fmt.Errorf("read report %s: %w", reportID, err)
		case !took && ReportState(row.State) != to:
			return fault.ConflictedEdit.At("input", "reportId")
		}
		return nil
	})
	if err != nil {
		return nil, again(err)
	}
	return s.shownReport(ctx, row)
}

// OneReport is a report of the reporter's, or anybody's when reporterID is empty; nil when there is none.
func (s *Service) OneReport(ctx context.Context, reporterID, reportID string) (*Report, error) {
	row, err := s.store.Client(ctx).PromoterReport.Get(ctx, reportID)
	if db.IsNotFound(err) {
		return nil, nil
	}
	if err != nil {
		return nil, fmt.Errorf("read report %s: %w", reportID, err)
	}
	if reporterID != "" {
		if his, err := s.identity.Same(ctx, reporterID, row.ReporterID); err != nil || !his {
			return nil, err
		}
	}
	return s.shownReport(ctx, row)
}

// OpenReports is a page of the reports that nobody has decided on, oldest first. Errors: fault.InvalidInput, fault.InvalidCursor.
func (s *Service) OpenReports(ctx context.Context, a page.Args, wantTotal bool) (*ReportPage, error) {
	if err := a.Check(); err != nil {
		return nil, err
	}
	query := s.store.Client(ctx).PromoterReport.Query().Where(promoterreport.StateEQ(promoterreport.StateOPEN))
	if a.After != "" {
		var after string
		if err := page.Decode(a.After, "reports", &after); err != nil {
			return nil, err
		}
		query.Where(promoterreport.IDGT(after))
	}
	rows, err := query.Order(promoterreport.ByID()).Limit(a.First + 1).All(ctx)
	if err != nil {
		return nil, fmt.Errorf("list reports: %w", err)
	}
	cursor := func(row *db.PromoterReport) string { return page.Encode("reports", row.ID) }
	rows, info := page.Of(rows, a, cursor)
	listed := &ReportPage{Info: info}
	for _, row := range rows {
		listed.Cursors = append(listed.Cursors, cursor(row))
	}
	if listed.Reports, err = s.reports(ctx, rows); err != nil || !wantTotal {
		return listed, err
	}
	open, err := s.store.Client(ctx).PromoterReport.Query().Where(promoterreport.StateEQ(promoterreport.StateOPEN)).Limit(page.ExactUpTo + 1).IDs(ctx)
	listed.Total = page.Exact(len(open))
	return listed, err
}

func (s *Service) shownReport(ctx context.Context, row *db.PromoterReport) (*Report, error) {
	shown, err := s.reports(ctx, []*db.PromoterReport{row})
	if err != nil {
		return nil, err
	}
	return shown[0], nil
}

// reports shows rows with whom they are about.
func (s *Service) reports(ctx context.Context, rows []*db.PromoterReport) ([]*Report, error) {
	about := make([]string, len(rows))
	for i, row := range rows {
		about[i] = row.PromoterID
	}
	promoters, err := s.identity.Publics(ctx, about)
	if err != nil {
		return nil, err
	}
	list := make([]*Report, len(rows))
	for i, row := range rows {
		list[i] = &Report{
			ID: row.ID, PromoterID: row.PromoterID, Promoter: promoters[row.PromoterID], Reason: row.Reason, State: ReportState(row.State), ReportedAt: row.CreatedAt,
		}
	}
	return list, nil
}
