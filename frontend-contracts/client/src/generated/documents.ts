/* eslint-disable */
/** Internal type. DO NOT USE DIRECTLY. */
type Exact<T extends { [key: string]: unknown }> = { [K in keyof T]: T[K] };
/** Internal type. DO NOT USE DIRECTLY. */
export type Incremental<T> = T | { [P in keyof T]?: P extends ' $fragmentName' | '__typename' ? T[P] : never };
import type { Document } from '../document.js';
/** Names one of the shopper's addresses. */
export type AddressRef = {
  /** Address.id. */
  id: string;
};

/** An address as a whole. */
export type AddressSaveInput = {
  /** The address to change; null makes a new one. */
  id?: string | null | undefined;
  /** True makes it the default; false takes the default from none. */
  isDefault?: boolean | null | undefined;
  /** A mobile number as in phoneCodeSend; may be left out when an existing address is edited, which keeps its own. */
  phone?: string | null | undefined;
  /** 1 to 40 characters. */
  recipient: string;
  /** 1 to 5 levels from the largest down, each 1 to 30 characters. */
  region: Array<string>;
  /** 1 to 200 characters. */
  street: string;
};

/**
 * One engine for the fission tools: LIKES (collect likes for a coupon or points), BARGAIN (friends cut the price to a floor), INVITE (friends must be new),
 * UNLOCK (friends open a price), DRAW (each helper is one more ticket), CHARITY (each helper is a donation by the shop).
 */
export type AssistKind =
  /** Each helper cuts the price, down to a floor. */
  | 'BARGAIN'
  /** The shop donates for each helper. */
  | 'CHARITY'
  /** A ticket for the owner and for each helper. */
  | 'DRAW'
  /** As LIKES, by helpers who are new to the shop. */
  | 'INVITE'
  /** Collect likes for a coupon or points. */
  | 'LIKES'
  /** Enough helpers open a price, all at once. */
  | 'UNLOCK';

/** Whom to help. */
export type AssistRef = {
  /** Assist.id. */
  assistId: string;
  /** Stable per device, at most 64 ASCII characters; kept as a keyed hash only. */
  deviceId?: string | null | undefined;
};

/** An assist to start. */
export type AssistStartInput = {
  /** AssistCampaign.id. */
  campaignId: string;
  /** 1 to 64 visible ASCII characters. The same key returns the assist as it is now. */
  idempotencyKey: string;
};

/** Where an assist stands. */
export type AssistState =
  /** Its time ran out. */
  | 'EXPIRED'
  /** Takes helpers until `expiresAt`. */
  | 'OPEN'
  /** Its goal was reached; a price can be used, other rewards were given. */
  | 'REACHED'
  /** The price reached was used in an order that stands. */
  | 'REDEEMED';

/** Whether a campaign opens groups. Open groups outlive their campaign. */
export type CampaignState =
  /** After `endsAt`, or ended before its time. */
  | 'ENDED'
  /** Running. */
  | 'OPEN'
  /** Before `startsAt`. */
  | 'SCHEDULED'
  /** Less is left than it needs; what comes back reopens it. */
  | 'SOLD_OUT';

/** How one line is to be. */
export type CartLineInput = {
  /** 0 to 999. */
  quantity: number;
  /** Only selected lines are priced and ordered. */
  selected?: boolean | null | undefined;
  /** Sku.id. */
  skuId: string;
};

/** Changes of the cart. */
export type CartLinesSetInput = {
  /** 1 to 100. Quantity 0 removes the line; lines left out stay as they are. */
  lines: Array<CartLineInput>;
};

/** Where a session, order, point or event comes from. STORE is an offline point of sale. */
export type Channel =
  /** 支付宝小程序. */
  | 'ALIPAY_MINI_PROGRAM'
  /** The shop's app. */
  | 'APP'
  /** 抖音小程序. */
  | 'DOUYIN_MINI_PROGRAM'
  /** Pages in a browser. */
  | 'H5'
  /** A till in a store. */
  | 'STORE'
  /** 微信小程序. */
  | 'WECHAT_MINI_PROGRAM';

/** As SessionCreateInput. */
export type ChannelLinkInput = {
  /** Douyin's `anonymousCode`. */
  anonymousCode?: string | null | undefined;
  /** The channel to add. */
  channel: Channel;
  /** That channel's one-time code. */
  code: string;
  /** APP and H5: the phone that the code was sent to. */
  phone?: string | null | undefined;
};

/** What is to be ordered. At most one of `lines`, `groupBuy`, `liveOffer`, `assistId`; none of them means the cart's selected lines. */
export type CheckoutInput = {
  /** Address.id; null: the default one. */
  addressId?: string | null | undefined;
  /** A REACHED assist of the shopper's: one unit at its price. */
  assistId?: string | null | undefined;
  /** At most 20 of the shopper's coupons; none is used that is not named. Percentages apply before amounts, and at most one on a line. */
  couponIds?: Array<string> | null | undefined;
  /** A seat in a group. */
  groupBuy?: GroupBuySeatInput | null | undefined;
  /** 1 to 100 SKUs, apart from the cart. */
  lines?: Array<OrderLineInput> | null | undefined;
  /** Units at a live offer's price. */
  liveOffer?: LiveOfferLineInput | null | undefined;
  /** ShareLink.token by which the shopper came; one that does not bind is ignored. */
  referralToken?: string | null | undefined;
  /** Points to spend off the price; more than Quote.pointsUsable is capped, with a notice. Null or 0: none. */
  usePoints?: number | null | undefined;
};

/**
 * PENDING until the return window closes, and while a refund that was asked for in time is undecided, for seven days at most; then AVAILABLE. A refund claws it
 * back in either state, and so does PENDING what has become the buyer's own, since the two are one person.
 */
export type CommissionState =
  /** Part of what can be withdrawn. */
  | 'AVAILABLE'
  /** All of it was taken back. */
  | 'CLAWED_BACK'
  /** Not to be withdrawn yet. */
  | 'PENDING';

/** How much to pay out. */
export type CommissionWithdrawInput = {
  /** Major units of the shop's currency. */
  amount: string;
  /** 1 to 64 visible ASCII characters. One key, one withdrawal; it never runs out. */
  idempotencyKey: string;
};

/** What personal data may be used for beside what an order needs. PERSONALISATION is on until the shopper refuses it; the others are off until he grants them. */
export type ConsentPurpose =
  /** Send messages about offers. */
  | 'MARKETING_MESSAGES'
  /** Share data with partners. */
  | 'PARTNER_SHARING'
  /** Choose the feed's cards by what the shopper did. With its refusal what was learned is forgotten; what he chose or hid himself stays. */
  | 'PERSONALISATION';

/** A decision about one purpose. */
export type ConsentSetInput = {
  /** False refuses or withdraws. */
  granted: boolean;
  /** What it is about. */
  purpose: ConsentPurpose;
  /** Names the text that was read: 1 to 32 letters, digits, points, hyphens and underscores. */
  textVersion: string;
};

/** A coupon to claim. */
export type CouponClaimInput = {
  /** CouponTemplate.id. */
  templateId: string;
};

/** Whether a coupon can be used. */
export type CouponState =
  /** Its date has passed. */
  | 'EXPIRED'
  /** By an order that is not paid yet. */
  | 'RESERVED'
  /** Yes. */
  | 'USABLE'
  /** By an order that was paid and not refunded whole. */
  | 'USED';

/** ISO 4217 code. A shop trades in one currency. */
export type CurrencyCode =
  /** Renminbi, 2 decimals. */
  | 'CNY'
  /** Euro, 2 decimals. */
  | 'EUR'
  /** Hong Kong dollar, 2 decimals. */
  | 'HKD'
  /** Japanese yen, no decimals. */
  | 'JPY'
  /** Macanese pataca, 2 decimals. */
  | 'MOP'
  /** Malaysian ringgit, 2 decimals. */
  | 'MYR'
  /** Singapore dollar, 2 decimals. */
  | 'SGD'
  /** New Taiwan dollar, 2 decimals. */
  | 'TWD'
  /** United States dollar, 2 decimals. */
  | 'USD';

/** What a card shows. */
export type FeedCardKind =
  /** A help-me campaign; one on a page at most. */
  | 'ASSIST'
  /** A campaign of group buying; its product has no card besides. */
  | 'GROUP_BUY'
  /** A live room; there are none for now. */
  | 'LIVE_ROOM'
  /** A shopper's note; there are none for now. */
  | 'NOTE'
  /** A product. */
  | 'PRODUCT';

/** Why a card is in the feed. More may come: clients show the text. */
export type FeedReasonCode =
  /** Others bought it with what the shopper has. */
  | 'BOUGHT_TOGETHER'
  /** Something else to discover. */
  | 'EXPLORE'
  /** Friends bought it. */
  | 'FRIENDS_BOUGHT'
  /** A group that anybody may join lacks few people. */
  | 'GROUP_NEARLY_FULL'
  /** The shopper likes such things. */
  | 'INTEREST'
  /** It is shown in a room that is on air. */
  | 'LIVE_NOW'
  /** It is new in the shop. */
  | 'NEW'
  /** It is like something the shopper looked at. */
  | 'SIMILAR_TO_VIEWED'
  /** It sells well this week. */
  | 'TRENDING';

/** A seat in a group: `campaignId` opens a new group, `groupBuyId` joins one; exactly one of them. */
export type GroupBuySeatInput = {
  /** Opens a group of this campaign, with the shopper as its leader. */
  campaignId?: string | null | undefined;
  /** Joins this group. */
  groupBuyId?: string | null | undefined;
  /** What a payment does that finds the seat lost. */
  ifLost?: SeatLostPolicy;
  /** Units, 1 to 999 and within the campaign's limit; one seat whatever it is. */
  quantity?: number;
  /** One that the campaign offers. */
  skuId: string;
};

/** Where a group stands. PENDING → OPEN or CANCELLED; OPEN → COMPLETED, EXPIRED or CANCELLED. */
export type GroupBuyState =
  /** The leader did not pay, or nobody was left. */
  | 'CANCELLED'
  /** Its orders stand at the group price. */
  | 'COMPLETED'
  /** Its time ran out; all money goes back. */
  | 'EXPIRED'
  /** Takes members until `expiresAt`. */
  | 'OPEN'
  /** Its leader has ordered and not yet paid; only the leader sees it. */
  | 'PENDING';

/** Who completed a group. */
export type GroupCompletion =
  /** Enough people paid. */
  | 'MEMBERS'
  /** The shop honoured the price for fewer. */
  | 'MERCHANT';

/** What a leader is given. */
export type LeaderRewardKind =
  /** Off the leader's own price, at opening. */
  | 'DISCOUNT'
  /** What the leader paid goes back once members complete the group. */
  | 'FREE_ORDER'
  /** Given once members complete the group. */
  | 'POINTS';

/** A comment to hide. */
export type LiveCommentHideInput = {
  /** LiveComment.id. */
  commentId: string;
  /** LiveRoom.id. */
  roomId: string;
};

/** A decision about a held comment. */
export type LiveCommentReviewInput = {
  /** False drops it. */
  approve: boolean;
  /** LiveComment.id. */
  commentId: string;
};

/** A comment to send. */
export type LiveCommentSendInput = {
  /** 1 to 64 visible ASCII characters, new for each comment: makes a resend no second one. */
  clientId: string;
  /** LiveRoom.id. */
  roomId: string;
  /** 1 to 200 characters as a reader counts them, one line. */
  text: string;
};

/** A drop to claim from. */
export type LiveCouponClaimInput = {
  /** LiveCouponDrop.id. */
  dropId: string;
};

/** A rain of coupons. */
export type LiveCouponDropInput = {
  /** CouponTemplate.id, claimable or not. */
  couponTemplateId: string;
  /** 1 to 64 visible ASCII characters. */
  idempotencyKey: string;
  /** 1 to 100,000; comes out of what the template has `left`, and what nobody claimed goes back. */
  quantity: number;
  /** LiveRoom.id. */
  roomId: string;
  /** How long it runs from now, 1 to 3,600. */
  seconds: number;
};

/** Likes to add. */
export type LiveLikeInput = {
  /** 1 to 64 visible ASCII characters, new for each call: makes a resend add nothing. */
  clientId: string;
  /** 1 to 50. */
  count: number;
  /** LiveRoom.id. */
  roomId: string;
};

/** Names a lottery. */
export type LiveLotteryRef = {
  /** LiveLottery.id. */
  lotteryId: string;
};

/** A lottery to start. */
export type LiveLotteryStartInput = {
  /** 1 to 64 visible ASCII characters. */
  idempotencyKey: string;
  /** 1 to 100 characters of plain text. */
  prize: string;
  /** LiveRoom.id. */
  roomId: string;
  /** How long entries are open from now, 1 to 86,400. */
  seconds: number;
  /** 1 to 1,000. */
  winners: number;
};

/** Units of a live offer. */
export type LiveOfferLineInput = {
  /** LiveOffer.id. */
  offerId: string;
  /** 1 to the offer's quota. */
  quantity?: number;
};

/** Names an offer. */
export type LiveOfferRef = {
  /** LiveOffer.id. */
  offerId: string;
};

/** An offer for a SKU whose product is on the shelf. */
export type LiveOfferStartInput = {
  /** 1 to 64 visible ASCII characters. */
  idempotencyKey: string;
  /** For one unit in major units of the shop's currency, above 0 and not above the sale price. */
  price: string;
  /** Units, 1 to 1,000,000. */
  quota: number;
  /** LiveRoom.id. */
  roomId: string;
  /** How long it runs from now, 1 to 86,400. */
  seconds: number;
  /** Sku.id. */
  skuId: string;
};

/** Whether an offer can be bought. */
export type LiveOfferState =
  /** Its time is over, or the host ended it. */
  | 'ENDED'
  /** Yes. */
  | 'OPEN'
  /** None left; units that come back reopen it. */
  | 'SOLD_OUT';

/** A product of the shelf. */
export type LiveProductPinInput = {
  /** At most 100 characters of plain text. */
  note?: string | null | undefined;
  /** Product.id, on the shelf. */
  productId: string;
  /** LiveRoom.id. */
  roomId: string;
};

/** A question's answer. */
export type LiveQuestionAnswerInput = {
  /** 1 to 500 characters as a reader counts them, one line. */
  answer: string;
  /** LiveQuestion.id. */
  questionId: string;
};

/** A question to ask. */
export type LiveQuestionAskInput = {
  /** 1 to 64 visible ASCII characters, new for each question: makes a resend no second one. */
  clientId: string;
  /** LiveRoom.id. */
  roomId: string;
  /** 1 to 200 characters as a reader counts them, one line. */
  text: string;
};

/** Names a question. */
export type LiveQuestionRef = {
  /** LiveQuestion.id. */
  questionId: string;
};

/** What somebody may do in a room, each more than the one before. */
export type LiveRole =
  /** Runs the room; needs the HOST scope. */
  | 'CO_HOST'
  /** Owns the room, and gives the other roles. */
  | 'HOST'
  /** Hides and reviews comments, and mutes. */
  | 'MODERATOR'
  /** Watches, comments and buys. */
  | 'VIEWER';

/** A room to make. */
export type LiveRoomCreateInput = {
  /** Its picture; null: none. */
  coverUrl?: string | null | undefined;
  /** 1 to 64 visible ASCII characters. The same key with input that means the same returns the room made first. */
  idempotencyKey: string;
  /** The shelf, each product once, at most 100. */
  productIds: Array<string>;
  /** After now. */
  scheduledFor?: string | null | undefined;
  /** 1 to 100 characters of plain text. */
  title: string;
};

/** Names a room. */
export type LiveRoomRef = {
  /** LiveRoom.id. */
  roomId: string;
};

/** What is left out, or null, stays as it is. */
export type LiveRoomUpdateInput = {
  /** Its picture. */
  coverUrl?: string | null | undefined;
  /** LiveRoom.id. */
  roomId: string;
  /** After now; only while SCHEDULED. */
  scheduledFor?: string | null | undefined;
  /** 1 to 100 characters of plain text. */
  title?: string | null | undefined;
};

/** A whole shelf. */
export type LiveShelfSetInput = {
  /** At most 100, each once, in the order of the shelf. */
  productIds: Array<string>;
  /** LiveRoom.id. */
  roomId: string;
};

/** A pause between a viewer's comments. */
export type LiveSlowModeSetInput = {
  /** LiveRoom.id. */
  roomId: string;
  /** At most 3,600; 0 ends slow mode. */
  seconds: number;
};

/** A role in a room. */
export type LiveStaffSetInput = {
  /** PublicShopper.id, e.g. of a comment's author. */
  publicShopperId: string;
  /** HOST is INVALID: a room keeps its own. */
  role: LiveRole;
  /** LiveRoom.id. */
  roomId: string;
};

/** SCHEDULED → LIVE ⇄ PAUSED → ENDED, or SCHEDULED → ENDED; all but ENDED → BANNED. */
export type LiveState =
  /** Stopped by the shop, for good. */
  | 'BANNED'
  /** Over. */
  | 'ENDED'
  /** On air. */
  | 'LIVE'
  /** Interrupted; its offers run on. */
  | 'PAUSED'
  /** Not begun. */
  | 'SCHEDULED';

/** Whom to mute. */
export type LiveViewerMuteInput = {
  /** PublicShopper.id, e.g. of a comment's author. */
  publicShopperId: string;
  /** LiveRoom.id. */
  roomId: string;
  /** From now, at most 2,592,000 (30 days); 0 lifts it. */
  seconds: number;
};

/** What a medium is. */
export type MediaKind =
  /** A picture. */
  | 'IMAGE'
  /** A video. */
  | 'VIDEO';

/** The order to end. */
export type OrderCancelInput = {
  /** Order.id. */
  orderId: string;
  /** At most 200 characters, for the timeline. */
  reason?: string | null | undefined;
};

/** One SKU to order. */
export type OrderLineInput = {
  /** At the SKU's pointsPrice: listed at the sale price, a POINTS adjustment down to its `money` (or 0). */
  payWithPoints?: boolean;
  /** 1 to 999. */
  quantity: number;
  /** Sku.id; each on one line only. */
  skuId: string;
};

/** Another payment of an order. */
export type OrderPayInput = {
  /** Order.id. */
  orderId: string;
  /** How to pay; null: the first that serves the session's channel. */
  provider?: PaymentProvider | null | undefined;
};

/** What to order. One of `quoteToken` and `expectedTotal` is required, else INVALID. */
export type OrderPlaceInput = {
  /** The same as was quoted. */
  checkout: CheckoutInput;
  /** Quote.pointsUsed as it was shown; with goods of the points mall one of this and `quoteToken` is required. */
  expectedPoints?: number | null | undefined;
  /** The total that the shopper saw. */
  expectedTotal?: string | null | undefined;
  /** 1 to 64 visible ASCII characters, made once per order that the shopper confirms; never runs out. */
  idempotencyKey: string;
  /** For the shop, at most 200 characters. */
  note?: string | null | undefined;
  /** How to pay; null: the first that serves the session's channel. */
  provider?: PaymentProvider | null | undefined;
  /** Quote.token that the shopper saw. */
  quoteToken?: string | null | undefined;
};

/** Names an order. */
export type OrderRef = {
  /** Order.id. */
  orderId: string;
};

/**
 * Where an order stands. An activity's end, a refund or the clock may change it without the shopper. AWAITING_GROUP: paid, and waiting for the group to
 * complete.
 */
export type OrderState =
  /** Paid; becomes PAID when the group completes, else its money goes back. */
  | 'AWAITING_GROUP'
  /** Ended unpaid; a payment that comes late may bring it back, unless the shopper cancelled it. */
  | 'CANCELLED'
  /** Done; points are earned. Refunds may be asked for within 7 days. */
  | 'COMPLETED'
  /** Arrived; COMPLETED 7 days later. */
  | 'DELIVERED'
  /** To be shipped. */
  | 'PAID'
  /** Placed and unpaid; ends after 15 minutes, or with its group if that is sooner. */
  | 'PENDING_PAYMENT'
  /** Everything went back. */
  | 'REFUNDED'
  /** A refund is asked for or under way; back where it was when rejected or settled in part. */
  | 'REFUNDING'
  /** On its way. */
  | 'SHIPPED';

/** Who collects the money. */
export type PaymentProvider =
  /** For development: sandboxPay plays the payment sheet. */
  | 'SANDBOX'
  /** 微信支付. */
  | 'WECHAT_PAY';

/** Where a payment stands. */
export type PaymentState =
  /** Closed unpaid. */
  | 'EXPIRED'
  /** The provider refused it; orderPay starts another. */
  | 'FAILED'
  /** The money is here. */
  | 'PAID'
  /** Part of the money went back. */
  | 'PARTIALLY_REFUNDED'
  /** Waits for the shopper. */
  | 'PENDING'
  /** All of the money went back. */
  | 'REFUNDED';

/** A phone and the proof that it is the shopper's. */
export type PhoneBindInput = {
  /** Where the shopper is. */
  channel: Channel;
  /** The text message's code. */
  code: string;
  /** The phone that the code was sent to; required for now. */
  phone?: string | null | undefined;
};

/** Where to send a code. */
export type PhoneCodeSendInput = {
  /** A mobile number of the Chinese mainland, or +country and number. Spaces, hyphens and brackets do not count. */
  phone: string;
};

