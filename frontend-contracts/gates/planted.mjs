// Plants changes, each on its own, into the released schemas, and says which of them the gates do not catch, or catch for another reason. It ends with 1 if any.
import { readFileSync } from 'node:fs';
import { buildSchema, parse, parseConstValue, parseType, print } from 'graphql';
import { registered, written } from './documents.mjs';
import { compare } from './rules.mjs';

const released = Object.fromEntries(['shopper', 'host', 'partner', 'operator'].map((a) => [a, readFileSync(new URL(`../schema/released/${a}.graphql`, import.meta.url), 'utf8')]));

// find returns the list that holds the element of a path such as Query.product.handle, and where in it the element is.
function find(ast, path) {
  const [type, field, argument] = path.split('.');
  const definition = ast.definitions.find((d) => d.name?.value === type);
  let [list, name] = [ast.definitions, type];
  if (field) [list, name] = [definition.fields ?? definition.values, field];
  if (argument) [list, name] = [list.find((f) => f.name.value === field).arguments, argument];
  const at = list.findIndex((n) => n.name.value === name);
  if (at < 0) throw new Error(`the released schema has no ${path}`);
  return [list, at];
}

// Ways to change the element of a path.
const on = (path, change) => (ast) => {
  const [list, at] = find(ast, path);
  change(list[at]);
};
const remove = (path) => (ast) => {
  const [list, at] = find(ast, path);
  list.splice(at, 1);
};
const rename = (path, to) => on(path, (n) => { n.name = { ...n.name, value: to }; });
const typed = (path, type) => on(path, (n) => { n.type = parseType(type); });
const defaults = (path, value) => on(path, (n) => { n.defaultValue = value === undefined ? undefined : parseConstValue(value); });
const piece = (sdl) => parse(sdl, { noLocation: true }).definitions[0];
const add = (type, sdl) => on(type, (n) => n.fields.push(piece(`type T { ${sdl} }`).fields[0]));
const addInput = (type, sdl) => on(type, (n) => n.fields.push(piece(`input T { ${sdl} }`).fields[0]));
const addArgument = (path, sdl) => on(path, (n) => n.arguments.push(piece(`type T { f(${sdl}): Int }`).fields[0].arguments[0]));
const addValue = (type, value) => on(type, (n) => n.values.push(piece(`enum T { ${value} }`).values[0]));
const define = (sdl) => (ast) => ast.definitions.push(piece(sdl));
const marked = (path, directive) => on(path, (n) => { n.directives = [...n.directives, ...piece(`type T { f: Int ${directive} }`).fields[0].directives]; });
const unmarked = (path, name) => on(path, (n) => { n.directives = n.directives.filter((d) => d.name.value !== name); });
const scope = (path, list) => (ast) => { unmarked(path, 'scope')(ast); marked(path, `@scope(anyOf: [${list}])`)(ast); };
const members = (type, change) => on(type, (n) => { n.types = change(n.types); });
const all = (...edits) => (ast) => edits.forEach((edit) => edit(ast));

