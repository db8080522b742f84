// Lints the published schemas. Says what lacks a description, a line each, and ends with 1.
import { fileURLToPath } from 'node:url';
import { ESLint } from 'eslint';

const root = new URL('../', import.meta.url);
const eslint = new ESLint({ cwd: fileURLToPath(root), overrideConfigFile: fileURLToPath(new URL('eslint.config.mjs', import.meta.url)) });
const results = await eslint.lintFiles(['schema/*.graphql']);
const faults = (list) => list.flatMap(({ filePath, messages }) => messages.map(({ line, message }) => `${filePath.split('/').pop()}:${line}: ${message}`));
const wrong = [...new Set(faults(results))];

// Planted: each piece is good but for what is named.
for (const [what, sdl] of [
  ['a type without a description', 'type Query { "x" a: Int }'],
  ['a field', '"x" type Query { a: Int }'],
  ['an argument', '"x" type Query { "x" a(b: Int): Int }'],
  ['a value', '"x" enum E { A }'],
  ['an input', 'input I { "x" a: Int }'],
  ["an input's field", '"x" input I { a: Int }'],
  ['a union', 'union U = T'],
  ['an interface', 'interface N { "x" a: Int }'],
  ['a scalar', 'scalar S'],
  ['a directive', 'directive @d on FIELD'],
  ['a deprecation without a reason', '"x" type Query { "x" a: Int @deprecated }'],
]) {
  const found = faults(await eslint.lintText(`${sdl}\n`, { filePath: fileURLToPath(new URL('schema/planted.graphql', root)) }));
  if (found.length !== 1) wrong.push(`${what} is not caught: ${found.join('; ')}`);
}
wrong.forEach((line) => console.log(line));
if (wrong.length) process.exitCode = 1;
else console.log(`${results.length} schemas say what everything is`);