/** What happened to points. */
export type PointsEntryKind =
  /** Corrected or forfeited by the shop. */
  | 'ADJUST'
  /** Spent of what was set aside. */
  | 'CAPTURE'
  /** Granted. */
  | 'EARN'
  /** Ran out. */
  | 'EXPIRE'
  /** Set aside. */
  | 'HOLD'
  /** Two accounts became one. */
  | 'MERGE'
  /** Spent. */
  | 'REDEEM'
  /** Given back of what was set aside. */
  | 'RELEASE'
  /** An earlier entry was undone, or a debt was paid. */
  | 'REVERSE';

/** Where an adjustment comes from. */
export type PriceAdjustmentKind =
  /** The price that helpers reached. */
  | 'ASSIST'
  /** A coupon. */
  | 'COUPON'
  /** The group price. */
  | 'GROUP_BUY'
  /** The leader's discount for opening a group. */
  | 'LEADER_REWARD'
  /** A live offer's price. */
  | 'LIVE_OFFER'
  /** The tier's price. */
  | 'MEMBER'
  /** Points spent off the price, or in the points mall. */
  | 'POINTS';

/** Narrows a list of products; what is left out, or null, does not. */
export type ProductFilter = {
  /** In this category or one below it; an unknown one has no products. */
  categoryId?: string | null | undefined;
  /** With, or without, a campaign that opens groups now, as of a second ago. */
  hasGroupBuy?: boolean | null | undefined;
  /** True: a SKU is available; false: none is. */
  inStock?: boolean | null | undefined;
  /** Its lowest sale price is at most this. */
  priceMax?: string | null | undefined;
  /** Its lowest sale price is at least this. */
  priceMin?: string | null | undefined;
  /** Has all of them; at most 20, else INVALID_INPUT. */
  tags?: Array<string> | null | undefined;
};

/** Orders of a list of products. */
export type ProductSort =
  /** Most units sold first. */
  | 'BEST_SELLING'
  /** Newest in the catalogue first. */
  | 'NEWEST'
  /** Lowest sale price first. */
  | 'PRICE_ASC'
  /** Highest sale price first. */
  | 'PRICE_DESC'
  /** Matches of the title before those of tags only, each newest first; without a query just newest first. */
  | 'RELEVANCE';

/** What is left out, or null, stays as it is. */
export type ProfileSetInput = {
  /** 1 to 20 characters, one line. */
  nickname?: string | null | undefined;
};

/** A promoter, and what happened. */
export type PromoterReportInput = {
  /** PublicShopper.id, as in ShareLink.sharer. */
  promoterId: string;
  /** 1 to 500 characters. */
  reason: string;
};

/** Where a report stands. */
export type PromoterReportState =
  /** It does not. */
  | 'DISMISSED'
  /** Not decided. */
  | 'OPEN'
  /** It holds, and costs the promoter credit. */
  | 'UPHELD';

/** Standing of a promoter, by the orders and sales that friends brought. */
export type PromoterTier =
  /** Everybody's first. */
  | 'COMMUNITY'
  /** The highest. */
  | 'HEAD'
  /** The second. */
  | 'MID';

/** What the shop changed by itself. Clients show the message of a code that they do not know. */
export type QuoteNoticeCode =
  /** The activity is over. */
  | 'CAMPAIGN_ENDED'
  /** The coupon does not apply here. */
  | 'COUPON_DROPPED'
  /** It cannot be had at the moment and was left out. */
  | 'LINE_UNAVAILABLE'
  /** Fewer points can be used, or this cannot be had for points. */
  | 'POINTS_CAPPED'
  /** A price is another one than before. */
  | 'PRICE_CHANGED'
  /** Fewer units are left than were asked for. */
  | 'QUANTITY_CAPPED';

/** Whom to be bound to. */
export type ReferralBindInput = {
  /** ShareLink.token, or the sharer's ReferralProfile.code. */
  token: string;
};

/** Why money goes back. Only REQUESTED and GROUP_ENDED change the order's state. */
export type RefundKind =
  /** The group ended without the order; all of it goes back. */
  | 'GROUP_ENDED'
  /** A payment came in for an order that does not stand, or twice. */
  | 'LATE_PAYMENT'
  /** The leader's order is free. */
  | 'LEADER_REWARD'
  /** By refundRequest. */
  | 'REQUESTED'
  /** The group reached a lower price; the difference goes back. */
  | 'RUNG_REBATE';

/** Units of one line. */
export type RefundLineInput = {
  /** OrderLine.id. */
  lineId: string;
  /** 1 to what is left of the line. */
  quantity: number;
};

/** What is to go back: `lines`, or `amount`, or with neither all that is left. */
export type RefundRequestInput = {
  /** Money alone in major units, above 0: nothing comes back and nothing ends. */
  amount?: string | null | undefined;
  /** 1 to 64 visible ASCII characters. The same key with the same input returns the same refund. */
  idempotencyKey: string;
  /** Units that come back; money and points go back in proportion, the order's last units take what is left, shipping included. */
  lines?: Array<RefundLineInput> | null | undefined;
  /** Order.id. */
  orderId: string;
  /** 1 to 200 characters, for the shop. */
  reason: string;
};

/** FAILED: the provider refused; it is tried again. */
export type RefundState =
  /** Granted; the money is on its way. */
  | 'APPROVED'
  /** The provider refused; it is tried again. */
  | 'FAILED'
  /** Refused by the shop. */
  | 'REJECTED'
  /** Waits for the shop's decision. */
  | 'REQUESTED'
  /** The money has arrived. */
  | 'SETTLED';

/** What the shopper decides. */
export type SandboxPayInput = {
  /** Payment.id of a SANDBOX payment. */
  paymentId: string;
  /** False: the payment fails. */
  succeed?: boolean;
};

/** How soon a product is gone at its present sales speed. */
export type ScarcityLevel =
  /** Within one day. */
  | 'CRITICAL'
  /** Within 3 days. */
  | 'LOW';

/** What a caller may do. A session has SHOPPER, and HOST after a grant; a partner key has those that it was made with. */
export type Scope =
  /** Run group-buy and help-me campaigns, and make coupons. */
  | 'CAMPAIGN_WRITE'
  /** Change products and stock. */
  | 'CATALOG_WRITE'
  /** A shopper who may run live rooms; a grant reaches a session with its next refresh. */
  | 'HOST'
  /** Read the shop's figures. */
  | 'INSIGHT_READ'
  /** Stop rooms, decide reports, mark helpers. */
  | 'MODERATION'
  /** Ship orders and decide refunds. */
  | 'ORDER_FULFIL'
  /** Read every shopper's orders. */
  | 'ORDER_READ'
  /** Identify members and move points, as tills do. */
  | 'POINTS_WRITE'
  /** A signed-in shopper. */
  | 'SHOPPER'
  /** Set up webhooks. */
  | 'WEBHOOK_WRITE';

/** What happens when the payment lands and the seat is lost: group expired or cancelled, or the order cancelled by the clock and the seat not to be had again. */
export type SeatLostPolicy =
  /** The payer leads a new group at the price paid, without leader reward, if campaign, quota and stock allow; else as REFUND. */
  | 'OPEN_NEW_GROUP'
  /** All of the money goes back. */
  | 'REFUND';

/** Where a seat stands. */
export type SeatState =
  /** The group completed. */
  | 'CONFIRMED'
  /** Ordered, not yet paid. */
  | 'HELD'
  /** Paid; waits for the group. */
  | 'PAID'
  /** The money went back. */
  | 'REFUNDED'
  /** The provider refused the refund; it is tried again. */
  | 'REFUND_FAILED'
  /** Lost or given back; the money is on its way. */
  | 'REFUND_PENDING'
  /** Given up unpaid. */
  | 'RELEASED';

/** Who signs in: `phone` with APP and H5; `anonymousCode` with Douyin. */
export type SessionCreateInput = {
  /** Douyin's `anonymousCode`. */
  anonymousCode?: string | null | undefined;
  /** Where the shopper is; it decides who checks the code. */
  channel: Channel;
  /** The platform's one-time code, or the six digits of the text message. */
  code: string;
  /** Not kept. */
  deviceId?: string | null | undefined;
  /** APP and H5: the phone that the code was sent to; +country for others than the Chinese mainland's. */
  phone?: string | null | undefined;
  /** ShareLink.token by which the shopper came; binds as referralBind does. One that does not bind is ignored. */
  referralToken?: string | null | undefined;
};

/** The token of sessionRefresh. */
export type SessionRefreshInput = {
  /** The newest one of the session. */
  refreshToken: string;
};

/** The token of sessionRevoke. */
export type SessionRevokeInput = {
  /** Any one of the session. */
  refreshToken: string;
};

/** What to share. */
export type ShareLinkCreateInput = {
  /** Where it will be shared. */
  channel: Channel;
  /** Id of one of ShareTarget's types. */
  targetId: string;
};

/** An opening of a link. */
export type ShareVisitInput = {
  /** Stable per device, 8 to 64 visible ASCII characters; kept as a keyed hash only. */
  deviceId: string;
  /** ShareLink.token. */
  token: string;
};

/** Why a rule of the shop refuses. Clients treat a code that they do not know as INVALID; adding one is not a breaking change. */
export type UserErrorCode =
  /** The order needs an address and the shopper has none. */
  | 'ADDRESS_REQUIRED'
  /** Somebody else has invited this shopper, and the binding still runs. */
  | 'ALREADY_BOUND'
  /** Once a day; tomorrow again. */
  | 'ALREADY_CHECKED_IN'
  /** One each. */
  | 'ALREADY_CLAIMED'
  /** Once per person and assist. */
  | 'ALREADY_HELPED'
  /** The person has a seat in a group of this campaign. */
  | 'ALREADY_MEMBER'
  /** The assist is over, or not reached yet. */
  | 'ASSIST_STATE'
  /** A text or list that may not be empty. */
  | 'BLANK'
  /** The campaign has not begun, is over, or is sold out. */
  | 'CAMPAIGN_NOT_OPEN'
  /** A sign-in code is wrong or has run out. */
  | 'CODE_INVALID'
  /** A sign-in code was used before; get a new one. */
  | 'CODE_USED'
  /** It was decided otherwise meanwhile, or is another's; read it again. */
  | 'CONFLICT'
  /** The text breaks the shop's rules of content. */
  | 'CONTENT_REJECTED'
  /** None of these coupons are left. */
  | 'COUPON_EXHAUSTED'
  /** The coupon cannot be used for this; `message` says why. */
  | 'COUPON_NOT_APPLICABLE'
  /** The promoter's credit score is below the programme's floor. */
  | 'CREDIT_TOO_LOW'
  /** Every coupon of the drop is gone. */
  | 'DROP_EMPTY'
  /** The group has ended, or is too near its end. */
  | 'GROUP_CLOSED'
  /** Every seat is held or paid; one may come back. */
  | 'GROUP_FULL'
  /** The hold's time is over; its points are back. */
  | 'HOLD_EXPIRED'
  /** The hold was captured or released before; with shopperErase: a till holds points. */
  | 'HOLD_STATE'
  /** The key stands for other input: send a new key, or the first input. */
  | 'IDEMPOTENCY_KEY_REUSED'
  /** The phone, or the platform's account, belongs to another shopper. */
  | 'IDENTITY_TAKEN'
  /** Less commission; `available` says how much, in minor units. */
  | 'INSUFFICIENT_COMMISSION'
  /** Fewer points; `available` says how many. */
  | 'INSUFFICIENT_POINTS'
  /** A value, or a combination of values, that is not allowed; `field` says which. */
  | 'INVALID'
  /** More than one person may have at a time, or in all. */
  | 'LIMIT_PER_SHOPPER'
  /** The lottery takes no entries any more, or was drawn. */
  | 'LOTTERY_STATE'
  /** Muted in this room; `retryAfterSeconds` says for how long. */
  | 'MUTED'
  /** Only for who is new to the shop. */
  | 'NEW_CUSTOMERS_ONLY'
  /** Nothing by that id, code or token that the caller may see. */
  | 'NOT_FOUND'
  /** The live offer is over. */
  | 'OFFER_NOT_OPEN'
  /** Orders, refunds or withdrawals have not ended. */
  | 'OPEN_ORDERS'
  /** The order's state does not allow it. */
  | 'ORDER_STATE'
  /** A number, time or count beyond its bounds; `available` is the bound where there is one. */
  | 'OUT_OF_RANGE'
  /** Not enough units; `available` says how many there are where it is known. */
  | 'OUT_OF_STOCK'
  /** What the shopper saw no longer holds; the new quote comes along. */
  | 'PRICE_CHANGED'
  /** The sharer was invited by this shopper. */
  | 'REFERRAL_CYCLE'
  /** More units or money than are left to give back; `available` is what is left. */
  | 'REFUND_EXCEEDS_PAID'
  /** The refund's or the order's state does not allow it, or the return window is over. */
  | 'REFUND_STATE'
  /** The caller needs a role in this room. */
  | 'ROLE_REQUIRED'
  /** The room, or the drop, is not in a state that allows it. */
  | 'ROOM_STATE'
  /** It is the person's own link, assist or account. */
  | 'SELF_REFERRAL'
  /** It does not exist, was taken off, or is not on offer here. */
  | 'SKU_UNAVAILABLE'
  /** The room is in slow mode; `retryAfterSeconds` says how long to wait. */
  | 'SLOW_MODE'
  /** The refresh token is unknown, used, revoked or run out; sign in again. */
  | 'TOKEN_INVALID'
  /** A text has more characters than it may; `available` is how many where it is told. */
  | 'TOO_LONG'
  /** More than one person, device or network may; `retryAfterSeconds` says how long to wait where it is known. */
  | 'TOO_OFTEN';

/** Where a payout stands. */
export type WithdrawalState =
  /** Final; the amount is available again. */
  | 'FAILED'
  /** To be sent. */
  | 'REQUESTED'
  /** The wallet has it, or may have it. */
  | 'SENT'
  /** The money has arrived. */
  | 'SETTLED';

export type CartQueryVariables = Exact<{ [key: string]: never; }>;


export type CartQuery = { serverTime: string, me: { id: string, cart: { id: string, lines: Array<{ quantity: number, selected: boolean, addedAt: string, sku: { id: string, title: string, available: boolean, stock: number | null, price: { list: { amount: string, currency: CurrencyCode } | null, sale: { amount: string, currency: CurrencyCode }, member: { amount: string, currency: CurrencyCode } | null, group: { amount: string, currency: CurrencyCode } | null, live: { amount: string, currency: CurrencyCode } | null, best: { amount: string, currency: CurrencyCode } }, media: { url: string, width: number | null, height: number | null, alt: string | null } | null, product: { id: string, handle: string, title: string, visible: boolean, media: Array<{ url: string, width: number | null, height: number | null, alt: string | null }> } } }>, quote: { token: string, validUntil: string, pointsUsable: number, pointsUsed: number, pointsEarned: number, lines: Array<{ quantity: number, sku: { id: string, title: string, media: { url: string, width: number | null, height: number | null, alt: string | null } | null, product: { id: string, title: string, media: Array<{ url: string, width: number | null, height: number | null, alt: string | null }> } }, unitPrice: { amount: string, currency: CurrencyCode }, discount: { amount: string, currency: CurrencyCode }, total: { amount: string, currency: CurrencyCode } }>, adjustments: Array<{ kind: PriceAdjustmentKind, title: string, amount: { amount: string, currency: CurrencyCode } }>, subtotal: { amount: string, currency: CurrencyCode }, shipping: { amount: string, currency: CurrencyCode }, total: { amount: string, currency: CurrencyCode }, coupons: Array<{ chosen: boolean, refusal: string | null, coupon: { id: string, state: CouponState, validUntil: string, template: { id: string, title: string, validDays: number, minSpend: { amount: string, currency: CurrencyCode } | null, discount:
                | { amount: { amount: string, currency: CurrencyCode } }
                | { percent: string, cap: { amount: string, currency: CurrencyCode } | null }
               } }, saves: { amount: string, currency: CurrencyCode } }>, notices: Array<{ code: QuoteNoticeCode, message: string, target: string | null }> } }, coupons: { nodes: Array<{ id: string, state: CouponState, validUntil: string, template: { id: string, title: string, validDays: number, minSpend: { amount: string, currency: CurrencyCode } | null, discount:
            | { amount: { amount: string, currency: CurrencyCode } }
            | { percent: string, cap: { amount: string, currency: CurrencyCode } | null }
           } }> } } | null, feed: { edges: Array<{ impression: string, reason: { code: FeedReasonCode, text: string }, node:
        | { __typename: 'AssistCampaign' }
        | { __typename: 'GroupBuyCampaign' }
        | { __typename: 'Product', id: string, handle: string, title: string, tags: Array<string>, visible: boolean, media: Array<{ kind: MediaKind, url: string, width: number | null, height: number | null, alt: string | null }>, price: { list: { amount: string, currency: CurrencyCode } | null, sale: { amount: string, currency: CurrencyCode }, member: { amount: string, currency: CurrencyCode } | null, group: { amount: string, currency: CurrencyCode } | null, live: { amount: string, currency: CurrencyCode } | null, best: { amount: string, currency: CurrencyCode } }, skus: Array<{ id: string, title: string, available: boolean, price: { best: { amount: string, currency: CurrencyCode } } }>, proof: { soldCount: number, buyingNow: number }, scarcity: { unitsLeft: number, level: ScarcityLevel } | null }
       }> } };

export type CartLinesSetMutationVariables = Exact<{
  input: CartLinesSetInput;
}>;


export type CartLinesSetMutation = { cartLinesSet: { cart: { id: string, lines: Array<{ quantity: number, selected: boolean, addedAt: string, sku: { id: string, title: string, available: boolean, stock: number | null, price: { list: { amount: string, currency: CurrencyCode } | null, sale: { amount: string, currency: CurrencyCode }, member: { amount: string, currency: CurrencyCode } | null, group: { amount: string, currency: CurrencyCode } | null, live: { amount: string, currency: CurrencyCode } | null, best: { amount: string, currency: CurrencyCode } }, media: { url: string, width: number | null, height: number | null, alt: string | null } | null, product: { id: string, handle: string, title: string, visible: boolean, media: Array<{ url: string, width: number | null, height: number | null, alt: string | null }> } } }>, quote: { token: string, validUntil: string, pointsUsable: number, pointsUsed: number, pointsEarned: number, lines: Array<{ quantity: number, sku: { id: string, title: string, media: { url: string, width: number | null, height: number | null, alt: string | null } | null, product: { id: string, title: string, media: Array<{ url: string, width: number | null, height: number | null, alt: string | null }> } }, unitPrice: { amount: string, currency: CurrencyCode }, discount: { amount: string, currency: CurrencyCode }, total: { amount: string, currency: CurrencyCode } }>, adjustments: Array<{ kind: PriceAdjustmentKind, title: string, amount: { amount: string, currency: CurrencyCode } }>, subtotal: { amount: string, currency: CurrencyCode }, shipping: { amount: string, currency: CurrencyCode }, total: { amount: string, currency: CurrencyCode }, coupons: Array<{ chosen: boolean, refusal: string | null, coupon: { id: string, state: CouponState, validUntil: string, template: { id: string, title: string, validDays: number, minSpend: { amount: string, currency: CurrencyCode } | null, discount:
                | { amount: { amount: string, currency: CurrencyCode } }
                | { percent: string, cap: { amount: string, currency: CurrencyCode } | null }
               } }, saves: { amount: string, currency: CurrencyCode } }>, notices: Array<{ code: QuoteNoticeCode, message: string, target: string | null }> } } | null, userErrors: Array<{ code: UserErrorCode, message: string, field: Array<string> | null, available: number | null, retryAfterSeconds: number | null }> } };

export type AddressDeleteMutationVariables = Exact<{
  input: AddressRef;
}>;


export type AddressDeleteMutation = { addressDelete: { address: { id: string } | null, userErrors: Array<{ code: UserErrorCode, message: string, field: Array<string> | null, available: number | null, retryAfterSeconds: number | null }> } };

export type AddressSaveMutationVariables = Exact<{
  input: AddressSaveInput;
}>;


export type AddressSaveMutation = { addressSave: { address: { id: string, recipient: string, phoneMasked: string, region: Array<string>, street: string, isDefault: boolean } | null, userErrors: Array<{ code: UserErrorCode, message: string, field: Array<string> | null, available: number | null, retryAfterSeconds: number | null }> } };

export type CheckoutQueryVariables = Exact<{
  input: CheckoutInput;
}>;


export type CheckoutQuery = { serverTime: string, checkoutQuote: { quote: { token: string, validUntil: string, pointsUsable: number, pointsUsed: number, pointsEarned: number, lines: Array<{ quantity: number, sku: { id: string, title: string, media: { url: string, width: number | null, height: number | null, alt: string | null } | null, product: { id: string, title: string, media: Array<{ url: string, width: number | null, height: number | null, alt: string | null }> } }, unitPrice: { amount: string, currency: CurrencyCode }, discount: { amount: string, currency: CurrencyCode }, total: { amount: string, currency: CurrencyCode } }>, adjustments: Array<{ kind: PriceAdjustmentKind, title: string, amount: { amount: string, currency: CurrencyCode } }>, subtotal: { amount: string, currency: CurrencyCode }, shipping: { amount: string, currency: CurrencyCode }, total: { amount: string, currency: CurrencyCode }, coupons: Array<{ chosen: boolean, refusal: string | null, coupon: { id: string, state: CouponState, validUntil: string, template: { id: string, title: string, validDays: number, minSpend: { amount: string, currency: CurrencyCode } | null, discount:
              | { amount: { amount: string, currency: CurrencyCode } }
              | { percent: string, cap: { amount: string, currency: CurrencyCode } | null }
             } }, saves: { amount: string, currency: CurrencyCode } }>, notices: Array<{ code: QuoteNoticeCode, message: string, target: string | null }> } | null, userErrors: Array<{ code: UserErrorCode, message: string, field: Array<string> | null, available: number | null, retryAfterSeconds: number | null }> }, me: { id: string, addresses: Array<{ id: string, recipient: string, phoneMasked: string, region: Array<string>, street: string, isDefault: boolean }>, points: { available: number, tier: { name: string, rank: number } } } | null };

