// Starts GraphiQL on /graphql: the feed, a sign-in and a live order as first tabs.
'use strict';

const feed = `# 开团 Kaituan: a first page of the feed, as the storefront at / asks for it.
query Feed {
  feed(first: 10, accepts: [PRODUCT]) {
    edges {
      node {
        __typename
        ... on Product {
          id
          handle
          title
          tags
          media { url alt }
          price { list { amount } sale { amount } best { amount currency } }
          skus { id title available price { best { amount } } options { name value } }
          proof { soldCount }
          scarcity { unitsLeft level }
        }
      }
      reason { code text }
    }
    pageInfo { hasNextPage endCursor }
  }
}
`;

const signIn = `# Copy accessToken into the Headers tab below to act as this shopper.
mutation SignIn {
  sessionCreate(input: { channel: H5, code: "demo:graphiql" }) {
    session { accessToken expiresAt scopes shopper { id nickname } }
    userErrors { code message field }
  }
}
`;

const orders = `# Needs the Authorization header (see the tab SignIn).
query MyOrders {
  me { nickname orders(first: 10) { nodes { id number state total { amount currency } } } }
}

subscription Watch($id: ID!) {
  orderUpdated(id: $id) { number state version timeline { state at } }
}
`;

const exampleHeaders = JSON.stringify({ Authorization: 'Bearer <accessToken>' }, null, 2);

// The example header is no token: it is not sent, so that what needs no session works at once.
function realHeaders(headers = {}) {
  return Object.fromEntries(Object.entries(headers).filter(([, value]) => !String(value).includes('<')));
}

const http = GraphiQL.createFetcher({ url: '/graphql', enableIncrementalDelivery: false });

// A browser cannot set headers on a websocket, so the Authorization header travels in connection_init. One socket per subscription: its token is the one
// that stands in the Headers tab when it starts.
function fetcher(params, options) {
  const headers = realHeaders(options && options.headers);
  const authorization = Object.entries(headers).find(([name]) => name.toLowerCase() === 'authorization');
  const isSubscription = options && options.documentAST && options.documentAST.definitions.some((definition) =>
    definition.operation === 'subscription' && (!params.operationName || definition.name?.value === params.operationName));
  if (!isSubscription) {
    return http(params, { ...options, headers });
  }
  const wsClient = graphqlWs.createClient({
    url: location.origin.replace(/^http/, 'ws') + '/graphql',
    retryAttempts: 3,
    connectionParams: authorization ? { authorization: authorization[1] } : {},
  });
  return GraphiQL.createFetcher({ url: '/graphql', wsClient })(params, { ...options, headers });
}

ReactDOM.createRoot(document.getElementById('graphiql')).render(
  React.createElement(GraphiQL, {
    fetcher,
    defaultTabs: [feed, signIn, orders].map((query) => ({ query, headers: exampleHeaders, variables: '' })),
    defaultQuery: feed,
    defaultHeaders: exampleHeaders,
    defaultEditorToolsVisibility: 'headers',
    inputValueDeprecation: true,
  }),
);
