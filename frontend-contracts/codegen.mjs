// Makes client/src/generated/documents.ts, the types of every operation with the id that stands for its text, and client/persisted-documents.json, the text of each id.
// The preset also writes the text into the module that a page bundles, as fragments and as a map; that is left out here, and a document becomes its bare id.
import { createHash } from 'node:crypto';
import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { fileURLToPath } from 'node:url';
import { generate } from '@graphql-codegen/cli';

const here = dirname(fileURLToPath(import.meta.url));
const out = `${here}/client`;

const files = await generate({
  cwd: here,
  silent: true,
  schema: 'schema/host.graphql',
  documents: 'operations/**/*.graphql',
  generates: {
    'generated/': {
      preset: 'client',
      presetConfig: { fragmentMasking: false, persistedDocuments: { mode: 'replaceDocumentWithHash', hashAlgorithm: 'sha256' } },
      config: {
        documentMode: 'string',
        enumsAsTypes: true,
        scalars: { ID: 'string', DateTime: 'string', Decimal: 'string', Int64: 'number', URL: 'string' },
      },
    },
  },
}, false);
const content = (name) => files.find(({ filename }) => filename.endsWith(name)).content;

const bodies = JSON.parse(content('persisted-documents.json'));
for (const [id, body] of Object.entries(bodies)) {
  if (id !== `sha256:${createHash('sha256').update(body).digest('hex')}`) throw new Error(`${id} is not the hash of its body`);
}
const sorted = Object.fromEntries(Object.entries(bodies).sort(([, a], [, b]) => (a < b ? -1 : 1)));

const documents = content('graphql.ts')
  .replace(/^import .*typed-document-node.*\n/m, "import type { Document } from '../document.js';\n")
  .replace(/^export class TypedDocumentString[\s\S]*?^}\n/m, '')
  .replace(/^export const \w+FragmentDoc = new TypedDocumentString\(`[\s\S]*?`, \{.*\}\)[^\n]*\n/gm, '')
  .replace(/\{"__meta__":\{"hash":("[^"]+")\}\} as unknown as TypedDocumentString</g, '$1 as Document<')
  .trim() + '\n';
const left = documents.match(/TypedDocumentString|FragmentDoc|^\s*fragment .*/m);
if (left) throw new Error(`the preset writes something new, which would be bundled: ${left[0]}`);

mkdirSync(`${out}/src/generated`, { recursive: true });
writeFileSync(`${out}/src/generated/documents.ts`, documents);
writeFileSync(`${out}/persisted-documents.json`, JSON.stringify(sorted, null, 2) + '\n');