export type OrderPayMutationVariables = Exact<{
  input: OrderPayInput;
}>;


export type OrderPayMutation = { orderPay: { order: { id: string, number: string, state: OrderState, version: number } | null, payment: { id: string, provider: PaymentProvider, state: PaymentState, expiresAt: string, amount: { amount: string, currency: CurrencyCode }, parameters: Array<{ name: string, value: string }> } | null, userErrors: Array<{ code: UserErrorCode, message: string, field: Array<string> | null, available: number | null, retryAfterSeconds: number | null }> } };

export type OrderPlaceMutationVariables = Exact<{
  input: OrderPlaceInput;
}>;


export type OrderPlaceMutation = { orderPlace: { order: { id: string, number: string, state: OrderState, version: number, total: { amount: string, currency: CurrencyCode }, groupBuy: { id: string } | null } | null, payment: { id: string, provider: PaymentProvider, state: PaymentState, expiresAt: string, amount: { amount: string, currency: CurrencyCode }, parameters: Array<{ name: string, value: string }> } | null, quote: { token: string, validUntil: string, pointsUsable: number, pointsUsed: number, pointsEarned: number, lines: Array<{ quantity: number, sku: { id: string, title: string, media: { url: string, width: number | null, height: number | null, alt: string | null } | null, product: { id: string, title: string, media: Array<{ url: string, width: number | null, height: number | null, alt: string | null }> } }, unitPrice: { amount: string, currency: CurrencyCode }, discount: { amount: string, currency: CurrencyCode }, total: { amount: string, currency: CurrencyCode } }>, adjustments: Array<{ kind: PriceAdjustmentKind, title: string, amount: { amount: string, currency: CurrencyCode } }>, subtotal: { amount: string, currency: CurrencyCode }, shipping: { amount: string, currency: CurrencyCode }, total: { amount: string, currency: CurrencyCode }, coupons: Array<{ chosen: boolean, refusal: string | null, coupon: { id: string, state: CouponState, validUntil: string, template: { id: string, title: string, validDays: number, minSpend: { amount: string, currency: CurrencyCode } | null, discount:
              | { amount: { amount: string, currency: CurrencyCode } }
              | { percent: string, cap: { amount: string, currency: CurrencyCode } | null }
             } }, saves: { amount: string, currency: CurrencyCode } }>, notices: Array<{ code: QuoteNoticeCode, message: string, target: string | null }> } | null, userErrors: Array<{ code: UserErrorCode, message: string, field: Array<string> | null, available: number | null, retryAfterSeconds: number | null }> } };

export type OrderUpdatedSubscriptionVariables = Exact<{
  id: string;
}>;


export type OrderUpdatedSubscription = { orderUpdated: { id: string, state: OrderState, version: number, payment: { id: string, state: PaymentState } | null, groupBuy: { id: string, state: GroupBuyState, seatsLeft: number } | null } };

export type SandboxPayMutationVariables = Exact<{
  input: SandboxPayInput;
}>;


export type SandboxPayMutation = { sandboxPay: { order: { id: string, number: string, state: OrderState, version: number, groupBuy: { id: string, state: GroupBuyState, seatsLeft: number } | null } | null, userErrors: Array<{ code: UserErrorCode, message: string, field: Array<string> | null, available: number | null, retryAfterSeconds: number | null }> } };

export type AddressLineFragment = { id: string, recipient: string, phoneMasked: string, region: Array<string>, street: string, isDefault: boolean };

export type AmountFragment = { amount: string, currency: CurrencyCode };

export type AnchorsFragment = { list: { amount: string, currency: CurrencyCode } | null, sale: { amount: string, currency: CurrencyCode }, member: { amount: string, currency: CurrencyCode } | null, group: { amount: string, currency: CurrencyCode } | null, live: { amount: string, currency: CurrencyCode } | null, best: { amount: string, currency: CurrencyCode } };

export type AssistCardFragment = { id: string, kind: AssistKind, title: string, goal: number, state: CampaignState, endsAt: string, assistSeconds: number, prizeSku: { id: string, title: string, price: { sale: { amount: string, currency: CurrencyCode } }, media: { url: string, width: number | null, height: number | null, alt: string | null } | null, product: { id: string, handle: string, title: string, media: Array<{ url: string, width: number | null, height: number | null, alt: string | null }> } } | null, reward:
    | { template: { id: string, title: string, validDays: number, minSpend: { amount: string, currency: CurrencyCode } | null, discount:
          | { amount: { amount: string, currency: CurrencyCode } }
          | { percent: string, cap: { amount: string, currency: CurrencyCode } | null }
         } }
    | { cause: string, perHelper: { amount: string, currency: CurrencyCode } }
    | { prize: string, winnersWanted: number }
    | { points: number }
    | { floor: { amount: string, currency: CurrencyCode } }
   };

export type AssistProgressFragment = { id: string, version: number, progress: number, goal: number, state: AssistState, expiresAt: string, owner: { id: string, nickname: string, avatarUrl: string | null }, priceNow: { amount: string, currency: CurrencyCode } | null, winners: Array<{ nickname: string, avatarUrl: string | null }> };

export type BalanceFragment = { pending: { amount: string, currency: CurrencyCode }, available: { amount: string, currency: CurrencyCode }, inPayout: { amount: string, currency: CurrencyCode }, withdrawn: { amount: string, currency: CurrencyCode }, clawedBack: { amount: string, currency: CurrencyCode }, debt: { amount: string, currency: CurrencyCode } };

export type CampaignCardFragment = { id: string, title: string, size: number, endsAt: string, campaignState: CampaignState, unitsLeft: number, newCustomersOnly: boolean, offers: Array<{ sku: { id: string, title: string, available: boolean }, price: { amount: string, currency: CurrencyCode }, rungs: Array<{ size: number, price: { amount: string, currency: CurrencyCode } }> }>, leaderReward: { kind: LeaderRewardKind, points: number | null, amount: { amount: string, currency: CurrencyCode } | null } | null };

export type CartStateFragment = { id: string, lines: Array<{ quantity: number, selected: boolean, addedAt: string, sku: { id: string, title: string, available: boolean, stock: number | null, price: { list: { amount: string, currency: CurrencyCode } | null, sale: { amount: string, currency: CurrencyCode }, member: { amount: string, currency: CurrencyCode } | null, group: { amount: string, currency: CurrencyCode } | null, live: { amount: string, currency: CurrencyCode } | null, best: { amount: string, currency: CurrencyCode } }, media: { url: string, width: number | null, height: number | null, alt: string | null } | null, product: { id: string, handle: string, title: string, visible: boolean, media: Array<{ url: string, width: number | null, height: number | null, alt: string | null }> } } }>, quote: { token: string, validUntil: string, pointsUsable: number, pointsUsed: number, pointsEarned: number, lines: Array<{ quantity: number, sku: { id: string, title: string, media: { url: string, width: number | null, height: number | null, alt: string | null } | null, product: { id: string, title: string, media: Array<{ url: string, width: number | null, height: number | null, alt: string | null }> } }, unitPrice: { amount: string, currency: CurrencyCode }, discount: { amount: string, currency: CurrencyCode }, total: { amount: string, currency: CurrencyCode } }>, adjustments: Array<{ kind: PriceAdjustmentKind, title: string, amount: { amount: string, currency: CurrencyCode } }>, subtotal: { amount: string, currency: CurrencyCode }, shipping: { amount: string, currency: CurrencyCode }, total: { amount: string, currency: CurrencyCode }, coupons: Array<{ chosen: boolean, refusal: string | null, coupon: { id: string, state: CouponState, validUntil: string, template: { id: string, title: string, validDays: number, minSpend: { amount: string, currency: CurrencyCode } | null, discount:
            | { amount: { amount: string, currency: CurrencyCode } }
            | { percent: string, cap: { amount: string, currency: CurrencyCode } | null }
           } }, saves: { amount: string, currency: CurrencyCode } }>, notices: Array<{ code: QuoteNoticeCode, message: string, target: string | null }> } };

export type CommentLineFragment = { id: string, role: LiveRole, text: string, at: string, author: { id: string, nickname: string, avatarUrl: string | null } };

export type CommissionLineFragment = { id: string, orderNumberMasked: string, lineTitle: string, level: number, rate: string, state: CommissionState, earnedAt: string, availableAt: string, base: { amount: string, currency: CurrencyCode }, amount: { amount: string, currency: CurrencyCode }, clawedBack: { amount: string, currency: CurrencyCode } };

export type ConsolePointFragment = { at: string, viewerCount: number, likeCount: number, ordersPaid: number, sales: { amount: string, currency: CurrencyCode } };

export type ConsoleStateFragment = { at: string, viewerCount: number, peakViewers: number, likeCount: number, commentsPerMinute: number, ordersPaid: number, sales: { amount: string, currency: CurrencyCode }, heldComments: Array<{ id: string, role: LiveRole, text: string, at: string, author: { id: string, nickname: string, avatarUrl: string | null } }> };

export type CouponCardFragment = { id: string, state: CouponState, validUntil: string, template: { id: string, title: string, validDays: number, minSpend: { amount: string, currency: CurrencyCode } | null, discount:
      | { amount: { amount: string, currency: CurrencyCode } }
      | { percent: string, cap: { amount: string, currency: CurrencyCode } | null }
     } };

export type CouponTermsFragment = { id: string, title: string, validDays: number, minSpend: { amount: string, currency: CurrencyCode } | null, discount:
    | { amount: { amount: string, currency: CurrencyCode } }
    | { percent: string, cap: { amount: string, currency: CurrencyCode } | null }
   };

export type DropStateFragment = { id: string, quantity: number, left: number, endsAt: string, template: { id: string, title: string, validDays: number, minSpend: { amount: string, currency: CurrencyCode } | null, discount:
      | { amount: { amount: string, currency: CurrencyCode } }
      | { percent: string, cap: { amount: string, currency: CurrencyCode } | null }
     } };

export type FeedPageFragment = { edges: Array<{ cursor: string, impression: string, reason: { code: FeedReasonCode, text: string }, node:
      | { __typename: 'AssistCampaign', id: string, kind: AssistKind, title: string, goal: number, state: CampaignState, endsAt: string, assistSeconds: number, prizeSku: { id: string, title: string, price: { sale: { amount: string, currency: CurrencyCode } }, media: { url: string, width: number | null, height: number | null, alt: string | null } | null, product: { id: string, handle: string, title: string, media: Array<{ url: string, width: number | null, height: number | null, alt: string | null }> } } | null, reward:
          | { template: { id: string, title: string, validDays: number, minSpend: { amount: string, currency: CurrencyCode } | null, discount:
                | { amount: { amount: string, currency: CurrencyCode } }
                | { percent: string, cap: { amount: string, currency: CurrencyCode } | null }
               } }
          | { cause: string, perHelper: { amount: string, currency: CurrencyCode } }
          | { prize: string, winnersWanted: number }
          | { points: number }
          | { floor: { amount: string, currency: CurrencyCode } }
         }
      | { __typename: 'GroupBuyCampaign', id: string, title: string, size: number, endsAt: string, campaignState: CampaignState, unitsLeft: number, newCustomersOnly: boolean, product: { id: string, handle: string, title: string, tags: Array<string>, visible: boolean, media: Array<{ kind: MediaKind, url: string, width: number | null, height: number | null, alt: string | null }>, price: { list: { amount: string, currency: CurrencyCode } | null, sale: { amount: string, currency: CurrencyCode }, member: { amount: string, currency: CurrencyCode } | null, group: { amount: string, currency: CurrencyCode } | null, live: { amount: string, currency: CurrencyCode } | null, best: { amount: string, currency: CurrencyCode } }, skus: Array<{ id: string, title: string, available: boolean, price: { best: { amount: string, currency: CurrencyCode } } }>, proof: { soldCount: number, buyingNow: number }, scarcity: { unitsLeft: number, level: ScarcityLevel } | null }, offers: Array<{ sku: { id: string, title: string, available: boolean }, price: { amount: string, currency: CurrencyCode }, rungs: Array<{ size: number, price: { amount: string, currency: CurrencyCode } }> }>, leaderReward: { kind: LeaderRewardKind, points: number | null, amount: { amount: string, currency: CurrencyCode } | null } | null }
      | { __typename: 'Product', id: string, handle: string, title: string, tags: Array<string>, visible: boolean, media: Array<{ kind: MediaKind, url: string, width: number | null, height: number | null, alt: string | null }>, price: { list: { amount: string, currency: CurrencyCode } | null, sale: { amount: string, currency: CurrencyCode }, member: { amount: string, currency: CurrencyCode } | null, group: { amount: string, currency: CurrencyCode } | null, live: { amount: string, currency: CurrencyCode } | null, best: { amount: string, currency: CurrencyCode } }, skus: Array<{ id: string, title: string, available: boolean, price: { best: { amount: string, currency: CurrencyCode } } }>, proof: { soldCount: number, buyingNow: number }, scarcity: { unitsLeft: number, level: ScarcityLevel } | null }
     }>, pageInfo: { hasNextPage: boolean, endCursor: string | null } };

export type GroupCardFragment = { id: string, state: GroupBuyState, size: number, capacity: number, paidSeats: number, seatsLeft: number, expiresAt: string | null, viewerRefusal: UserErrorCode | null, leader: { id: string, nickname: string, avatarUrl: string | null } | null };

export type GroupProgressFragment = { id: string, version: number, state: GroupBuyState, size: number, capacity: number, paidSeats: number, heldSeats: number, seatsLeft: number, rungReached: number | null, completedBy: GroupCompletion | null, expiresAt: string | null, leader: { id: string, nickname: string, avatarUrl: string | null } | null, members: Array<{ isLeader: boolean, paidAt: string, shopper: { id: string, nickname: string, avatarUrl: string | null } }> };

export type LotteryStateFragment = { id: string, prize: string, winnersWanted: number, entries: number, seedHash: string, entriesHash: string | null, seed: string | null, endsAt: string, drawnAt: string | null, winners: Array<{ ticket: number, key: string, nickname: string }> };

export type OfferStateFragment = { id: string, quota: number, left: number, startsAt: string, endsAt: string, offerState: LiveOfferState, price: { amount: string, currency: CurrencyCode }, sku: { id: string, title: string, price: { sale: { amount: string, currency: CurrencyCode } }, product: { id: string, title: string, media: Array<{ url: string, width: number | null, height: number | null, alt: string | null }> } } };

export type OrderCardFragment = { id: string, number: string, state: OrderState, version: number, placedAt: string, total: { amount: string, currency: CurrencyCode }, lines: Array<{ id: string, title: string, quantity: number, media: { url: string, width: number | null, height: number | null, alt: string | null } | null, total: { amount: string, currency: CurrencyCode } }>, payment: { id: string, state: PaymentState, expiresAt: string } | null, groupBuy: { id: string, state: GroupBuyState, seatsLeft: number, expiresAt: string | null } | null };

export type OrderDetailFragment = { id: string, number: string, state: OrderState, version: number, channel: Channel, placedAt: string, updatedAt: string, note: string | null, pointsUsed: number, pointsEarned: number, lines: Array<{ id: string, title: string, skuCode: string, quantity: number, media: { url: string, width: number | null, height: number | null, alt: string | null } | null, unitPrice: { amount: string, currency: CurrencyCode }, discount: { amount: string, currency: CurrencyCode }, total: { amount: string, currency: CurrencyCode }, refunded: { amount: string, currency: CurrencyCode }, sku: { id: string, title: string, product: { id: string, handle: string, visible: boolean } } }>, adjustments: Array<{ kind: PriceAdjustmentKind, title: string, amount: { amount: string, currency: CurrencyCode } }>, subtotal: { amount: string, currency: CurrencyCode }, shipping: { amount: string, currency: CurrencyCode }, total: { amount: string, currency: CurrencyCode }, payment: { id: string, provider: PaymentProvider, state: PaymentState, expiresAt: string, amount: { amount: string, currency: CurrencyCode } } | null, address: { recipient: string, phone: string, region: Array<string>, street: string } | null, shipments: Array<{ carrier: string, trackingNumber: string, events: Array<{ at: string, text: string }> }>, refunds: Array<{ id: string, kind: RefundKind, state: RefundState, points: number, reason: string, requestedAt: string, settledAt: string | null, amount: { amount: string, currency: CurrencyCode } }>, timeline: Array<{ state: OrderState, at: string, note: string | null }>, groupBuy: { id: string, version: number, state: GroupBuyState, size: number, capacity: number, paidSeats: number, seatsLeft: number, expiresAt: string | null, share: { token: string, title: string, imageUrl: string | null, url: string, miniProgramPath: string, posterUrl: string } | null } | null };

export type PageFragment = { hasNextPage: boolean, endCursor: string | null };

export type PaymentStateFragment = { id: string, provider: PaymentProvider, state: PaymentState, expiresAt: string, amount: { amount: string, currency: CurrencyCode }, parameters: Array<{ name: string, value: string }> };

export type PictureFragment = { url: string, width: number | null, height: number | null, alt: string | null };

export type PinStateFragment = { note: string | null, pinnedAt: string, product: { id: string, handle: string, title: string, visible: boolean, media: Array<{ url: string, width: number | null, height: number | null, alt: string | null }>, price: { list: { amount: string, currency: CurrencyCode } | null, sale: { amount: string, currency: CurrencyCode }, group: { amount: string, currency: CurrencyCode } | null, live: { amount: string, currency: CurrencyCode } | null }, skus: Array<{ id: string, title: string, available: boolean, price: { list: { amount: string, currency: CurrencyCode } | null, sale: { amount: string, currency: CurrencyCode }, group: { amount: string, currency: CurrencyCode } | null, live: { amount: string, currency: CurrencyCode } | null } }>, groupBuyCampaigns: Array<{ id: string, title: string, size: number, offers: Array<{ sku: { id: string }, price: { amount: string, currency: CurrencyCode } }> }> } };

export type PointsPageFragment = { nodes: Array<{ id: string, kind: PointsEntryKind, points: number, balanceAfter: number, channel: Channel, reason: string, reference: string | null, at: string }>, pageInfo: { hasNextPage: boolean, endCursor: string | null } };

export type PointsStateFragment = { version: number, available: number, held: number, debt: number, expiring: number, nextExpiry: { points: number, at: string } | null, tier: { id: string, name: string, rank: number, benefits: Array<string> }, tierProgress: { points: number, pointsToNext: number | null, keepUntil: string | null, next: { id: string, name: string, threshold: number } | null }, checkIn: { doneToday: boolean, streakDays: number } };

export type ProductCardFragment = { id: string, handle: string, title: string, tags: Array<string>, visible: boolean, media: Array<{ kind: MediaKind, url: string, width: number | null, height: number | null, alt: string | null }>, price: { list: { amount: string, currency: CurrencyCode } | null, sale: { amount: string, currency: CurrencyCode }, member: { amount: string, currency: CurrencyCode } | null, group: { amount: string, currency: CurrencyCode } | null, live: { amount: string, currency: CurrencyCode } | null, best: { amount: string, currency: CurrencyCode } }, skus: Array<{ id: string, title: string, available: boolean, price: { best: { amount: string, currency: CurrencyCode } } }>, proof: { soldCount: number, buyingNow: number }, scarcity: { unitsLeft: number, level: ScarcityLevel } | null };

export type ProductDetailFragment = { id: string, handle: string, title: string, description: string, vendor: string | null, tags: Array<string>, visible: boolean, category: { id: string, name: string } | null, media: Array<{ kind: MediaKind, url: string, width: number | null, height: number | null, alt: string | null }>, options: Array<{ name: string, values: Array<string> }>, price: { list: { amount: string, currency: CurrencyCode } | null, sale: { amount: string, currency: CurrencyCode }, member: { amount: string, currency: CurrencyCode } | null, group: { amount: string, currency: CurrencyCode } | null, live: { amount: string, currency: CurrencyCode } | null, best: { amount: string, currency: CurrencyCode } }, skus: Array<{ id: string, code: string, title: string, available: boolean, stock: number | null, options: Array<{ name: string, value: string }>, price: { list: { amount: string, currency: CurrencyCode } | null, sale: { amount: string, currency: CurrencyCode }, member: { amount: string, currency: CurrencyCode } | null, group: { amount: string, currency: CurrencyCode } | null, live: { amount: string, currency: CurrencyCode } | null, best: { amount: string, currency: CurrencyCode } }, pointsPrice: { points: number, money: { amount: string, currency: CurrencyCode } | null } | null, media: { url: string, width: number | null, height: number | null, alt: string | null } | null }>, proof: { soldCount: number, buyingNow: number, recentBuyers: Array<{ nickname: string, avatarUrl: string | null }> }, scarcity: { unitsLeft: number, level: ScarcityLevel } | null };

export type ProfileFragment = { id: string, nickname: string, avatarUrl: string | null, phoneMasked: string | null, createdAt: string, channels: Array<{ channel: Channel, linkedAt: string }> };

export type QuestionLineFragment = { id: string, text: string, upvotes: number, answer: string | null, answeredAt: string | null, author: { id: string, nickname: string } };

