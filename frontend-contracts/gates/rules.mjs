// What is wrong with a change of a published schema, for those who build on it: everything that graphql-inspector finds, and rules of our own on top.
import { CriticalityLevel, diff } from '@graphql-inspector/core';
import { buildSchema, getNamedType, isEnumType, isInputObjectType, isInterfaceType, isObjectType, print } from 'graphql';

// Adding to these is no change for clients, which take a code that they do not know as INVALID, a type that they do not know as none of theirs.
const openEnums = new Set(['UserErrorCode', 'QuoteNoticeCode', 'FeedReasonCode', 'Scope']);
const openTypes = new Set(['FeedItem']);

export const parse = (sdl) => buildSchema(sdl, { assumeValidSDL: false });

/**
 * compare returns what is wrong between two versions of one audience's schema: {gate, level, path, message}, where gate is 'diff' or 'rules' and level 'breaking' or
 * 'dangerous'. A dangerous change passes with an entry in accepted: {audience, path, reason}.
 */
export async function compare(audience, was, is, accepted = []) {
  const before = parse(was);
  const after = parse(is);
  const found = [...await changed(before, after), ...ownRules(before, after)];
  return found.filter(({ level, path }) => level === 'breaking' || !accepted.some((entry) => entry.audience === audience && entry.path === path && entry.reason?.length > 10));
}

async function changed(before, after) {
  const found = await diff(before, after);
  // What was deprecated may go, with a reason; our own rules look at the day that was promised.
  const going = new Set([...parts(before)].filter(([, element]) => directive(element, 'deprecated')).map(([path]) => path));
  return found
    .filter(({ criticality, type, path }) => criticality.level === CriticalityLevel.Breaking || criticality.level === CriticalityLevel.Dangerous && !open(type, path))
    .filter(({ type }) => !ownTask(type))
    .map(({ criticality, type, path, message }) => ({ gate: 'diff', level: criticality.level === CriticalityLevel.Breaking && !(type.endsWith('_REMOVED') && going.has(path)) ? 'breaking' : 'dangerous', path, message }));
}

// Defaults and uses of directives are judged by our own rules, which know what they mean here.
const ownTask = (type) => type === 'FIELD_ARGUMENT_DEFAULT_CHANGED' || type === 'INPUT_FIELD_DEFAULT_VALUE_CHANGED' || type.startsWith('DIRECTIVE_USAGE');

// Dangerous to some, and nothing to clients that keep what is written above.
const open = (type, path) => type === 'ENUM_VALUE_ADDED' && openEnums.has(path.split('.')[0])
  || type === 'UNION_MEMBER_ADDED' && openTypes.has(path.split('.')[0])
  || type === 'OBJECT_TYPE_INTERFACE_ADDED'
  || type === 'FIELD_ARGUMENT_ADDED'; // what must be given is breaking, and not asked here

// parts yields every element of a schema that a client may name: [path, element, kind].
function* parts(schema) {
  for (const type of Object.values(schema.getTypeMap())) {
    if (type.name.startsWith('__')) continue;
    yield [type.name, type, 'type'];
    if (isEnumType(type)) for (const value of type.getValues()) yield [`${type.name}.${value.name}`, value, 'value'];
    if (!isObjectType(type) && !isInterfaceType(type) && !isInputObjectType(type)) continue;
    for (const field of Object.values(type.getFields())) {
      yield [`${type.name}.${field.name}`, field, isInputObjectType(type) ? 'input' : 'field'];
      for (const argument of field.args ?? []) yield [`${type.name}.${field.name}.${argument.name}`, argument, 'input'];
    }
  }
}

const directive = (element, name) => [element.astNode, ...element.extensionASTNodes ?? []].flatMap((node) => node?.directives ?? []).find((d) => d.name.value === name);
const scopes = (element) => {
  const of = directive(element, 'scope')?.arguments?.[0].value;
  return of && new Set((of.values ?? [of]).map((v) => v.value));
};
const byDefault = (element) => element.astNode?.defaultValue && print(element.astNode.defaultValue);

function ownRules(before, after) {
  const now = new Map([...parts(after)].map(([path, element]) => [path, element]));
  const known = new Map([...parts(before)].map(([path, element]) => [path, element]));
  const found = [];
  const say = (path, message, level = 'breaking') => found.push({ gate: 'rules', level, path, message });
  for (const [path, is, kind] of parts(after)) {
    const was = known.get(path);
    deprecated(path, was, is, say);
    if (!was) continue;
    if (kind === 'input' && byDefault(was) !== byDefault(is)) say(path, `${path}: the default ${byDefault(was) ?? '(none)'} became ${byDefault(is) ?? '(none)'}`);
    scoped(path, was, is, say);
    if (kind !== 'field') continue;
    if (directive(was, 'shared') && !directive(is, 'shared')) say(path, `${path} is not @shared any more: each subscriber costs an execution`);
    if (!directive(was, 'perViewer') && directive(is, 'perViewer')) {
      const shared = sharedReach(before).has(path);
      say(path, `${path} became @perViewer: ${shared ? 'subscriptions that select it are no longer shared' : 'answers that hold it are no longer cached'}`, shared ? 'breaking' : 'dangerous');
    }
  }
  for (const path of known.keys()) {
    const was = directive(known.get(path), 'deprecated');
    if (!now.has(path) && was && reasonDate(was) > new Date().toISOString().slice(0, 10)) say(path, `${path} is removed before the date that its deprecation promised`);
  }
  return found;
}

function scoped(path, was, is, say) {
  const [had, has] = [scopes(was), scopes(is)];
  if (!has) return;
  if (!had) say(path, `${path} has a @scope now: who had no session has it no more`);
  else for (const scope of had) if (!has.has(scope)) say(path, `${path}: @scope takes ${scope} no more`);
}

const reasonDate = (node) => /\b(20\d\d-(0[1-9]|1[0-2])-(0[1-9]|[12]\d|3[01]))\b/.exec(node.arguments?.find((a) => a.name.value === 'reason')?.value.value ?? '')?.[1];

function deprecated(path, was, is, say) {
  const node = directive(is, 'deprecated');
  if (!node) return;
  if (!reasonDate(node)) say(path, `${path} is deprecated without a date (yyyy-mm-dd) from which it may be gone`);
  const before = was && directive(was, 'deprecated');
  if (before && reasonDate(before) > reasonDate(node)) say(path, `${path}: the date of its removal moved from ${reasonDate(before)} to ${reasonDate(node)}`);
}

const reaches = new WeakMap();

// sharedReach are the fields that a @shared subscription can select.
function sharedReach(schema) {
  if (reaches.has(schema)) return reaches.get(schema);
  const paths = new Set();
  const seen = new Set();
  const visit = (type) => {
    const named = getNamedType(type);
    if (seen.has(named.name)) return;
    seen.add(named.name);
    const possible = schema.isSubType && (isInterfaceType(named) || named.getTypes) && named.name !== 'Node' ? schema.getPossibleTypes(named) : [];
    possible.forEach(visit);
    for (const field of Object.values(named.getFields?.() ?? {})) {
      paths.add(`${named.name}.${field.name}`);
      visit(field.type);
    }
  };
  for (const field of Object.values(schema.getSubscriptionType()?.getFields() ?? {})) if (directive(field, 'shared')) visit(field.type);
  reaches.set(schema, paths);
  return paths;
}