// [what, audience, edit, the gate that must say it, a part of what it must say]
const caught = [
  ['a root field is removed', 'shopper', remove('Query.product'), 'diff', "Field 'product' was removed"],
  ['a field is removed', 'shopper', remove('Product.title'), 'diff', "Field 'title' was removed"],
  ['a field is renamed', 'shopper', rename('Money.amount', 'value'), 'diff', "Field 'amount' was removed"],
  ['a type is removed', 'shopper', all(remove('Product.scarcity'), remove('Scarcity')), 'diff', "Type 'Scarcity' was removed"],
  ['a mutation is removed', 'shopper', remove('Mutation.orderPlace'), 'diff', "Field 'orderPlace' was removed"],
  ['a subscription is removed', 'host', remove('Subscription.liveConsole'), 'diff', "Field 'liveConsole' was removed"],
  ["a partner's field is removed", 'partner', remove('Query.orders'), 'diff', "Field 'orders' was removed"],
  ["an operator's field is removed", 'operator', remove('Query.spread'), 'diff', "Field 'spread' was removed"],
  ['a field becomes nullable', 'shopper', typed('Product.title', 'String'), 'diff', "changed type from 'String!' to 'String'"],
  ['elements of a list become nullable', 'shopper', typed('Product.tags', '[String]!'), 'diff', "'[String!]!' to '[String]!'"],
  ['a list becomes nullable', 'shopper', typed('Product.skus', '[Sku!]'), 'diff', "'[Sku!]!' to '[Sku!]'"],
  ['a field has another type', 'shopper', typed('Product.createdAt', 'String!'), 'diff', "'DateTime!' to 'String!'"],
  ['a list becomes one', 'shopper', typed('Product.media', 'Media!'), 'diff', "'[Media!]!' to 'Media!'"],
  ['an object becomes a scalar', 'shopper', typed('Order.total', 'Decimal!'), 'diff', "'Money!' to 'Decimal!'"],
  ['an argument is removed', 'shopper', remove('Query.products.filter'), 'diff', "Argument 'filter: ProductFilter' was removed"],
  ['an argument has another type', 'shopper', typed('Query.product.handle', 'ID'), 'diff', "'handle' on field 'Query.product' changed from 'String' to 'ID'"],
  ['an argument becomes required', 'shopper', typed('Query.product.id', 'ID!'), 'diff', "'ID' to 'ID!'"],
  ['a required argument is added', 'shopper', addArgument('Query.product', 'currency: CurrencyCode!'), 'diff', "'currency: CurrencyCode!'"],
  ['an input field is removed', 'shopper', remove('CheckoutInput.couponIds'), 'diff', "'couponIds' was removed"],
  ['a required input field is added', 'shopper', addInput('CheckoutInput', 'store: ID!'), 'diff', "'store'"],
  ['an input field becomes required', 'shopper', typed('CheckoutInput.addressId', 'ID!'), 'diff', "'ID' to 'ID!'"],
  ['an input field has another type', 'shopper', typed('OrderLineInput.quantity', 'String!'), 'diff', "'Int!' to 'String!'"],
  ['elements of an input list become required', 'partner', all(typed('ProductInput.tags', '[ID!]')), 'diff', "'[String!]' to '[ID!]'"],
  ['an enum value is removed', 'shopper', remove('OrderState.SHIPPED'), 'diff', "'SHIPPED' was removed"],
  ['an enum value is added that clients do not expect', 'shopper', addValue('OrderState', 'LOST'), 'diff', "'LOST' was added"],
  ['an error code is removed', 'shopper', remove('UserErrorCode.PRICE_CHANGED'), 'diff', "'PRICE_CHANGED' was removed"],
  ['a union loses a member', 'shopper', members('CouponDiscount', (t) => t.filter((n) => n.name.value !== 'PercentOff')), 'diff', "'PercentOff' was removed"],
  ['a union that clients switch on gains a member', 'shopper', all(define('type FreeGift { sku: Sku! }'), members('CouponDiscount', (t) => [...t, parseType('FreeGift')])), 'diff', "'FreeGift' was added"],
  ['a type stops to implement an interface', 'shopper', on('Product', (n) => { n.interfaces = []; }), 'diff', "'Product' object type no longer implements 'Node'"],
  ['a type becomes another kind', 'shopper', (ast) => { remove('Media')(ast); define('union Media = Money')(ast); }, 'diff', "'Media'"],
  ['a directive that clients read goes', 'shopper', (ast) => { for (const d of ast.definitions) for (const f of d.fields ?? []) f.directives = f.directives?.filter((x) => x.name.value !== 'shared'); remove('shared')(ast); }, 'diff', "Directive 'shared' was removed"],
  ['a default changes', 'shopper', defaults('Query.products.first', '10'), 'rules', 'the default 20 became 10'],
  ['a default of an optional argument is removed', 'shopper', defaults('Query.products.sort', undefined), 'rules', 'became (none)'],
  ['a default is added', 'shopper', defaults('Query.product.handle', '"home"'), 'rules', 'the default (none) became "home"'],
  ["an input field's default changes", 'shopper', defaults('CartLineInput.selected', 'false'), 'rules', 'the default true became false'],
  ["an input field's default is removed", 'shopper', defaults('GroupBuySeatInput.ifLost', undefined), 'rules', 'the default REFUND became (none)'],
  ["a number in an input field's default changes", 'partner', defaults('PointsHoldInput.holdSeconds', '60'), 'rules', 'the default 900 became 60'],
  ['a deprecation without a reason', 'shopper', marked('Product.vendor', '@deprecated'), 'rules', 'deprecated without a date'],
  ['a deprecation without a date', 'shopper', marked('Product.vendor', '@deprecated(reason: "use brand, soon")'), 'rules', 'deprecated without a date'],
  ['a deprecation with a day that is none', 'shopper', marked('Query.categories', '@deprecated(reason: "gone from 2027-13-01")'), 'rules', 'deprecated without a date'],
  ['a deprecated argument without a date', 'shopper', marked('Query.product.handle', '@deprecated(reason: "use id")'), 'rules', 'deprecated without a date'],
  ['a deprecated value without a date', 'shopper', marked('Channel.STORE', '@deprecated(reason: "never used")'), 'rules', 'deprecated without a date'],
  ['a scope is added', 'shopper', marked('Query.liveRooms', '@scope(anyOf: [SHOPPER])'), 'rules', 'has a @scope now'],
  ['a scope is added below the root', 'shopper', marked('Product.proof', '@scope(anyOf: [SHOPPER])'), 'rules', 'has a @scope now'],
  ['a scope takes one less', 'host', scope('Mutation.liveCommentHide', 'HOST'), 'rules', '@scope takes SHOPPER no more'],
  ['a scope becomes another', 'partner', scope('Mutation.orderShip', 'ORDER_READ'), 'rules', '@scope takes ORDER_FULFIL no more'],
  ['a shared subscription is no longer', 'shopper', unmarked('Subscription.liveRoomEvents', 'shared'), 'rules', 'is not @shared any more'],
  ['a field that shared subscriptions select depends on who asks', 'shopper', marked('LiveRoom.viewerCount', '@perViewer'), 'rules', 'no longer shared'],
  ['so does one deep below', 'shopper', marked('MaskedShopper.nickname', '@perViewer'), 'rules', 'no longer shared'],
  ['and one that caches keep', 'shopper', marked('Query.categories', '@perViewer'), 'rules', 'no longer cached'],
  ['an audience is tightened: a field', 'host', remove('LiveRoom.ingestUrl'), 'diff', "'ingestUrl' was removed"],
  ['an audience is tightened: a value', 'partner', remove('InventoryChangeInput.delta'), 'diff', "'delta' was removed"],
];