export type QuoteStateFragment = { token: string, validUntil: string, pointsUsable: number, pointsUsed: number, pointsEarned: number, lines: Array<{ quantity: number, sku: { id: string, title: string, media: { url: string, width: number | null, height: number | null, alt: string | null } | null, product: { id: string, title: string, media: Array<{ url: string, width: number | null, height: number | null, alt: string | null }> } }, unitPrice: { amount: string, currency: CurrencyCode }, discount: { amount: string, currency: CurrencyCode }, total: { amount: string, currency: CurrencyCode } }>, adjustments: Array<{ kind: PriceAdjustmentKind, title: string, amount: { amount: string, currency: CurrencyCode } }>, subtotal: { amount: string, currency: CurrencyCode }, shipping: { amount: string, currency: CurrencyCode }, total: { amount: string, currency: CurrencyCode }, coupons: Array<{ chosen: boolean, refusal: string | null, coupon: { id: string, state: CouponState, validUntil: string, template: { id: string, title: string, validDays: number, minSpend: { amount: string, currency: CurrencyCode } | null, discount:
          | { amount: { amount: string, currency: CurrencyCode } }
          | { percent: string, cap: { amount: string, currency: CurrencyCode } | null }
         } }, saves: { amount: string, currency: CurrencyCode } }>, notices: Array<{ code: QuoteNoticeCode, message: string, target: string | null }> };

export type ReferralStateFragment = { code: string, tier: PromoterTier, creditScore: number, boundUntil: string | null, inviter: { id: string, nickname: string, avatarUrl: string | null } | null, commission: { pending: { amount: string, currency: CurrencyCode }, available: { amount: string, currency: CurrencyCode }, inPayout: { amount: string, currency: CurrencyCode }, withdrawn: { amount: string, currency: CurrencyCode }, clawedBack: { amount: string, currency: CurrencyCode }, debt: { amount: string, currency: CurrencyCode } }, invitees: { totalCount: number | null, nodes: Array<{ boundAt: string, paidOrders: number, shopper: { id: string, nickname: string, avatarUrl: string | null } }> }, shareLinks: { nodes: Array<{ visits: number | null, reads: number | null, orders: number | null, token: string, title: string, imageUrl: string | null, url: string, miniProgramPath: string, posterUrl: string, earned: { amount: string, currency: CurrencyCode } | null }>, pageInfo: { hasNextPage: boolean, endCursor: string | null } }, commissions: { nodes: Array<{ id: string, orderNumberMasked: string, lineTitle: string, level: number, rate: string, state: CommissionState, earnedAt: string, availableAt: string, base: { amount: string, currency: CurrencyCode }, amount: { amount: string, currency: CurrencyCode }, clawedBack: { amount: string, currency: CurrencyCode } }>, pageInfo: { hasNextPage: boolean, endCursor: string | null } }, withdrawals: { nodes: Array<{ id: string, state: WithdrawalState, requestedAt: string, settledAt: string | null, amount: { amount: string, currency: CurrencyCode }, confirm: Array<{ name: string, value: string }> }> } };

export type RefundStateFragment = { id: string, kind: RefundKind, state: RefundState, points: number, reason: string, requestedAt: string, settledAt: string | null, amount: { amount: string, currency: CurrencyCode } };

export type RefusalFragment = { code: UserErrorCode, message: string, field: Array<string> | null, available: number | null, retryAfterSeconds: number | null };

export type RoomCardFragment = { id: string, title: string, state: LiveState, coverUrl: string | null, scheduledFor: string | null, viewerCount: number, likeCount: number, host: { id: string, nickname: string, avatarUrl: string | null }, pinned: { note: string | null, product: { id: string, title: string, media: Array<{ url: string, width: number | null, height: number | null, alt: string | null }> } } | null };

export type RoomStateFragment = { id: string, title: string, state: LiveState, cursor: string, coverUrl: string | null, playbackUrl: string | null, replayUrl: string | null, scheduledFor: string | null, startedAt: string | null, endedAt: string | null, viewerCount: number, likeCount: number, slowModeSeconds: number, host: { id: string, nickname: string, avatarUrl: string | null }, pinned: { note: string | null, pinnedAt: string, product: { id: string, handle: string, title: string, visible: boolean, media: Array<{ url: string, width: number | null, height: number | null, alt: string | null }>, price: { list: { amount: string, currency: CurrencyCode } | null, sale: { amount: string, currency: CurrencyCode }, group: { amount: string, currency: CurrencyCode } | null, live: { amount: string, currency: CurrencyCode } | null }, skus: Array<{ id: string, title: string, available: boolean, price: { list: { amount: string, currency: CurrencyCode } | null, sale: { amount: string, currency: CurrencyCode }, group: { amount: string, currency: CurrencyCode } | null, live: { amount: string, currency: CurrencyCode } | null } }>, groupBuyCampaigns: Array<{ id: string, title: string, size: number, offers: Array<{ sku: { id: string }, price: { amount: string, currency: CurrencyCode } }> }> } } | null, offers: Array<{ id: string, quota: number, left: number, startsAt: string, endsAt: string, offerState: LiveOfferState, price: { amount: string, currency: CurrencyCode }, sku: { id: string, title: string, price: { sale: { amount: string, currency: CurrencyCode } }, product: { id: string, title: string, media: Array<{ url: string, width: number | null, height: number | null, alt: string | null }> } } }>, drops: Array<{ id: string, quantity: number, left: number, endsAt: string, template: { id: string, title: string, validDays: number, minSpend: { amount: string, currency: CurrencyCode } | null, discount:
        | { amount: { amount: string, currency: CurrencyCode } }
        | { percent: string, cap: { amount: string, currency: CurrencyCode } | null }
       } }>, lottery: { id: string, prize: string, winnersWanted: number, entries: number, seedHash: string, entriesHash: string | null, seed: string | null, endsAt: string, drawnAt: string | null, winners: Array<{ ticket: number, key: string, nickname: string }> } | null, shelf: Array<{ id: string, handle: string, title: string, visible: boolean, media: Array<{ url: string, width: number | null, height: number | null, alt: string | null }>, price: { list: { amount: string, currency: CurrencyCode } | null, sale: { amount: string, currency: CurrencyCode }, group: { amount: string, currency: CurrencyCode } | null, live: { amount: string, currency: CurrencyCode } | null }, skus: Array<{ id: string, title: string, available: boolean, price: { list: { amount: string, currency: CurrencyCode } | null, sale: { amount: string, currency: CurrencyCode }, group: { amount: string, currency: CurrencyCode } | null, live: { amount: string, currency: CurrencyCode } | null } }>, groupBuyCampaigns: Array<{ id: string, title: string, size: number, offers: Array<{ sku: { id: string }, price: { amount: string, currency: CurrencyCode } }> }> }>, comments: { nodes: Array<{ id: string, role: LiveRole, text: string, at: string, author: { id: string, nickname: string, avatarUrl: string | null } }> } };

export type SessionTokensFragment = { accessToken: string, refreshToken: string, expiresAt: string, scopes: Array<Scope>, shopper: { id: string, nickname: string } };

export type ShareCardFragment = { token: string, title: string, imageUrl: string | null, url: string, miniProgramPath: string, posterUrl: string };

export type SharedAnchorsFragment = { list: { amount: string, currency: CurrencyCode } | null, sale: { amount: string, currency: CurrencyCode }, group: { amount: string, currency: CurrencyCode } | null, live: { amount: string, currency: CurrencyCode } | null };

export type ShelfProductFragment = { id: string, handle: string, title: string, visible: boolean, media: Array<{ url: string, width: number | null, height: number | null, alt: string | null }>, price: { list: { amount: string, currency: CurrencyCode } | null, sale: { amount: string, currency: CurrencyCode }, group: { amount: string, currency: CurrencyCode } | null, live: { amount: string, currency: CurrencyCode } | null }, skus: Array<{ id: string, title: string, available: boolean, price: { list: { amount: string, currency: CurrencyCode } | null, sale: { amount: string, currency: CurrencyCode }, group: { amount: string, currency: CurrencyCode } | null, live: { amount: string, currency: CurrencyCode } | null } }>, groupBuyCampaigns: Array<{ id: string, title: string, size: number, offers: Array<{ sku: { id: string }, price: { amount: string, currency: CurrencyCode } }> }> };

export type WithdrawalLineFragment = { id: string, state: WithdrawalState, requestedAt: string, settledAt: string | null, amount: { amount: string, currency: CurrencyCode }, confirm: Array<{ name: string, value: string }> };

export type GroupQueryVariables = Exact<{
  id: string;
}>;


export type GroupQuery = { serverTime: string, groupBuy: { viewerRefusal: UserErrorCode | null, id: string, version: number, state: GroupBuyState, size: number, capacity: number, paidSeats: number, heldSeats: number, seatsLeft: number, rungReached: number | null, completedBy: GroupCompletion | null, expiresAt: string | null, campaign: { groupSeconds: number, perShopperLimit: number, merchantMayComplete: boolean, id: string, title: string, size: number, endsAt: string, campaignState: CampaignState, unitsLeft: number, newCustomersOnly: boolean, product: { id: string, handle: string, title: string, tags: Array<string>, visible: boolean, media: Array<{ kind: MediaKind, url: string, width: number | null, height: number | null, alt: string | null }>, price: { list: { amount: string, currency: CurrencyCode } | null, sale: { amount: string, currency: CurrencyCode }, member: { amount: string, currency: CurrencyCode } | null, group: { amount: string, currency: CurrencyCode } | null, live: { amount: string, currency: CurrencyCode } | null, best: { amount: string, currency: CurrencyCode } }, skus: Array<{ id: string, title: string, available: boolean, price: { best: { amount: string, currency: CurrencyCode } } }>, proof: { soldCount: number, buyingNow: number }, scarcity: { unitsLeft: number, level: ScarcityLevel } | null }, offers: Array<{ sku: { id: string, title: string, available: boolean }, price: { amount: string, currency: CurrencyCode }, rungs: Array<{ size: number, price: { amount: string, currency: CurrencyCode } }> }>, leaderReward: { kind: LeaderRewardKind, points: number | null, amount: { amount: string, currency: CurrencyCode } | null } | null }, viewerSeat: { state: SeatState, holdUntil: string | null, order: { id: string, number: string, state: OrderState, payment: { id: string, state: PaymentState } | null } } | null, share: { token: string, title: string, imageUrl: string | null, url: string, miniProgramPath: string, posterUrl: string } | null, leader: { id: string, nickname: string, avatarUrl: string | null } | null, members: Array<{ isLeader: boolean, paidAt: string, shopper: { id: string, nickname: string, avatarUrl: string | null } }> } | null, me: { id: string, public: { id: string }, addresses: Array<{ id: string, isDefault: boolean }> } | null };

export type GroupBuyUpdatedSubscriptionVariables = Exact<{
  id: string;
}>;


export type GroupBuyUpdatedSubscription = { groupBuyUpdated: { id: string, version: number, state: GroupBuyState, size: number, capacity: number, paidSeats: number, heldSeats: number, seatsLeft: number, rungReached: number | null, completedBy: GroupCompletion | null, expiresAt: string | null, leader: { id: string, nickname: string, avatarUrl: string | null } | null, members: Array<{ isLeader: boolean, paidAt: string, shopper: { id: string, nickname: string, avatarUrl: string | null } }> } };

export type HomeQueryVariables = Exact<{
  deviceId?: string | null | undefined;
  accepts?: Array<FeedCardKind> | FeedCardKind | null | undefined;
}>;


export type HomeQuery = { serverTime: string, me: { id: string, nickname: string, avatarUrl: string | null, cart: { id: string, lines: Array<{ quantity: number }> } } | null, categories: Array<{ id: string, name: string }>, feed: { edges: Array<{ cursor: string, impression: string, reason: { code: FeedReasonCode, text: string }, node:
        | { __typename: 'AssistCampaign', id: string, kind: AssistKind, title: string, goal: number, state: CampaignState, endsAt: string, assistSeconds: number, prizeSku: { id: string, title: string, price: { sale: { amount: string, currency: CurrencyCode } }, media: { url: string, width: number | null, height: number | null, alt: string | null } | null, product: { id: string, handle: string, title: string, media: Array<{ url: string, width: number | null, height: number | null, alt: string | null }> } } | null, reward:
            | { template: { id: string, title: string, validDays: number, minSpend: { amount: string, currency: CurrencyCode } | null, discount:
                  | { amount: { amount: string, currency: CurrencyCode } }
                  | { percent: string, cap: { amount: string, currency: CurrencyCode } | null }
                 } }
            | { cause: string, perHelper: { amount: string, currency: CurrencyCode } }
            | { prize: string, winnersWanted: number }
            | { points: number }
            | { floor: { amount: string, currency: CurrencyCode } }
           }
        | { __typename: 'GroupBuyCampaign', id: string, title: string, size: number, endsAt: string, campaignState: CampaignState, unitsLeft: number, newCustomersOnly: boolean, product: { id: string, handle: string, title: string, tags: Array<string>, visible: boolean, media: Array<{ kind: MediaKind, url: string, width: number | null, height: number | null, alt: string | null }>, price: { list: { amount: string, currency: CurrencyCode } | null, sale: { amount: string, currency: CurrencyCode }, member: { amount: string, currency: CurrencyCode } | null, group: { amount: string, currency: CurrencyCode } | null, live: { amount: string, currency: CurrencyCode } | null, best: { amount: string, currency: CurrencyCode } }, skus: Array<{ id: string, title: string, available: boolean, price: { best: { amount: string, currency: CurrencyCode } } }>, proof: { soldCount: number, buyingNow: number }, scarcity: { unitsLeft: number, level: ScarcityLevel } | null }, offers: Array<{ sku: { id: string, title: string, available: boolean }, price: { amount: string, currency: CurrencyCode }, rungs: Array<{ size: number, price: { amount: string, currency: CurrencyCode } }> }>, leaderReward: { kind: LeaderRewardKind, points: number | null, amount: { amount: string, currency: CurrencyCode } | null } | null }
        | { __typename: 'Product', id: string, handle: string, title: string, tags: Array<string>, visible: boolean, media: Array<{ kind: MediaKind, url: string, width: number | null, height: number | null, alt: string | null }>, price: { list: { amount: string, currency: CurrencyCode } | null, sale: { amount: string, currency: CurrencyCode }, member: { amount: string, currency: CurrencyCode } | null, group: { amount: string, currency: CurrencyCode } | null, live: { amount: string, currency: CurrencyCode } | null, best: { amount: string, currency: CurrencyCode } }, skus: Array<{ id: string, title: string, available: boolean, price: { best: { amount: string, currency: CurrencyCode } } }>, proof: { soldCount: number, buyingNow: number }, scarcity: { unitsLeft: number, level: ScarcityLevel } | null }
       }>, pageInfo: { hasNextPage: boolean, endCursor: string | null } }, liveRooms: { nodes: Array<{ id: string, title: string, state: LiveState, coverUrl: string | null, scheduledFor: string | null, viewerCount: number, likeCount: number, host: { id: string, nickname: string, avatarUrl: string | null }, pinned: { note: string | null, product: { id: string, title: string, media: Array<{ url: string, width: number | null, height: number | null, alt: string | null }> } } | null }> }, groupBuyCampaigns: { nodes: Array<{ id: string, title: string, size: number, endsAt: string, campaignState: CampaignState, unitsLeft: number, newCustomersOnly: boolean, openGroups: { nodes: Array<{ id: string, size: number, capacity: number, seatsLeft: number, expiresAt: string | null }> }, product: { id: string, handle: string, title: string, visible: boolean, media: Array<{ url: string, width: number | null, height: number | null, alt: string | null }>, price: { list: { amount: string, currency: CurrencyCode } | null, sale: { amount: string, currency: CurrencyCode } } }, offers: Array<{ sku: { id: string, title: string, available: boolean }, price: { amount: string, currency: CurrencyCode }, rungs: Array<{ size: number, price: { amount: string, currency: CurrencyCode } }> }>, leaderReward: { kind: LeaderRewardKind, points: number | null, amount: { amount: string, currency: CurrencyCode } | null } | null }> }, assistCampaigns: { nodes: Array<{ id: string, kind: AssistKind, title: string, goal: number, state: CampaignState, endsAt: string, assistSeconds: number, prizeSku: { id: string, title: string, price: { sale: { amount: string, currency: CurrencyCode } }, media: { url: string, width: number | null, height: number | null, alt: string | null } | null, product: { id: string, handle: string, title: string, media: Array<{ url: string, width: number | null, height: number | null, alt: string | null }> } } | null, reward:
        | { template: { id: string, title: string, validDays: number, minSpend: { amount: string, currency: CurrencyCode } | null, discount:
              | { amount: { amount: string, currency: CurrencyCode } }
              | { percent: string, cap: { amount: string, currency: CurrencyCode } | null }
             } }
        | { cause: string, perHelper: { amount: string, currency: CurrencyCode } }
        | { prize: string, winnersWanted: number }
        | { points: number }
        | { floor: { amount: string, currency: CurrencyCode } }
       }> } };

export type HomeFeedQueryVariables = Exact<{
  after: string;
  deviceId?: string | null | undefined;
  accepts?: Array<FeedCardKind> | FeedCardKind | null | undefined;
}>;


export type HomeFeedQuery = { serverTime: string, feed: { edges: Array<{ cursor: string, impression: string, reason: { code: FeedReasonCode, text: string }, node:
        | { __typename: 'AssistCampaign', id: string, kind: AssistKind, title: string, goal: number, state: CampaignState, endsAt: string, assistSeconds: number, prizeSku: { id: string, title: string, price: { sale: { amount: string, currency: CurrencyCode } }, media: { url: string, width: number | null, height: number | null, alt: string | null } | null, product: { id: string, handle: string, title: string, media: Array<{ url: string, width: number | null, height: number | null, alt: string | null }> } } | null, reward:
            | { template: { id: string, title: string, validDays: number, minSpend: { amount: string, currency: CurrencyCode } | null, discount:
                  | { amount: { amount: string, currency: CurrencyCode } }
                  | { percent: string, cap: { amount: string, currency: CurrencyCode } | null }
                 } }
            | { cause: string, perHelper: { amount: string, currency: CurrencyCode } }
            | { prize: string, winnersWanted: number }
            | { points: number }
            | { floor: { amount: string, currency: CurrencyCode } }
           }
        | { __typename: 'GroupBuyCampaign', id: string, title: string, size: number, endsAt: string, campaignState: CampaignState, unitsLeft: number, newCustomersOnly: boolean, product: { id: string, handle: string, title: string, tags: Array<string>, visible: boolean, media: Array<{ kind: MediaKind, url: string, width: number | null, height: number | null, alt: string | null }>, price: { list: { amount: string, currency: CurrencyCode } | null, sale: { amount: string, currency: CurrencyCode }, member: { amount: string, currency: CurrencyCode } | null, group: { amount: string, currency: CurrencyCode } | null, live: { amount: string, currency: CurrencyCode } | null, best: { amount: string, currency: CurrencyCode } }, skus: Array<{ id: string, title: string, available: boolean, price: { best: { amount: string, currency: CurrencyCode } } }>, proof: { soldCount: number, buyingNow: number }, scarcity: { unitsLeft: number, level: ScarcityLevel } | null }, offers: Array<{ sku: { id: string, title: string, available: boolean }, price: { amount: string, currency: CurrencyCode }, rungs: Array<{ size: number, price: { amount: string, currency: CurrencyCode } }> }>, leaderReward: { kind: LeaderRewardKind, points: number | null, amount: { amount: string, currency: CurrencyCode } | null } | null }
        | { __typename: 'Product', id: string, handle: string, title: string, tags: Array<string>, visible: boolean, media: Array<{ kind: MediaKind, url: string, width: number | null, height: number | null, alt: string | null }>, price: { list: { amount: string, currency: CurrencyCode } | null, sale: { amount: string, currency: CurrencyCode }, member: { amount: string, currency: CurrencyCode } | null, group: { amount: string, currency: CurrencyCode } | null, live: { amount: string, currency: CurrencyCode } | null, best: { amount: string, currency: CurrencyCode } }, skus: Array<{ id: string, title: string, available: boolean, price: { best: { amount: string, currency: CurrencyCode } } }>, proof: { soldCount: number, buyingNow: number }, scarcity: { unitsLeft: number, level: ScarcityLevel } | null }
       }>, pageInfo: { hasNextPage: boolean, endCursor: string | null } } };

export type SearchQueryVariables = Exact<{
  query?: string | null | undefined;
  filter?: ProductFilter | null | undefined;
  sort?: ProductSort | null | undefined;
  after?: string | null | undefined;
}>;


export type SearchQuery = { products: { totalCount: number | null, nodes: Array<{ id: string, handle: string, title: string, tags: Array<string>, visible: boolean, media: Array<{ kind: MediaKind, url: string, width: number | null, height: number | null, alt: string | null }>, price: { list: { amount: string, currency: CurrencyCode } | null, sale: { amount: string, currency: CurrencyCode }, member: { amount: string, currency: CurrencyCode } | null, group: { amount: string, currency: CurrencyCode } | null, live: { amount: string, currency: CurrencyCode } | null, best: { amount: string, currency: CurrencyCode } }, skus: Array<{ id: string, title: string, available: boolean, price: { best: { amount: string, currency: CurrencyCode } } }>, proof: { soldCount: number, buyingNow: number }, scarcity: { unitsLeft: number, level: ScarcityLevel } | null }>, pageInfo: { hasNextPage: boolean, endCursor: string | null } } };

