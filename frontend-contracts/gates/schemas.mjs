// Compares each audience's published schema with the one that was released, by the rules of rules.mjs. Says what is wrong, a line each, and ends with 1.
import { readFileSync } from 'node:fs';
import { compare } from './rules.mjs';

const at = (file) => new URL(`../schema/${file}`, import.meta.url);
const accepted = JSON.parse(readFileSync(at('changes.json'), 'utf8'));
let wrong = 0;
for (const audience of ['shopper', 'host', 'partner', 'operator']) {
  const [was, is] = [`released/${audience}.graphql`, `${audience}.graphql`].map((file) => readFileSync(at(file), 'utf8'));
  for (const { gate, level, path, message } of await compare(audience, was, is, accepted)) {
    wrong++;
    console.log(`${audience}: ${level} (${gate}): ${message}${level === 'dangerous' ? ` [give a reason in schema/changes.json: {"audience": "${audience}", "path": "${path}", "reason": "…"}]` : ''}`);
  }
}
if (wrong) process.exitCode = 1;
else console.log('the published schemas keep what was released');
