// Every GraphQL document that the page sends. A test validates them against schema/ and keeps them within the server's limits.

const card = /* GraphQL */ `
fragment Card on Product {
  id handle title description vendor tags
  media { url width height alt }
  price { list { amount currency } sale { amount currency } best { amount currency } }
  skus { id title available stock price { best { amount currency } } options { name value } media { url } }
  proof { soldCount }
  scarcity { unitsLeft level }
}`;

// A campaign's offers are all that buying in a group needs beside its product.
const campaign = /* GraphQL */ `
fragment Campaign on GroupBuyCampaign {
  id title size perShopperLimit newCustomersOnly campaignState leaderReward { kind amount { amount currency } }
  offers { sku { id } price { amount currency } rungs { size price { amount currency } } }
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
  lines { id title quantity unitPrice { amount currency } total { amount currency } media { url } sku { title } }
  adjustments { title amount { amount currency } }
  subtotal { amount currency } shipping { amount currency } total { amount currency }
  payment { id state amount { amount currency } expiresAt }
  address { recipient phone region street }
  shipments { carrier trackingNumber }
  timeline { state at note }
  groupBuy { id state size capacity seatsLeft }
}`;

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
    payment { id state amount { amount currency } expiresAt }
    quote { token total { amount currency } }
    ${refusal}
  }
}${orderParts}`;

export const payAgain = /* GraphQL */ `mutation PayAgain($input: OrderPayInput!) {
  orderPay(input: $input) {
    payment { id state amount { amount currency } expiresAt }
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
      nodes { id number state placedAt total { amount currency } lines { id title quantity media { url } } }
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

export const shared = /* GraphQL */ `query Shared($token: String!) {
  shareLink(token: $token) { target { __typename ... on GroupBuy { id } ... on GroupBuyCampaign { ...Campaign } ... on Product { ...Card } } }
}${campaign}${card}`;