const harmless = [
  ['a field is added', 'shopper', add('Product', 'brand: String')],
  ['a type is added', 'shopper', all(define('type Brand { name: String! }'), add('Product', 'brand: Brand'))],
  ['an optional argument is added', 'shopper', addArgument('Query.categories', 'parentId: ID')],
  ['an argument with a default is added', 'shopper', addArgument('Query.categories', 'first: Int! = 20')],
  ['an optional input field is added', 'shopper', addInput('CheckoutInput', 'giftNote: String')],
  ['a description changes', 'shopper', on('Product.title', (n) => { n.description = { kind: 'StringValue', value: 'What it is called.' }; })],
  ['a description goes', 'shopper', on('Product.title', (n) => { n.description = undefined; })],
  ['an error code is added', 'shopper', addValue('UserErrorCode', 'STORE_CLOSED')],
  ['a kind of event is added to the room', 'shopper', define('type LiveGiftSent implements LiveRoomEvent { seq: Int64! cursor: String! at: DateTime! }')],
  ['a field promises more', 'shopper', typed('Product.vendor', 'String!')],
  ['an input asks for less', 'shopper', typed('AddressSaveInput.street', 'String')],
  ['a deprecation says until when', 'shopper', marked('Product.vendor', '@deprecated(reason: "Use brand; gone from 2099-01-01.")')],
  ['a scope takes one more', 'partner', scope('Mutation.orderShip', 'ORDER_FULFIL, ORDER_READ')],
  ['a scope goes', 'shopper', unmarked('Mutation.couponClaim', 'scope')],
  ['a subscription becomes shared', 'shopper', marked('Subscription.orderUpdated', '@shared')],
  ['the order of fields changes', 'shopper', on('Product', (n) => { n.fields = [...n.fields].reverse(); })],
];

