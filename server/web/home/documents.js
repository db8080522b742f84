// Every GraphQL document that the page sends. A test validates them against schema/ and keeps them within the server's limits.

const money = '{ amount currency }';

const card = /* GraphQL */ `
fragment Card on Product {
  id handle title description vendor tags
  media { url width height alt }
  price { ...Anchors list ${money} }
  skus { id title available stock price { ...Anchors } pointsPrice { points money ${money} } options { name value } media { url } }
  proof { soldCount }
  scarcity { unitsLeft level }
}
fragment Anchors on PriceAnchors { member ${money} best ${money} }`;

// A campaign's offers are all that buying in a group needs beside its product.
const campaign = /* GraphQL */ `
fragment Campaign on GroupBuyCampaign {
  id title size perShopperLimit newCustomersOnly campaignState leaderReward { kind amount ${money} }
  offers { sku { id } price ${money} rungs { size price ${money} } }
  product { ...Card }
}`;

const groupParts = /* GraphQL */ `
fragment GroupParts on GroupBuy {
  id version state size capacity paidSeats heldSeats seatsLeft completedBy expiresAt
  members { shopper { nickname } isLeader }
  campaign { ...Campaign }
  viewerSeat { state order { id } }
  viewerRefusal
  share { url }
}`;

const orderParts = /* GraphQL */ `
fragment OrderParts on Order {
  id number state version placedAt
  lines { id title quantity unitPrice ${money} total ${money} media { url } sku { title } }
  adjustments { title amount ${money} }
  subtotal ${money} shipping ${money} total ${money}
  payment { id state amount ${money} expiresAt }
  address { recipient phone region street }
  shipments { carrier trackingNumber }
  timeline { state at note }
  groupBuy { id state size capacity seatsLeft }
  pointsUsed pointsEarned
  refunds { reason points amount ${money} }
}`;

const quoteParts = /* GraphQL */ `
fragment QuoteParts on Quote {
  token total ${money} pointsUsable pointsUsed pointsEarned
  adjustments { title amount ${money} }
  coupons { coupon { id template { title } } chosen saves ${money} refusal }
  notices { message }
}`;

const discount = /* GraphQL */ `
fragment Discount on CouponTemplate { title minSpend ${money} discount { ... on AmountOff { amount ${money} } ... on PercentOff { percent cap ${money} } } }`;

const couponParts = /* GraphQL */ `
fragment TemplateParts on CouponTemplate { id left viewerClaimed validDays ...Discount }
fragment CouponParts on Coupon { id state validUntil template { ...TemplateParts } }${discount}`;

const entryPage = 'nodes { id kind points balanceAfter reason reference at } pageInfo { hasNextPage endCursor }';

const pointsParts = /* GraphQL */ `
fragment PointsParts on PointsAccount {
  version available held debt nextExpiry { points at }
  tier { name rank benefits } tierProgress { points next { name threshold } pointsToNext keepUntil }
  checkIn { doneToday streakDays }
  entries(first: 20) { ${entryPage} }
}`;

// Nothing of a room here depends on who asks, so that everybody who watches is sent the same bytes.
const roomParts = /* GraphQL */ `
fragment RoomParts on LiveRoom {
  id title state cursor viewerCount likeCount slowModeSeconds host { nickname }
  pinned { ...PinParts } offers { ...OfferParts } drops { ...DropParts } lottery { ...LotteryParts }
  shelf { ...Card }
  comments(last: 20) { nodes { ...CommentParts } }
}
fragment PinParts on LivePin { note product { ...Card } }
fragment OfferParts on LiveOffer { id left endsAt offerState price ${money} sku { title price { best ${money} } product { title } } }
fragment DropParts on LiveCouponDrop { id left endsAt template { ...Discount } }
fragment LotteryParts on LiveLottery { id prize entries endsAt drawnAt winners { ticket nickname } }
fragment CommentParts on LiveComment { id role text author { nickname } }${discount}${card}`;

const refusal = 'userErrors { code message field available retryAfterSeconds }';

