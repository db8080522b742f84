package graph

import (
	"context"

	"github.com/kaituan/kaituan/graph/model"
	"github.com/kaituan/kaituan/internal/viewer"
	"github.com/kaituan/kaituan/shop/live"
)

// roomPayload shapes the answer of a mutation about a room.
func (r *Resolver) roomPayload(ctx context.Context, room *live.Room, err error) (*model.LiveRoomPayload, error) {
	refusals, err := refused(ctx, err)
	if err != nil || len(refusals) > 0 {
		return &model.LiveRoomPayload{UserErrors: refusals}, err
	}
	return &model.LiveRoomPayload{Room: room, UserErrors: refusals}, r.withRooms(ctx, here(ctx).at("room"), room)
}

// offerPayload shapes the answer of a mutation about an offer.
func (r *Resolver) offerPayload(ctx context.Context, o *live.Offer, err error) (*model.LiveOfferPayload, error) {
	refusals, err := refused(ctx, err)
	if err != nil || len(refusals) > 0 {
		return &model.LiveOfferPayload{UserErrors: refusals}, err
	}
	return &model.LiveOfferPayload{Offer: o, UserErrors: refusals},
		r.Load.CompleteOffers(ctx, viewer.From(ctx).ShopperID, []*live.Offer{o}, offersAsked(here(ctx).at("offer")))
}

// dropPayload shapes the answer of a mutation about a drop.
func (r *Resolver) dropPayload(ctx context.Context, d *live.Drop, err error) (*model.LiveCouponDropPayload, error) {
	refusals, err := refused(ctx, err)
	if err != nil || len(refusals) > 0 {
		return &model.LiveCouponDropPayload{UserErrors: refusals}, err
	}
	return &model.LiveCouponDropPayload{Drop: d, UserErrors: refusals},
		r.Load.CompleteDrops(ctx, viewer.From(ctx).ShopperID, []*live.Drop{d}, dropsAsked(here(ctx).at("drop")))
}

// lotteryPayload shapes the answer of a mutation about a lottery.
func (r *Resolver) lotteryPayload(ctx context.Context, l *live.Lottery, err error) (*model.LiveLotteryPayload, error) {
	refusals, err := refused(ctx, err)
	if err != nil || len(refusals) > 0 {
		return &model.LiveLotteryPayload{UserErrors: refusals}, err
	}
	return &model.LiveLotteryPayload{Lottery: l, UserErrors: refusals},
		r.Load.CompleteLotteries(ctx, viewer.From(ctx).ShopperID, []*live.Lottery{l}, lotteriesAsked(here(ctx).at("lottery")))
}

// questionPayload shapes the answer of a mutation about a question.
func (r *Resolver) questionPayload(ctx context.Context, q *live.Question, err error) (*model.LiveQuestionPayload, error) {
	refusals, err := refused(ctx, err)
	if err != nil || len(refusals) > 0 {
		return &model.LiveQuestionPayload{UserErrors: refusals}, err
	}
	return &model.LiveQuestionPayload{Question: q, UserErrors: refusals}, r.withQuestions(ctx, here(ctx).at("question"), q)
}