const changed = (audience, edit) => {
  const ast = parse(released[audience], { noLocation: true });
  const mutable = JSON.parse(JSON.stringify(ast));
  edit(mutable);
  return print(mutable);
};

let wrong = 0;
const miss = (what, found) => {
  wrong++;
  console.log(`${what}: ${found.length ? found.map((f) => f.message ?? f).join('; ') : 'nothing was said'}`);
};
for (const [what, audience, edit, gate, says] of caught) {
  const found = await compare(audience, released[audience], changed(audience, edit));
  if (!found.some((f) => f.gate === gate && f.message.includes(says))) miss(what, found);
}
for (const [what, audience, edit] of harmless) {
  const found = await compare(audience, released[audience], changed(audience, edit));
  if (found.length) miss(`harmless: ${what}`, found);
}

// A dangerous change passes with a reason of its own, and a breaking one never does.
const lost = changed('shopper', addValue('OrderState', 'LOST'));
const entry = { audience: 'shopper', path: 'OrderState.LOST', reason: 'Every client shows an unknown state as "in progress".' };
for (const [what, sdl, accepted, passes] of [
  ['a dangerous change with a reason', lost, [entry], true],
  ['with an empty reason', lost, [{ ...entry, reason: '' }], false],
  ["with another audience's", lost, [{ ...entry, audience: 'host' }], false],
  ['a breaking change with a reason', changed('shopper', remove('Product.title')), [{ audience: 'shopper', path: 'Product.title', reason: entry.reason }], false],
]) if (((await compare('shopper', released.shopper, sdl, accepted)).length === 0) !== passes) miss(what, []);

// What is deprecated may go from the day on that was promised, with a reason, and not before.
const until = (day) => marked('Product.vendor', `@deprecated(reason: "Use brand; gone from ${day}.")`);
const gone = changed('shopper', remove('Product.vendor'));
const gap = [{ audience: 'shopper', path: 'Product.vendor', reason: 'No version that selects it is live any more.' }];
for (const [what, before, after, accepted, says] of [
  ['gone before its day', changed('shopper', until('2099-01-01')), gone, gap, 'before the date'],
  ['gone after its day', changed('shopper', until('2020-01-01')), gone, gap, ''],
  ['gone after its day without a reason', changed('shopper', until('2020-01-01')), gone, [], "'vendor'"],
  ['a day that moved closer', changed('shopper', until('2099-01-01')), changed('shopper', until('2098-01-01')), [], 'moved from 2099-01-01 to 2098-01-01'],
  ['a day that moved away', changed('shopper', until('2099-01-01')), changed('shopper', until('2099-12-01')), [], ''],
]) {
  const found = await compare('shopper', before, after, accepted);
  if (says ? !found.some((f) => f.message.includes(says)) : found.length) miss(what, found);
}