export type HostConsoleQueryVariables = Exact<{
  roomId: string;
}>;


export type HostConsoleQuery = { serverTime: string, liveConsole: { at: string, viewerCount: number, peakViewers: number, likeCount: number, commentsPerMinute: number, ordersPaid: number, series: Array<{ at: string, viewerCount: number, likeCount: number, ordersPaid: number, sales: { amount: string, currency: CurrencyCode } }>, sales: { amount: string, currency: CurrencyCode }, heldComments: Array<{ id: string, role: LiveRole, text: string, at: string, author: { id: string, nickname: string, avatarUrl: string | null } }> } | null, liveRoom: { ingestUrl: string | null, viewerRole: LiveRole | null, id: string, title: string, state: LiveState, cursor: string, coverUrl: string | null, playbackUrl: string | null, replayUrl: string | null, scheduledFor: string | null, startedAt: string | null, endedAt: string | null, viewerCount: number, likeCount: number, slowModeSeconds: number, questions: { nodes: Array<{ id: string, text: string, upvotes: number, answer: string | null, answeredAt: string | null, author: { id: string, nickname: string } }> }, host: { id: string, nickname: string, avatarUrl: string | null }, pinned: { note: string | null, pinnedAt: string, product: { id: string, handle: string, title: string, visible: boolean, media: Array<{ url: string, width: number | null, height: number | null, alt: string | null }>, price: { list: { amount: string, currency: CurrencyCode } | null, sale: { amount: string, currency: CurrencyCode }, group: { amount: string, currency: CurrencyCode } | null, live: { amount: string, currency: CurrencyCode } | null }, skus: Array<{ id: string, title: string, available: boolean, price: { list: { amount: string, currency: CurrencyCode } | null, sale: { amount: string, currency: CurrencyCode }, group: { amount: string, currency: CurrencyCode } | null, live: { amount: string, currency: CurrencyCode } | null } }>, groupBuyCampaigns: Array<{ id: string, title: string, size: number, offers: Array<{ sku: { id: string }, price: { amount: string, currency: CurrencyCode } }> }> } } | null, offers: Array<{ id: string, quota: number, left: number, startsAt: string, endsAt: string, offerState: LiveOfferState, price: { amount: string, currency: CurrencyCode }, sku: { id: string, title: string, price: { sale: { amount: string, currency: CurrencyCode } }, product: { id: string, title: string, media: Array<{ url: string, width: number | null, height: number | null, alt: string | null }> } } }>, drops: Array<{ id: string, quantity: number, left: number, endsAt: string, template: { id: string, title: string, validDays: number, minSpend: { amount: string, currency: CurrencyCode } | null, discount:
          | { amount: { amount: string, currency: CurrencyCode } }
          | { percent: string, cap: { amount: string, currency: CurrencyCode } | null }
         } }>, lottery: { id: string, prize: string, winnersWanted: number, entries: number, seedHash: string, entriesHash: string | null, seed: string | null, endsAt: string, drawnAt: string | null, winners: Array<{ ticket: number, key: string, nickname: string }> } | null, shelf: Array<{ id: string, handle: string, title: string, visible: boolean, media: Array<{ url: string, width: number | null, height: number | null, alt: string | null }>, price: { list: { amount: string, currency: CurrencyCode } | null, sale: { amount: string, currency: CurrencyCode }, group: { amount: string, currency: CurrencyCode } | null, live: { amount: string, currency: CurrencyCode } | null }, skus: Array<{ id: string, title: string, available: boolean, price: { list: { amount: string, currency: CurrencyCode } | null, sale: { amount: string, currency: CurrencyCode }, group: { amount: string, currency: CurrencyCode } | null, live: { amount: string, currency: CurrencyCode } | null } }>, groupBuyCampaigns: Array<{ id: string, title: string, size: number, offers: Array<{ sku: { id: string }, price: { amount: string, currency: CurrencyCode } }> }> }>, comments: { nodes: Array<{ id: string, role: LiveRole, text: string, at: string, author: { id: string, nickname: string, avatarUrl: string | null } }> } } | null, couponTemplates: { nodes: Array<{ left: number, id: string, title: string, validDays: number, minSpend: { amount: string, currency: CurrencyCode } | null, discount:
        | { amount: { amount: string, currency: CurrencyCode } }
        | { percent: string, cap: { amount: string, currency: CurrencyCode } | null }
       }> } };

export type HostRoomsQueryVariables = Exact<{
  query?: string | null | undefined;
}>;


export type HostRoomsQuery = { serverTime: string, me: { id: string, public: { id: string, nickname: string } } | null, liveRooms: { nodes: Array<{ viewerRole: LiveRole | null, id: string, title: string, state: LiveState, coverUrl: string | null, scheduledFor: string | null, viewerCount: number, likeCount: number, host: { id: string, nickname: string, avatarUrl: string | null }, pinned: { note: string | null, product: { id: string, title: string, media: Array<{ url: string, width: number | null, height: number | null, alt: string | null }> } } | null }> }, products: { nodes: Array<{ id: string, title: string, media: Array<{ url: string, width: number | null, height: number | null, alt: string | null }>, skus: Array<{ id: string, title: string, available: boolean, stock: number | null, price: { sale: { amount: string, currency: CurrencyCode } } }> }> } };

export type LiveCommentReviewMutationVariables = Exact<{
  input: LiveCommentReviewInput;
}>;


export type LiveCommentReviewMutation = { liveCommentReview: { room: { id: string } | null, userErrors: Array<{ code: UserErrorCode, message: string, field: Array<string> | null, available: number | null, retryAfterSeconds: number | null }> } };

export type LiveConsoleChangedSubscriptionVariables = Exact<{
  roomId: string;
}>;


export type LiveConsoleChangedSubscription = { liveConsole: { at: string, viewerCount: number, peakViewers: number, likeCount: number, commentsPerMinute: number, ordersPaid: number, series: Array<{ at: string, viewerCount: number, likeCount: number, ordersPaid: number, sales: { amount: string, currency: CurrencyCode } }>, sales: { amount: string, currency: CurrencyCode }, heldComments: Array<{ id: string, role: LiveRole, text: string, at: string, author: { id: string, nickname: string, avatarUrl: string | null } }> } };

export type LiveCouponDropMutationVariables = Exact<{
  input: LiveCouponDropInput;
}>;


export type LiveCouponDropMutation = { liveCouponDrop: { drop: { id: string, quantity: number, left: number, endsAt: string, template: { id: string, title: string, validDays: number, minSpend: { amount: string, currency: CurrencyCode } | null, discount:
          | { amount: { amount: string, currency: CurrencyCode } }
          | { percent: string, cap: { amount: string, currency: CurrencyCode } | null }
         } } | null, userErrors: Array<{ code: UserErrorCode, message: string, field: Array<string> | null, available: number | null, retryAfterSeconds: number | null }> } };

export type LiveLotteryDrawMutationVariables = Exact<{
  input: LiveLotteryRef;
}>;


export type LiveLotteryDrawMutation = { liveLotteryDraw: { lottery: { id: string, prize: string, winnersWanted: number, entries: number, seedHash: string, entriesHash: string | null, seed: string | null, endsAt: string, drawnAt: string | null, winners: Array<{ ticket: number, key: string, nickname: string }> } | null, userErrors: Array<{ code: UserErrorCode, message: string, field: Array<string> | null, available: number | null, retryAfterSeconds: number | null }> } };

export type LiveLotteryStartMutationVariables = Exact<{
  input: LiveLotteryStartInput;
}>;


export type LiveLotteryStartMutation = { liveLotteryStart: { lottery: { id: string, prize: string, winnersWanted: number, entries: number, seedHash: string, entriesHash: string | null, seed: string | null, endsAt: string, drawnAt: string | null, winners: Array<{ ticket: number, key: string, nickname: string }> } | null, userErrors: Array<{ code: UserErrorCode, message: string, field: Array<string> | null, available: number | null, retryAfterSeconds: number | null }> } };

export type LiveOfferEndMutationVariables = Exact<{
  input: LiveOfferRef;
}>;


export type LiveOfferEndMutation = { liveOfferEnd: { offer: { id: string, quota: number, left: number, startsAt: string, endsAt: string, offerState: LiveOfferState, price: { amount: string, currency: CurrencyCode }, sku: { id: string, title: string, price: { sale: { amount: string, currency: CurrencyCode } }, product: { id: string, title: string, media: Array<{ url: string, width: number | null, height: number | null, alt: string | null }> } } } | null, userErrors: Array<{ code: UserErrorCode, message: string, field: Array<string> | null, available: number | null, retryAfterSeconds: number | null }> } };

export type LiveOfferStartMutationVariables = Exact<{
  input: LiveOfferStartInput;
}>;


export type LiveOfferStartMutation = { liveOfferStart: { offer: { id: string, quota: number, left: number, startsAt: string, endsAt: string, offerState: LiveOfferState, price: { amount: string, currency: CurrencyCode }, sku: { id: string, title: string, price: { sale: { amount: string, currency: CurrencyCode } }, product: { id: string, title: string, media: Array<{ url: string, width: number | null, height: number | null, alt: string | null }> } } } | null, userErrors: Array<{ code: UserErrorCode, message: string, field: Array<string> | null, available: number | null, retryAfterSeconds: number | null }> } };

export type LiveProductPinMutationVariables = Exact<{
  input: LiveProductPinInput;
}>;


export type LiveProductPinMutation = { liveProductPin: { room: { id: string, pinned: { note: string | null, pinnedAt: string, product: { id: string, handle: string, title: string, visible: boolean, media: Array<{ url: string, width: number | null, height: number | null, alt: string | null }>, price: { list: { amount: string, currency: CurrencyCode } | null, sale: { amount: string, currency: CurrencyCode }, group: { amount: string, currency: CurrencyCode } | null, live: { amount: string, currency: CurrencyCode } | null }, skus: Array<{ id: string, title: string, available: boolean, price: { list: { amount: string, currency: CurrencyCode } | null, sale: { amount: string, currency: CurrencyCode }, group: { amount: string, currency: CurrencyCode } | null, live: { amount: string, currency: CurrencyCode } | null } }>, groupBuyCampaigns: Array<{ id: string, title: string, size: number, offers: Array<{ sku: { id: string }, price: { amount: string, currency: CurrencyCode } }> }> } } | null } | null, userErrors: Array<{ code: UserErrorCode, message: string, field: Array<string> | null, available: number | null, retryAfterSeconds: number | null }> } };

export type LiveProductUnpinMutationVariables = Exact<{
  input: LiveRoomRef;
}>;


export type LiveProductUnpinMutation = { liveProductUnpin: { room: { id: string, pinned: { note: string | null, pinnedAt: string, product: { id: string, handle: string, title: string, visible: boolean, media: Array<{ url: string, width: number | null, height: number | null, alt: string | null }>, price: { list: { amount: string, currency: CurrencyCode } | null, sale: { amount: string, currency: CurrencyCode }, group: { amount: string, currency: CurrencyCode } | null, live: { amount: string, currency: CurrencyCode } | null }, skus: Array<{ id: string, title: string, available: boolean, price: { list: { amount: string, currency: CurrencyCode } | null, sale: { amount: string, currency: CurrencyCode }, group: { amount: string, currency: CurrencyCode } | null, live: { amount: string, currency: CurrencyCode } | null } }>, groupBuyCampaigns: Array<{ id: string, title: string, size: number, offers: Array<{ sku: { id: string }, price: { amount: string, currency: CurrencyCode } }> }> } } | null } | null, userErrors: Array<{ code: UserErrorCode, message: string, field: Array<string> | null, available: number | null, retryAfterSeconds: number | null }> } };

export type LiveQuestionAnswerMutationVariables = Exact<{
  input: LiveQuestionAnswerInput;
}>;


export type LiveQuestionAnswerMutation = { liveQuestionAnswer: { room: { id: string } | null, userErrors: Array<{ code: UserErrorCode, message: string, field: Array<string> | null, available: number | null, retryAfterSeconds: number | null }> } };

export type LiveRoomCreateMutationVariables = Exact<{
  input: LiveRoomCreateInput;
}>;


export type LiveRoomCreateMutation = { liveRoomCreate: { room: { id: string, title: string, state: LiveState, coverUrl: string | null, scheduledFor: string | null, startedAt: string | null, endedAt: string | null } | null, userErrors: Array<{ code: UserErrorCode, message: string, field: Array<string> | null, available: number | null, retryAfterSeconds: number | null }> } };

export type LiveRoomEndMutationVariables = Exact<{
  input: LiveRoomRef;
}>;


export type LiveRoomEndMutation = { liveRoomEnd: { room: { id: string, title: string, state: LiveState, coverUrl: string | null, scheduledFor: string | null, startedAt: string | null, endedAt: string | null } | null, userErrors: Array<{ code: UserErrorCode, message: string, field: Array<string> | null, available: number | null, retryAfterSeconds: number | null }> } };

export type LiveRoomPauseMutationVariables = Exact<{
  input: LiveRoomRef;
}>;


export type LiveRoomPauseMutation = { liveRoomPause: { room: { id: string, title: string, state: LiveState, coverUrl: string | null, scheduledFor: string | null, startedAt: string | null, endedAt: string | null } | null, userErrors: Array<{ code: UserErrorCode, message: string, field: Array<string> | null, available: number | null, retryAfterSeconds: number | null }> } };

export type LiveRoomStartMutationVariables = Exact<{
  input: LiveRoomRef;
}>;


export type LiveRoomStartMutation = { liveRoomStart: { room: { id: string, title: string, state: LiveState, coverUrl: string | null, scheduledFor: string | null, startedAt: string | null, endedAt: string | null } | null, userErrors: Array<{ code: UserErrorCode, message: string, field: Array<string> | null, available: number | null, retryAfterSeconds: number | null }> } };

export type LiveRoomUpdateMutationVariables = Exact<{
  input: LiveRoomUpdateInput;
}>;


export type LiveRoomUpdateMutation = { liveRoomUpdate: { room: { id: string, title: string, state: LiveState, coverUrl: string | null, scheduledFor: string | null, startedAt: string | null, endedAt: string | null } | null, userErrors: Array<{ code: UserErrorCode, message: string, field: Array<string> | null, available: number | null, retryAfterSeconds: number | null }> } };

export type LiveShelfSetMutationVariables = Exact<{
  input: LiveShelfSetInput;
}>;


export type LiveShelfSetMutation = { liveShelfSet: { room: { id: string, shelf: Array<{ id: string, handle: string, title: string, visible: boolean, media: Array<{ url: string, width: number | null, height: number | null, alt: string | null }>, price: { list: { amount: string, currency: CurrencyCode } | null, sale: { amount: string, currency: CurrencyCode }, group: { amount: string, currency: CurrencyCode } | null, live: { amount: string, currency: CurrencyCode } | null }, skus: Array<{ id: string, title: string, available: boolean, price: { list: { amount: string, currency: CurrencyCode } | null, sale: { amount: string, currency: CurrencyCode }, group: { amount: string, currency: CurrencyCode } | null, live: { amount: string, currency: CurrencyCode } | null } }>, groupBuyCampaigns: Array<{ id: string, title: string, size: number, offers: Array<{ sku: { id: string }, price: { amount: string, currency: CurrencyCode } }> }> }> } | null, userErrors: Array<{ code: UserErrorCode, message: string, field: Array<string> | null, available: number | null, retryAfterSeconds: number | null }> } };

export type LiveSlowModeSetMutationVariables = Exact<{
  input: LiveSlowModeSetInput;
}>;


export type LiveSlowModeSetMutation = { liveSlowModeSet: { room: { id: string, slowModeSeconds: number } | null, userErrors: Array<{ code: UserErrorCode, message: string, field: Array<string> | null, available: number | null, retryAfterSeconds: number | null }> } };

export type LiveStaffSetMutationVariables = Exact<{
  input: LiveStaffSetInput;
}>;


export type LiveStaffSetMutation = { liveStaffSet: { room: { id: string } | null, userErrors: Array<{ code: UserErrorCode, message: string, field: Array<string> | null, available: number | null, retryAfterSeconds: number | null }> } };

export type LiveViewerMuteMutationVariables = Exact<{
  input: LiveViewerMuteInput;
}>;


export type LiveViewerMuteMutation = { liveViewerMute: { room: { id: string } | null, userErrors: Array<{ code: UserErrorCode, message: string, field: Array<string> | null, available: number | null, retryAfterSeconds: number | null }> } };

export type CommissionWithdrawMutationVariables = Exact<{
  input: CommissionWithdrawInput;
}>;


export type CommissionWithdrawMutation = { commissionWithdraw: { withdrawal: { id: string, state: WithdrawalState, requestedAt: string, settledAt: string | null, amount: { amount: string, currency: CurrencyCode }, confirm: Array<{ name: string, value: string }> } | null, balance: { pending: { amount: string, currency: CurrencyCode }, available: { amount: string, currency: CurrencyCode }, inPayout: { amount: string, currency: CurrencyCode }, withdrawn: { amount: string, currency: CurrencyCode }, clawedBack: { amount: string, currency: CurrencyCode }, debt: { amount: string, currency: CurrencyCode } } | null, userErrors: Array<{ code: UserErrorCode, message: string, field: Array<string> | null, available: number | null, retryAfterSeconds: number | null }> } };

export type CommissionsQueryVariables = Exact<{
  after?: string | null | undefined;
  state?: CommissionState | null | undefined;
}>;


export type CommissionsQuery = { me: { id: string, referral: { commissions: { nodes: Array<{ id: string, orderNumberMasked: string, lineTitle: string, level: number, rate: string, state: CommissionState, earnedAt: string, availableAt: string, base: { amount: string, currency: CurrencyCode }, amount: { amount: string, currency: CurrencyCode }, clawedBack: { amount: string, currency: CurrencyCode } }>, pageInfo: { hasNextPage: boolean, endCursor: string | null } } } } | null };

export type InviteQueryVariables = Exact<{ [key: string]: never; }>;


export type InviteQuery = { serverTime: string, me: { id: string, referral: { code: string, tier: PromoterTier, creditScore: number, boundUntil: string | null, inviter: { id: string, nickname: string, avatarUrl: string | null } | null, commission: { pending: { amount: string, currency: CurrencyCode }, available: { amount: string, currency: CurrencyCode }, inPayout: { amount: string, currency: CurrencyCode }, withdrawn: { amount: string, currency: CurrencyCode }, clawedBack: { amount: string, currency: CurrencyCode }, debt: { amount: string, currency: CurrencyCode } }, invitees: { totalCount: number | null, nodes: Array<{ boundAt: string, paidOrders: number, shopper: { id: string, nickname: string, avatarUrl: string | null } }> }, shareLinks: { nodes: Array<{ visits: number | null, reads: number | null, orders: number | null, token: string, title: string, imageUrl: string | null, url: string, miniProgramPath: string, posterUrl: string, earned: { amount: string, currency: CurrencyCode } | null }>, pageInfo: { hasNextPage: boolean, endCursor: string | null } }, commissions: { nodes: Array<{ id: string, orderNumberMasked: string, lineTitle: string, level: number, rate: string, state: CommissionState, earnedAt: string, availableAt: string, base: { amount: string, currency: CurrencyCode }, amount: { amount: string, currency: CurrencyCode }, clawedBack: { amount: string, currency: CurrencyCode } }>, pageInfo: { hasNextPage: boolean, endCursor: string | null } }, withdrawals: { nodes: Array<{ id: string, state: WithdrawalState, requestedAt: string, settledAt: string | null, amount: { amount: string, currency: CurrencyCode }, confirm: Array<{ name: string, value: string }> }> } }, assists: { nodes: Array<{ id: string, version: number, progress: number, goal: number, state: AssistState, expiresAt: string, campaign: { id: string, kind: AssistKind, title: string }, owner: { id: string, nickname: string, avatarUrl: string | null }, priceNow: { amount: string, currency: CurrencyCode } | null, winners: Array<{ nickname: string, avatarUrl: string | null }> }> } } | null, referralProgram: { paidLevels: number, windowDays: number, creditFloor: number, maturesAfterDays: number }, assistCampaigns: { nodes: Array<{ id: string, kind: AssistKind, title: string, goal: number, state: CampaignState, endsAt: string, assistSeconds: number, prizeSku: { id: string, title: string, price: { sale: { amount: string, currency: CurrencyCode } }, media: { url: string, width: number | null, height: number | null, alt: string | null } | null, product: { id: string, handle: string, title: string, media: Array<{ url: string, width: number | null, height: number | null, alt: string | null }> } } | null, reward:
        | { template: { id: string, title: string, validDays: number, minSpend: { amount: string, currency: CurrencyCode } | null, discount:
              | { amount: { amount: string, currency: CurrencyCode } }
              | { percent: string, cap: { amount: string, currency: CurrencyCode } | null }
             } }
        | { cause: string, perHelper: { amount: string, currency: CurrencyCode } }
        | { prize: string, winnersWanted: number }
        | { points: number }
        | { floor: { amount: string, currency: CurrencyCode } }
       }> }, promoterLeaderboard: Array<{ rank: number, orders: number, tier: PromoterTier, promoter: { nickname: string, avatarUrl: string | null } }> };

export type PromoterReportMutationVariables = Exact<{
  input: PromoterReportInput;
}>;


export type PromoterReportMutation = { promoterReport: { report: { id: string, state: PromoterReportState } | null, userErrors: Array<{ code: UserErrorCode, message: string, field: Array<string> | null, available: number | null, retryAfterSeconds: number | null }> } };

