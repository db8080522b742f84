// What is wrong with documents: registered ones against the schema of their audience, and those of operations/ against the rules of writing them.
import { Kind, NoUnusedFragmentsRule, NoUnusedVariablesRule, parse, specifiedRules, validate, visit } from 'graphql';

/** registered returns a line for each operation of the manifests that its audience's schema does not take. */
export function registered(manifests, schemas) {
  const wrong = [];
  for (const { app, version, operations } of manifests) {
    for (const { name, audience, body } of operations) {
      for (const { message } of validate(schemas[audience.toLowerCase()], parse(body))) wrong.push(`${app}@${version}: ${name}: ${message}`);
    }
  }
  return wrong;
}

/** written returns a line for each fault in operations/: files are [{page, file, text}], fragments of the folder "fragments" included. */
export function written(files, pages, schema) {
  const wrong = [];
  const documents = files.map((file) => ({ ...file, ast: parse(file.text) }));
  const fragments = new Map();
  for (const { page, file, ast } of documents) {
    for (const node of ast.definitions.filter((n) => n.kind === Kind.FRAGMENT_DEFINITION)) {
      if (fragments.has(node.name.value)) wrong.push(`${page}/${file}: there is another fragment ${node.name.value}`);
      fragments.set(node.name.value, node);
    }
  }
  const names = new Set();
  const used = new Set();
  for (const { page, file, ast } of documents) {
    const operations = ast.definitions.filter((n) => n.kind === Kind.OPERATION_DEFINITION);
    const say = (message) => wrong.push(`${page}/${file}: ${message}`);
    if (page === 'fragments') {
      if (operations.length) say('operations belong into the folder of their page');
      continue;
    }
    if (!pages.includes(page)) say(`there is no page ${page}`);
    if (operations.length !== 1) say(`it holds ${operations.length} operations; one per file`);
    for (const { name } of operations) {
      if (!name) say('its operation has no name');
      else if (names.has(name.value)) say(`there is another operation ${name.value}`);
      else if (`${name.value}.graphql` !== file) say(`its operation is called ${name.value}`);
      if (name) names.add(name.value);
    }
    const whole = withFragments(ast, fragments, say);
    whole.definitions.forEach((n) => n.kind === Kind.FRAGMENT_DEFINITION && used.add(n.name.value));
    for (const { message } of validate(schema, whole, [...new Set([...specifiedRules, NoUnusedVariablesRule, NoUnusedFragmentsRule])])) say(message);
  }
  for (const name of fragments.keys()) if (!used.has(name)) wrong.push(`fragment ${name} is not used by any operation`);
  return wrong;
}

// withFragments adds the fragments that a document spreads, and those that they spread.
function withFragments(ast, fragments, say) {
  const own = new Set(ast.definitions.map((n) => n.kind === Kind.FRAGMENT_DEFINITION && n.name.value));
  const added = new Map();
  const look = (node) => visit(node, {
    FragmentSpread({ name: { value: name } }) {
      if (own.has(name) || added.has(name)) return;
      if (!fragments.has(name)) return say(`there is no fragment ${name}`);
      added.set(name, fragments.get(name));
      look(fragments.get(name));
    },
  });
  look(ast);
  return { ...ast, definitions: [...ast.definitions, ...added.values()] };
}
