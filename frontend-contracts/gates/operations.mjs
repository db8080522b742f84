// Checks every operation of every manifest against its audience's published schema, and what is written in operations/. Says what is wrong, a line each, and ends with 1.
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { buildSchema } from 'graphql';
import { registered, written } from './documents.mjs';

const root = new URL('../', import.meta.url);
const read = (path) => readFileSync(new URL(path, root), 'utf8');
const list = (path) => existsSync(new URL(path, root)) ? readdirSync(new URL(path, root)).sort() : [];
const schemas = Object.fromEntries(['shopper', 'host', 'partner', 'operator'].map((a) => [a, buildSchema(read(`schema/${a}.graphql`))]));
const manifests = list('manifest').filter((name) => name.endsWith('.json')).map((name) => JSON.parse(read(`manifest/${name}`)));
const files = list('operations').flatMap((page) => list(`operations/${page}/`).filter((name) => name.endsWith('.graphql')).map((file) => ({ page, file, text: read(`operations/${page}/${file}`) })));
// A host has everything that a shopper has; the frontends whose documents are here have no other audience.
const wrong = [...registered(manifests, schemas), ...written(files, process.argv[2].split(','), schemas.host)];
wrong.forEach((line) => console.log(line));
if (wrong.length) process.exitCode = 1;
else console.log(`${manifests.length} manifests and ${files.length} files are good`);