export type ReferralBindMutationVariables = Exact<{
  input: ReferralBindInput;
}>;


export type ReferralBindMutation = { referralBind: { referral: { boundUntil: string | null, inviter: { id: string, nickname: string, avatarUrl: string | null } | null } | null, userErrors: Array<{ code: UserErrorCode, message: string, field: Array<string> | null, available: number | null, retryAfterSeconds: number | null }> } };

export type ShareLinkQueryVariables = Exact<{
  token: string;
}>;


export type ShareLinkQuery = { shareLink: { token: string, title: string, imageUrl: string | null, url: string, miniProgramPath: string, posterUrl: string, sharer: { id: string, nickname: string, avatarUrl: string | null }, target:
      | { __typename: 'Assist', id: string }
      | { __typename: 'AssistCampaign', id: string, prizeSku: { product: { id: string } } | null }
      | { __typename: 'GroupBuy', id: string }
      | { __typename: 'GroupBuyCampaign', id: string, product: { id: string } }
      | { __typename: 'LiveRoom', id: string }
      | { __typename: 'Product', id: string }
     | null } | null };

export type ShareLinkCreateMutationVariables = Exact<{
  input: ShareLinkCreateInput;
}>;


export type ShareLinkCreateMutation = { shareLinkCreate: { shareLink: { token: string, title: string, imageUrl: string | null, url: string, miniProgramPath: string, posterUrl: string } | null, userErrors: Array<{ code: UserErrorCode, message: string, field: Array<string> | null, available: number | null, retryAfterSeconds: number | null }> } };

export type ShareVisitMutationVariables = Exact<{
  input: ShareVisitInput;
}>;


export type ShareVisitMutation = { shareVisit: { counted: boolean, userErrors: Array<{ code: UserErrorCode, message: string, field: Array<string> | null, available: number | null, retryAfterSeconds: number | null }> } };

export type LiveCommentMutationVariables = Exact<{
  input: LiveCommentSendInput;
}>;


export type LiveCommentMutation = { liveCommentSend: { held: boolean, comment: { id: string, role: LiveRole, text: string, at: string, author: { id: string, nickname: string, avatarUrl: string | null } } | null, userErrors: Array<{ code: UserErrorCode, message: string, field: Array<string> | null, available: number | null, retryAfterSeconds: number | null }> } };

export type LiveCommentHideMutationVariables = Exact<{
  input: LiveCommentHideInput;
}>;


export type LiveCommentHideMutation = { liveCommentHide: { room: { id: string } | null, userErrors: Array<{ code: UserErrorCode, message: string, field: Array<string> | null, available: number | null, retryAfterSeconds: number | null }> } };

export type LiveCouponClaimMutationVariables = Exact<{
  input: LiveCouponClaimInput;
}>;


export type LiveCouponClaimMutation = { liveCouponClaim: { coupon: { id: string, state: CouponState, validUntil: string, template: { id: string, title: string, validDays: number, minSpend: { amount: string, currency: CurrencyCode } | null, discount:
          | { amount: { amount: string, currency: CurrencyCode } }
          | { percent: string, cap: { amount: string, currency: CurrencyCode } | null }
         } } | null, userErrors: Array<{ code: UserErrorCode, message: string, field: Array<string> | null, available: number | null, retryAfterSeconds: number | null }> } };

export type LiveLikeMutationVariables = Exact<{
  input: LiveLikeInput;
}>;


export type LiveLikeMutation = { liveLike: { likeCount: number, userErrors: Array<{ code: UserErrorCode, message: string, field: Array<string> | null, available: number | null, retryAfterSeconds: number | null }> } };

export type LiveLotteryEnterMutationVariables = Exact<{
  input: LiveLotteryRef;
}>;


export type LiveLotteryEnterMutation = { liveLotteryEnter: { lottery: { id: string, entries: number, viewerTicket: number | null } | null, userErrors: Array<{ code: UserErrorCode, message: string, field: Array<string> | null, available: number | null, retryAfterSeconds: number | null }> } };

export type LiveQuestionAskMutationVariables = Exact<{
  input: LiveQuestionAskInput;
}>;


export type LiveQuestionAskMutation = { liveQuestionAsk: { question: { viewerUpvoted: boolean, id: string, text: string, upvotes: number, answer: string | null, answeredAt: string | null, author: { id: string, nickname: string } } | null, userErrors: Array<{ code: UserErrorCode, message: string, field: Array<string> | null, available: number | null, retryAfterSeconds: number | null }> } };

export type LiveQuestionUpvoteMutationVariables = Exact<{
  input: LiveQuestionRef;
}>;


export type LiveQuestionUpvoteMutation = { liveQuestionUpvote: { question: { viewerUpvoted: boolean, id: string, text: string, upvotes: number, answer: string | null, answeredAt: string | null, author: { id: string, nickname: string } } | null, userErrors: Array<{ code: UserErrorCode, message: string, field: Array<string> | null, available: number | null, retryAfterSeconds: number | null }> } };

export type LiveReplayQueryVariables = Exact<{
  id: string;
  after?: string | null | undefined;
  fromSeconds?: number | null | undefined;
}>;


export type LiveReplayQuery = { liveRoom: { id: string, startedAt: string | null, replayUrl: string | null, events: { nodes: Array<
        | { __typename: 'LiveCommentHidden', seq: number, cursor: string, at: string }
        | { __typename: 'LiveCouponDropChanged', seq: number, cursor: string, at: string }
        | { __typename: 'LiveGroupProgress', seq: number, cursor: string, at: string }
        | { __typename: 'LiveLotteryChanged', seq: number, cursor: string, at: string }
        | { __typename: 'LiveOfferChanged', seq: number, cursor: string, at: string }
        | { __typename: 'LiveOrderPlaced', quantity: number, seq: number, cursor: string, at: string, buyer: { nickname: string }, product: { id: string, title: string } }
        | { __typename: 'LivePinChanged', seq: number, cursor: string, at: string, pinned: { note: string | null, product: { id: string, title: string } } | null }
        | { __typename: 'LiveQuestionChanged', seq: number, cursor: string, at: string }
        | { __typename: 'LiveReset', seq: number, cursor: string, at: string }
        | { __typename: 'LiveShelfChanged', seq: number, cursor: string, at: string }
        | { __typename: 'LiveSlowModeChanged', seq: number, cursor: string, at: string }
        | { __typename: 'LiveStateChanged', seq: number, cursor: string, at: string }
        | { __typename: 'LiveTick', viewerCount: number, likeCount: number, seq: number, cursor: string, at: string, comments: Array<{ id: string, role: LiveRole, text: string, at: string, author: { id: string, nickname: string, avatarUrl: string | null } }> }
      >, pageInfo: { hasNextPage: boolean, endCursor: string | null } } } | null };

export type LiveRoomQueryVariables = Exact<{
  id: string;
}>;


export type LiveRoomQuery = { serverTime: string, liveRoom: { viewerMutedUntil: string | null, viewerRole: LiveRole | null, id: string, title: string, state: LiveState, cursor: string, coverUrl: string | null, playbackUrl: string | null, replayUrl: string | null, scheduledFor: string | null, startedAt: string | null, endedAt: string | null, viewerCount: number, likeCount: number, slowModeSeconds: number, drops: Array<{ viewerClaimed: boolean, id: string, quantity: number, left: number, endsAt: string, template: { id: string, title: string, validDays: number, minSpend: { amount: string, currency: CurrencyCode } | null, discount:
          | { amount: { amount: string, currency: CurrencyCode } }
          | { percent: string, cap: { amount: string, currency: CurrencyCode } | null }
         } }>, lottery: { viewerTicket: number | null, id: string, prize: string, winnersWanted: number, entries: number, seedHash: string, entriesHash: string | null, seed: string | null, endsAt: string, drawnAt: string | null, winners: Array<{ ticket: number, key: string, nickname: string }> } | null, questions: { nodes: Array<{ viewerUpvoted: boolean, id: string, text: string, upvotes: number, answer: string | null, answeredAt: string | null, author: { id: string, nickname: string } }>, pageInfo: { hasNextPage: boolean, endCursor: string | null } }, share: { token: string, title: string, imageUrl: string | null, url: string, miniProgramPath: string, posterUrl: string } | null, host: { id: string, nickname: string, avatarUrl: string | null }, pinned: { note: string | null, pinnedAt: string, product: { id: string, handle: string, title: string, visible: boolean, media: Array<{ url: string, width: number | null, height: number | null, alt: string | null }>, price: { list: { amount: string, currency: CurrencyCode } | null, sale: { amount: string, currency: CurrencyCode }, group: { amount: string, currency: CurrencyCode } | null, live: { amount: string, currency: CurrencyCode } | null }, skus: Array<{ id: string, title: string, available: boolean, price: { list: { amount: string, currency: CurrencyCode } | null, sale: { amount: string, currency: CurrencyCode }, group: { amount: string, currency: CurrencyCode } | null, live: { amount: string, currency: CurrencyCode } | null } }>, groupBuyCampaigns: Array<{ id: string, title: string, size: number, offers: Array<{ sku: { id: string }, price: { amount: string, currency: CurrencyCode } }> }> } } | null, offers: Array<{ id: string, quota: number, left: number, startsAt: string, endsAt: string, offerState: LiveOfferState, price: { amount: string, currency: CurrencyCode }, sku: { id: string, title: string, price: { sale: { amount: string, currency: CurrencyCode } }, product: { id: string, title: string, media: Array<{ url: string, width: number | null, height: number | null, alt: string | null }> } } }>, shelf: Array<{ id: string, handle: string, title: string, visible: boolean, media: Array<{ url: string, width: number | null, height: number | null, alt: string | null }>, price: { list: { amount: string, currency: CurrencyCode } | null, sale: { amount: string, currency: CurrencyCode }, group: { amount: string, currency: CurrencyCode } | null, live: { amount: string, currency: CurrencyCode } | null }, skus: Array<{ id: string, title: string, available: boolean, price: { list: { amount: string, currency: CurrencyCode } | null, sale: { amount: string, currency: CurrencyCode }, group: { amount: string, currency: CurrencyCode } | null, live: { amount: string, currency: CurrencyCode } | null } }>, groupBuyCampaigns: Array<{ id: string, title: string, size: number, offers: Array<{ sku: { id: string }, price: { amount: string, currency: CurrencyCode } }> }> }>, comments: { nodes: Array<{ id: string, role: LiveRole, text: string, at: string, author: { id: string, nickname: string, avatarUrl: string | null } }> } } | null, me: { id: string, public: { id: string, nickname: string }, addresses: Array<{ id: string, isDefault: boolean }> } | null };

export type LiveRoomEventsSubscriptionVariables = Exact<{
  roomId: string;
  after?: string | null | undefined;
}>;


export type LiveRoomEventsSubscription = { liveRoomEvents:
    | { __typename: 'LiveCommentHidden', commentId: string, seq: number, cursor: string, at: string }
    | { __typename: 'LiveCouponDropChanged', seq: number, cursor: string, at: string, drop: { id: string, quantity: number, left: number, endsAt: string, template: { id: string, title: string, validDays: number, minSpend: { amount: string, currency: CurrencyCode } | null, discount:
            | { amount: { amount: string, currency: CurrencyCode } }
            | { percent: string, cap: { amount: string, currency: CurrencyCode } | null }
           } } }
    | { __typename: 'LiveGroupProgress', seq: number, cursor: string, at: string, groupBuy: { id: string, version: number, state: GroupBuyState, size: number, capacity: number, paidSeats: number, heldSeats: number, seatsLeft: number, rungReached: number | null, completedBy: GroupCompletion | null, expiresAt: string | null, leader: { id: string, nickname: string, avatarUrl: string | null } | null, members: Array<{ isLeader: boolean, paidAt: string, shopper: { id: string, nickname: string, avatarUrl: string | null } }> } }
    | { __typename: 'LiveLotteryChanged', seq: number, cursor: string, at: string, lottery: { id: string, prize: string, winnersWanted: number, entries: number, seedHash: string, entriesHash: string | null, seed: string | null, endsAt: string, drawnAt: string | null, winners: Array<{ ticket: number, key: string, nickname: string }> } }
    | { __typename: 'LiveOfferChanged', seq: number, cursor: string, at: string, offer: { id: string, quota: number, left: number, startsAt: string, endsAt: string, offerState: LiveOfferState, price: { amount: string, currency: CurrencyCode }, sku: { id: string, title: string, price: { sale: { amount: string, currency: CurrencyCode } }, product: { id: string, title: string, media: Array<{ url: string, width: number | null, height: number | null, alt: string | null }> } } } }
    | { __typename: 'LiveOrderPlaced', quantity: number, seq: number, cursor: string, at: string, buyer: { nickname: string, avatarUrl: string | null }, product: { id: string, title: string } }
    | { __typename: 'LivePinChanged', seq: number, cursor: string, at: string, pinned: { note: string | null, pinnedAt: string, product: { id: string, handle: string, title: string, visible: boolean, media: Array<{ url: string, width: number | null, height: number | null, alt: string | null }>, price: { list: { amount: string, currency: CurrencyCode } | null, sale: { amount: string, currency: CurrencyCode }, group: { amount: string, currency: CurrencyCode } | null, live: { amount: string, currency: CurrencyCode } | null }, skus: Array<{ id: string, title: string, available: boolean, price: { list: { amount: string, currency: CurrencyCode } | null, sale: { amount: string, currency: CurrencyCode }, group: { amount: string, currency: CurrencyCode } | null, live: { amount: string, currency: CurrencyCode } | null } }>, groupBuyCampaigns: Array<{ id: string, title: string, size: number, offers: Array<{ sku: { id: string }, price: { amount: string, currency: CurrencyCode } }> }> } } | null }
    | { __typename: 'LiveQuestionChanged', seq: number, cursor: string, at: string, question: { id: string, text: string, upvotes: number, answer: string | null, answeredAt: string | null, author: { id: string, nickname: string } } }
    | { __typename: 'LiveReset', seq: number, cursor: string, at: string, room: { id: string, title: string, state: LiveState, cursor: string, coverUrl: string | null, playbackUrl: string | null, replayUrl: string | null, scheduledFor: string | null, startedAt: string | null, endedAt: string | null, viewerCount: number, likeCount: number, slowModeSeconds: number, host: { id: string, nickname: string, avatarUrl: string | null }, pinned: { note: string | null, pinnedAt: string, product: { id: string, handle: string, title: string, visible: boolean, media: Array<{ url: string, width: number | null, height: number | null, alt: string | null }>, price: { list: { amount: string, currency: CurrencyCode } | null, sale: { amount: string, currency: CurrencyCode }, group: { amount: string, currency: CurrencyCode } | null, live: { amount: string, currency: CurrencyCode } | null }, skus: Array<{ id: string, title: string, available: boolean, price: { list: { amount: string, currency: CurrencyCode } | null, sale: { amount: string, currency: CurrencyCode }, group: { amount: string, currency: CurrencyCode } | null, live: { amount: string, currency: CurrencyCode } | null } }>, groupBuyCampaigns: Array<{ id: string, title: string, size: number, offers: Array<{ sku: { id: string }, price: { amount: string, currency: CurrencyCode } }> }> } } | null, offers: Array<{ id: string, quota: number, left: number, startsAt: string, endsAt: string, offerState: LiveOfferState, price: { amount: string, currency: CurrencyCode }, sku: { id: string, title: string, price: { sale: { amount: string, currency: CurrencyCode } }, product: { id: string, title: string, media: Array<{ url: string, width: number | null, height: number | null, alt: string | null }> } } }>, drops: Array<{ id: string, quantity: number, left: number, endsAt: string, template: { id: string, title: string, validDays: number, minSpend: { amount: string, currency: CurrencyCode } | null, discount:
              | { amount: { amount: string, currency: CurrencyCode } }
              | { percent: string, cap: { amount: string, currency: CurrencyCode } | null }
             } }>, lottery: { id: string, prize: string, winnersWanted: number, entries: number, seedHash: string, entriesHash: string | null, seed: string | null, endsAt: string, drawnAt: string | null, winners: Array<{ ticket: number, key: string, nickname: string }> } | null, shelf: Array<{ id: string, handle: string, title: string, visible: boolean, media: Array<{ url: string, width: number | null, height: number | null, alt: string | null }>, price: { list: { amount: string, currency: CurrencyCode } | null, sale: { amount: string, currency: CurrencyCode }, group: { amount: string, currency: CurrencyCode } | null, live: { amount: string, currency: CurrencyCode } | null }, skus: Array<{ id: string, title: string, available: boolean, price: { list: { amount: string, currency: CurrencyCode } | null, sale: { amount: string, currency: CurrencyCode }, group: { amount: string, currency: CurrencyCode } | null, live: { amount: string, currency: CurrencyCode } | null } }>, groupBuyCampaigns: Array<{ id: string, title: string, size: number, offers: Array<{ sku: { id: string }, price: { amount: string, currency: CurrencyCode } }> }> }>, comments: { nodes: Array<{ id: string, role: LiveRole, text: string, at: string, author: { id: string, nickname: string, avatarUrl: string | null } }> } } }
    | { __typename: 'LiveShelfChanged', seq: number, cursor: string, at: string, shelf: Array<{ id: string, handle: string, title: string, visible: boolean, media: Array<{ url: string, width: number | null, height: number | null, alt: string | null }>, price: { list: { amount: string, currency: CurrencyCode } | null, sale: { amount: string, currency: CurrencyCode }, group: { amount: string, currency: CurrencyCode } | null, live: { amount: string, currency: CurrencyCode } | null }, skus: Array<{ id: string, title: string, available: boolean, price: { list: { amount: string, currency: CurrencyCode } | null, sale: { amount: string, currency: CurrencyCode }, group: { amount: string, currency: CurrencyCode } | null, live: { amount: string, currency: CurrencyCode } | null } }>, groupBuyCampaigns: Array<{ id: string, title: string, size: number, offers: Array<{ sku: { id: string }, price: { amount: string, currency: CurrencyCode } }> }> }> }
    | { __typename: 'LiveSlowModeChanged', seconds: number, seq: number, cursor: string, at: string }
    | { __typename: 'LiveStateChanged', state: LiveState, seq: number, cursor: string, at: string }
    | { __typename: 'LiveTick', viewerCount: number, likeCount: number, commentsDropped: number, seq: number, cursor: string, at: string, comments: Array<{ id: string, role: LiveRole, text: string, at: string, author: { id: string, nickname: string, avatarUrl: string | null } }> }
   };

export type ChannelLinkMutationVariables = Exact<{
  input: ChannelLinkInput;
}>;


export type ChannelLinkMutation = { channelLink: { merged: boolean, shopper: { id: string, nickname: string, avatarUrl: string | null, phoneMasked: string | null, createdAt: string, channels: Array<{ channel: Channel, linkedAt: string }> } | null, userErrors: Array<{ code: UserErrorCode, message: string, field: Array<string> | null, available: number | null, retryAfterSeconds: number | null }> } };

export type CheckInMutationVariables = Exact<{ [key: string]: never; }>;


export type CheckInMutation = { checkIn: { earned: number, streakDays: number, points: { version: number, available: number, held: number, debt: number, expiring: number, nextExpiry: { points: number, at: string } | null, tier: { id: string, name: string, rank: number, benefits: Array<string> }, tierProgress: { points: number, pointsToNext: number | null, keepUntil: string | null, next: { id: string, name: string, threshold: number } | null }, checkIn: { doneToday: boolean, streakDays: number } } | null, userErrors: Array<{ code: UserErrorCode, message: string, field: Array<string> | null, available: number | null, retryAfterSeconds: number | null }> } };

export type ConsentSetMutationVariables = Exact<{
  input: ConsentSetInput;
}>;


export type ConsentSetMutation = { consentSet: { shopper: { id: string, consents: Array<{ purpose: ConsentPurpose, granted: boolean, textVersion: string, at: string }> } | null, userErrors: Array<{ code: UserErrorCode, message: string, field: Array<string> | null, available: number | null, retryAfterSeconds: number | null }> } };

export type CouponClaimMutationVariables = Exact<{
  input: CouponClaimInput;
}>;


export type CouponClaimMutation = { couponClaim: { coupon: { id: string, state: CouponState, validUntil: string, template: { id: string, title: string, validDays: number, minSpend: { amount: string, currency: CurrencyCode } | null, discount:
          | { amount: { amount: string, currency: CurrencyCode } }
          | { percent: string, cap: { amount: string, currency: CurrencyCode } | null }
         } } | null, userErrors: Array<{ code: UserErrorCode, message: string, field: Array<string> | null, available: number | null, retryAfterSeconds: number | null }> } };

export type MemberQueryVariables = Exact<{ [key: string]: never; }>;


