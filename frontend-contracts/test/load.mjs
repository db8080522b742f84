// The client as it is published, and the documents by the names of their operations.
import { mkdtempSync, readFileSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { small } from '../client/build.mjs';

const here = new URL('../client/', import.meta.url);

/** Bundles the client as its package does, and returns the file. */
export function bundled() {
  const file = `${mkdtempSync(`${tmpdir()}/kaituan-client-`)}/client.mjs`;
  writeFileSync(file, small({ entryPoints: [new URL('src/index.ts', here).pathname] }));
  return file;
}

export const bodies = JSON.parse(readFileSync(new URL('persisted-documents.json', here), 'utf8'));
export const ids = {};
export const texts = {};
for (const [id, body] of Object.entries(bodies)) {
  const name = /(?:^|\} )(?:query|mutation|subscription) (\w+)/.exec(body)[1];
  ids[name] = id;
  texts[name] = body;
}