export const feed = /* GraphQL */ `query Feed($after: String, $deviceId: String) {
  feed(first: 20, after: $after, deviceId: $deviceId, accepts: [PRODUCT, GROUP_BUY]) {
    edges { cursor node { __typename ... on Product { ...Card } ... on GroupBuyCampaign { ...Campaign } } reason { code text } impression }
    pageInfo { hasNextPage endCursor }
  }
}${card}${campaign}`;

export const products = /* GraphQL */ `query Products($after: String, $query: String, $filter: ProductFilter, $sort: ProductSort) {
  products(first: 20, after: $after, query: $query, filter: $filter, sort: $sort) {
    nodes { ...Card }
    pageInfo { hasNextPage endCursor }
  }
}${card}`;

export const categories = /* GraphQL */ `query Categories {
  categories { id name children { id name } }
}`;

export const signIn = /* GraphQL */ `mutation SignIn($input: SessionCreateInput!) {
  sessionCreate(input: $input) {
    session { accessToken refreshToken shopper { nickname addresses { id recipient phoneMasked region street isDefault } } }
    ${refusal}
  }
}`;

export const refresh = /* GraphQL */ `mutation Refresh($input: SessionRefreshInput!) {
  sessionRefresh(input: $input) { session { accessToken refreshToken } ${refusal} }
}`;

export const saveAddress = /* GraphQL */ `mutation SaveAddress($input: AddressSaveInput!) {
  addressSave(input: $input) { address { id recipient phoneMasked region street isDefault } ${refusal} }
}`;

export const placeOrder = /* GraphQL */ `mutation PlaceOrder($input: OrderPlaceInput!) {
  orderPlace(input: $input) {
    order { ...OrderParts }
    payment { id state amount ${money} expiresAt }
    quote { token total ${money} pointsUsed }
    ${refusal}
  }
}${orderParts}`;

export const quote = /* GraphQL */ `query Quote($input: CheckoutInput!) {
  checkoutQuote(input: $input) { quote { ...QuoteParts } ${refusal} }
}${quoteParts}`;

export const payAgain = /* GraphQL */ `mutation PayAgain($input: OrderPayInput!) {
  orderPay(input: $input) {
    payment { id state amount ${money} expiresAt }
    ${refusal}
  }
}`;

export const sandboxPay = /* GraphQL */ `mutation SandboxPay($input: SandboxPayInput!) {
  sandboxPay(input: $input) { order { ...OrderParts } ${refusal} }
}${orderParts}`;

export const cancelOrder = /* GraphQL */ `mutation CancelOrder($input: OrderCancelInput!) {
  orderCancel(input: $input) { order { ...OrderParts } ${refusal} }
}${orderParts}`;

export const order = /* GraphQL */ `query OrderById($id: ID!) {
  order(id: $id) { ...OrderParts }
}${orderParts}`;

export const myOrders = /* GraphQL */ `query MyOrders($after: String) {
  me {
    nickname
    orders(first: 20, after: $after) {
      nodes { id number state placedAt total ${money} lines { id title quantity media { url } } }
      pageInfo { hasNextPage endCursor }
    }
  }
}`;

export const orderUpdated = /* GraphQL */ `subscription OrderUpdated($id: ID!) {
  orderUpdated(id: $id) { ...OrderParts }
}${orderParts}`;

export const campaignGroups = /* GraphQL */ `query CampaignGroups($id: ID!) {
  serverTime
  node(id: $id) { ... on GroupBuyCampaign { openGroups(first: 5) { nodes { id size capacity seatsLeft expiresAt leader { nickname } } } } }
}`;

export const group = /* GraphQL */ `query Group($id: ID!) {
  serverTime
  groupBuy(id: $id) { ...GroupParts }
}${groupParts}${campaign}${card}`;

export const groupBuyUpdated = /* GraphQL */ `subscription GroupBuyUpdated($id: ID!) {
  groupBuyUpdated(id: $id) { ...GroupParts }
}${groupParts}${campaign}${card}`;

const helpParts = /* GraphQL */ `
fragment HelpParts on Assist { id progress goal state priceNow ${money} campaign { ...HelpMe } share { url } }
fragment HelpMe on AssistCampaign { id title goal campaignState: state reward { ... on PriceReward { floor ${money} } } prizeSku { media { url } } }`;