export type MemberQuery = { serverTime: string, me: { id: string, nickname: string, avatarUrl: string | null, phoneMasked: string | null, createdAt: string, memberCode: { value: string, validUntil: string }, points: { version: number, available: number, held: number, debt: number, expiring: number, entries: { nodes: Array<{ id: string, kind: PointsEntryKind, points: number, balanceAfter: number, channel: Channel, reason: string, reference: string | null, at: string }>, pageInfo: { hasNextPage: boolean, endCursor: string | null } }, nextExpiry: { points: number, at: string } | null, tier: { id: string, name: string, rank: number, benefits: Array<string> }, tierProgress: { points: number, pointsToNext: number | null, keepUntil: string | null, next: { id: string, name: string, threshold: number } | null }, checkIn: { doneToday: boolean, streakDays: number } }, coupons: { nodes: Array<{ id: string, state: CouponState, validUntil: string, template: { id: string, title: string, validDays: number, minSpend: { amount: string, currency: CurrencyCode } | null, discount:
            | { amount: { amount: string, currency: CurrencyCode } }
            | { percent: string, cap: { amount: string, currency: CurrencyCode } | null }
           } }>, pageInfo: { hasNextPage: boolean, endCursor: string | null } }, addresses: Array<{ id: string, recipient: string, phoneMasked: string, region: Array<string>, street: string, isDefault: boolean }>, consents: Array<{ purpose: ConsentPurpose, granted: boolean, textVersion: string, at: string }>, orderCounts: Array<{ state: OrderState, count: number }>, groupBuys: { nodes: Array<{ id: string, state: GroupBuyState, size: number, seatsLeft: number, expiresAt: string | null, campaign: { title: string, product: { id: string, title: string, media: Array<{ url: string, width: number | null, height: number | null, alt: string | null }> } } }> }, channels: Array<{ channel: Channel, linkedAt: string }> } | null, tiers: Array<{ id: string, name: string, rank: number, threshold: number, earnRate: string, benefits: Array<string> }>, couponTemplates: { nodes: Array<{ left: number, viewerClaimed: boolean, id: string, title: string, validDays: number, minSpend: { amount: string, currency: CurrencyCode } | null, discount:
        | { amount: { amount: string, currency: CurrencyCode } }
        | { percent: string, cap: { amount: string, currency: CurrencyCode } | null }
       }>, pageInfo: { hasNextPage: boolean, endCursor: string | null } } };

export type MemberCodeQueryVariables = Exact<{ [key: string]: never; }>;


export type MemberCodeQuery = { serverTime: string, me: { id: string, memberCode: { value: string, validUntil: string } } | null };

export type PhoneBindMutationVariables = Exact<{
  input: PhoneBindInput;
}>;


export type PhoneBindMutation = { phoneBind: { shopper: { id: string, nickname: string, avatarUrl: string | null, phoneMasked: string | null, createdAt: string, channels: Array<{ channel: Channel, linkedAt: string }> } | null, userErrors: Array<{ code: UserErrorCode, message: string, field: Array<string> | null, available: number | null, retryAfterSeconds: number | null }> } };

export type PointsChangedSubscriptionVariables = Exact<{ [key: string]: never; }>;


export type PointsChangedSubscription = { pointsChanged: { version: number, available: number, held: number, debt: number, expiring: number, entries: { nodes: Array<{ id: string, kind: PointsEntryKind, points: number, balanceAfter: number, channel: Channel, reason: string, reference: string | null, at: string }>, pageInfo: { hasNextPage: boolean, endCursor: string | null } }, nextExpiry: { points: number, at: string } | null, tier: { id: string, name: string, rank: number, benefits: Array<string> }, tierProgress: { points: number, pointsToNext: number | null, keepUntil: string | null, next: { id: string, name: string, threshold: number } | null }, checkIn: { doneToday: boolean, streakDays: number } } };

export type ProfileSetMutationVariables = Exact<{
  input: ProfileSetInput;
}>;


export type ProfileSetMutation = { profileSet: { shopper: { id: string, nickname: string, avatarUrl: string | null, phoneMasked: string | null, createdAt: string, channels: Array<{ channel: Channel, linkedAt: string }> } | null, userErrors: Array<{ code: UserErrorCode, message: string, field: Array<string> | null, available: number | null, retryAfterSeconds: number | null }> } };

export type ShopperEraseMutationVariables = Exact<{ [key: string]: never; }>;


export type ShopperEraseMutation = { shopperErase: { erased: boolean, blockingOrders: Array<{ id: string, number: string, state: OrderState }>, userErrors: Array<{ code: UserErrorCode, message: string, field: Array<string> | null, available: number | null, retryAfterSeconds: number | null }> } };

export type ShopperExportMutationVariables = Exact<{ [key: string]: never; }>;


export type ShopperExportMutation = { shopperExport: { url: string | null, validUntil: string | null, userErrors: Array<{ code: UserErrorCode, message: string, field: Array<string> | null, available: number | null, retryAfterSeconds: number | null }> } };

export type StatementQueryVariables = Exact<{
  after?: string | null | undefined;
  kind?: PointsEntryKind | null | undefined;
  channel?: Channel | null | undefined;
}>;


export type StatementQuery = { me: { id: string, points: { version: number, entries: { nodes: Array<{ id: string, kind: PointsEntryKind, points: number, balanceAfter: number, channel: Channel, reason: string, reference: string | null, at: string }>, pageInfo: { hasNextPage: boolean, endCursor: string | null } } } } | null };

export type OrderQueryVariables = Exact<{
  id: string;
}>;


export type OrderQuery = { serverTime: string, order: { id: string, number: string, state: OrderState, version: number, channel: Channel, placedAt: string, updatedAt: string, note: string | null, pointsUsed: number, pointsEarned: number, lines: Array<{ id: string, title: string, skuCode: string, quantity: number, media: { url: string, width: number | null, height: number | null, alt: string | null } | null, unitPrice: { amount: string, currency: CurrencyCode }, discount: { amount: string, currency: CurrencyCode }, total: { amount: string, currency: CurrencyCode }, refunded: { amount: string, currency: CurrencyCode }, sku: { id: string, title: string, product: { id: string, handle: string, visible: boolean } } }>, adjustments: Array<{ kind: PriceAdjustmentKind, title: string, amount: { amount: string, currency: CurrencyCode } }>, subtotal: { amount: string, currency: CurrencyCode }, shipping: { amount: string, currency: CurrencyCode }, total: { amount: string, currency: CurrencyCode }, payment: { id: string, provider: PaymentProvider, state: PaymentState, expiresAt: string, amount: { amount: string, currency: CurrencyCode } } | null, address: { recipient: string, phone: string, region: Array<string>, street: string } | null, shipments: Array<{ carrier: string, trackingNumber: string, events: Array<{ at: string, text: string }> }>, refunds: Array<{ id: string, kind: RefundKind, state: RefundState, points: number, reason: string, requestedAt: string, settledAt: string | null, amount: { amount: string, currency: CurrencyCode } }>, timeline: Array<{ state: OrderState, at: string, note: string | null }>, groupBuy: { id: string, version: number, state: GroupBuyState, size: number, capacity: number, paidSeats: number, seatsLeft: number, expiresAt: string | null, share: { token: string, title: string, imageUrl: string | null, url: string, miniProgramPath: string, posterUrl: string } | null } | null } | null };

export type OrderCancelMutationVariables = Exact<{
  input: OrderCancelInput;
}>;


export type OrderCancelMutation = { orderCancel: { order: { id: string, number: string, state: OrderState, version: number, channel: Channel, placedAt: string, updatedAt: string, note: string | null, pointsUsed: number, pointsEarned: number, lines: Array<{ id: string, title: string, skuCode: string, quantity: number, media: { url: string, width: number | null, height: number | null, alt: string | null } | null, unitPrice: { amount: string, currency: CurrencyCode }, discount: { amount: string, currency: CurrencyCode }, total: { amount: string, currency: CurrencyCode }, refunded: { amount: string, currency: CurrencyCode }, sku: { id: string, title: string, product: { id: string, handle: string, visible: boolean } } }>, adjustments: Array<{ kind: PriceAdjustmentKind, title: string, amount: { amount: string, currency: CurrencyCode } }>, subtotal: { amount: string, currency: CurrencyCode }, shipping: { amount: string, currency: CurrencyCode }, total: { amount: string, currency: CurrencyCode }, payment: { id: string, provider: PaymentProvider, state: PaymentState, expiresAt: string, amount: { amount: string, currency: CurrencyCode } } | null, address: { recipient: string, phone: string, region: Array<string>, street: string } | null, shipments: Array<{ carrier: string, trackingNumber: string, events: Array<{ at: string, text: string }> }>, refunds: Array<{ id: string, kind: RefundKind, state: RefundState, points: number, reason: string, requestedAt: string, settledAt: string | null, amount: { amount: string, currency: CurrencyCode } }>, timeline: Array<{ state: OrderState, at: string, note: string | null }>, groupBuy: { id: string, version: number, state: GroupBuyState, size: number, capacity: number, paidSeats: number, seatsLeft: number, expiresAt: string | null, share: { token: string, title: string, imageUrl: string | null, url: string, miniProgramPath: string, posterUrl: string } | null } | null } | null, userErrors: Array<{ code: UserErrorCode, message: string, field: Array<string> | null, available: number | null, retryAfterSeconds: number | null }> } };

export type OrderChangedSubscriptionVariables = Exact<{
  id: string;
}>;


export type OrderChangedSubscription = { orderUpdated: { id: string, number: string, state: OrderState, version: number, channel: Channel, placedAt: string, updatedAt: string, note: string | null, pointsUsed: number, pointsEarned: number, lines: Array<{ id: string, title: string, skuCode: string, quantity: number, media: { url: string, width: number | null, height: number | null, alt: string | null } | null, unitPrice: { amount: string, currency: CurrencyCode }, discount: { amount: string, currency: CurrencyCode }, total: { amount: string, currency: CurrencyCode }, refunded: { amount: string, currency: CurrencyCode }, sku: { id: string, title: string, product: { id: string, handle: string, visible: boolean } } }>, adjustments: Array<{ kind: PriceAdjustmentKind, title: string, amount: { amount: string, currency: CurrencyCode } }>, subtotal: { amount: string, currency: CurrencyCode }, shipping: { amount: string, currency: CurrencyCode }, total: { amount: string, currency: CurrencyCode }, payment: { id: string, provider: PaymentProvider, state: PaymentState, expiresAt: string, amount: { amount: string, currency: CurrencyCode } } | null, address: { recipient: string, phone: string, region: Array<string>, street: string } | null, shipments: Array<{ carrier: string, trackingNumber: string, events: Array<{ at: string, text: string }> }>, refunds: Array<{ id: string, kind: RefundKind, state: RefundState, points: number, reason: string, requestedAt: string, settledAt: string | null, amount: { amount: string, currency: CurrencyCode } }>, timeline: Array<{ state: OrderState, at: string, note: string | null }>, groupBuy: { id: string, version: number, state: GroupBuyState, size: number, capacity: number, paidSeats: number, seatsLeft: number, expiresAt: string | null, share: { token: string, title: string, imageUrl: string | null, url: string, miniProgramPath: string, posterUrl: string } | null } | null } };

export type OrderCompleteMutationVariables = Exact<{
  input: OrderRef;
}>;


export type OrderCompleteMutation = { orderComplete: { order: { id: string, number: string, state: OrderState, version: number, channel: Channel, placedAt: string, updatedAt: string, note: string | null, pointsUsed: number, pointsEarned: number, lines: Array<{ id: string, title: string, skuCode: string, quantity: number, media: { url: string, width: number | null, height: number | null, alt: string | null } | null, unitPrice: { amount: string, currency: CurrencyCode }, discount: { amount: string, currency: CurrencyCode }, total: { amount: string, currency: CurrencyCode }, refunded: { amount: string, currency: CurrencyCode }, sku: { id: string, title: string, product: { id: string, handle: string, visible: boolean } } }>, adjustments: Array<{ kind: PriceAdjustmentKind, title: string, amount: { amount: string, currency: CurrencyCode } }>, subtotal: { amount: string, currency: CurrencyCode }, shipping: { amount: string, currency: CurrencyCode }, total: { amount: string, currency: CurrencyCode }, payment: { id: string, provider: PaymentProvider, state: PaymentState, expiresAt: string, amount: { amount: string, currency: CurrencyCode } } | null, address: { recipient: string, phone: string, region: Array<string>, street: string } | null, shipments: Array<{ carrier: string, trackingNumber: string, events: Array<{ at: string, text: string }> }>, refunds: Array<{ id: string, kind: RefundKind, state: RefundState, points: number, reason: string, requestedAt: string, settledAt: string | null, amount: { amount: string, currency: CurrencyCode } }>, timeline: Array<{ state: OrderState, at: string, note: string | null }>, groupBuy: { id: string, version: number, state: GroupBuyState, size: number, capacity: number, paidSeats: number, seatsLeft: number, expiresAt: string | null, share: { token: string, title: string, imageUrl: string | null, url: string, miniProgramPath: string, posterUrl: string } | null } | null } | null, userErrors: Array<{ code: UserErrorCode, message: string, field: Array<string> | null, available: number | null, retryAfterSeconds: number | null }> } };

export type OrdersQueryVariables = Exact<{
  states?: Array<OrderState> | OrderState | null | undefined;
  after?: string | null | undefined;
}>;


export type OrdersQuery = { serverTime: string, me: { id: string, orderCounts: Array<{ state: OrderState, count: number }>, orders: { nodes: Array<{ id: string, number: string, state: OrderState, version: number, placedAt: string, total: { amount: string, currency: CurrencyCode }, lines: Array<{ id: string, title: string, quantity: number, media: { url: string, width: number | null, height: number | null, alt: string | null } | null, total: { amount: string, currency: CurrencyCode } }>, payment: { id: string, state: PaymentState, expiresAt: string } | null, groupBuy: { id: string, state: GroupBuyState, seatsLeft: number, expiresAt: string | null } | null }>, pageInfo: { hasNextPage: boolean, endCursor: string | null } } } | null };

export type RefundRequestMutationVariables = Exact<{
  input: RefundRequestInput;
}>;


export type RefundRequestMutation = { refundRequest: { refund: { id: string, kind: RefundKind, state: RefundState, points: number, reason: string, requestedAt: string, settledAt: string | null, amount: { amount: string, currency: CurrencyCode } } | null, order: { id: string, number: string, state: OrderState, version: number, channel: Channel, placedAt: string, updatedAt: string, note: string | null, pointsUsed: number, pointsEarned: number, lines: Array<{ id: string, title: string, skuCode: string, quantity: number, media: { url: string, width: number | null, height: number | null, alt: string | null } | null, unitPrice: { amount: string, currency: CurrencyCode }, discount: { amount: string, currency: CurrencyCode }, total: { amount: string, currency: CurrencyCode }, refunded: { amount: string, currency: CurrencyCode }, sku: { id: string, title: string, product: { id: string, handle: string, visible: boolean } } }>, adjustments: Array<{ kind: PriceAdjustmentKind, title: string, amount: { amount: string, currency: CurrencyCode } }>, subtotal: { amount: string, currency: CurrencyCode }, shipping: { amount: string, currency: CurrencyCode }, total: { amount: string, currency: CurrencyCode }, payment: { id: string, provider: PaymentProvider, state: PaymentState, expiresAt: string, amount: { amount: string, currency: CurrencyCode } } | null, address: { recipient: string, phone: string, region: Array<string>, street: string } | null, shipments: Array<{ carrier: string, trackingNumber: string, events: Array<{ at: string, text: string }> }>, refunds: Array<{ id: string, kind: RefundKind, state: RefundState, points: number, reason: string, requestedAt: string, settledAt: string | null, amount: { amount: string, currency: CurrencyCode } }>, timeline: Array<{ state: OrderState, at: string, note: string | null }>, groupBuy: { id: string, version: number, state: GroupBuyState, size: number, capacity: number, paidSeats: number, seatsLeft: number, expiresAt: string | null, share: { token: string, title: string, imageUrl: string | null, url: string, miniProgramPath: string, posterUrl: string } | null } | null } | null, userErrors: Array<{ code: UserErrorCode, message: string, field: Array<string> | null, available: number | null, retryAfterSeconds: number | null }> } };

export type AssistQueryVariables = Exact<{
  id: string;
}>;


export type AssistQuery = { serverTime: string, assist: { viewerRefusal: UserErrorCode | null, id: string, version: number, progress: number, goal: number, state: AssistState, expiresAt: string, campaign: { id: string, kind: AssistKind, title: string, goal: number, state: CampaignState, endsAt: string, assistSeconds: number, donatedTotal: { amount: string, currency: CurrencyCode } | null, prizeSku: { id: string, title: string, price: { sale: { amount: string, currency: CurrencyCode } }, media: { url: string, width: number | null, height: number | null, alt: string | null } | null, product: { id: string, handle: string, title: string, media: Array<{ url: string, width: number | null, height: number | null, alt: string | null }> } } | null, reward:
        | { template: { id: string, title: string, validDays: number, minSpend: { amount: string, currency: CurrencyCode } | null, discount:
              | { amount: { amount: string, currency: CurrencyCode } }
              | { percent: string, cap: { amount: string, currency: CurrencyCode } | null }
             } }
        | { cause: string, perHelper: { amount: string, currency: CurrencyCode } }
        | { prize: string, winnersWanted: number }
        | { points: number }
        | { floor: { amount: string, currency: CurrencyCode } }
       }, helpers: { nodes: Array<{ at: string, tickets: number | null, helper: { id: string, nickname: string, avatarUrl: string | null }, cut: { amount: string, currency: CurrencyCode } | null }>, pageInfo: { hasNextPage: boolean, endCursor: string | null } }, share: { token: string, title: string, imageUrl: string | null, url: string, miniProgramPath: string, posterUrl: string } | null, owner: { id: string, nickname: string, avatarUrl: string | null }, priceNow: { amount: string, currency: CurrencyCode } | null, winners: Array<{ nickname: string, avatarUrl: string | null }> } | null };

export type AssistHelpMutationVariables = Exact<{
  input: AssistRef;
}>;


export type AssistHelpMutation = { assistHelp: { assist: { viewerRefusal: UserErrorCode | null, id: string, version: number, progress: number, goal: number, state: AssistState, expiresAt: string, owner: { id: string, nickname: string, avatarUrl: string | null }, priceNow: { amount: string, currency: CurrencyCode } | null, winners: Array<{ nickname: string, avatarUrl: string | null }> } | null, userErrors: Array<{ code: UserErrorCode, message: string, field: Array<string> | null, available: number | null, retryAfterSeconds: number | null }> } };

export type AssistStartMutationVariables = Exact<{
  input: AssistStartInput;
}>;


export type AssistStartMutation = { assistStart: { assist: { id: string, version: number, progress: number, goal: number, state: AssistState, expiresAt: string, share: { token: string, title: string, imageUrl: string | null, url: string, miniProgramPath: string, posterUrl: string } | null, owner: { id: string, nickname: string, avatarUrl: string | null }, priceNow: { amount: string, currency: CurrencyCode } | null, winners: Array<{ nickname: string, avatarUrl: string | null }> } | null, userErrors: Array<{ code: UserErrorCode, message: string, field: Array<string> | null, available: number | null, retryAfterSeconds: number | null }> } };

export type AssistUpdatedSubscriptionVariables = Exact<{
  id: string;
}>;


export type AssistUpdatedSubscription = { assistUpdated: { id: string, version: number, progress: number, goal: number, state: AssistState, expiresAt: string, helpers: { nodes: Array<{ at: string, helper: { id: string, nickname: string, avatarUrl: string | null }, cut: { amount: string, currency: CurrencyCode } | null }> }, owner: { id: string, nickname: string, avatarUrl: string | null }, priceNow: { amount: string, currency: CurrencyCode } | null, winners: Array<{ nickname: string, avatarUrl: string | null }> } };

export type CartAddMutationVariables = Exact<{
  input: CartLinesSetInput;
}>;


export type CartAddMutation = { cartLinesSet: { cart: { id: string, lines: Array<{ quantity: number, selected: boolean, sku: { id: string } }> } | null, userErrors: Array<{ code: UserErrorCode, message: string, field: Array<string> | null, available: number | null, retryAfterSeconds: number | null }> } };

export type ProductQueryVariables = Exact<{
  id?: string | null | undefined;
  handle?: string | null | undefined;
}>;


export type ProductQuery = { serverTime: string, product: { id: string, handle: string, title: string, description: string, vendor: string | null, tags: Array<string>, visible: boolean, groupBuyCampaigns: Array<{ groupSeconds: number, perShopperLimit: number, merchantMayComplete: boolean, takesCoupons: boolean, id: string, title: string, size: number, endsAt: string, campaignState: CampaignState, unitsLeft: number, newCustomersOnly: boolean, openGroups: { totalCount: number | null, nodes: Array<{ id: string, state: GroupBuyState, size: number, capacity: number, paidSeats: number, seatsLeft: number, expiresAt: string | null, viewerRefusal: UserErrorCode | null, leader: { id: string, nickname: string, avatarUrl: string | null } | null }> }, offers: Array<{ sku: { id: string, title: string, available: boolean }, price: { amount: string, currency: CurrencyCode }, rungs: Array<{ size: number, price: { amount: string, currency: CurrencyCode } }> }>, leaderReward: { kind: LeaderRewardKind, points: number | null, amount: { amount: string, currency: CurrencyCode } | null } | null }>, assistCampaigns: Array<{ id: string, kind: AssistKind, title: string, goal: number, state: CampaignState, endsAt: string, assistSeconds: number, viewerAssists: Array<{ id: string, version: number, progress: number, goal: number, state: AssistState, expiresAt: string, owner: { id: string, nickname: string, avatarUrl: string | null }, priceNow: { amount: string, currency: CurrencyCode } | null, winners: Array<{ nickname: string, avatarUrl: string | null }> }>, prizeSku: { id: string, title: string, price: { sale: { amount: string, currency: CurrencyCode } }, media: { url: string, width: number | null, height: number | null, alt: string | null } | null, product: { id: string, handle: string, title: string, media: Array<{ url: string, width: number | null, height: number | null, alt: string | null }> } } | null, reward:
        | { template: { id: string, title: string, validDays: number, minSpend: { amount: string, currency: CurrencyCode } | null, discount:
              | { amount: { amount: string, currency: CurrencyCode } }
              | { percent: string, cap: { amount: string, currency: CurrencyCode } | null }
             } }
        | { cause: string, perHelper: { amount: string, currency: CurrencyCode } }
        | { prize: string, winnersWanted: number }
        | { points: number }
        | { floor: { amount: string, currency: CurrencyCode } }
       }>, share: { token: string, title: string, imageUrl: string | null, url: string, miniProgramPath: string, posterUrl: string } | null, category: { id: string, name: string } | null, media: Array<{ kind: MediaKind, url: string, width: number | null, height: number | null, alt: string | null }>, options: Array<{ name: string, values: Array<string> }>, price: { list: { amount: string, currency: CurrencyCode } | null, sale: { amount: string, currency: CurrencyCode }, member: { amount: string, currency: CurrencyCode } | null, group: { amount: string, currency: CurrencyCode } | null, live: { amount: string, currency: CurrencyCode } | null, best: { amount: string, currency: CurrencyCode } }, skus: Array<{ id: string, code: string, title: string, available: boolean, stock: number | null, options: Array<{ name: string, value: string }>, price: { list: { amount: string, currency: CurrencyCode } | null, sale: { amount: string, currency: CurrencyCode }, member: { amount: string, currency: CurrencyCode } | null, group: { amount: string, currency: CurrencyCode } | null, live: { amount: string, currency: CurrencyCode } | null, best: { amount: string, currency: CurrencyCode } }, pointsPrice: { points: number, money: { amount: string, currency: CurrencyCode } | null } | null, media: { url: string, width: number | null, height: number | null, alt: string | null } | null }>, proof: { soldCount: number, buyingNow: number, recentBuyers: Array<{ nickname: string, avatarUrl: string | null }> }, scarcity: { unitsLeft: number, level: ScarcityLevel } | null } | null, me: { id: string, addresses: Array<{ id: string, isDefault: boolean }>, cart: { id: string, lines: Array<{ quantity: number }> } } | null };