// What released documents need, by the schema as it would become. A diff calls the first one of these harmless or dangerous at most.
const document = (body, audience = 'SHOPPER') => [{ app: 'planted', version: '1', operations: [{ name: 'Planted', audience, body }] }];
const needs = [
  ['a default goes that a document counts on', all(typed('Query.products.first', 'Int!'), defaults('Query.products.first', undefined)), '{ products { nodes { id } } }', '"first" of type "Int!" is required'],
  ["an input's default goes", all(typed('CartLineInput.selected', 'Boolean!'), defaults('CartLineInput.selected', undefined)), 'mutation { cartLinesSet(input: {lines: [{skuId: "sku_1", quantity: 1}]}) { cart { id } } }', 'of required type "Boolean!"'],
  ['a field goes that a document selects', remove('Product.handle'), '{ products { nodes { handle } } }', 'Cannot query field "handle"'],
  ['a value goes that a document names', remove('ProductSort.NEWEST'), '{ products(sort: NEWEST) { nodes { id } } }', '"NEWEST"'],
  ["a variable's type does not fit any more", typed('Query.product.id', 'ID!'), 'query P($id: ID) { product(id: $id) { title } }', 'expecting type "ID!"'],
];
for (const [what, edit, body, says] of needs) {
  const schemas = { shopper: buildSchema(changed('shopper', edit)) };
  const found = registered(document(body), schemas);
  if (!found.some((line) => line.includes(says))) miss(what, found);
  if (registered(document(body), { shopper: buildSchema(released.shopper) }).length) miss(`${what}: the document is not good before`, []);
}
if (!registered(document('{ liveConsole(roomId: "lvr_1") { viewerCount } }'), { shopper: buildSchema(released.shopper) }).length) miss("a document of another's audience", []);

// Faults of writing, each in a folder that is good without it.
const schema = buildSchema(released.shopper);
const good = [{ page: 'home', file: 'Home.graphql', text: 'query Home { categories { ...C } }' }, { page: 'fragments', file: 'C.graphql', text: 'fragment C on Category { id name }' }];
const writing = [
  ['good ones', [], ''],
  ['an operation without a name', [{ page: 'home', file: 'X.graphql', text: '{ serverTime }' }], 'has no name'],
  ['two in a file', [{ page: 'home', file: 'X.graphql', text: 'query X { serverTime } query Y { serverTime }' }], 'one per file'],
  ['a name that is not the file’s', [{ page: 'home', file: 'X.graphql', text: 'query Z { serverTime }' }], 'is called Z'],
  ['a name that another page has', [{ page: 'cart', file: 'Home.graphql', text: 'query Home { serverTime }' }], 'another operation Home'],
  ['a variable that nothing uses', [{ page: 'home', file: 'X.graphql', text: 'query X($id: ID) { serverTime }' }], '"$id" is never used'],
  ['a fragment that nothing uses', [{ page: 'fragments', file: 'D.graphql', text: 'fragment D on Category { id }' }], 'fragment D is not used'],
  ['a fragment of the file that nothing uses', [{ page: 'home', file: 'X.graphql', text: 'query X { serverTime } fragment E on Category { id }' }], '"E" is never used'],
  ['a fragment that is not there', [{ page: 'home', file: 'X.graphql', text: 'query X { categories { ...Nowhere } }' }], 'no fragment Nowhere'],
  ['a page that is none', [{ page: 'attic', file: 'X.graphql', text: 'query X { serverTime }' }], 'no page attic'],
  ['a field that is not there', [{ page: 'home', file: 'X.graphql', text: 'query X { nothing }' }], 'Cannot query field "nothing"'],
  ['an operation among the fragments', [{ page: 'fragments', file: 'X.graphql', text: 'query X { serverTime }' }], 'folder of their page'],
];
for (const [what, files, says] of writing) {
  const found = written([...good, ...files], ['home', 'cart'], schema);
  if (says ? !found.some((line) => line.includes(says)) : found.length) miss(what, found);
}

if (wrong) process.exitCode = 1;
else console.log(`${caught.length + needs.length + writing.length - 1 + 3} planted faults are caught, ${harmless.length} harmless changes pass`);