export const shared = /* GraphQL */ `query Shared($token: String!) {
  shareLink(token: $token) { target { __typename ... on GroupBuy { id } ... on GroupBuyCampaign { ...Campaign } ... on Product { ...Card } ... on LiveRoom { id } ... on Assist { ...HelpParts } ... on AssistCampaign { ...HelpMe } } }
}${campaign}${card}${helpParts}`;

export const startAssist = /* GraphQL */ `mutation StartAssist($input: AssistStartInput!) {
  assistStart(input: $input) { assist { ...HelpParts } ${refusal} }
}${helpParts}`;

export const helpFriend = /* GraphQL */ `mutation HelpFriend($input: AssistRef!) {
  assistHelp(input: $input) { assist { ...HelpParts } ${refusal} }
}${helpParts}`;

export const visited = /* GraphQL */ `mutation Visited($input: ShareVisitInput!) { shareVisit(input: $input) { counted } }`;

export const member = /* GraphQL */ `query Member {
  serverTime
  me {
    memberCode { value validUntil }
    points { ...PointsParts }
    coupons(first: 20) { nodes { ...CouponParts } }
  }
  couponTemplates(first: 20) { nodes { ...TemplateParts } }
}${pointsParts}${couponParts}`;

export const memberCode = /* GraphQL */ `query MemberCode {
  serverTime
  me { memberCode { value validUntil } }
}`;

export const statement = /* GraphQL */ `query Statement($after: String) {
  me { points { entries(first: 20, after: $after) { ${entryPage} } } }
}`;

export const checkIn = /* GraphQL */ `mutation CheckIn {
  checkIn { earned points { ...PointsParts } ${refusal} }
}${pointsParts}`;

export const claimCoupon = /* GraphQL */ `mutation ClaimCoupon($input: CouponClaimInput!) {
  couponClaim(input: $input) { coupon { ...CouponParts } ${refusal} }
}${couponParts}`;

export const pointsChanged = /* GraphQL */ `subscription PointsChanged {
  pointsChanged { version }
}`;

export const points = /* GraphQL */ `query Points {
  me { points { ...PointsParts } }
}${pointsParts}`;

export const rooms = /* GraphQL */ `query Rooms {
  liveRooms(first: 3, state: LIVE) { nodes { id title viewerCount pinned { product { media { url } } } } }
}`;

export const room = /* GraphQL */ `query Room($id: ID!) {
  serverTime
  liveRoom(id: $id) { ...RoomParts drops { viewerClaimed } lottery { viewerTicket } }
}${roomParts}`;

export const liveRoomEvents = /* GraphQL */ `subscription LiveRoomEvents($id: ID!, $after: String) {
  liveRoomEvents(roomId: $id, after: $after) {
    __typename version: seq cursor
    ... on LiveReset { room { ...RoomParts } }
    ... on LiveTick { viewerCount likeCount comments { ...CommentParts } }
    ... on LiveStateChanged { state }
    ... on LivePinChanged { pinned { ...PinParts } }
    ... on LiveShelfChanged { shelf { ...Card } }
    ... on LiveOfferChanged { offer { ...OfferParts } }
    ... on LiveCouponDropChanged { drop { ...DropParts } }
    ... on LiveLotteryChanged { lottery { ...LotteryParts } }
    ... on LiveOrderPlaced { buyer { nickname } product { title } quantity }
    ... on LiveCommentHidden { commentId }
    ... on LiveSlowModeChanged { seconds }
  }
}${roomParts}`;

export const comment = /* GraphQL */ `mutation Comment($input: LiveCommentSendInput!) {
  liveCommentSend(input: $input) { comment { id role text author { nickname } } held ${refusal} }
}`;

export const like = /* GraphQL */ `mutation Like($input: LiveLikeInput!) {
  liveLike(input: $input) { likeCount ${refusal} }
}`;

export const claimDrop = /* GraphQL */ `mutation ClaimDrop($input: LiveCouponClaimInput!) {
  liveCouponClaim(input: $input) { coupon { id } ${refusal} }
}`;

export const enterLottery = /* GraphQL */ `mutation EnterLottery($input: LiveLotteryRef!) {
  liveLotteryEnter(input: $input) { lottery { viewerTicket } ${refusal} }
}`;