export type PhoneCodeSendMutationVariables = Exact<{
  input: PhoneCodeSendInput;
}>;


export type PhoneCodeSendMutation = { phoneCodeSend: { resendAfterSeconds: number | null, userErrors: Array<{ code: UserErrorCode, message: string, field: Array<string> | null, available: number | null, retryAfterSeconds: number | null }> } };

export type SessionCreateMutationVariables = Exact<{
  input: SessionCreateInput;
}>;


export type SessionCreateMutation = { sessionCreate: { session: { accessToken: string, refreshToken: string, expiresAt: string, scopes: Array<Scope>, shopper: { id: string, nickname: string } } | null, userErrors: Array<{ code: UserErrorCode, message: string, field: Array<string> | null, available: number | null, retryAfterSeconds: number | null }> } };

export type SessionRefreshMutationVariables = Exact<{
  input: SessionRefreshInput;
}>;


export type SessionRefreshMutation = { sessionRefresh: { session: { accessToken: string, refreshToken: string, expiresAt: string, scopes: Array<Scope>, shopper: { id: string, nickname: string } } | null, userErrors: Array<{ code: UserErrorCode, message: string, field: Array<string> | null, available: number | null, retryAfterSeconds: number | null }> } };

export type SessionRevokeMutationVariables = Exact<{
  input: SessionRevokeInput;
}>;


export type SessionRevokeMutation = { sessionRevoke: { revoked: boolean, userErrors: Array<{ code: UserErrorCode, message: string, field: Array<string> | null, available: number | null, retryAfterSeconds: number | null }> } };

export const CartDocument = "sha256:2f0a3c92923293324ac663f51569cda084137cbb98fece753ad9100d51fc7750" as Document<CartQuery, CartQueryVariables>;
export const CartLinesSetDocument = "sha256:aba561722d961f6f9be8bccc2ac75e7c80ac36706d53443087b09152f9c5c536" as Document<CartLinesSetMutation, CartLinesSetMutationVariables>;
export const AddressDeleteDocument = "sha256:6024491b92805f33fe5fa6dc43f14ac2128277da96146317775beb513acb242e" as Document<AddressDeleteMutation, AddressDeleteMutationVariables>;
export const AddressSaveDocument = "sha256:f57c9502dff11b2881d7d1de5f0ae8e278712bc39293eb755cfb12d02ec8a32c" as Document<AddressSaveMutation, AddressSaveMutationVariables>;
export const CheckoutDocument = "sha256:8700d3ccb38bd66f8d922539ed039e579e8eb8bce0dde2341f2daa804dbb233c" as Document<CheckoutQuery, CheckoutQueryVariables>;
export const OrderPayDocument = "sha256:c53c41bc7ec687521260aa63f0854278334acef88f330b9f7653e439a6a56001" as Document<OrderPayMutation, OrderPayMutationVariables>;
export const OrderPlaceDocument = "sha256:fcfae168135bd01107576cf67923a88b15d9992693350f19d2f9cc0ab4972d19" as Document<OrderPlaceMutation, OrderPlaceMutationVariables>;
export const OrderUpdatedDocument = "sha256:906344b14f2241ab96e61332812a5e1eb85abed9730cdeef1dd8ebcaa22f1c53" as Document<OrderUpdatedSubscription, OrderUpdatedSubscriptionVariables>;
export const SandboxPayDocument = "sha256:9f13ed9a851e93b27d33d3f41aaf8d5097b441cf056ca2e06a8d99eb42c5ccc8" as Document<SandboxPayMutation, SandboxPayMutationVariables>;
export const GroupDocument = "sha256:a0eae7b1e33b3caf4853b112d49e0041795c8faf12bfa8ee859ec3724f69b5e9" as Document<GroupQuery, GroupQueryVariables>;
export const GroupBuyUpdatedDocument = "sha256:865527acef29ab839a2250e1236d88f4a043f0d9bd6b0e2d78d542ac66e9982d" as Document<GroupBuyUpdatedSubscription, GroupBuyUpdatedSubscriptionVariables>;
export const HomeDocument = "sha256:c5513a5c3dee3533c936a06c9c18867dcb24975b684300a60c36ee3e01f6018c" as Document<HomeQuery, HomeQueryVariables>;
export const HomeFeedDocument = "sha256:bd30106bd8a6a64bc25861289aff6964ceb45018c7b509a60297ddf1a8849296" as Document<HomeFeedQuery, HomeFeedQueryVariables>;
export const SearchDocument = "sha256:31f16ecb78c571a05fcdd448e6801a1a1aa183fa3b74dbf1b150fe33d698c481" as Document<SearchQuery, SearchQueryVariables>;
export const HostConsoleDocument = "sha256:05760729769de452bb8dcd14ac39cc049cbc36f4c5ab54d75a745530706f3155" as Document<HostConsoleQuery, HostConsoleQueryVariables>;
export const HostRoomsDocument = "sha256:3748ec7b3150c7480d0cf10e941f4a69f8cc79337e46ca784e73eb45c57a90d1" as Document<HostRoomsQuery, HostRoomsQueryVariables>;
export const LiveCommentReviewDocument = "sha256:e42b781aa1553b8e3707bc6c551865b47f0c385ff51fac461b647efbeaf200e0" as Document<LiveCommentReviewMutation, LiveCommentReviewMutationVariables>;
export const LiveConsoleChangedDocument = "sha256:252ae1528d606fa63c13538b84b6729daf7d7b61876794d4a9a50da9b334ff14" as Document<LiveConsoleChangedSubscription, LiveConsoleChangedSubscriptionVariables>;
export const LiveCouponDropDocument = "sha256:690c5cfb68f05fdcd7c0bd6b3ab71036334bcd5d6ad5469c6ad852e51a2b3843" as Document<LiveCouponDropMutation, LiveCouponDropMutationVariables>;
export const LiveLotteryDrawDocument = "sha256:96aad44310b5b30ec4f0c532c49f484c2c6d69174acf70e49bfc1550bba40eef" as Document<LiveLotteryDrawMutation, LiveLotteryDrawMutationVariables>;
export const LiveLotteryStartDocument = "sha256:47d5419cf50e101f729ca3ee71f62ff9956f3366696c9e2538755e32d047713b" as Document<LiveLotteryStartMutation, LiveLotteryStartMutationVariables>;
export const LiveOfferEndDocument = "sha256:73336e75718699826f761b10e7d009efdd39b6e41dd0583cb0f6e0648428514b" as Document<LiveOfferEndMutation, LiveOfferEndMutationVariables>;
export const LiveOfferStartDocument = "sha256:21a4fcfdd4021f97935ad222d0958c836fff183bfbcae1410974553f8df8c534" as Document<LiveOfferStartMutation, LiveOfferStartMutationVariables>;
export const LiveProductPinDocument = "sha256:52e1d9d320ebcd15f9d69ba684c1cdbc73e730de819f824d13e0b0a5c1439656" as Document<LiveProductPinMutation, LiveProductPinMutationVariables>;
export const LiveProductUnpinDocument = "sha256:db89b3c06e0f45691e887d1e3a7a39b2a581a96598b9d6918ccb72e77149d8fb" as Document<LiveProductUnpinMutation, LiveProductUnpinMutationVariables>;
export const LiveQuestionAnswerDocument = "sha256:c55c071689da3e81bf92fd816c928ecbb01c26aa8255cce4cfd762a6f591adba" as Document<LiveQuestionAnswerMutation, LiveQuestionAnswerMutationVariables>;
export const LiveRoomCreateDocument = "sha256:d19e5c1680332f152951e67280baf3d1186a3fcdc0a1bb226f9bfd4453a1902c" as Document<LiveRoomCreateMutation, LiveRoomCreateMutationVariables>;
export const LiveRoomEndDocument = "sha256:62f63e7978ef7e54d695486ca84b8b6374bcb502870d6360edfdb3450210e503" as Document<LiveRoomEndMutation, LiveRoomEndMutationVariables>;
export const LiveRoomPauseDocument = "sha256:158c10d88d932a5f94f4b338707c3ad2dff72abe9e45fc797fa4ccf300ebdc7e" as Document<LiveRoomPauseMutation, LiveRoomPauseMutationVariables>;
export const LiveRoomStartDocument = "sha256:86d38e160aba68785eaaf5a31ad24a0a2c3edbba77067e9a0225b945a054725b" as Document<LiveRoomStartMutation, LiveRoomStartMutationVariables>;
export const LiveRoomUpdateDocument = "sha256:1195344dd3518cb496f401c293b14ecfee566e56f8e0c6bf32f80fa8d8feee7e" as Document<LiveRoomUpdateMutation, LiveRoomUpdateMutationVariables>;
export const LiveShelfSetDocument = "sha256:9e29c0a9a37f3522be5dc7c493efedd6d87b6675ad740d85ec7a756a58104e8c" as Document<LiveShelfSetMutation, LiveShelfSetMutationVariables>;
export const LiveSlowModeSetDocument = "sha256:878ebe561fbc51c6d447b80a99f62cee9e828585e8807cb8cf1b970de0d7f171" as Document<LiveSlowModeSetMutation, LiveSlowModeSetMutationVariables>;
export const LiveStaffSetDocument = "sha256:cde98d581c2507d83bbc591660037f8e35a55e4baae48aa0c7441fff4e413907" as Document<LiveStaffSetMutation, LiveStaffSetMutationVariables>;
export const LiveViewerMuteDocument = "sha256:d93802a2b0fc26328743f379e1d753ed36ce1aae3c7d76bbb172a9e3a21b3d27" as Document<LiveViewerMuteMutation, LiveViewerMuteMutationVariables>;
export const CommissionWithdrawDocument = "sha256:22a398da686997badfd7affb82effe8ea9c39071fb26122717f2507bee9abd55" as Document<CommissionWithdrawMutation, CommissionWithdrawMutationVariables>;
export const CommissionsDocument = "sha256:4e831c756ebd387c9640dd0542b71337234e47d6605cef68b529e2d7c7fc3f69" as Document<CommissionsQuery, CommissionsQueryVariables>;
export const InviteDocument = "sha256:85396690dfd2e748faf9c9a73380266b4cd637e75333fda13e35aa5a4c8e3ab8" as Document<InviteQuery, InviteQueryVariables>;
export const PromoterReportDocument = "sha256:00e6daa35a6522c7012ecb2169fbb762677526cf625440c8d6247ff09c9a80da" as Document<PromoterReportMutation, PromoterReportMutationVariables>;
export const ReferralBindDocument = "sha256:234509fca1b9706744030ba0579bb8e058e46f651d8dea8584d04d046884666a" as Document<ReferralBindMutation, ReferralBindMutationVariables>;
export const ShareLinkDocument = "sha256:4caf5b0cce75a2ff22841fcfca0c61137d2d50f699843650a4f0788796cd8783" as Document<ShareLinkQuery, ShareLinkQueryVariables>;
export const ShareLinkCreateDocument = "sha256:c2f2515a886e3c95847025f2ce8f68d8c59c527efb9aafc10b50c63b7a0fd2dd" as Document<ShareLinkCreateMutation, ShareLinkCreateMutationVariables>;
export const ShareVisitDocument = "sha256:852ad4c65c494ae136cc90d61aae9942ec8a40d83a44c9e037808655bd155cc0" as Document<ShareVisitMutation, ShareVisitMutationVariables>;
export const LiveCommentDocument = "sha256:31f4f912c865ae43f4f84aa1f904c653167a7660ee0bac2263327ff634d28d6b" as Document<LiveCommentMutation, LiveCommentMutationVariables>;
export const LiveCommentHideDocument = "sha256:99f8548360011d77d3a3ac49a826a3ebee43b5458216f25b547c8128ea0823d9" as Document<LiveCommentHideMutation, LiveCommentHideMutationVariables>;
export const LiveCouponClaimDocument = "sha256:9bac3d963c2e7cfc7f28766cae2823d21addfae2193558ce704e9f4dfc289494" as Document<LiveCouponClaimMutation, LiveCouponClaimMutationVariables>;
export const LiveLikeDocument = "sha256:9dc294e50e586deb2c5588cb8bd835e9d742f3733f8a5bbea5110dc39d7f67d5" as Document<LiveLikeMutation, LiveLikeMutationVariables>;
export const LiveLotteryEnterDocument = "sha256:ff38ec2bc575c43beed00a955bb387fe293ec2024a0437d3adedfe512e8f2693" as Document<LiveLotteryEnterMutation, LiveLotteryEnterMutationVariables>;
export const LiveQuestionAskDocument = "sha256:9fb9303f170c725ebea38a64052d6f629dc97b3643da7cad728cdca30280d90e" as Document<LiveQuestionAskMutation, LiveQuestionAskMutationVariables>;
export const LiveQuestionUpvoteDocument = "sha256:86b0f7cd7f3a684ded3a06efe0b5836dac9f3daa4a1157bcba11199374ee7659" as Document<LiveQuestionUpvoteMutation, LiveQuestionUpvoteMutationVariables>;
export const LiveReplayDocument = "sha256:af29056c9624a81ffc5f3689c705dce0ce6a35288465c5e8ab15fb04b48231fc" as Document<LiveReplayQuery, LiveReplayQueryVariables>;
export const LiveRoomDocument = "sha256:b265ca922fffdb16c44aa30816fb6374481ee3f2add4f3d89354ead978de0c8c" as Document<LiveRoomQuery, LiveRoomQueryVariables>;
export const LiveRoomEventsDocument = "sha256:986ceadaa7e5e09dfdf4352a90735e6a21d067b38a76ba7e5988482014f7e161" as Document<LiveRoomEventsSubscription, LiveRoomEventsSubscriptionVariables>;
export const ChannelLinkDocument = "sha256:ea6d5a39b760ecc1693ed63fe778288c99cc7484c61fbcad3a7c59c1d22f3b70" as Document<ChannelLinkMutation, ChannelLinkMutationVariables>;
export const CheckInDocument = "sha256:aae7671e871a8b9240f01c7b0cbc7f904c20639ac8e0eb3e63da8d981f34c7b2" as Document<CheckInMutation, CheckInMutationVariables>;
export const ConsentSetDocument = "sha256:fef25ae452b83a106bc9a2380666912b8ca4628aa817dcb10f12af948f194ee3" as Document<ConsentSetMutation, ConsentSetMutationVariables>;
export const CouponClaimDocument = "sha256:637d068d8069306972c88e3ead498ff4217dd665dfe8af899415b8d0d27bf94f" as Document<CouponClaimMutation, CouponClaimMutationVariables>;
export const MemberDocument = "sha256:7ba024a56d546edd5690721c0da2e517a37c459dcae0afa011930b419f666f5b" as Document<MemberQuery, MemberQueryVariables>;
export const MemberCodeDocument = "sha256:b875273710db4f32a2d61176239d7f91816f8e77273e1b298dad49c79d713344" as Document<MemberCodeQuery, MemberCodeQueryVariables>;
export const PhoneBindDocument = "sha256:24502fc448318cb30d6e0688437fa3e62003cf42b0937daff4f472d8306e1d76" as Document<PhoneBindMutation, PhoneBindMutationVariables>;
export const PointsChangedDocument = "sha256:92c752824177be5a738eccfc90b90d43a432a85933515c3e49810d475113f1fc" as Document<PointsChangedSubscription, PointsChangedSubscriptionVariables>;
export const ProfileSetDocument = "sha256:f1979db0abe517a3bd8206b3c6590352586ccb947856057c68b570875f5ba911" as Document<ProfileSetMutation, ProfileSetMutationVariables>;
export const ShopperEraseDocument = "sha256:881e1df8cf7db07672439cb5b2e35ca84e9276002c1d1bb588c997e106b96a39" as Document<ShopperEraseMutation, ShopperEraseMutationVariables>;
export const ShopperExportDocument = "sha256:94c05e183c676b85d7e4d3d63c7ef069a992229b1c32248d776f5d0f8e5d52f4" as Document<ShopperExportMutation, ShopperExportMutationVariables>;
export const StatementDocument = "sha256:fadddeb28680889ff8cc983d802ba51ecebd79cd208992d10dca98cda4687917" as Document<StatementQuery, StatementQueryVariables>;
export const OrderDocument = "sha256:e10a7102eb6da9609f84c4d19f7dd0d5cf3fc1306daf67788075613fa5248b30" as Document<OrderQuery, OrderQueryVariables>;
export const OrderCancelDocument = "sha256:5ae3104fc21609ef8d8bfe2d2a9d877ee1dacce58c5c2cc835bc3e48d553bf37" as Document<OrderCancelMutation, OrderCancelMutationVariables>;
export const OrderChangedDocument = "sha256:12f4156685f382beeb57a4d6ea5105d1be1be8aed49c5211dd47fb856f709b9e" as Document<OrderChangedSubscription, OrderChangedSubscriptionVariables>;
export const OrderCompleteDocument = "sha256:c49c5ccba0d178b8fb5d9a62227b1021ffcd93437d59ecf10aff2026681ac8c0" as Document<OrderCompleteMutation, OrderCompleteMutationVariables>;
export const OrdersDocument = "sha256:56bf5ce7da2dffaaf4e20847a8f04c5c2839f3450d66ecfeb115d2fee8a5f682" as Document<OrdersQuery, OrdersQueryVariables>;
export const RefundRequestDocument = "sha256:92cafaca0a0d74347582d8e3567622848cbcfd18b07856f5b5de3d9a2951182c" as Document<RefundRequestMutation, RefundRequestMutationVariables>;
export const AssistDocument = "sha256:e39770f4acf7c4bad40630931929792499231ea9290f3dbc9bbfe48509092aa6" as Document<AssistQuery, AssistQueryVariables>;
export const AssistHelpDocument = "sha256:3aeb0fbf767a29b013aa5eb293000a1720e734ae2ac708ba975c713ee80896ed" as Document<AssistHelpMutation, AssistHelpMutationVariables>;
export const AssistStartDocument = "sha256:09d26a9e2aecc1077e59b34318f53dbbd49fd7d7570c0770fb5d52faca929394" as Document<AssistStartMutation, AssistStartMutationVariables>;
export const AssistUpdatedDocument = "sha256:703544c7628ffd04c543c16e2b347499aac8ca5f78543585bbda76bd7d5a4ca3" as Document<AssistUpdatedSubscription, AssistUpdatedSubscriptionVariables>;
export const CartAddDocument = "sha256:2d0be1e30216cdfcd0e88e79ca36c24b647aa2b795ff2060cfeb32de84f67128" as Document<CartAddMutation, CartAddMutationVariables>;
export const ProductDocument = "sha256:18bfdc16e83ba4ced1b371e1e07c62151640b89a5b1ff1fd033ad443ac943465" as Document<ProductQuery, ProductQueryVariables>;
export const PhoneCodeSendDocument = "sha256:a93c1253a541209c518fc303c90147003104d19d7c95a9e02eefecc4a5124dbf" as Document<PhoneCodeSendMutation, PhoneCodeSendMutationVariables>;
export const SessionCreateDocument = "sha256:a96c3e78d2c6cacb33a34ece31dfc1c827dc04c3fc1f363fc4b0d15425fd4105" as Document<SessionCreateMutation, SessionCreateMutationVariables>;
export const SessionRefreshDocument = "sha256:a30b3b876d76bbf1475d9b72f0acb46297b650c27b2170ad1783076f197443af" as Document<SessionRefreshMutation, SessionRefreshMutationVariables>;
export const SessionRevokeDocument = "sha256:dac2b0188f4953ace1b1d93e3dece657ebfe774f6cea12ace6ea25550c24c654" as Document<SessionRevokeMutation, SessionRevokeMutationVariables>;
